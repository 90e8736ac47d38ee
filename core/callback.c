/* SPDX-License-Identifier: MIT */
/* callback.c: adding, removing and running callbacks. See callback.h; results: collection.c. */
#include "callback.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/lock.h"
#include "callback_queue.h"
#include "check.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

#define EXIT_WAIT_NS 1000000000u

/* All below: under the catalog lock. */
static pthread_cond_t work, progress;
static struct qp_collection *queue, **queue_end = &queue;
static const struct qp_callback *running;  /* the callback that runs right now */
static const struct qp_collection *waking; /* the collection that is being woken right now */
static bool thread_runs, exiting;
static uint64_t last_id;
static unsigned forks; /* from the first process to this one, each of which lost the thread */

static __thread bool on_callback_thread __attribute__((tls_model("initial-exec")));

void qp_callbacks_init(void)
{
	qp_cond_init(&work);
	qp_cond_init(&progress);
}

void qp_callbacks_after_fork_child(void)
{
	qp_callbacks_init();
	queue = NULL;
	queue_end = &queue;
	running = NULL;
	waking = NULL;
	thread_runs = false;
	if (!on_callback_thread) /* who forks in a callback goes on with it in the child */
		forks++;
	on_callback_thread = false;
}

bool qp_collection_orphaned(const struct qp_collection *collection)
{
	bool orphaned;

	qp_lock(&qp_catalog_lock);
	orphaned = !collection->done && collection->forks != forks;
	qp_unlock(&qp_catalog_lock);
	return orphaned;
}

/* --- running (C1) -------------------------------------------------------------------------- */

static void call(struct qp_callback *callback, struct qp_collection *collection, size_t i)
{
	quipu_emitter emitter;
	double value = 0;

	running = callback;
	qp_unlock(&qp_catalog_lock);
	qp_emitter_init(&emitter, callback->registry);
	if (callback->value)
		value = callback->value(callback->ctx);
	else
		callback->collect(&emitter, callback->ctx);
	qp_lock(&qp_catalog_lock);
	running = NULL;
	pthread_cond_broadcast(&progress);
	qp_collection_add(collection, i, value, &emitter);
	qp_unlock(&qp_catalog_lock); /* if it was late it has all its families, maybe many */
	qp_emitter_free(&emitter);
	qp_lock(&qp_catalog_lock);
}

static void wake(struct qp_collection *collection)
{
	if (!collection->wake || collection->taken)
		return;
	waking = collection;
	qp_unlock(&qp_catalog_lock);
	collection->wake(collection->ctx);
	qp_lock(&qp_catalog_lock);
	waking = NULL;
	pthread_cond_broadcast(&progress);
}

static void run(struct qp_collection *collection)
{
	size_t i;

	for (i = 0; i < collection->n && !collection->taken && !exiting; i++) {
		if (!collection->callbacks[i]->removed)
			call(collection->callbacks[i], collection, i);
	}
	collection->done = true;
	pthread_cond_broadcast(&progress);
	wake(collection);
}

static void *serve(void *unused)
{
	struct qp_collection *collection;

	on_callback_thread = true;
	qp_lock(&qp_catalog_lock);
	for (;;) {
		while (!queue) /* while the program exits what is queued is done with at once */
			qp_wait(&work, &qp_catalog_lock);
		collection = queue;
		queue = collection->next;
		if (!queue)
			queue_end = &queue;
		run(collection);
		qp_collection_unref(collection);
	}
	return unused;
}

bool qp_callbacks_start(void)
{
	assert(qp_lock_held(&qp_catalog_lock));
	if (exiting)
		return false; /* a scrape in an exit handler would wait for its deadline */
	if (!thread_runs)
		thread_runs = qp_thread_start("quipu-callback", serve);
	return thread_runs;
}

bool qp_callbacks_enqueue(struct qp_collection *collection)
{
	if (!qp_callbacks_start())
		return false;
	collection->next = NULL;
	collection->forks = forks;
	*queue_end = collection;
	queue_end = &collection->next;
	pthread_cond_signal(&work);
	return true;
}

bool qp_callbacks_wait_progress(uint64_t ns)
{
	return qp_wait_until(&progress, &qp_catalog_lock, ns);
}

void qp_callbacks_drop(struct qp_collection *collection)
{
	struct qp_collection **at = &queue;

	while (waking == collection && !on_callback_thread)
		qp_wait(&progress, &qp_catalog_lock);
	if (collection->forks != forks)
		collection->references = 1; /* the queue's or the thread's was left in the parent */
	while (*at && *at != collection)
		at = &(*at)->next;
	if (!*at)
		return;
	*at = collection->next;
	if (!*at)
		queue_end = at;
	qp_collection_unref(collection);
}

bool qp_callbacks_is_own_thread(void)
{
	return on_callback_thread;
}

/* The program ends: no callback starts any more; one in progress is awaited, for a while. */
static void stop_at_exit(void)
{
	uint64_t until = qp_now_ns() + EXIT_WAIT_NS;

	qp_lock(&qp_catalog_lock);
	exiting = true;
	while (running && !on_callback_thread && qp_callbacks_wait_progress(until)) {
	}
	qp_unlock(&qp_catalog_lock);
}

/* Once there is a callback: before what the program registered earlier is torn down. */
static void arrange_exit(void)
{
	static bool arranged;

	assert(qp_lock_held(&qp_catalog_lock));
	if (!arranged)
		arranged = atexit(stop_at_exit) == 0;
}

/* --- adding ----------------------------------------------------------------------------------- */

