/* SPDX-License-Identifier: MIT */
/* spread_test.c: quantiles as Prometheus gives them, and what is between two readings. */
#include "scene.h"

#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

static bool near(double a, double b)
{
	return fabs(a - b) <= 1e-9 * fmax(1, fabs(b));
}

static struct spread read_spread(const char *text)
{
	struct qx_exposition *x = qx_read(QX_TEXT, text, strlen(text));
	struct spread spread = spread_of(x->first->first);

	qx_free(x);
	return spread;
}

#define BUCKET(le, count) "h_bucket{le=\"" le "\"} " count "\n"
#define TYPE "# TYPE h histogram\n"

/* What Prometheus 2.42 (promtool test rules) answers to histogram_quantile for these. */
static const struct {
	const char *text;
	double at[5]; /* 0.1, 0.5, 0.9, 0.95, 0.99 */
} prometheus[] = {
	{ TYPE BUCKET("0.1", "5") BUCKET("0.5", "20") BUCKET("1", "40") BUCKET("5", "47")
		  BUCKET("+Inf", "50"),
	  { 0.1, 0.625, 3.857142857142857, 5, 5 } },
	{ TYPE BUCKET("-2", "1") BUCKET("-1", "4") BUCKET("3", "9") BUCKET("+Inf", "9"),
	  { -2, -0.6, 2.28, 2.6399999999999992, 2.928 } },
	{ TYPE BUCKET("+Inf", "9"), { NAN, NAN, NAN, NAN, NAN } },
	{ TYPE BUCKET("1", "0") BUCKET("2", "0") BUCKET("+Inf", "7"), { 2, 2, 2, 2, 2 } },
	{ TYPE BUCKET("4", "3") BUCKET("1", "0") BUCKET("+Inf", "3") BUCKET("2", "3"),
	  { 1.1, 1.5, 1.9, 1.9499999999999997, 1.9899999999999998 } },
	{ TYPE BUCKET("1", "0") BUCKET("+Inf", "0"), { NAN, NAN, NAN, NAN, NAN } },
};

Test(spread, quantiles_are_those_of_prometheus)
{
	static const double at[] = { 0.1, 0.5, 0.9, 0.95, 0.99 };

	for (size_t i = 0; i < sizeof(prometheus) / sizeof(prometheus[0]); i++) {
		struct spread spread = read_spread(prometheus[i].text);

		for (int j = 0; j < 5; j++) {
			double found = spread_quantile(&spread, at[j]);
			double wanted = prometheus[i].at[j];

			cr_assert(isnan(wanted) ? isnan(found) : near(found, wanted),
				  "%zu: %g is %.17g, not %.17g", i, at[j], found, wanted);
		}
		spread_free(&spread);
	}
}

/* --- native buckets --------------------------------------------------------------------------- */

/* Schema 0: bounds are powers of two. 4 in (1, 2], none in (2, 4], 4 in (4, 8]. */
static const char native[] = "# TYPE h histogram\n"
			     "h {count:8,sum:30,schema:0,zero_threshold:0,zero_count:0,"
			     "positive_spans:[1:3],positive_buckets:[4,0,4]}\n# EOF\n";
static const char negative[] =
	"# TYPE h histogram\n"
	"h {count:7,sum:-3,schema:0,zero_threshold:0.5,zero_count:2,negative_spans:[1:1],"
	"negative_buckets:[4],positive_spans:[1:1],positive_buckets:[1]}\n# EOF\n";

static struct spread read_native(const char *text)
{
	struct qx_exposition *x = qx_read(QX_OPENMETRICS_2, text, strlen(text));
	struct spread spread;

	cr_assert_eq(x->findings.n, 0, "%s", x->findings.n ? x->findings.kept[0].message : "");
	spread = spread_of(x->first->first);
	qx_free(x);
	return spread;
}

Test(spread, native_buckets_are_exponential)
{
	struct spread spread = read_native(native);

	cr_assert(near(spread_total(&spread), 8));
	cr_assert(near(spread_quantile(&spread, 0.25), sqrt(2)));
	cr_assert(near(spread_quantile(&spread, 0.5), 2));
	cr_assert(near(spread_quantile(&spread, 0.75), 4 * sqrt(2)));
	spread_free(&spread);
}

Test(spread, native_buckets_of_both_signs_with_zero_between)
{
	struct spread spread = read_native(negative);

	/* rank 2 of 4 in [-2, -1), then rank 1 of 2 in [-0.5, 0.5] */
	cr_assert(near(spread_quantile(&spread, 2.0 / 7), -sqrt(2)));
	cr_assert(near(spread_quantile(&spread, 5.0 / 7), 0));
	cr_assert(near(spread_quantile(&spread, 1), 2));
	spread_free(&spread);
}

/* --- between two readings ---------------------------------------------------------------------- */

static struct spread since(const char *before, const char *now)
{
	struct spread a = read_spread(before), b = read_spread(now);
	struct spread c = spread_since(&b, &a);

	spread_free(&a);
	spread_free(&b);
	return c;
}

static bool counts(struct spread spread, size_t n, const double *wanted)
{
	bool same = spread.n == n;

	for (size_t i = 0; same && i < n; i++)
		same = spread.bars[i].count == wanted[i];
	spread_free(&spread);
	return same;
}

#define H(a, b, c) TYPE BUCKET("1", a) BUCKET("2", b) BUCKET("+Inf", c)

Test(spread, since_is_the_difference_or_all_after_a_reset)
{
	cr_assert(
		counts(since(H("1", "3", "6"), H("2", "6", "10")), 3, (const double[]){ 1, 2, 1 }));
	/* fewer in all, and as many in all but fewer in one bucket */
	cr_assert(
		counts(since(H("1", "3", "6"), H("1", "1", "2")), 3, (const double[]){ 1, 0, 1 }));
	cr_assert(
		counts(since(H("1", "3", "6"), H("0", "7", "7")), 3, (const double[]){ 0, 7, 0 }));
	cr_assert(
		counts(since(H("1", "3", "6"), H("1", "3", "6")), 3, (const double[]){ 0, 0, 0 }));
}

Test(spread, coarser_buckets_take_in_finer_ones_and_finer_tell_nothing)
{
	static const char finer[] = TYPE BUCKET("1", "1") BUCKET("2", "3") BUCKET("+Inf", "6");
	static const char coarser[] = TYPE BUCKET("2", "5") BUCKET("+Inf", "9");

	cr_assert(counts(since(finer, coarser), 2, (const double[]){ 2, 1 }));
	cr_assert(
		counts(since(coarser, TYPE BUCKET("1", "9") BUCKET("2", "9") BUCKET("+Inf", "20")),
		       0, NULL));
}

Test(spread, sums_of_the_same_and_of_other_bounds)
{
	struct spread a = read_spread(H("1", "3", "6")), b = read_spread(H("2", "2", "2"));
	struct spread c = read_spread(TYPE BUCKET("1.5", "4") BUCKET("+Inf", "4"));

	spread_add(&a, &b);
	cr_assert_eq(a.n, 3);
	cr_assert(near(a.bars[0].count, 3) && near(spread_total(&a), 8));
	spread_add(&a, &c);
	cr_assert_eq(a.n, 4);
	cr_assert(near(a.bars[1].upper, 1.5) && near(spread_total(&a), 12));
	spread_free(&a);
	spread_free(&b);
	spread_free(&c);
}
