/* SPDX-License-Identifier: MIT */
/* engine.c: see engine.h; the loop of each thread is in worker.c. */
#include "engine.h"

#include "worker.h"

#include "../clock.h"

#include <errno.h>
#include <stdlib.h>

const char *engine_missing(void)
{
	return NULL;
}

static void *thread_main(void *arg)
{
	struct engine_worker *worker = arg;
	struct engine *engine = worker->engine;

	worker_run(worker);
	/* Relaxed store: the greatest of almost equal times does not matter. Release: pairs with
	 * engine_running; the time is there before the zero. */
	atomic_store_explicit(&engine->ended_ns, clock_now(), memory_order_relaxed);
	atomic_fetch_sub_explicit(&engine->running, 1, memory_order_release);
	return NULL;
}

/* The share of the places for calls that the thread with this number has. */
static unsigned share(const struct engine *engine, unsigned number, unsigned threads)
{
	unsigned all = engine->plan->options->in_flight;

	return all / threads + (number < all % threads);
}

static int start_one(struct engine *engine, const struct key *key, unsigned jobs)
{
	struct engine_worker *worker = &engine->workers[engine->n];
	int error;

	worker->engine = engine;
	if (!worker_open(worker, key, jobs))
		return ENOMEM;
	/* relaxed: the thread that it counts starts below */
	atomic_fetch_add_explicit(&engine->running, 1, memory_order_relaxed);
	error = pthread_create(&worker->thread, NULL, thread_main, worker);
	if (!error) {
		engine->n++;
		return 0;
	}
	/* relaxed: it has not started */
	atomic_fetch_sub_explicit(&engine->running, 1, memory_order_relaxed);
	worker_close(worker);
	return error;
}

int engine_start(struct engine *engine, struct plan *plan, const struct key *key, unsigned threads)
{
	unsigned most = plan->options->in_flight < threads ? plan->options->in_flight : threads;
	int error = 0;

	*engine = (struct engine){ .plan = plan, .started_ns = clock_now() };
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return ENOMEM;
	engine->workers = aligned_alloc(64, most * sizeof *engine->workers);
	if (!engine->workers)
		return ENOMEM;
	while (!error && engine->n < most)
		error = start_one(engine, key, share(engine, engine->n, most));
	if (error) {
		engine_stop(engine);
		engine_join(engine);
	}
	return error;
}

void engine_stop(struct engine *engine)
{
	unsigned i;

	/* relaxed: a late look costs one more turn, nothing else depends on it */
	atomic_store_explicit(&engine->stop, true, memory_order_relaxed);
	for (i = 0; i < engine->n; i++)
		curl_multi_wakeup(engine->workers[i].place.multi);
}

bool engine_running(struct engine *engine)
{
	/* acquire: pairs with the end of thread_main */
	return atomic_load_explicit(&engine->running, memory_order_acquire) > 0;
}

void engine_join(struct engine *engine)
{
	unsigned i;

	for (i = 0; i < engine->n; i++)
		pthread_join(engine->workers[i].thread, NULL);
}

uint64_t engine_elapsed_ns(struct engine *engine)
{
	uint64_t end = clock_now();

	if (!engine_running(engine))
		/* relaxed: ordered by engine_running */
		end = atomic_load_explicit(&engine->ended_ns, memory_order_relaxed);
	return end - engine->started_ns;
}

struct score_sum engine_read(const struct engine *engine, unsigned route)
{
	struct score_sum sum = { 0 };
	unsigned i;

	for (i = 0; i < engine->n; i++)
		score_sum_add(&sum, &engine->workers[i].score[route]);
	return sum;
}

void engine_close(struct engine *engine)
{
	unsigned i;

	for (i = 0; i < engine->n; i++)
		worker_close(&engine->workers[i]);
	if (engine->workers)
		curl_global_cleanup();
	free(engine->workers);
	*engine = (struct engine){ 0 };
}
