/* SPDX-License-Identifier: MIT */
/* calls.c: see calls.h. */
#include "calls.h"

#include "provider.h"
#include "workload.h"

_Static_assert(CALLS_N_ROUTES == PROVIDER_N_ROUTES, "the demo's routes");

#define SEED 1

static const struct provider provider = { SEED, 0.02, 0.01 };
static struct workload workload;

bool calls_open(void)
{
	return workload_generate(&workload, SEED);
}

void calls_close(void)
{
	workload_free(&workload);
}

const char *calls_model(unsigned route)
{
	return provider_routes[route].model;
}

const char *calls_provider(unsigned route)
{
	return provider_routes[route].provider;
}

unsigned calls_route(uint64_t number)
{
	return provider_route(&provider, number);
}

static unsigned status(quipu_llm_error error)
{
	if (error == QUIPU_LLM_OK)
		return CALLS_SUCCESS;
	return error == QUIPU_LLM_RATE_LIMITED ? CALLS_RATE_LIMITED : CALLS_ERROR;
}

struct calls_answer calls_make(uint64_t number, unsigned route)
{
	const struct attempt attempt = { .number = number, .route = route };
	const struct call *call = &workload.calls[number % workload.n];
	const struct answer answer = provider_answer(&provider, &attempt, call);

	return (struct calls_answer){
		.status = status(answer.error),
		.input = (uint32_t)answer.usage.input,
		.output = (uint32_t)answer.usage.output,
		.ns = answer.duration_ns,
		.first_ns = answer.first_ns,
	};
}
