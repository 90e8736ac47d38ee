/* SPDX-License-Identifier: MIT */
/* worker.h: one thread of the engine: its handle of libcurl's, its jobs, its loop. */
#ifndef ENDPOINT_WORKER_H
#define ENDPOINT_WORKER_H

#include "engine.h"
#include "job.h"

struct engine_worker {
	_Alignas(64) struct score score[PLAN_MOST_ROUTES]; /* apart from those of other threads */
	struct engine *engine;
	pthread_t thread;
	struct curl_slist *fields;
	struct job_place place;
	struct job *jobs;
	unsigned n_jobs;
	unsigned n_busy;
	bool source_over;  /* no call will come any more */
	uint64_t later_ns; /* when the next one arrives */
	quipu_llm_loop loop;
};

/* Fills all but engine and thread. False when out of memory; then there is nothing to close. */
bool worker_open(struct engine_worker *worker, const struct key *key, unsigned jobs);

/* Makes calls until there are none left, or the engine is to stop. */
void worker_run(struct engine_worker *worker);

void worker_close(struct engine_worker *worker);

#endif
