/* SPDX-License-Identifier: MIT */
/* errand_test.c: what is done about a call that fails, is slow, or meets an outage. */
#include "errand.h"

#include <criterion/criterion.h>

#include <string.h>

#define CALLS 20000

static const struct call call = { .input = 1000, .output = 100 };

/* How one call went. */
struct story {
	unsigned attempts, retries, fallbacks, hedges, won, cancelled, held;
	bool answered;
};

static bool retried(const struct trial *trial)
{
	return trial->goes_on && trial->next_route == trial->answer.route;
}

static void follow(struct story *story, const struct trial *trial)
{
	story->attempts++;
	story->retries += retried(trial);
	story->fallbacks += trial->goes_on && !retried(trial);
	story->hedges += trial->hedge_ns > 0;
	story->won += trial->hedge_won;
	story->cancelled += trial->answer.error == QUIPU_LLM_CANCELLED;
	story->cancelled += trial->hedge_ns && trial->hedge.error == QUIPU_LLM_CANCELLED;
	story->held += trial->held_ns > 0;
	story->answered = trial->answer.error == QUIPU_LLM_OK || trial->hedge_won;
}

static struct story tell(const struct policy *policy, uint64_t number)
{
	struct errand errand = errand_begin(policy, number);
	struct story story = { 0 };
	struct trial trial;

	do {
		trial = errand_try(&errand, &call);
		follow(&story, &trial);
		cr_assert(!story.answered || !trial.goes_on);
		cr_assert_leq(story.attempts, 4);
	} while (errand_next(&errand, &trial));
	return story;
}

Test(errand, one_attempt_where_nothing_fails)
{
	struct policy policy = { .provider = { 1, 0, 0 } };
	struct story story;
	uint64_t i;

	for (i = 0; i < CALLS; i++) {
		story = tell(&policy, i);
		cr_assert(story.answered);
		cr_assert_eq(story.attempts, 1);
		cr_assert_eq(story.hedges + story.held, 0);
	}
}

/* With moderate shares every call is answered in the end. */
Test(errand, all_are_answered)
{
	struct policy policy = { .provider = { 1, 0.02, 0.02 } };
	struct story story;
	unsigned more = 0, held = 0;
	uint64_t i;

	for (i = 0; i < CALLS; i++) {
		story = tell(&policy, i);
		cr_assert(story.answered);
		more += story.attempts > 1;
		held += story.held > 0;
	}
	cr_assert(more > CALLS * 3 / 100 && more < CALLS * 5 / 100);
	cr_assert(held > CALLS / 100 && held < CALLS * 3 / 100);
}

Test(errand, four_attempts_at_two_models)
{
	struct policy policy = { .provider = { 1, 0, 1 } };
	struct story story = tell(&policy, 7);

	cr_assert_not(story.answered);
	cr_assert_eq(story.attempts, 4);
	cr_assert_eq(story.retries, 2);
	cr_assert_eq(story.fallbacks, 1);
}

Test(errand, no_second_try_of_what_it_cannot_mend)
{
	struct policy policy = { .provider = { 1, 1, 0 } };
	struct errand errand;
	struct trial trial;
	uint64_t i;
	unsigned hopeless = 0;

	for (i = 0; i < 1000; i++) {
		errand = errand_begin(&policy, i);
		trial = errand_try(&errand, &call);
		cr_assert(trial.goes_on);
		if (trial.answer.error != QUIPU_LLM_INVALID_REQUEST)
			continue;
		hopeless++;
		cr_assert(strcmp(provider_routes[trial.next_route].model,
				 provider_routes[trial.answer.route].model) != 0);
	}
	cr_assert_gt(hopeless, 10);
}

/* One of two is used; the other ends at the same moment, cancelled. */
Test(errand, hedges)
{
	struct policy policy = { .provider = { 1, 0, 0 }, .hedge_after_ns = 1600000000 };
	struct story story;
	unsigned hedges = 0, won = 0;
	uint64_t i;

	for (i = 0; i < CALLS; i++) {
		story = tell(&policy, i);
		cr_assert(story.answered);
		cr_assert_eq(story.cancelled, story.hedges);
		hedges += story.hedges;
		won += story.won;
	}
	cr_assert(won > 0 && won < hedges && hedges < CALLS);
}

Test(errand, hedged_attempts_end_together)
{
	struct policy policy = { .provider = { 1, 0, 0 }, .hedge_after_ns = 1000000000 };
	struct errand errand;
	struct trial trial;
	uint64_t i;

	for (i = 0; i < CALLS; i++) {
		errand = errand_begin(&policy, i);
		trial = errand_try(&errand, &call);
		if (!trial.hedge_ns)
			continue;
		cr_assert_eq(trial.hedge_ns + trial.hedge.duration_ns, trial.answer.duration_ns);
		cr_assert_eq(trial.hedge_won, trial.hedge.error == QUIPU_LLM_OK);
	}
}

/* In each period one provider is out: it fails, then nothing is sent, then it is tried. */
Test(errand, outages)
{
	struct policy policy = { .provider = { 1, 0, 0 }, .outage_every = 1024 };
	unsigned failed = 0, unsent = 0, open = 0;
	struct errand errand;
	struct trial trial;
	uint64_t i;

	for (i = 0; i < CALLS; i++) {
		errand = errand_begin(&policy, i);
		trial = errand_try(&errand, &call);
		cr_assert(tell(&policy, i).answered);
		failed += trial.answer.error == QUIPU_LLM_OVERLOADED;
		unsent += trial.answer.error == QUIPU_LLM_CIRCUIT_OPEN;
		if (trial.answer.error == QUIPU_LLM_CIRCUIT_OPEN) {
			cr_assert(i % 1024 >= 512 + 16 && i % 1024 < 512 + 128 - 16);
			cr_assert(strcmp(provider_routes[trial.next_route].provider,
					 provider_routes[trial.answer.route].provider) != 0);
			open++;
		}
	}
	cr_assert(failed > 0 && unsent > failed && open == unsent);
}

Test(errand, circuit_by_the_timetable)
{
	struct policy policy = { .provider = { 1, 0, 0 }, .outage_every = 1024 };
	static const uint64_t at[] = { 528, 624, 640 };
	static const quipu_llm_circuit wanted[] = { QUIPU_LLM_CIRCUIT_OPEN_STATE,
						    QUIPU_LLM_CIRCUIT_HALF_OPEN_STATE,
						    QUIPU_LLM_CIRCUIT_CLOSED_STATE };
	quipu_llm_circuit state;
	unsigned route, n = 0;
	uint64_t i;

	for (i = 0; i < 2048; i++)
		if (errand_circuit(&policy, i, &route, &state)) {
			cr_assert_eq(i % 1024, at[n % 3]);
			cr_assert_eq(state, wanted[n % 3]);
			n++;
		}
	cr_assert_eq(n, 6);
	policy.outage_every = 0;
	cr_assert_not(errand_circuit(&policy, 528, &route, &state));
}
