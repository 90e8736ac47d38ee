/* SPDX-License-Identifier: MIT */
/* provider_test.c: the simulated models: seeded, with the shares asked for, and plausible. */
#include "provider.h"

#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

#define CALLS 100000

static const struct call call = { .input = 1000, .output = 100 };

static struct answer first_answer(const struct provider *provider, uint64_t number,
				  const struct call *what)
{
	struct attempt attempt = { number, 0, provider_route(provider, number) };

	return provider_answer(provider, &attempt, what);
}

Test(provider, same_seed_same_answer)
{
	struct provider provider = { 7, 0.1, 0.1 }, other = { 8, 0.1, 0.1 };
	struct answer one, two, three;
	unsigned differs = 0;
	uint64_t i;

	for (i = 0; i < 1000; i++) {
		one = first_answer(&provider, i, &call);
		two = first_answer(&provider, i, &call);
		three = first_answer(&other, i, &call);
		cr_assert_eq(one.route, two.route);
		cr_assert_eq(one.error, two.error);
		cr_assert_eq(one.chunks, two.chunks);
		cr_assert_eq(one.usage.cost_microdollars, two.usage.cost_microdollars);
		cr_assert_eq(one.duration_ns, two.duration_ns);
		differs += one.duration_ns != three.duration_ns;
	}
	cr_assert_gt(differs, 900);
}