static void insert(quipu_registry *registry, struct qp_callback *callback)
{
	struct qp_callback **at = &registry->callbacks;

	while (*at && (*at)->id < callback->id)
		at = &(*at)->next;
	callback->next = *at;
	*at = callback;
	callback->references++;
}

static struct qp_callback *callback_new(quipu_registry *registry, void *ctx)
{
	struct qp_callback *callback = qp_alloc(sizeof *callback);

	if (!callback)
		return NULL;
	callback->registry = registry;
	callback->ctx = ctx;
	qp_lock(&qp_catalog_lock);
	arrange_exit();
	callback->id = ++last_id;
	qp_unlock(&qp_catalog_lock);
	return callback;
}

static quipu_callback publish(struct qp_callback *callback)
{
	quipu_callback handle = { callback->id };

	qp_lock(&qp_catalog_lock);
	insert(callback->registry, callback);
	qp_unlock(&qp_catalog_lock);
	return handle;
}

static quipu_callback no_memory(quipu_registry *registry, const char *what)
{
	struct qp_where where;

	qp_registry_note(registry, qp_fail(QUIPU_ENOMEM, &where, "%.200s", what), &where);
	return (quipu_callback){ 0 };
}

/* A family without series stands for the value: it keeps the name and carries the texts. */
static quipu_callback value_callback(quipu_registry *registry, const quipu_opts *given,
				     quipu_kind kind, double (*fn)(void *ctx), void *ctx)
{
	quipu_opts opts = qp_opts_complete(given);
	struct qp_family_spec spec = { kind, &opts, false, false, 0 };
	struct qp_callback *callback;

	if (!registry || !fn || !qp_library_init())
		return (quipu_callback){ 0 };
	callback = callback_new(registry, ctx);
	if (!callback)
		return no_memory(registry, opts.name ? opts.name : "callback");
	spec.callback = callback->id;
	callback->value = fn;
	callback->family = qp_family_open(registry, &spec);
	if (!callback->family.cell) {
		qp_free(callback);
		return (quipu_callback){ 0 };
	}
	return publish(callback);
}

quipu_callback quipu_gauge_callback(quipu_registry *registry, const quipu_opts *opts,
				    double (*fn)(void *ctx), void *ctx)
{
	return value_callback(registry, opts, QUIPU_KIND_GAUGE, fn, ctx);
}

quipu_callback quipu_counter_callback(quipu_registry *registry, const quipu_opts *opts,
				      double (*fn)(void *ctx), void *ctx)
{
	return value_callback(registry, opts, QUIPU_KIND_FLOAT_COUNTER, fn, ctx);
}

static struct qp_callback *collector_new(quipu_registry *registry,
					 void (*fn)(quipu_emitter *emitter, void *ctx), void *ctx)
{
	struct qp_callback *callback;

	if (!registry || !fn || !qp_library_init())
		return NULL;
	callback = callback_new(registry, ctx);
	if (callback)
		callback->collect = fn;
	else
		no_memory(registry, "collector");
	return callback;
}

quipu_callback quipu_collector_add(quipu_registry *registry,
				   void (*fn)(quipu_emitter *emitter, void *ctx), void *ctx)
{
	struct qp_callback *callback = collector_new(registry, fn, ctx);

	return callback ? publish(callback) : (quipu_callback){ 0 };
}

quipu_callback qp_collector_once(quipu_registry *registry,
				 void (*fn)(quipu_emitter *emitter, void *ctx), void *ctx)
{
	struct qp_callback *callback = collector_new(registry, fn, ctx), *other;
	quipu_callback handle = { 0 };

	if (!callback)
		return handle;
	qp_lock(&qp_catalog_lock);
	for (other = registry->callbacks; other && other->collect != fn;)
		other = other->next;
	if (!other)
		insert(registry, callback);
	handle.id = other ? other->id : callback->id;
	qp_unlock(&qp_catalog_lock);
	if (other)
		qp_free(callback);
	return handle;
}

/* --- removing (C2) ---------------------------------------------------------------------------- */

void qp_callback_unref(struct qp_callback *callback)
{
	assert(qp_lock_held(&qp_catalog_lock));
	if (--callback->references == 0)
		qp_free(callback);
}

/* Takes out what *at points to. Catalog lock held. */
static void take_out(struct qp_callback **at)
{
	struct qp_callback *callback = *at;
	struct qp_family *family =
		qp_family_live(callback->family.cell, callback->family.generation);

	*at = callback->next;
	callback->removed = true;
	if (family)
		qp_family_remove(family);
	qp_callback_unref(callback);
}

/* Waits, lock released meanwhile, while that callback runs: one with this id, or of this
 * registry. Whoever removed it, it may have been itself. */
static void wait_for(uint64_t id, const quipu_registry *registry)
{
	while (running && !on_callback_thread &&
	       (running->id == id || running->registry == registry))
		qp_wait(&progress, &qp_catalog_lock);
}

void quipu_callback_remove(quipu_registry *registry, quipu_callback which)
{
	struct qp_callback **at;

	if (!registry || !which.id)
		return;
	qp_lock(&qp_catalog_lock);
	for (at = &registry->callbacks; *at; at = &(*at)->next) {
		if ((*at)->id == which.id) {
			take_out(at);
			break;
		}
	}
	wait_for(which.id, NULL);
	qp_unlock(&qp_catalog_lock);
}

void qp_callbacks_remove_all(quipu_registry *registry)
{
	qp_lock(&qp_catalog_lock);
	while (registry->callbacks)
		take_out(&registry->callbacks);
	wait_for(0, registry);
	qp_unlock(&qp_catalog_lock);
}
