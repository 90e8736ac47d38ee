/* SPDX-License-Identifier: MIT */
/*
 * counted.h: how often this thread called what the C library has for locks, memory and time, the
 * profiler's calls included: counted.c is preloaded behind it.
 */
#ifndef CONTEND_COUNTED_H
#define CONTEND_COUNTED_H

struct counted {
	unsigned long allocations, mappings; /* malloc and its kin; mmap */
	unsigned long waiting;		     /* asked for a lock by a call that may wait */
	unsigned long tries, gives;
	unsigned long clocks;
};

typedef struct counted counted_now(void);

#endif
