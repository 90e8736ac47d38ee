/* SPDX-License-Identifier: MIT */
/*
 * workers.h: the threads that take calls and deliver them.
 *
 * Writers:     the workers: next, running and ended_ns; whoever stops them: pace.stop
 * Readers:     the workers, and the thread that shows progress
 * Publication: all else is written before the first worker starts
 * Reclamation: the struct is its owner's; not before workers_join
 *
 * W1. Every call number below n is taken by exactly one worker.
 * W2. A call that was sent is recorded as ended, also when the workers are stopped.
 */
#ifndef DISPATCH_WORKERS_H
#define DISPATCH_WORKERS_H

#include "errand.h"
#include "intake.h"
#include "metrics.h"
#include "pace.h"

#include <pthread.h>
#include <stdatomic.h>

#define WORKERS_MAX 1024

struct workers_opts {
	const struct workload *workload;
	struct policy policy;
	const struct metrics *metrics;
	unsigned threads;
	double speed; /* times faster than the arrivals and latencies; 0: without waiting */
	bool repeat;  /* begin again where the workload ends */
};

struct workers {
	struct workers_opts opts;
	struct pace pace;
	struct intake intake; /* not flat out: then all calls are there from the start */
	unsigned n;
	pthread_t thread[WORKERS_MAX];
	_Alignas(64) atomic_uint_fast64_t next; /* the call number to take next */
	_Alignas(64) atomic_uint running;
	atomic_uint_fast64_t ended_ns;
};

/* Starts the threads. 0, or the errno of the thread that could not be made; then none runs. */
int workers_start(struct workers *workers, const struct workers_opts *opts);

/* Asks them to end: calls on their way are ended and recorded at once, no new ones are sent. */
void workers_stop(struct workers *workers);

/* Whether any is at work. */
bool workers_running(struct workers *workers);

/* Waits for all to end. */
void workers_join(struct workers *workers);

/* From the start to the end of the last worker, or to now. */
uint64_t workers_elapsed_ns(struct workers *workers);

#endif
