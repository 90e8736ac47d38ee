/* SPDX-License-Identifier: MIT */
/*
 * alone.h: whether of all threads of this process only the profiler's own are left.
 *
 * A main that leaves by pthread_exit has its process end with the last thread; a thread that the
 * profiler added must not keep it alive.
 */
#ifndef QC_ALONE_H
#define QC_ALONE_H

#include <stdbool.h>

/* servers: threads that serve what the profiler finds. Reads a file of /proc's; more of them, and
 * allocates, only where the first thread has ended. */
bool qc_is_alone(unsigned servers);

#endif
