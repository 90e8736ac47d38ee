/* SPDX-License-Identifier: MIT */
/* native.c: see native.h. */
#include "native.h"

#include "base/arithmetic.h"

#include <float.h>
#include <math.h>
#include <string.h>

#define TABLE_SIZE (1 << QP_NATIVE_FINEST)
#define MANTISSA_BITS 52
#define EXPONENT_BIAS 1023

/* Bounds of the finest schema within [0.5, 1); those of coarser ones are among them. */
static double bounds[TABLE_SIZE];

/* 2^(2^-n), n from 1: rounded as in the table that Prometheus and its clients share. */
static const double factors[QP_NATIVE_FINEST] = {
	0x1.6a09e667f3bccp+0, 0x1.306fe0a31b715p+0, 0x1.172b83c7d517bp+0, 0x1.0b5586cf9890fp+0,
	0x1.059b0d3158574p+0, 0x1.02c9a3e778061p+0, 0x1.0163da9fb3335p+0, 0x1.00b1afa5abcbfp+0,
};

/* From schema to schema every second bound is new: the one before it times the factor. */
void qp_native_init(void)
{
	int step, i, n;
	fenv_t own;

	qp_arithmetic_begin(&own);
	bounds[0] = 0.5;
	for (n = 0, step = TABLE_SIZE / 2; n < QP_NATIVE_FINEST; n++, step /= 2) {
		for (i = step; i < TABLE_SIZE; i += 2 * step)
			bounds[i] = bounds[i - step] * factors[n];
	}
	qp_arithmetic_end(&own);
}

int qp_native_schema(double factor)
{
	double exponent;
	fenv_t own;

	qp_arithmetic_begin(&own);
	exponent = floor(log2(log2(factor)));
	qp_arithmetic_end(&own);
	if (exponent <= -QP_NATIVE_FINEST)
		return QP_NATIVE_FINEST;
	if (exponent >= -QP_NATIVE_COARSEST)
		return QP_NATIVE_COARSEST;
	return -(int)exponent;
}

/* The first bound that is not below fraction; TABLE_SIZE if there is none. */
static int find_bound(double fraction)
{
	int low = 0, high = TABLE_SIZE;

	while (low < high) {
		int middle = (low + high) / 2;

		if (bounds[middle] < fraction)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static int32_t finest_index(double magnitude)
{
	int exponent;
	double fraction = frexp(magnitude, &exponent);

	return find_bound(fraction) + (exponent - 1) * TABLE_SIZE;
}

int32_t qp_native_index(int schema, double magnitude)
{
	int32_t index = finest_index(isinf(magnitude) ? DBL_MAX : magnitude);
	int n;

	for (n = QP_NATIVE_FINEST; n > schema; n--)
		index = qp_native_coarser(index);
	return isinf(magnitude) ? index + 1 : index;
}

double qp_native_bound(int schema, int32_t index)
{
	int64_t finest = (int64_t)index * ((int64_t)1 << (QP_NATIVE_FINEST - schema));
	int64_t last = (int64_t)DBL_MAX_EXP * TABLE_SIZE;

	if (finest >= last)
		return finest == last ? DBL_MAX : INFINITY;
	return ldexp(bounds[finest & (TABLE_SIZE - 1)], (int)(finest >> QP_NATIVE_FINEST) + 1);
}

/* --- cells ------------------------------------------------------------------------------------- */

double qp_native_zero_threshold(const struct qp_native_spec *spec)
{
	int schema = spec->schema < 0 ? spec->schema : 0;

	return qp_native_bound(schema, qp_native_index(schema, spec->min) - 1);
}

/* The ends of one side's magnitudes, from the zero bucket's outwards to the largest double; how
 * many. ends NULL: only counts. Stops behind most. */
static size_t side_ends(const struct qp_native_spec *spec, bool fine, double *ends, size_t most)
{
	double end = qp_native_zero_threshold(spec);
	int32_t last = qp_native_index(spec->schema, spec->max), i;
	size_t n = 0;

	for (i = qp_native_index(spec->schema, end); n <= most && end < DBL_MAX; n++) {
		if (ends)
			ends[n] = end;
		if (fine && i < last)
			end = qp_native_bound(spec->schema, ++i);
		else
			end = qp_native_bound(
				QP_NATIVE_COARSEST,
				qp_native_index(QP_NATIVE_COARSEST, nextafter(end, INFINITY)));
	}
	if (ends)
		ends[n] = end;
	return n + 1;
}

size_t qp_native_count_ends(const struct qp_native_spec *spec, size_t most)
{
	size_t n = side_ends(spec, spec->negative, NULL, most) + side_ends(spec, true, NULL, most);

	return n > most ? most + 1 : n;
}

/* Negative buckets include their end farther from 0, so a cell's upper end is the last double
 * before the bucket's. */
void qp_native_ends(const struct qp_native_spec *spec, double *ends)
{
	size_t n = side_ends(spec, spec->negative, ends, SIZE_MAX - 1), i;

	for (i = 0; i < n / 2; i++) {
		double swap = ends[i];

		ends[i] = ends[n - 1 - i];
		ends[n - 1 - i] = swap;
	}
	for (i = 0; i < n; i++)
		ends[i] = nextafter(-ends[i], -INFINITY);
	side_ends(spec, true, ends + n, SIZE_MAX - 1);
}
