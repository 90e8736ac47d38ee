/* SPDX-License-Identifier: MIT */
/* dispatch.c: what a dispatcher does around calls. */
#include "llm/route.h"
#include "llm/sets.h"

#include <quipu/verbs.h>

/* Is there something to count in, and the value one of its set? */
static bool is_good(const quipu_llm_route *route, unsigned value, unsigned n)
{
	return route && qp_llm_is_one_of(route->kit, value, n);
}

/* By a look-up, as seldom as it is and with as many reasons as there are: all of them kept, and
 * shown at zero, would be more than all that is worth looking at. */
void quipu_llm_retry(const quipu_llm_route *route, quipu_llm_error reason)
{
	/* OK is no reason */
	if (is_good(route, (unsigned)reason - 1, QUIPU_LLM_N_ERRORS - 1))
		quipu_inc_at(route->kit->families.retries, route->provider->name,
			     qp_llm_errors[reason]);
}

void quipu_llm_fallback(const quipu_llm_route *from, const quipu_llm_route *to)
{
	if (from && to)
		quipu_inc_at(from->kit->families.fallbacks, from->model, to->model);
}

void quipu_llm_hedge(const quipu_llm_route *route, quipu_llm_hedge_result result)
{
	if (is_good(route, result, QUIPU_LLM_N_HEDGE_RESULTS))
		quipu_inc(route->provider->hedges[result]);
}

void quipu_llm_rate_limited(const quipu_llm_route *route, quipu_llm_rate_limit kind)
{
	if (is_good(route, kind, QUIPU_LLM_N_RATE_LIMITS))
		quipu_inc(route->provider->rate_limits[kind]);
}

void quipu_llm_rate_limit_waited(const quipu_llm_route *route, uint64_t ns)
{
	if (route)
		quipu_observe_ns(route->provider->rate_limit_wait, ns);
}

void quipu_llm_stream_aborted(const quipu_llm_route *route, quipu_llm_side side)
{
	if (is_good(route, side, QUIPU_LLM_N_SIDES))
		quipu_inc(route->provider->stream_aborts[side]);
}

void quipu_llm_circuit_is(const quipu_llm_route *route, quipu_llm_circuit state)
{
	if (is_good(route, state, QUIPU_LLM_N_CIRCUITS) &&
	    qp_llm_circuit_set(route->provider, state))
		quipu_inc(route->provider->circuit_transitions[state]);
}
