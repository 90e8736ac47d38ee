/* SPDX-License-Identifier: MIT */
/* errand.c: retries, fallbacks, hedges and outages; see errand.h. */
#include "errand.h"

#include "random.h"

#include <string.h>

#define MAX_TRIES 2 /* at one model */
#define MAX_ATTEMPTS 4
/* Hedges draw from numbers of their own. */
#define HEDGE_AT (PROVIDER_MAX_ATTEMPTS / 2)
/* Pauses: a retry's, and what a refusal asks for. */
#define BACKOFF_NS 250e6
#define RETRY_AFTER_NS 2e9

_Static_assert(MAX_ATTEMPTS <= HEDGE_AT, "attempts and hedges draw different numbers");

struct errand errand_begin(const struct policy *policy, uint64_t number)
{
	return (struct errand){
		.policy = policy,
		.attempt = { .number = number, .route = provider_route(&policy->provider, number) },
	};
}

static bool same_model(unsigned one, unsigned other)
{
	return !strcmp(provider_routes[one].model, provider_routes[other].model);
}

static bool same_provider(unsigned one, unsigned other)
{
	return !strcmp(provider_routes[one].provider, provider_routes[other].provider);
}

/* The next in the list that is another model and elsewhere. */
static unsigned fallback_of(unsigned route)
{
	unsigned other = route;

	while (same_model(route, other) || same_provider(route, other))
		other = (other + 1) % PROVIDER_N_ROUTES;
	return other;
}

/* The same model elsewhere, or else the next one. */
static unsigned hedge_of(unsigned route)
{
	unsigned other;

	for (other = 0; other < PROVIDER_N_ROUTES; other++)
		if (other != route && same_model(route, other))
			return other;
	return fallback_of(route);
}

static bool worth_a_retry(quipu_llm_error error)
{
	switch (error) {
	case QUIPU_LLM_RATE_LIMITED:
	case QUIPU_LLM_TIMEOUT:
	case QUIPU_LLM_OVERLOADED:
	case QUIPU_LLM_SERVER:
	case QUIPU_LLM_NETWORK:
	case QUIPU_LLM_BROKEN_STREAM:
	case QUIPU_LLM_MALFORMED:
	case QUIPU_LLM_OTHER:
		return true;
	default:
		return false;
	}
}

/* --- outages ----------------------------------------------------------------------- */

/*
 * In the middle of every so many calls one provider is out: for an eighth of the outage calls
 * fail, then the circuit breaker is open, and for the last eighth it lets calls through to see.
 */
enum outage { OUTAGE_NONE, OUTAGE_FAILING, OUTAGE_OPEN, OUTAGE_ENDING };

struct timetable {
	uint64_t fails, opens, tries, closes; /* call numbers within the period */
};

static struct timetable timetable(uint64_t every)
{
	uint64_t length = every / 8;

	return (struct timetable){ every / 2, every / 2 + length / 8,
				   every / 2 + length - length / 8, every / 2 + length };
}

/* A route of the provider that is out in this number's period. */
static unsigned route_out(const struct policy *policy, uint64_t number)
{
	return provider_route(&policy->provider, ~(number / policy->outage_every));
}

static enum outage outage(const struct policy *policy, const struct attempt *attempt)
{
	struct timetable times;
	uint64_t at;

	if (!policy->outage_every)
		return OUTAGE_NONE;
	times = timetable(policy->outage_every);
	at = attempt->number % policy->outage_every;
	if (at < times.fails || at >= times.closes ||
	    !same_provider(attempt->route, route_out(policy, attempt->number)))
		return OUTAGE_NONE;
	return at < times.opens ? OUTAGE_FAILING : at < times.tries ? OUTAGE_OPEN : OUTAGE_ENDING;
}

bool errand_circuit(const struct policy *policy, uint64_t number, unsigned *route,
		    quipu_llm_circuit *state)
{
	struct timetable times;
	uint64_t at;

	if (!policy->outage_every)
		return false;
	times = timetable(policy->outage_every);
	at = number % policy->outage_every;
	if (at != times.opens && at != times.tries && at != times.closes)
		return false;
	*route = route_out(policy, number);
	*state = at == times.opens   ? QUIPU_LLM_CIRCUIT_OPEN_STATE
		 : at == times.tries ? QUIPU_LLM_CIRCUIT_HALF_OPEN_STATE
				     : QUIPU_LLM_CIRCUIT_CLOSED_STATE;
	return true;
}

