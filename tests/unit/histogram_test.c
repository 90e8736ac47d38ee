/* SPDX-License-Identifier: MIT */
/* histogram_test.c: values fall where their bounds say; counts and sums agree; timers. */
#include "base/cell.h"
#include "exposed.h"

#include <float.h>
#include <math.h>
#include <stdio.h>

static quipu_registry *registry;

static void begin(void)
{
	registry = quipu_registry_new(NULL);
}

static void end(void)
{
	expect_no_error(registry);
	quipu_registry_free(registry);
}

TestSuite(histogram, .init = begin, .fini = end);
TestSuite(timer, .init = begin, .fini = end);

static quipu_histogram make(const double *bounds, size_t n)
{
	quipu_histogram histogram = quipu_histogram_new(
		registry, QUIPU_OPTS(.name = "h", .help = "H.", .bounds = bounds, .n_bounds = n));

	cr_assert_neq(histogram.offset, 0);
	return histogram;
}

/* The bucket that one value fell into, and nothing else changed. */
static size_t bucket_of(quipu_histogram histogram, double value, size_t n_buckets)
{
	uint64_t before[QUIPU_MAX_BOUNDS + 1], after[QUIPU_MAX_BOUNDS + 1];
	uint64_t count = quipu_histogram_read_buckets(histogram, before, n_buckets).count;
	size_t bucket = SIZE_MAX;

	quipu_observe(histogram, value);
	cr_assert_eq(quipu_histogram_read_buckets(histogram, after, n_buckets).count, count + 1);
	for (size_t i = 0; i < n_buckets; i++) {
		if (after[i] == before[i])
			continue;
		cr_assert(after[i] == before[i] + 1 && bucket == SIZE_MAX);
		bucket = i;
	}
	return bucket;
}

static const double values[] = { 0,	    -0.0,    DBL_TRUE_MIN, -DBL_TRUE_MIN,
				 DBL_MIN,   DBL_MAX, -DBL_MAX,	   INFINITY,
				 -INFINITY, 1,	     -1,	   0x1p-1030 };

static void check_bounds(const double *bounds, size_t n)
{
	quipu_histogram histogram = make(bounds, n);

	for (size_t i = 0; i < n; i++) {
		cr_expect_eq(bucket_of(histogram, bounds[i], n + 1), i, "at %a", bounds[i]);
		cr_expect_eq(bucket_of(histogram, nextafter(bounds[i], INFINITY), n + 1), i + 1);
		cr_expect_leq(bucket_of(histogram, nextafter(bounds[i], -INFINITY), n + 1), i);
	}
	for (size_t i = 0; i < N_OF(values); i++) {
		size_t expected = 0;

		while (expected < n && values[i] > bounds[expected])
			expected++;
		cr_expect_eq(bucket_of(histogram, values[i], n + 1), expected, "%a", values[i]);
	}
}

/* The inline path, where the processor moves cells whole. */
static void expect_inline(quipu_histogram histogram)
{
	cr_expect_eq(histogram.layout != NULL, qp_cell_whole);
}

Test(histogram, default_bounds)
{
	static const double expected[] = {
		0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10
	};
	quipu_histogram histogram = make(NULL, 0);

	for (size_t i = 0; i < N_OF(expected); i++)
		cr_expect_eq(bucket_of(histogram, expected[i], 12), i);
	cr_expect_eq(bucket_of(histogram, 10.1, 12), 11);
	expect_inline(histogram);
}

Test(histogram, bounds_with_a_table)
{
	check_bounds((const double[]){ 0.001, 0.5, 0.75, 1, 1000 }, 5);
	expect_inline(make((const double[]){ 0.001, 0.5, 0.75, 1, 1000 }, 5));
}

Test(histogram, bounds_without_a_table)
{
	check_bounds((const double[]){ -1e10, -1, 0, 1, 0x1.0000000000001p0 }, 5);
	cr_expect_null(make((const double[]){ -1e10, -1, 0, 1, 0x1.0000000000001p0 }, 5).layout);
}

Test(histogram, one_bound_at_the_edge_of_doubles)
{
	check_bounds((const double[]){ DBL_TRUE_MIN }, 1);
}

