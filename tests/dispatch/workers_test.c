/* SPDX-License-Identifier: MIT */
/*
 * workers_test.c: for one seed the totals by label are the same on any number of threads, and
 * are what a plain count on one thread comes to.
 */
#include "readings.h"
#include "tally.h"
#include "workers.h"

#include <criterion/criterion.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Everything happens: failures, refusals, hedges, outages. */
static const struct policy failing = {
	.provider = { 42, 0.1, 0.05 },
	.hedge_after_ns = UINT64_C(2000000000),
	.outage_every = 1000,
};

static struct workload generated(uint64_t seed)
{
	struct workload workload = { 0 };

	cr_assert(workload_generate(&workload, seed));
	return workload;
}

static void expect_same(const struct totals *got, const struct totals *wanted)
{
	int i;

	for (i = 0; i < QUIPU_LLM_N_STATUSES; i++)
		cr_assert_eq(got->requests[i], wanted->requests[i]);
	for (i = 0; i < QUIPU_LLM_N_DIRECTIONS; i++)
		cr_assert_eq(got->tokens[i], wanted->tokens[i]);
	for (i = 0; i <= TOTALS_N_BOUNDS; i++)
		cr_assert_eq(got->buckets[i], wanted->buckets[i]);
	cr_assert_eq(got->microdollars, wanted->microdollars);
	cr_assert_eq(got->in_flight, 0);
	cr_assert_eq(got->observed, wanted->observed);
	cr_assert_eq(got->first_tokens, wanted->first_tokens);
	cr_assert_eq(got->other_observations, wanted->other_observations);
	/* added up in another order */
	cr_assert_leq(fabs(got->seconds - wanted->seconds), 1e-9 * wanted->seconds);
	cr_assert_leq(fabs(got->first_seconds - wanted->first_seconds),
		      1e-9 * wanted->first_seconds);
}

static void expect_tally(quipu_registry *registry, const struct tally *tally)
{
	struct readings readings = readings_take(registry, 0);
	unsigned i;

	for (i = 0; i < PROVIDER_N_ROUTES; i++)
		expect_same(&readings.route[i], &tally->route[i]);
}

static struct totals read_all(quipu_registry *registry)
{
	struct readings readings = readings_take(registry, 0);

	return readings_sum(&readings);
}

static quipu_registry *open_metrics(struct metrics *metrics)
{
	quipu_registry *registry = quipu_registry_new(NULL);
	const char *where = "";

	cr_assert_eq(metrics_open(metrics, registry, 0, &where), QUIPU_OK, "%s", where);
	return registry;
}

static void run_and_compare(const struct workload *workload, const struct tally *tally,
			    unsigned threads, double speed)
{
	static struct workers workers;
	struct metrics metrics;
	quipu_registry *registry = open_metrics(&metrics);
	struct workers_opts opts = {
		.workload = workload,
		.policy = failing,
		.metrics = &metrics,
		.threads = threads,
		.speed = speed,
	};

	cr_assert_eq(workers_start(&workers, &opts), 0);
	workers_join(&workers);
	cr_assert_not(workers_running(&workers));
	expect_tally(registry, tally);
	metrics_close(&metrics);
	quipu_registry_free(registry);
}

Test(workers, same_totals_on_any_number_of_threads)
{
	static const unsigned threads[] = { 1, 2, 8 };
	struct workload workload = generated(failing.provider.seed);
	struct tally tally;
	size_t i;

	tally_count(&tally, &workload, &failing);
	for (i = 0; i < sizeof threads / sizeof *threads; i++)
		run_and_compare(&workload, &tally, threads[i], 0);
	workload_free(&workload);
}

Test(workers, same_totals_when_paced)
{
	struct workload workload = generated(failing.provider.seed);
	struct tally tally;

	workload.n = 500; /* three minutes, at a speed of 1000 */
	tally_count(&tally, &workload, &failing);
	run_and_compare(&workload, &tally, 8, 1000);
	workload_free(&workload);
}

Test(workers, fewer_calls_than_threads)
{
	struct workload workload = generated(failing.provider.seed);
	struct tally tally;

	for (workload.n = 1; workload.n <= 65; workload.n += 64) {
		tally_count(&tally, &workload, &failing);
		run_and_compare(&workload, &tally, 8, 0);
	}
	workload_free(&workload);
}

