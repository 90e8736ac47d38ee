/* SPDX-License-Identifier: MIT */
/*
 * v7_rounding.c: a program that rounds another way, or treats denormal numbers as zero.
 *
 * V7, P7: every format gives the same bytes in every rounding mode, with denormals flushed to zero
 * and taken for zero, of a registry made before and of one that is made and recorded in that mode.
 * (What a thread adds is rounded in its own mode; there all sums are exact.) What the
 * library computes once, when it begins, does not depend on the mode of that moment either. A
 * program that reads a sum of several threads' gets what it would get in the usual mode, whatever
 * its own, which it keeps.
 */
#include "everything.h"

#include "torture.h"

#include <string.h>

#include <fenv.h>

#include "native.h"
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
	old = everything_differs(references, before, 1);
	new = everything_differs(references, within, 0);
	denormals_are_zero(0);
	fesetround(FE_TONEAREST);
	TORTURE_CHECK("P7", !old, "%s differs, rounded %s%s", old, mode->name,
		      zero ? ", denormals are zero" : "");
	TORTURE_CHECK("P7", !new, "%s differs where it was made, rounded %s%s", new, mode->name,
		      zero ? ", denormals are zero" : "");
	quipu_registry_free(within);
}

#define BOUNDS 257

struct native {
	double bounds[BOUNDS];
	int schemas[9];
};

static struct native native_now(void)
{
	struct native native;
	int32_t i;

	for (i = 0; i < BOUNDS; i++)
		native.bounds[i] = qp_native_bound(8, i);
	for (i = 0; i <= 8; i++)
		native.schemas[i] = qp_native_schema(native.bounds[256 >> i]);
	return native;
}

/* Native bounds are computed once; which schema a factor means, whenever it is asked for. */
static void check_native(void)
{
	struct native upward, nearest;

	fesetround(FE_UPWARD);
	qp_native_init();
	upward = native_now();
	fesetround(FE_TONEAREST);
	qp_native_init();
	nearest = native_now();
	TORTURE_CHECK("P7", !memcmp(upward.bounds, nearest.bounds, sizeof upward.bounds),
		      "native bounds depend on the rounding mode");
	TORTURE_CHECK("P7", !memcmp(upward.schemas, nearest.schemas, sizeof upward.schemas),
		      "native schemas depend on the rounding mode");
}

/* --- reading -------------------------------------------------------------------------------- */

static quipu_float_counter real;
static quipu_histogram sizes;

static void *add(void *arg)
{
	double value = *(double *)arg;

	quipu_add(real, value);
	quipu_observe(sizes, value);
	return NULL;
}

/* Each a part of its own, in the shard of this thread or of the other, of a sum that is none of
 * the numbers that there are; the histogram's also in buckets of their own. */
static void record_parts(quipu_registry *registry, double *here, double *there)
{
	static const double bounds[] = { 0.5 };
	pthread_t thread;

	real = quipu_float_counter_new(registry, QUIPU_OPTS(.name = "r_total", .help = "R."));
	sizes = quipu_histogram_new(
		registry, QUIPU_OPTS(.name = "s", .help = "S.", .bounds = bounds, .n_bounds = 1));
	add(here);
	thread = torture_spawn(add, there);
	torture_join(thread);
}

static void check_read_in(const struct mode *mode, int zero, double sum)
{
	quipu_histogram_value value;
	double read;
	int kept;

	fesetround(mode->rounding);
	denormals_are_zero(zero);
	read = quipu_read(real);
	value = quipu_read(sizes);
	kept = fegetround() == mode->rounding;
	denormals_are_zero(0);
	fesetround(FE_TONEAREST);
	TORTURE_CHECK("P7", !memcmp(&read, &sum, sizeof sum), "%a is read, not %a, rounded %s%s",
		      read, sum, mode->name, zero ? ", denormals are zero" : "");
	TORTURE_CHECK("P7", !memcmp(&value.sum, &sum, sizeof sum),
		      "the sum %a is read, not %a, rounded %s%s", value.sum, sum, mode->name,
		      zero ? ", denormals are zero" : "");
	TORTURE_CHECK("P7", kept, "reading changes the mode %s", mode->name);
}

static void check_read(double here, double there)
{
	quipu_registry *registry = quipu_registry_new(NULL);
	volatile double sum = here; /* computed now, in the usual mode */
	size_t i;

	sum += there;
	record_parts(registry, &here, &there);
	for (i = 0; i < sizeof modes / sizeof *modes; i++) {
		check_read_in(&modes[i], 0, sum);
		check_read_in(&modes[i], 1, sum);
	}
	quipu_registry_free(registry);
}

int main(int argc, char **argv)
{
	struct references *references;
	quipu_registry *before;
	size_t i;

	torture_begin(&defaults, argc, argv);
	before = everything_new();
	check_native();
	references = everything_keep(before);
	for (i = 0; i < sizeof modes / sizeof *modes; i++) {
		check_in(&modes[i], 0, references, before);
		check_in(&modes[i], 1, references, before);
	}
	check_read(0.1, 0.7); /* in one bucket and in another */
	check_read(0.1, 0.2);
	check_read(5e-324, 1e-323);
	quipu_registry_free(before);
	everything_forget(references);
	return torture_end("%zu modes", 2 * sizeof modes / sizeof *modes);
}
