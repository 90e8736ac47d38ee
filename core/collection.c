/* SPDX-License-Identifier: MIT */
/* collection.c: one scrape's results of callbacks. See callback.h. */
#include "base/alloc.h"
#include "base/lock.h"
#include "callback.h"
#include "callback_queue.h"
#include "check.h"
#include "self.h"

#include <assert.h>

static size_t count_callbacks(const quipu_registry *registry)
{
	const struct qp_callback *callback;
	size_t n = 0;

	for (callback = registry->callbacks; callback; callback = callback->next)
		n++;
	return n;
}

static void destroy(struct qp_collection *collection)
{
	size_t i;

	for (i = 0; i < collection->n; i++)
		qp_callback_unref(collection->callbacks[i]);
	qp_emitted_free_all(&collection->families);
	qp_free(collection->callbacks);
	qp_free(collection->values);
	qp_free(collection->finished);
	qp_free(collection);
}

static struct qp_collection *create(quipu_registry *registry, size_t n)
{
	struct qp_collection *collection = qp_alloc(sizeof *collection);
	struct qp_callback *callback;

	if (!collection)
		return NULL;
	collection->callbacks = qp_alloc(n * sizeof collection->callbacks[0]);
	collection->values = qp_alloc(n * sizeof collection->values[0]);
	collection->finished = qp_alloc(n * sizeof collection->finished[0]);
	if (!collection->callbacks || !collection->values || !collection->finished) {
		destroy(collection);
		return NULL;
	}
	for (callback = registry->callbacks; callback; callback = callback->next) {
		callback->references++;
		collection->callbacks[collection->n++] = callback;
	}
	collection->generation = qp_family_last_generation();
	collection->references = 1;
	return collection;
}

static void enqueue(struct qp_collection *collection)
{
	collection->references++;
	if (qp_callbacks_enqueue(collection))
		return;
	collection->references--;
	collection->done = true; /* nothing to run them on: all of them are late */
}

quipu_error qp_collection_start(quipu_registry *registry, void (*wake)(void *ctx), void *ctx,
				struct qp_collection **started)
{
	quipu_error error = QUIPU_OK;
	size_t n;

	*started = NULL;
	if (qp_callbacks_is_own_thread())
		return QUIPU_OK; /* a callback that scrapes would wait for itself */
	qp_lock(&qp_catalog_lock);
	n = count_callbacks(registry);
	if (n) {
		*started = create(registry, n);
		error = *started ? QUIPU_OK : QUIPU_ENOMEM;
	}
	if (*started) {
		(*started)->wake = wake;
		(*started)->ctx = ctx;
		enqueue(*started);
	}
	qp_unlock(&qp_catalog_lock);
	return error;
}

void qp_collection_add(struct qp_collection *collection, size_t i, double value,
		       quipu_emitter *emitter)
{
	assert(qp_lock_held(&qp_catalog_lock));
	if (collection->taken)
		return;
	collection->values[i] = value;
	collection->finished[i] = true;
	qp_emitted_merge(&collection->families, emitter);
}

bool qp_collection_done(struct qp_collection *collection)
{
	bool done;

	qp_lock(&qp_catalog_lock);
	done = collection->done;
	qp_unlock(&qp_catalog_lock);
	return done;
}

void qp_collection_wait(struct qp_collection *collection, uint64_t ns)
{
	qp_lock(&qp_catalog_lock);
	while (!collection->done && qp_callbacks_wait_progress(ns)) {
	}
	qp_unlock(&qp_catalog_lock);
}

void qp_collection_take(struct qp_collection *collection, quipu_registry *registry)
{
	struct qp_where where;
	size_t late = 0, i;

	qp_lock(&qp_catalog_lock);
	collection->taken = true;
	for (i = 0; i < collection->n; i++) {
		if (collection->finished[i] || collection->callbacks[i]->removed)
			continue;
		qp_self_count(QUIPU_SELF_late_callbacks);
		late++;
	}
	qp_unlock(&qp_catalog_lock);
	if (late)
		qp_registry_note(
			registry,
			qp_fail(QUIPU_ELATE, &where, "%zu of %zu callbacks", late, collection->n),
			&where);
}

bool qp_collection_value(const struct qp_collection *collection, uint64_t id, double *value)
{
	size_t low = 0, high = collection ? collection->n : 0;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (collection->callbacks[middle]->id < id)
			low = middle + 1;
		else
			high = middle;
	}
	if (!collection || low == collection->n || collection->callbacks[low]->id != id ||
	    !collection->finished[low])
		return false;
	*value = collection->values[low];
	return true;
}

void qp_collection_unref(struct qp_collection *collection)
{
	assert(qp_lock_held(&qp_catalog_lock));
	if (--collection->references == 0)
		destroy(collection);
}

bool qp_collection_free_some(struct qp_collection *collection, size_t *work)
{
	return !collection || qp_emitted_free_some(&collection->families, work);
}

void qp_collection_free(struct qp_collection *collection)
{
	struct qp_emitted_list families;

	if (!collection)
		return;
	qp_lock(&qp_catalog_lock);
	collection->taken = true;
	families = collection->families;
	collection->families = (struct qp_emitted_list){ 0 };
	qp_callbacks_drop(collection);
	qp_collection_unref(collection);
	qp_unlock(&qp_catalog_lock);
	qp_emitted_free_all(&families); /* which may be many: not under the lock */
}
