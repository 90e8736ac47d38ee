/* SPDX-License-Identifier: MIT */
/*
 * source.h: the calls as they arrive, and those that have arrived and wait: the dispatcher's queue.
 *
 * Writers:     all threads, under a lock that is held for a look-up or two
 * Readers:     the same
 * Publication: the lock
 * Reclamation: source_close, when no thread uses it any more
 */
#ifndef ENDPOINT_SOURCE_H
#define ENDPOINT_SOURCE_H

#include "../workload.h"

#include <quipu/llm.h>

#include <pthread.h>

struct source {
	pthread_mutex_t lock;
	const struct workload *workload;
	const quipu_llm_queue *queue;
	uint64_t span_ns; /* one pass of the workload */
	double speed;	/* times faster than it arrives; 0: a call arrives when one is asked for */
	uint64_t limit; /* how many there are */
	uint64_t started_ns;
	uint64_t arrived;
	uint64_t taken;
};

struct source_opts {
	const struct workload *workload;
	const quipu_llm_queue *queue;
	double speed;
	uint64_t limit; /* 0: once through the workload */
};

/* A call that a thread has taken. */
struct source_call {
	uint64_t number;
	uint32_t input;
	uint32_t output;
};

enum source_result {
	SOURCE_CALL,
	SOURCE_LATER, /* *later_ns: when the next one arrives */
	SOURCE_OVER
};

void source_open(struct source *source, const struct source_opts *opts, uint64_t now_ns);

/* Takes the call that has waited longest; no two threads get the same. */
enum source_result source_take(struct source *source, uint64_t now_ns, struct source_call *call,
			       uint64_t *later_ns);

/* Those that wait leave without being served, and no more arrive. */
void source_abandon(struct source *source);

void source_close(struct source *source);

#endif
