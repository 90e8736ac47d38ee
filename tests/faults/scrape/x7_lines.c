/* SPDX-License-Identifier: MIT */
/*
 * x7_lines.c: nothing that two threads write on the record path shares a cache line.
 *
 * X7. The catalogue wants the slow-down of two threads beside one measured; addresses say the
 * same whatever else the machine does: every slot, cell and pair of a series that two threads
 * record into lies at least two lines (the neighbour's prefetch) from every other thread's, and so
 * do the words by which a thread finds its own. A gauge is one shared cell, by design.
 */
#include "torture.h"

#include <inttypes.h>
#include <quipu/quipu.h>
#include <stdio.h>
#include <stdlib.h>

#define THREADS 16
#define LINES 128
#define PLACES 5

static const struct torture defaults = {
	.name = "lines",
	.promises = "X7: no line with two writers",
};

static quipu_counter counter;
static quipu_float_counter real;
static quipu_updown updown;
static quipu_histogram histogram;
static uintptr_t places[THREADS][PLACES];
static pthread_barrier_t barrier;

/* A record writes within so many bytes from its offset in the thread's own block. */
static void *record(void *which)
{
	uintptr_t *own = places[(uintptr_t)which];
	uintptr_t base;

	/* who finds another attaching is in the overflow shard for a while */
	while (!quipu_priv_base)
		quipu_add(counter, 0);
	quipu_inc(counter);
	quipu_add(real, 1);
	quipu_dec(updown);
	quipu_observe(histogram, 0.001);
	pthread_barrier_wait(&barrier);
	base = (uintptr_t)quipu_priv_base;
	TORTURE_CHECK("X7", *(uint64_t *)(base + counter.offset) == 1,
		      "the counter of thread %" PRIuPTR " is not where it is thought to be",
		      (uintptr_t)which);
	own[0] = base + counter.offset;
	own[1] = base + real.offset;
	own[2] = base + updown.offset;
	own[3] = base + histogram.offset;
	own[4] = (uintptr_t)&quipu_priv_base; /* thread-local */
	pthread_barrier_wait(&barrier);
	return NULL;
}

static void check(size_t a, size_t b)
{
	size_t i, j;

	for (i = 0; i < PLACES; i++) {
		for (j = 0; j < PLACES; j++) {
			uintptr_t one = places[a][i], other = places[b][j];
			uintptr_t between = one > other ? one - other : other - one;

			TORTURE_CHECK("X7", between >= LINES && one / LINES != other / LINES,
				      "threads %zu and %zu write %" PRIuPTR " bytes apart", a, b,
				      between);
		}
	}
}

int main(int argc, char **argv)
{
	quipu_registry *registry;
	pthread_t threads[THREADS];
	uintptr_t i, j;

	torture_begin(&defaults, argc, argv);
	registry = quipu_registry_new(NULL);
	counter = quipu_counter_new(registry, QUIPU_OPTS(.name = "a_total", .help = "A."));
	real = quipu_float_counter_new(registry, QUIPU_OPTS(.name = "b_total", .help = "B."));
	updown = quipu_updown_new(registry, QUIPU_OPTS(.name = "c", .help = "C."));
	histogram = quipu_histogram_new(registry, QUIPU_OPTS(.name = "d", .help = "D."));
	pthread_barrier_init(&barrier, NULL, THREADS);
	for (i = 0; i < THREADS; i++)
		threads[i] = torture_spawn(record, (void *)i);
	for (i = 0; i < THREADS; i++)
		torture_join(threads[i]);
	for (i = 0; i < THREADS; i++)
		for (j = 0; j < i; j++)
			check(i, j);
	quipu_registry_free(registry);
	return torture_end("%d threads", THREADS);
}
