/* SPDX-License-Identifier: MIT */
/*
 * crew.h: threads that do a piece of work when they are told to and sleep in between, so that what
 * a thread gets when it records (its shard) stays its own until the crew is sent home.
 */
#ifndef BENCH_CREW_H
#define BENCH_CREW_H

#include <stddef.h>

struct bench_crew;

struct bench_crew *bench_crew_start(size_t n_threads);

/* Every thread does it once; returns when all have. thread: 0 … n_threads - 1. */
void bench_crew_do(struct bench_crew *crew, void (*work)(size_t thread, void *ctx), void *ctx);

/* The same, one thread at a time. A thread that attaches while another does records into quipu's
 * overflow shard instead of one of its own. */
void bench_crew_do_in_turn(struct bench_crew *crew, void (*work)(size_t thread, void *ctx),
			   void *ctx);

void bench_crew_end(struct bench_crew *crew);

#endif
