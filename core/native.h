/* SPDX-License-Identifier: MIT */
/*
 * native.h: the arithmetic of native (exponential) buckets, and which of them a layout has.
 *
 * In schema n bucket i holds magnitudes in (base^(i-1), base^i], base = 2^(2^-n); index 0 ends
 * at 1. Bounds are the very doubles that Prometheus' own client uses, which are not all correctly
 * rounded, so that every value falls into the bucket where it would have put it.
 */
#ifndef QP_NATIVE_H
#define QP_NATIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define QP_NATIVE_COARSEST (-4)
#define QP_NATIVE_FINEST 8

/* Fills the table of bounds; once, before all others. */
void qp_native_init(void);

/* The coarsest schema whose buckets grow by factor (> 1) at most, as far as there is one. */
int qp_native_schema(double factor);

/* The bucket of a magnitude, which is above 0 and may be infinite. */
int32_t qp_native_index(int schema, double magnitude);

/* Where bucket i ends: the largest double for the last finite one, infinity beyond. */
double qp_native_bound(int schema, int32_t index);

/* The bucket of the next coarser schema that holds bucket i. */
static inline int32_t qp_native_coarser(int32_t index)
{
	return (int32_t)(((int64_t)index + 1) >> 1); /* rounds up, also below 0 */
}

/* --- the native part of a layout ------------------------------------------------------------ */

/*
 * The cells between which native buckets distinguish: every bucket of the schema from min to
 * max, on both sides of 0 if negative is set; what is nearer to 0 is the zero bucket's; and for
 * what is beyond, so that nothing is ever nowhere, cells 65536 times as wide and one for each
 * infinity. A wide cell is shown in the one bucket at its end nearest to 0: always the same one,
 * so that no bucket's count ever falls.
 */
struct qp_native_spec {
	int schema;
	double min, max; /* DBL_MIN <= min <= max, finite */
	bool negative;
};

/* Magnitudes up to this belong to the zero bucket: a power of two below min, so that it stays a
 * bucket's end when the resolution is reduced. */
double qp_native_zero_threshold(const struct qp_native_spec *spec);

/* How many ends the cells have (the last cell ends nowhere); more than most: most + 1. */
size_t qp_native_count_ends(const struct qp_native_spec *spec, size_t most);

/* The inclusive upper ends of all cells but the last, ascending; -Inf is the first. */
void qp_native_ends(const struct qp_native_spec *spec, double *ends);

#endif
