/* SPDX-License-Identifier: MIT */
/* number.h: numbers as expositions write them; the locale does not matter. */
#ifndef QX_NUMBER_H
#define QX_NUMBER_H

#include "text.h"

/* A value; where it is a whole number that 64 bits hold, all of them are kept. */
struct qx_number {
	double real;
	uint64_t whole; /* if exact */
	bool exact;
};

struct qx_number qx_number_whole(uint64_t whole);
struct qx_number qx_number_real(double real);

/* Digits with sign, point and exponent, inf, infinity, nan; false for anything else, and for
 * what is too large for a double. */
bool qx_number_parse(struct qx_text text, struct qx_number *number);

/* Decimal digits with or without a minus sign; false if it does not fit. */
bool qx_integer_parse(struct qx_text text, int64_t *value);

/* Compares all 64 bits where both have them; NaN differs from everything. */
bool qx_number_same(struct qx_number a, struct qx_number b);
bool qx_number_less(struct qx_number a, struct qx_number b);

/* The sum, exact if both are and it fits. */
struct qx_number qx_number_add(struct qx_number a, struct qx_number b);

/* A count: whole and not negative. */
bool qx_number_counts(struct qx_number number);

#define QX_NUMBER_SIZE 32

/* For messages: all digits. Returns out. */
const char *qx_number_show(struct qx_number number, char out[QX_NUMBER_SIZE]);

#define QX_CANONICAL_SIZE 40

/* How OpenMetrics writes a bound or a quantile: shortest digits, always with a point or an
 * exponent. */
void qx_canonical(double value, char out[QX_CANONICAL_SIZE]);

#endif
