/* SPDX-License-Identifier: MIT */
/*
 * harness.h: the record operation of an entrant (bench/README.md) in C.
 *
 * Writers: each recorder its own struct; the main thread the moment at which all stop, while they
 * wait between two barriers. Readers: the main thread, after the join.
 */
#ifndef BENCH_HARNESS_H
#define BENCH_HARNESS_H

#include <stddef.h>
#include <stdint.h>

#define HARNESS_BATCH 1024

/* One recording thread, on cache lines of its own. */
struct recorder {
	_Alignas(128) unsigned thread;
	uint32_t at; /* its place in the order, counted on by the case */
	uint64_t batches;
	double begin, last, end, cpu; /* ns; the last batch's beginning */
};

/* A case: one call makes HARNESS_BATCH operations, on one series or on many. */
struct harness_case {
	const char *name;
	void (*one)(struct recorder *me);
	void (*many)(struct recorder *me); /* NULL: the number does not matter */
};

/* A call: first, what is taken out of the loop; then the operation, which may use k. */
#define HARNESS_LOOP(function, first, operation)                                                   \
	static void function(struct recorder *me)                                                  \
	{                                                                                          \
		uint32_t k = me->at, end = k + HARNESS_BATCH;                                      \
		first;                                                                             \
                                                                                                   \
		for (; k != end; k++) {                                                            \
			operation;                                                                 \
		}                                                                                  \
		me->at = end;                                                                      \
	}

#define HARNESS_CASE(function, operation) HARNESS_LOOP(function, (void)0, operation)

/* "record CASE SERIES THREADS SECONDS [MEANWHILE]", the same for every entrant in C; returns the
 * exit status. prepare is called before anything is recorded, with "quiet" where nothing else is
 * said; non-zero is returned at once. */
int harness_main_record(int argc, char **argv, const struct harness_case *cases, size_t n,
			int (*prepare)(size_t series, const char *meanwhile));

/* Exit statuses of an entrant. */
enum { HARNESS_FAILED = 1, HARNESS_USAGE = 2, HARNESS_HAVE_NOT = 3 };

#endif
