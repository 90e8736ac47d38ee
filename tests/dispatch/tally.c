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

static quipu_llm_status status_of(quipu_llm_error error)
{
	return error == QUIPU_LLM_OK		 ? QUIPU_LLM_STATUS_SUCCESS
	       : error == QUIPU_LLM_RATE_LIMITED ? QUIPU_LLM_STATUS_RATE_LIMITED
	       : error == QUIPU_LLM_CANCELLED	 ? QUIPU_LLM_STATUS_CANCELLED
						 : QUIPU_LLM_STATUS_ERROR;
}

static void count_usage(struct totals *totals, const quipu_llm_usage *usage)
{
	totals->tokens[QUIPU_LLM_INPUT_TOKENS] += usage->input;
	totals->tokens[QUIPU_LLM_OUTPUT_TOKENS] += usage->output;
	totals->tokens[QUIPU_LLM_CACHE_READ_TOKENS] += usage->cache_read;
	totals->tokens[QUIPU_LLM_CACHE_WRITE_TOKENS] += usage->cache_write;
	totals->tokens[QUIPU_LLM_REASONING_TOKENS] += usage->reasoning;
	totals->microdollars += usage->cost_microdollars;
}

static void count_answer(struct tally *tally, const struct answer *answer)
{
	struct totals *totals = &tally->route[answer->route];
	quipu_llm_status status = status_of(answer->error);

	totals->requests[status]++;
	count_usage(totals, &answer->usage);
	/* what a circuit breaker held back was never sent */
	if (status == QUIPU_LLM_STATUS_SUCCESS ||
	    (status == QUIPU_LLM_STATUS_ERROR && answer->error != QUIPU_LLM_CIRCUIT_OPEN))
		count_duration(totals, answer->duration_ns);
	if (answer->chunks) {
		totals->first_tokens++;
		totals->first_seconds += (double)answer->first_ns / 1e9;
		totals->other_observations += answer->chunks - 1;
	}
	if (status != QUIPU_LLM_STATUS_SUCCESS)
		return;
	/* input and output tokens, and the time per token where there is more than one */
	totals->other_observations += answer->chunks && answer->usage.output > 1 ? 3 : 2;
}

static void count_call(struct tally *tally, const struct policy *policy, uint64_t number,
		       const struct call *call)
{
	struct errand errand = errand_begin(policy, number);
	struct trial trial;

	do {
		trial = errand_try(&errand, call);
		count_answer(tally, &trial.answer);
		if (trial.hedge_ns)
			count_answer(tally, &trial.hedge);
	} while (errand_next(&errand, &trial));
}

void tally_count(struct tally *tally, const struct workload *workload, const struct policy *policy)
{
	size_t i;

	*tally = (struct tally){ 0 };
	for (i = 0; i < workload->n; i++)
		count_call(tally, policy, i, &workload->calls[i]);
}