Test(histogram, the_largest_bound)
{
	quipu_histogram histogram = make((const double[]){ 1, DBL_MAX }, 2);

	cr_expect_eq(bucket_of(histogram, DBL_MAX, 3), 1);
	cr_expect_eq(bucket_of(histogram, INFINITY, 3), 2);
	cr_expect_eq(bucket_of(histogram, -INFINITY, 3), 0);
}

Test(histogram, five_hundred_and_twelve_bounds)
{
	double bounds[QUIPU_MAX_BOUNDS];

	cr_assert_eq(quipu_bounds_linear(bounds, QUIPU_MAX_BOUNDS, 0.5, 0.25), QUIPU_OK);
	check_bounds(bounds, QUIPU_MAX_BOUNDS);
	qt_free(exposed(registry));
}

/* A last bound of +Inf is what every histogram has anyway. */
Test(histogram, a_last_bound_of_infinity)
{
	quipu_histogram a = make((const double[]){ 1, 2, INFINITY }, 3);
	quipu_histogram b = make((const double[]){ 1, 2 }, 2);

	cr_expect_eq(a.offset, b.offset);
	quipu_observe(a, 1.5);
	expect_text(registry,
		    "# HELP h H.\n# TYPE h histogram\n"
		    "h_bucket{le=\"1\"} 0\nh_bucket{le=\"2\"} 1\nh_bucket{le=\"+Inf\"} 1\n"
		    "h_sum 1.5\nh_count 1\n");
}

Test(histogram, nan_is_refused_and_counted)
{
	quipu_histogram histogram = make(NULL, 0);
	quipu_histogram_family family = quipu_histogram_family_new(
		registry, QUIPU_OPTS(.name = "f", .help = "F.", .labels = QUIPU_NAMES("l")));

	quipu_observe(histogram, NAN); /* as the thread's first record */
	quipu_observe(histogram, 1);
	quipu_observe(histogram, -NAN);
	quipu_observe_at(family, NAN, "a");
	cr_expect_eq(self_figure("refused_values"), 3);
	cr_expect_eq(quipu_read(histogram).count, 1);
	cr_expect_eq(quipu_read(histogram).sum, 1);
	cr_expect_eq(quipu_read(quipu_at(family, "a")).count, 0);
}

Test(histogram, infinite_values_are_observations)
{
	quipu_histogram histogram = make((const double[]){ 1 }, 1);

	quipu_observe(histogram, INFINITY);
	expect_text(registry,
		    "# HELP h H.\n# TYPE h histogram\n"
		    "h_bucket{le=\"1\"} 0\nh_bucket{le=\"+Inf\"} 1\nh_sum +Inf\nh_count 1\n");
	quipu_observe(histogram, -INFINITY);
	expect_text(registry,
		    "# HELP h H.\n# TYPE h histogram\n"
		    "h_bucket{le=\"1\"} 1\nh_bucket{le=\"+Inf\"} 2\nh_sum NaN\nh_count 2\n");
}

Test(histogram, by_label_values_and_removed)
{
	quipu_histogram_family family = quipu_histogram_family_new(
		registry, QUIPU_OPTS(.name = "f", .help = "F.", .labels = QUIPU_NAMES("l"),
				     .bounds = (const double[]){ 1 }, .n_bounds = 1));
	quipu_histogram kept = quipu_at(family, "a");

	quipu_observe(kept, 0.5);
	quipu_observe_at(family, 2, "a");
	quipu_observe_ns_at(family, 1000000000, "a");
	expect_text(registry, "# HELP f F.\n# TYPE f histogram\n"
			      "f_bucket{l=\"a\",le=\"1\"} 2\nf_bucket{l=\"a\",le=\"+Inf\"} 3\n"
			      "f_sum{l=\"a\"} 3.5\nf_count{l=\"a\"} 3\n");
	quipu_family_remove(family, "a");
	quipu_observe(kept, 7);
	quipu_release(kept);
	settle();
	quipu_observe_at(family, 5, "a");
	expect_text(registry, "# HELP f F.\n# TYPE f histogram\n"
			      "f_bucket{l=\"a\",le=\"1\"} 0\nf_bucket{l=\"a\",le=\"+Inf\"} 1\n"
			      "f_sum{l=\"a\"} 5\nf_count{l=\"a\"} 1\n");
}

