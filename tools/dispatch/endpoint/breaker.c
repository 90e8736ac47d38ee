/* SPDX-License-Identifier: MIT */
/* breaker.c: see breaker.h. */
#include "breaker.h"

static bool try_one(struct breaker *breaker)
{
	if (breaker->trying)
		return false;
	breaker->trying = true;
	breaker->epoch++;
	return true;
}

static void open(struct breaker *breaker, uint64_t now_ns)
{
	breaker->state = QUIPU_LLM_CIRCUIT_OPEN_STATE;
	breaker->until_ns = now_ns + breaker->rest_ns;
	breaker->failures = 0;
	breaker->trying = false;
	breaker->epoch++;
}

static bool pass(struct breaker *breaker, uint64_t now_ns)
{
	if (breaker->state == QUIPU_LLM_CIRCUIT_OPEN_STATE && now_ns >= breaker->until_ns)
		breaker->state = QUIPU_LLM_CIRCUIT_HALF_OPEN_STATE;
	if (breaker->state == QUIPU_LLM_CIRCUIT_HALF_OPEN_STATE)
		return try_one(breaker);
	return breaker->state == QUIPU_LLM_CIRCUIT_CLOSED_STATE;
}

bool breaker_pass(struct breaker *breaker, uint64_t now_ns, uint64_t *epoch)
{
	bool may = pass(breaker, now_ns);

	*epoch = breaker->epoch;
	return may;
}

void breaker_succeeded(struct breaker *breaker, uint64_t epoch)
{
	if (epoch != breaker->epoch)
		return;
	breaker->state = QUIPU_LLM_CIRCUIT_CLOSED_STATE;
	breaker->failures = 0;
	breaker->trying = false;
}

void breaker_failed(struct breaker *breaker, uint64_t epoch, uint64_t now_ns)
{
	if (epoch != breaker->epoch || !breaker->threshold)
		return;
	breaker->failures++;
	if (breaker->trying || breaker->failures >= breaker->threshold)
		open(breaker, now_ns);
}

void breaker_unknown(struct breaker *breaker, uint64_t epoch)
{
	if (epoch == breaker->epoch)
		breaker->trying = false;
}
