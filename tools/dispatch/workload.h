/* SPDX-License-Identifier: MIT */
/* workload.h: the calls to make: when they arrive and how many tokens they carry. */
#ifndef DISPATCH_WORKLOAD_H
#define DISPATCH_WORKLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One LLM call, as it arrives at the dispatcher. */
struct call {
	uint64_t arrival_ns; /* since the first call */
	uint32_t input;	     /* prompt tokens */
	uint32_t output;     /* generated tokens */
};

/* Calls by arrival; free with workload_free. Zero is an empty one. */
struct workload {
	struct call *calls;
	size_t n;
	size_t room;
};

/* How many calls a generated workload has: about an hour, as in the sample trace. */
#define WORKLOAD_GENERATED 10000

/* Puts a call at the end; false when out of memory. */
bool workload_add(struct workload *workload, const struct call *call);

/*
 * Makes a workload of the shape of the Azure LLM inference trace 2023 (code): its token
 * counts and its bursty arrivals, by inverting the trace's cumulative distributions. The same
 * seed makes the same calls. False when out of memory.
 */
bool workload_generate(struct workload *workload, uint64_t seed);

void workload_free(struct workload *workload);

/* From the first arrival to where the first arrival of a repetition belongs. */
uint64_t workload_span(const struct workload *workload);

#endif
