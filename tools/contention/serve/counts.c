/* SPDX-License-Identifier: MIT */
/* counts.c: see counts.h. */
#include "counts.h"

/* The bounds of spread.h that are shown: 2^10 ns and every fourth after that, which are two to each
 * power of two. */
#define FIRST ((10 - QC_SPREAD_FIRST) * 2)
#define APART 4

uint64_t qc_step_bound(unsigned i)
{
	return qc_spread_bound(FIRST + i * APART);
}

/* The bucket here of what is in a bucket there. */
static unsigned step_of(unsigned bucket)
{
	if (bucket <= FIRST)
		return 0;
	bucket = (bucket - FIRST + APART - 1) / APART;
	return bucket < QC_N_STEPS ? bucket : QC_N_STEPS;
}

void qc_counts_add_site(struct qc_counts *to, const struct qc_site *site)
{
	unsigned i;

	to->ns += site->ns;
	to->busy += site->busy;
	for (i = 0; i < QC_N_BUCKETS; i++)
		to->buckets[step_of(i)] += site->buckets[i];
}

void qc_counts_add(struct qc_counts *to, const struct qc_counts *more)
{
	unsigned i;

	to->ns += more->ns;
	to->busy += more->busy;
	for (i = 0; i <= QC_N_STEPS; i++)
		to->buckets[i] += more->buckets[i];
}

static uint64_t rise(uint64_t now, uint64_t then)
{
	return now > then ? now - then : 0;
}

struct qc_counts qc_counts_since(const struct qc_counts *now, const struct qc_counts *then)
{
	struct qc_counts since = { .ns = rise(now->ns, then->ns),
				   .busy = rise(now->busy, then->busy) };
	unsigned i;

	for (i = 0; i <= QC_N_STEPS; i++)
		since.buckets[i] = rise(now->buckets[i], then->buckets[i]);
	return since;
}

uint64_t qc_counts_waits(const struct qc_counts *counts)
{
	uint64_t waits = 0;
	unsigned i;

	for (i = 0; i <= QC_N_STEPS; i++)
		waits += counts->buckets[i];
	return waits;
}
