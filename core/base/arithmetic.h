/* SPDX-License-Identifier: MIT */
/*
 * arithmetic.h: computing as if the program had not chosen how: rounded to nearest, denormals as
 * they are, no traps. What the library shows would else depend on the thread that asks, and sums
 * that are rounded in another way than a scrape before could fall (P3).
 */
#ifndef QP_BASE_ARITHMETIC_H
#define QP_BASE_ARITHMETIC_H

#include <fenv.h>

/* Keeps the thread's own way in *own and takes the usual one. */
static inline void qp_arithmetic_begin(fenv_t *own)
{
	fegetenv(own);
	fesetenv(FE_DFL_ENV);
}

static inline void qp_arithmetic_end(const fenv_t *own)
{
	fesetenv(own);
}

#endif
