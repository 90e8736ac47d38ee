/* SPDX-License-Identifier: MIT */
/*
 * engine.h: the threads that make calls, each with many on their way.
 *
 * Writers:     each thread: its jobs and its score; whoever stops them: stop
 * Readers:     whoever shows progress: scores, running, ended_ns
 * Publication: all else is written before the first thread starts; running falls to zero last
 * Reclamation: engine_join, after which only the scores are left
 *
 * Threads share nothing but the source, the gate and these words: each has its own handle of
 * libcurl's, its own connections, and takes a call whenever it has a place for one.
 */
#ifndef ENDPOINT_ENGINE_H
#define ENDPOINT_ENGINE_H

#include "plan.h"
#include "score.h"

struct engine_worker;

struct engine {
	struct plan *plan;
	unsigned n;
	struct engine_worker *workers;
	uint64_t started_ns;
	atomic_bool stop;
	atomic_uint running;
	atomic_uint_fast64_t ended_ns;
};

/* What this build lacks to call anybody; NULL: nothing. */
const char *engine_missing(void);

/* Starts so many threads, with a share of the calls in flight each. 0, or an errno; then none runs. */
int engine_start(struct engine *engine, struct plan *plan, const struct key *key, unsigned threads);

/* Asks them to end: what is on its way is broken off and counted. */
void engine_stop(struct engine *engine);

bool engine_running(struct engine *engine);

void engine_join(struct engine *engine);

uint64_t engine_elapsed_ns(struct engine *engine);

/* What all of them have come to with a route. */
struct score_sum engine_read(const struct engine *engine, unsigned route);

void engine_close(struct engine *engine);

#endif