Test(histogram, fewer_buckets_asked_for)
{
	quipu_histogram histogram = make((const double[]){ 1, 2 }, 2);
	uint64_t buckets[5] = { 9, 9, 9, 9, 9 };

	quipu_observe(histogram, 0.5);
	quipu_observe(histogram, 5);
	cr_expect_eq(quipu_histogram_read_buckets(histogram, buckets, 1).count, 2);
	cr_expect(buckets[0] == 1 && buckets[1] == 9);
	quipu_histogram_read_buckets(histogram, buckets, 4);
	cr_expect(buckets[0] == 1 && buckets[1] == 0 && buckets[2] == 1 && buckets[3] == 0);
	cr_expect_eq(buckets[4], 9);
}

/* --- durations -------------------------------------------------------------------------------- */

/* A duration that is a bound exactly belongs to its bucket, whatever 1e-9 rounds to. */
Test(timer, nanoseconds_at_exact_bounds)
{
	static const uint64_t ns[] = { 5000000,	   10000000,   25000000,   50000000,
				       100000000,  250000000,  500000000,  1000000000,
				       2500000000, 5000000000, 10000000000 };
	quipu_histogram histogram = make(NULL, 0);
	uint64_t buckets[12];

	for (size_t i = 0; i < N_OF(ns); i++) {
		quipu_observe_ns(histogram, ns[i]);
		quipu_histogram_read_buckets(histogram, buckets, 12);
		cr_expect_eq(buckets[i], i ? 2 : 1, "%lu ns", ns[i]);
		quipu_observe_ns(histogram, ns[i] + 1);
		quipu_histogram_read_buckets(histogram, buckets, 12);
		cr_expect_eq(buckets[i + 1], 1, "%lu ns", ns[i] + 1);
	}
	quipu_observe_ns(histogram, 0);
	quipu_histogram_read_buckets(histogram, buckets, 12);
	cr_expect_eq(buckets[0], 2);
}

/* Times 1e-9 would put 9, 11, 13 … ms beyond their bounds: the division is what is exact. */
Test(timer, every_millisecond_at_its_bound)
{
	double bounds[100];
	quipu_histogram histogram;
	uint64_t buckets[101];

	for (int i = 0; i < 100; i++)
		bounds[i] = (double)(i + 1) / 1000;
	histogram = make(bounds, 100);
	for (uint64_t i = 0; i < 100; i++)
		quipu_observe_ns(histogram, (i + 1) * 1000000);
	quipu_histogram_read_buckets(histogram, buckets, 101);
	for (int i = 0; i < 100; i++)
		cr_expect_eq(buckets[i], 1, "%d ms", i + 1);
	cr_expect_eq(buckets[100], 0);
}

Test(timer, observes_what_it_returns)
{
	quipu_histogram histogram = make(NULL, 0);
	quipu_timer timer = quipu_timer_start();
	uint64_t first = quipu_timer_observe(timer, histogram);
	uint64_t second = quipu_timer_observe(timer, histogram);

	cr_expect_geq(second, first);
	cr_expect_eq(quipu_read(histogram).count, 2);
	cr_expect_float_eq(quipu_read(histogram).sum, (double)(first + second) / 1e9, 1e-12);
	timer.start_ns -= 3600000000000;
	cr_expect_geq(quipu_timer_observe(timer, histogram), 3600000000000);
	cr_expect_geq(quipu_read(histogram).sum, 3600);
}

static int timed(quipu_histogram histogram, int early)
{
	QUIPU_TIME_SCOPE(histogram);
	QUIPU_TIME_SCOPE(histogram); /* two in one block */

	if (early)
		return 1;
	for (int i = 0; i < 3; i++) {
		QUIPU_TIME_SCOPE(histogram);
		if (i == 1)
			break;
	}
	return 0;
}

Test(timer, scopes_however_they_are_left)
{
	quipu_histogram histogram = make(NULL, 0);

	timed(histogram, 1);
	cr_expect_eq(quipu_read(histogram).count, 2);
	timed(histogram, 0);
	cr_expect_eq(quipu_read(histogram).count, 6);
	timed((quipu_histogram){ 0 }, 0);
	cr_expect_eq(quipu_read(histogram).count, 6);
}
