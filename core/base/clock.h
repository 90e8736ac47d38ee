/* SPDX-License-Identifier: MIT */
/* clock.h: the clocks in use. Durations and deadlines never see the wall clock. */
#ifndef QP_BASE_CLOCK_H
#define QP_BASE_CLOCK_H

#include <stdint.h>

/* Monotonic nanoseconds. */
uint64_t qp_now_ns(void);

/* Unix time in seconds. */
double qp_unix_seconds(void);

/* Processor time of the whole process, in seconds. */
double qp_cpu_seconds(void);

#endif
