/* SPDX-License-Identifier: MIT */
/*
 * v7_rounding.c: a program that rounds another way, or treats denormal numbers as zero.
 *
 * V7, P7: every format gives the same bytes in every rounding mode, with denormals flushed to zero
 * and taken for zero, of a registry made before and of one that is made and recorded in that mode.
 * (Sums are those that the processor makes in the mode that it is in; here they are exact.)
 */
#include "everything.h"

#include "torture.h"

#include <fenv.h>
#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

static const struct torture defaults = {
	.name = "rounding",
	.promises = "P7 V7: rounding modes, denormals as zero",
};

static const struct mode {
	const char *name;
	int rounding;
} modes[] = { { "upward", FE_UPWARD },
	      { "downward", FE_DOWNWARD },
	      { "toward zero", FE_TOWARDZERO },
	      { "to nearest", FE_TONEAREST } };

#if defined(__x86_64__)
#define FLUSH_AND_TAKE 0x8040u

static void denormals_are_zero(int on)
{
	volatile double least = 5e-324;

	_mm_setcsr(on ? _mm_getcsr() | FLUSH_AND_TAKE : _mm_getcsr() & ~FLUSH_AND_TAKE);
	if ((least * 1.0 == 0.0) != on)
		torture_broken("the mode is not in force");
}
#else
static void denormals_are_zero(int on)
{
	(void)on;
}
#endif

static void check_in(const struct mode *mode, int zero, const struct references *references,
		     quipu_registry *before)
{
	quipu_registry *within;
	const char *old, *new;

	if (fesetround(mode->rounding) != 0)
		torture_broken("no such mode");
	denormals_are_zero(zero);
	within = everything_new();
	old = everything_differs(references, before);
	new = everything_differs(references, within);
	denormals_are_zero(0);
	fesetround(FE_TONEAREST);
	TORTURE_CHECK("P7", !old, "%s differs, rounded %s%s", old, mode->name,
		      zero ? ", denormals are zero" : "");
	TORTURE_CHECK("P7", !new, "%s differs where it was made, rounded %s%s", new, mode->name,
		      zero ? ", denormals are zero" : "");
	quipu_registry_free(within);
}

int main(int argc, char **argv)
{
	struct references *references;
	quipu_registry *before;
	size_t i;

	torture_begin(&defaults, argc, argv);
	before = everything_new();
	references = everything_keep(before);
	for (i = 0; i < sizeof modes / sizeof *modes; i++) {
		check_in(&modes[i], 0, references, before);
		check_in(&modes[i], 1, references, before);
	}
	quipu_registry_free(before);
	everything_forget(references);
	return torture_end("%zu modes", 2 * sizeof modes / sizeof *modes);
}