Test(provider, shares_of_statuses)
{
	struct provider provider = { 1, 0.1, 0.05 };
	unsigned n[QUIPU_LLM_N_ERRORS] = { 0 }, failed;
	uint64_t i;

	for (i = 0; i < CALLS; i++)
		n[first_answer(&provider, i, &call).error]++;
	failed = CALLS - n[QUIPU_LLM_OK] - n[QUIPU_LLM_RATE_LIMITED];
	/* seeded, so never by chance; 6 standard deviations are 570 and 414 */
	cr_assert(failed > 9430 && failed < 10570);
	cr_assert(n[QUIPU_LLM_RATE_LIMITED] > 4586 && n[QUIPU_LLM_RATE_LIMITED] < 5414);
	/* and of the failures by what they die of: 64 parts, 6 deviations of the smallest are 75 */
#define EXPECT_FAULT(name, weight)                                                                 \
	cr_assert_float_eq(n[QUIPU_LLM_##name], failed *(weight) / 64.0, 75 * sqrt(weight));
	PROVIDER_FAULT_MAP(EXPECT_FAULT)
}

Test(provider, no_failures_unless_asked)
{
	struct provider provider = { 1, 0, 0 };
	struct answer answer;
	uint64_t i;

	for (i = 0; i < CALLS; i++) {
		answer = first_answer(&provider, i, &call);
		cr_assert_eq(answer.error, QUIPU_LLM_OK);
		cr_assert_eq(answer.usage.input, call.input);
		cr_assert_eq(answer.usage.output, call.output);
	}
}

Test(provider, only_failures_if_asked)
{
	struct provider provider = { 1, 1, 0 };
	struct answer answer;
	uint64_t i;

	for (i = 0; i < CALLS; i++) {
		answer = first_answer(&provider, i, &call);
		cr_assert_neq(answer.error, QUIPU_LLM_OK);
		cr_assert_eq(answer.usage.input + answer.usage.output +
				     answer.usage.cost_microdollars,
			     0);
	}
}

Test(provider, routes_by_weight)
{
	struct provider provider = { 1, 0, 0 };
	unsigned n[PROVIDER_N_ROUTES] = { 0 };
	double expected;
	uint64_t i;

	for (i = 0; i < CALLS; i++)
		n[provider_route(&provider, i)]++;
	for (i = 0; i < PROVIDER_N_ROUTES; i++) {
		expected = CALLS * provider_routes[i].weight / 256.0;
		cr_assert_float_eq(n[i], expected, 900);
	}
}

Test(provider, latency_from_rates)
{
	struct provider provider = { 1, 0, 0 };
	const struct provider_route *route;
	struct answer answer;
	double work, mean = 0;
	uint64_t i;

	for (i = 0; i < CALLS; i++) {
		answer = first_answer(&provider, i, &call);
		route = &provider_routes[answer.route];
		work = 1000 * route->input_ns + 100 * route->output_ns;
		cr_assert_geq((double)answer.duration_ns, route->trip_ns + 0.8 * work - 1);
		cr_assert_leq((double)answer.duration_ns, route->trip_ns + 3.6 * work + 1);
		mean += ((double)answer.duration_ns - route->trip_ns) / work / CALLS;
	}
	/* jitter means 1, and one call in a hundred takes three times as long */
	cr_assert_float_eq(mean, 1.02, 0.003);
}

Test(provider, greatest_call)
{
	struct call greatest = { .input = UINT32_MAX, .output = UINT32_MAX };
	struct provider provider = { 1, 0, 0 };
	struct answer answer = first_answer(&provider, 0, &greatest);

	cr_assert_gt(answer.duration_ns, UINT64_C(10000000000000000));
}

/* Chunks fill the time from the first token to the end. */
Test(provider, chunks_in_time)
{
	struct provider provider = { 1, 0, 0 };
	struct answer answer;
	uint64_t i, last_ns;

	for (i = 0; i < 1000; i++) {
		answer = first_answer(&provider, i, &call);
		cr_assert_eq(answer.chunks, 13); /* 100 tokens, 8 at a time */
		last_ns = answer.first_ns + 12 * answer.chunk_ns;
		cr_assert_leq(last_ns, answer.duration_ns);
		cr_assert_leq(answer.duration_ns - last_ns, 12);
	}
}

Test(provider, few_chunks_however_long)
{
	struct call longest = { .input = 1, .output = UINT32_MAX }, empty = { .input = 1 };
	struct provider provider = { 1, 0, 0 };

	cr_assert_eq(first_answer(&provider, 0, &longest).chunks, 256);
	cr_assert_eq(first_answer(&provider, 0, &empty).chunks, 0);
}

/* Prices in billionths of a dollar a token: 1000 in and 100 out. */
Test(provider, cost_by_price)
{
	struct provider provider = { 1, 0, 0 };
	const struct provider_route *route;
	struct answer answer;
	uint64_t i, cached;

	for (i = 0; i < 1000; i++) {
		answer = first_answer(&provider, i, &call);
		route = &provider_routes[answer.route];
		cached = answer.usage.cache_read;
		cr_assert(cached == 0 || cached == 750);
		cr_assert_eq(answer.usage.cost_microdollars,
			     ((1000 - cached) * route->input_price + cached * route->cached_price +
			      100 * route->output_price + 500) /
				     1000);
	}
}

Test(provider, usage_of_every_kind)
{
	struct provider provider = { 1, 0, 0 };
	unsigned read = 0, written = 0, reasoned = 0;
	struct answer answer;
	uint64_t i;

	for (i = 0; i < CALLS; i++) {
		answer = first_answer(&provider, i, &call);
		read += answer.usage.cache_read > 0;
		written += answer.usage.cache_write > 0;
		reasoned += answer.usage.reasoning > 0;
	}
	cr_assert_float_eq(read, CALLS / 4.0, 822);
	cr_assert_float_eq(written, CALLS / 8.0, 628);
	cr_assert_float_eq(reasoned, CALLS / 4.0, 822);
}

Test(provider, cancelled_in_the_middle)
{
	struct provider provider = { 1, 0, 0 };
	struct answer answer = first_answer(&provider, 0, &call);
	uint64_t middle_ns = answer.first_ns + 3 * answer.chunk_ns + 1;

	provider_cancel(&answer, middle_ns);
	cr_assert_eq(answer.error, QUIPU_LLM_CANCELLED);
	cr_assert_eq(answer.duration_ns, middle_ns);
	cr_assert_eq(answer.chunks, 4);
	cr_assert_eq(answer.usage.input + answer.usage.cost_microdollars, 0);
	provider_cancel(&answer, 1);
	cr_assert_eq(answer.chunks, 0);
}

Test(provider, traces_in_hexadecimal)
{
	struct trace_id one = provider_trace(0), other = provider_trace(1);

	cr_assert_eq(strspn(one.text, "0123456789abcdef"), 32);
	cr_assert_eq(strlen(other.text), 32);
	cr_assert(strcmp(one.text, other.text) != 0);
}
