/* SPDX-License-Identifier: MIT */
/*
 * resident.h: the resident memory of this process, counted page by page by the kernel.
 */
#ifndef BENCH_RESIDENT_H
#define BENCH_RESIDENT_H

/* Bytes. Not from /proc/self/statm, which lags behind by some pages on each processor. */
double bench_resident(void);

#endif
