/* SPDX-License-Identifier: MIT */
/*
 * tally.h: what a run must come to, counted with plain additions on one thread: no quipu in it.
 */
#ifndef TALLY_H
#define TALLY_H

#include "errand.h"
#include "totals.h"

struct tally {
	struct totals route[PROVIDER_N_ROUTES];
};

/* Once through the workload. */
void tally_count(struct tally *tally, const struct workload *workload, const struct policy *policy);

#endif
