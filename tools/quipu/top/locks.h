/* SPDX-License-Identifier: MIT */
/* locks.h: which lock, which line, how long, where the target has a contention profiler
 * (<quipu/contend.h>). */
#ifndef TOP_LOCKS_H
#define TOP_LOCKS_H

#include "store.h"

/* Per second, except where it is said; NaN is what is not known. */
struct lock_row {
	struct qx_text function, site, kind, lock; /* the store's */
	bool idle;				   /* no contention: waits for work, for a signal */
	double total;				   /* waited so far, seconds */
	double rate, waited;
	struct spread since; /* the sum's own, a row's the store's */
};

struct locks {
	struct lock_row sum;   /* of contention alone */
	struct lock_row *rows; /* contention first, then the longest waits */
	size_t n, capacity;
};

/* Without rows where there is no profiler. To be freed. */
struct locks locks_of(const struct store *store);
void locks_free(struct locks *locks);

double lock_mean(const struct lock_row *row);

/* The share of all contention, 0 to 1; NaN for an idle wait. */
double lock_share(const struct locks *locks, const struct lock_row *row);

/* Whether it belongs to the profiler, or tells what else threads wait for. */
bool locks_has(const struct family *family);

#endif
