/* SPDX-License-Identifier: MIT */
/* provider_test.c: the simulated models: seeded, with the shares asked for, and plausible. */
#include "provider.h"

#include <criterion/criterion.h>

#include <string.h>

#define CALLS 100000

static const struct call call = { .input = 1000, .output = 100 };

Test(provider, same_seed_same_answer)
{
	struct provider provider = { 7, 0.1, 0.1 }, other = { 8, 0.1, 0.1 };
	struct answer one, two, three;
	unsigned differs = 0;
	uint64_t i;

	for (i = 0; i < 1000; i++) {
		one = provider_answer(&provider, i, &call);
		two = provider_answer(&provider, i, &call);
		three = provider_answer(&other, i, &call);
		cr_assert_eq(one.route, two.route);
		cr_assert_eq(one.status, two.status);
		cr_assert_eq(one.duration_ns, two.duration_ns);
		differs += one.duration_ns != three.duration_ns;
	}
	cr_assert_gt(differs, 900);
}

Test(provider, shares_of_statuses)
{
	struct provider provider = { 1, 0.1, 0.05 };
	unsigned n[PROVIDER_N_STATUSES] = { 0 };
	uint64_t i;

	for (i = 0; i < CALLS; i++)
		n[provider_answer(&provider, i, &call).status]++;
	/* seeded, so never by chance; 6 standard deviations are 570 and 414 */
	cr_assert(n[PROVIDER_ERROR] > 9430 && n[PROVIDER_ERROR] < 10570);
	cr_assert(n[PROVIDER_RATE_LIMITED] > 4586 && n[PROVIDER_RATE_LIMITED] < 5414);
}

Test(provider, no_failures_unless_asked)
{
	struct provider provider = { 1, 0, 0 };
	struct answer answer;
	uint64_t i;

	for (i = 0; i < CALLS; i++) {
		answer = provider_answer(&provider, i, &call);
		cr_assert_eq(answer.status, PROVIDER_SUCCESS);
		cr_assert_eq(answer.input, call.input);
		cr_assert_eq(answer.output, call.output);
	}
}

Test(provider, only_failures_if_asked)
{
	struct provider provider = { 1, 1, 0 };
	struct answer answer;
	uint64_t i;

	for (i = 0; i < CALLS; i++) {
		answer = provider_answer(&provider, i, &call);
		cr_assert_eq(answer.status, PROVIDER_ERROR);
		cr_assert_eq(answer.input + answer.output, 0);
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
		answer = provider_answer(&provider, i, &call);
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
	struct answer answer = provider_answer(&provider, 0, &greatest);

	cr_assert_gt(answer.duration_ns, UINT64_C(10000000000000000));
}
