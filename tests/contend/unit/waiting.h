/* SPDX-License-Identifier: MIT */
/* waiting.h: a thread that waits while the test looks on, and what the recorder has of it. */
#ifndef CONTEND_WAITING_H
#define CONTEND_WAITING_H

#include "tools/contention/kind.h"

#include <pthread.h>
#include <stdint.h>

/* A thread that calls a function which is going to sleep. */
struct waiting {
	pthread_t thread;
	int tid; /* 0: not started yet */
	void (*call)(void *);
	void *of;
};

/* Returns when it sleeps. */
void waiting_start(struct waiting *waiting, void (*call)(void *), void *of);
void waiting_join(struct waiting *waiting);

/* All that was recorded of a kind, or of a lock. */
struct sums {
	uint64_t sites, waits, ns, busy;
};

struct sums sums_of(enum qc_kind kind);
struct sums sums_of_lock(const char *name); /* that the program named so */

#endif
