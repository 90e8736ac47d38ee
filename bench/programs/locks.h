/* SPDX-License-Identifier: MIT */
/* locks.h: what bench_locks can be asked for (locks.c); each prints one JSON object. */
#ifndef BENCH_LOCKS_H
#define BENCH_LOCKS_H

#include <stddef.h>

/* KIND SECONDS: a lock and its unlock, uncontended. */
void locks_pair(void);

/* KIND SECONDS: two threads that hold the same lock in turns. */
void locks_contended(void);

/* WHAT THREADS SECONDS: what a program whose threads do little but lock gets done. */
void locks_load(void);

/* THREADS WAITS: resident memory, after each thread has waited so often. */
void locks_memory(void);

#endif