static struct answer refusal(unsigned route, quipu_llm_error error, double after_ns)
{
	return (struct answer){ .route = route,
				.error = error,
				.duration_ns = (uint64_t)after_ns,
				.usage = { .size = sizeof(quipu_llm_usage) } };
}

/* --- attempts ---------------------------------------------------------------------- */

static struct answer ask(const struct policy *policy, const struct attempt *attempt,
			 const struct call *call)
{
	switch (outage(policy, attempt)) {
	case OUTAGE_FAILING:
		return refusal(attempt->route, QUIPU_LLM_OVERLOADED,
			       provider_routes[attempt->route].trip_ns);
	case OUTAGE_OPEN:
		return refusal(attempt->route, QUIPU_LLM_CIRCUIT_OPEN, 0);
	case OUTAGE_NONE:
	case OUTAGE_ENDING:
		break;
	}
	return provider_answer(&policy->provider, attempt, call);
}

/* Whichever answers first is used, and the other one given up. */
static void settle(struct trial *trial)
{
	uint64_t end_ns = trial->hedge_ns + trial->hedge.duration_ns;

	trial->hedge_won = trial->hedge.error == QUIPU_LLM_OK && end_ns < trial->answer.duration_ns;
	if (trial->hedge_won)
		provider_cancel(&trial->answer, end_ns);
	else if (end_ns > trial->answer.duration_ns)
		provider_cancel(&trial->hedge, trial->answer.duration_ns - trial->hedge_ns);
}

static void hedge(const struct errand *errand, struct trial *trial, const struct call *call)
{
	struct attempt beside = errand->attempt;

	beside.at += HEDGE_AT;
	beside.route = hedge_of(beside.route);
	trial->hedge_ns = errand->policy->hedge_after_ns;
	trial->hedge = ask(errand->policy, &beside, call);
	settle(trial);
}

static bool slow(const struct policy *policy, const struct answer *answer)
{
	return policy->hedge_after_ns && answer->error == QUIPU_LLM_OK &&
	       answer->duration_ns > policy->hedge_after_ns;
}

/* What comes after a trial without an answer. */
static void plan_next(const struct errand *errand, struct trial *trial, double share)
{
	const struct answer *answer = &trial->answer;

	if (answer->error == QUIPU_LLM_OK || trial->hedge_won ||
	    errand->attempt.at + 1 == MAX_ATTEMPTS)
		return;
	trial->goes_on = true;
	trial->next_route = fallback_of(answer->route);
	if (!worth_a_retry(answer->error) || errand->tries + 1 == MAX_TRIES)
		return;
	trial->next_route = answer->route;
	trial->again_ns =
		(uint64_t)((answer->error == QUIPU_LLM_RATE_LIMITED ? RETRY_AFTER_NS : BACKOFF_NS) *
			   (0.5 + share));
}

struct trial errand_try(const struct errand *errand, const struct call *call)
{
	const struct policy *policy = errand->policy;
	struct trial trial = { .answer = ask(policy, &errand->attempt, call) };
	double share;

	if (slow(policy, &trial.answer))
		hedge(errand, &trial, call);
	if (trial.answer.error == QUIPU_LLM_OK && policy->provider.rate_limit_share == 0)
		return trial;
	share = provider_share(&policy->provider, &errand->attempt, RANDOM_WAIT);
	if (share < policy->provider.rate_limit_share)
		trial.held_ns = (uint64_t)(RETRY_AFTER_NS * (0.1 + share));
	plan_next(errand, &trial, share);
	return trial;
}

bool errand_next(struct errand *errand, const struct trial *trial)
{
	if (!trial->goes_on)
		return false;
	errand->tries = trial->next_route == errand->attempt.route ? errand->tries + 1 : 0;
	errand->attempt.at++;
	errand->attempt.route = trial->next_route;
	return true;
}
