/* SPDX-License-Identifier: MIT */
/*
 * number.h: numbers to text, the same bytes in every locale, rounding mode and FTZ/DAZ
 * setting. Nothing ends in NUL; each function returns how many bytes it wrote.
 */
#ifndef QP_BASE_NUMBER_H
#define QP_BASE_NUMBER_H

#include "base/digits.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The room that out must have. */
#define QP_I64_CHARS 20	   /* -9223372036854775808 */
#define QP_DOUBLE_CHARS 24 /* -2.2250738585072014e-308 */

/* size_t qp_format_u64(char *out, uint64_t value): digits.h. Room: QP_U64_CHARS. */
size_t qp_format_i64(char *out, int64_t value);

/*
 * The shortest decimal that reads back as the same double, with an exponent when it is below
 * -4 or at least 6: 0.25, 100000, 1e+06, 5e-324, NaN, +Inf, -Inf. Both zeros are 0.
 */
size_t qp_format_double(char *out, double value);

#ifdef __cplusplus
}
#endif
#endif