static int take_piece(void *ctx, const char *data, size_t len)
{
	return fwrite(data, 1, len, ctx) != len;
}

/* Is the line in a scrape? */
static void expect_line(quipu_registry *registry, const char *line)
{
	char *text;
	size_t len;
	FILE *file = open_memstream(&text, &len);

	cr_assert_eq(quipu_write(registry, NULL, take_piece, file), QUIPU_OK);
	fclose(file);
	cr_assert(strstr(text, line), "%s", text);
	free(text);
}

/* W2: what was sent has ended, also when the workers are stopped in the middle. */
static void stop_early(const struct workload *workload, double speed)
{
	static struct workers workers;
	struct metrics metrics;
	quipu_registry *registry = open_metrics(&metrics);
	struct workers_opts opts = { workload, failing, &metrics, 4, speed, true };
	struct totals totals = { 0 };

	opts.policy.outage_every = 0; /* all calls are sent, so all that failed have a duration */

	cr_assert_eq(workers_start(&workers, &opts), 0);
	while (totals_requests(&totals) < 100)
		totals = read_all(registry);
	workers_stop(&workers);
	workers_join(&workers);
	totals = read_all(registry);
	cr_assert_eq(totals.in_flight, 0);
	/* who came in and was not served any more has left the queue all the same */
	expect_line(registry, "\nllm_queue_depth{queue=\"calls\"} 0\n");
	cr_assert_eq(totals.observed, totals.requests[QUIPU_LLM_STATUS_SUCCESS] +
					      totals.requests[QUIPU_LLM_STATUS_ERROR]);
	metrics_close(&metrics);
	quipu_registry_free(registry);
}

Test(workers, W2_stopped_in_the_middle)
{
	struct workload workload = generated(1);

	stop_early(&workload, 0);
	stop_early(&workload, 500);
	stop_early(&workload, 1e6); /* with most of them in the queue */
	workload_free(&workload);
}

/* A worker that has nothing to do is idle: no stall, however long it waits. */
Test(workers, idle_between_calls)
{
	static struct workers workers;
	struct call calls[] = { { 0, 10, 10 }, { UINT64_C(3000000000000), 10, 10 } };
	struct workload workload = { calls, 2, 2 };
	struct metrics metrics;
	quipu_registry *registry = open_metrics(&metrics);
	struct workers_opts opts = {
		.workload = &workload, .metrics = &metrics, .threads = 1, .speed = 1000
	};

	cr_assert_eq(workers_start(&workers, &opts), 0);
	workers_join(&workers);
	expect_line(registry, "\ndispatch_loop_iterations_total{loop=\"worker\"} 2\n");
	expect_line(registry, "\ndispatch_loop_stall_seconds_count{loop=\"worker\"} 0\n");
	metrics_close(&metrics);
	quipu_registry_free(registry);
}

Test(workers, generated_workload_has_the_shape_of_the_trace)
{
	struct workload workload = generated(1), again = generated(1), other = generated(2);
	double input = 0, output = 0;
	size_t i, differs = 0;

	for (i = 0; i < workload.n; i++) {
		input += workload.calls[i].input;
		output += workload.calls[i].output;
		cr_assert_eq(workload.calls[i].input, again.calls[i].input);
		cr_assert_eq(workload.calls[i].arrival_ns, again.calls[i].arrival_ns);
		cr_assert(!i || workload.calls[i].arrival_ns >= workload.calls[i - 1].arrival_ns);
		differs += workload.calls[i].input != other.calls[i].input;
	}
	cr_assert_eq(workload.n, WORKLOAD_GENERATED);
	cr_assert_gt(differs, workload.n / 2);
	/* the sample: 2048 and 27.9 tokens a call, 0.39 s apart */
	cr_assert_float_eq(input / (double)workload.n, 2048, 150);
	cr_assert_float_eq(output / (double)workload.n, 28, 5);
	cr_assert_float_eq((double)workload_span(&workload) / 1e9 / (double)workload.n, 0.39, 0.08);
	workload_free(&workload);
	workload_free(&again);
	workload_free(&other);
}
