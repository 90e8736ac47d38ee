/* SPDX-License-Identifier: MIT */
/* tally.c: what a run must come to. */
#include "tally.h"

static unsigned bucket(double seconds)
{
	unsigned i = 0;

	while (i < TOTALS_N_BOUNDS && seconds > totals_bounds[i])
		i++;
	return i;
}

static void count_duration(struct totals *totals, uint64_t duration_ns)
{
	double seconds = (double)duration_ns / 1e9;

	totals->observed++;
	totals->seconds += seconds;
	totals->buckets[bucket(seconds)]++;
}

static void count_answer(struct totals *totals, const struct answer *answer)
{
	totals->requests[answer->status]++;
	totals->input += answer->input;
	totals->output += answer->output;
	if (answer->status != PROVIDER_RATE_LIMITED)
		count_duration(totals, answer->duration_ns);
}

void tally_count(struct tally *tally, const struct workload *workload,
		 const struct provider *provider)
{
	struct answer answer;
	size_t i;

	*tally = (struct tally){ 0 };
	for (i = 0; i < workload->n; i++) {
		answer = provider_answer(provider, i, &workload->calls[i]);
		count_answer(&tally->route[answer.route], &answer);
	}
}
