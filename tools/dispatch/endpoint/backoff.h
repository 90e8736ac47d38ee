/* SPDX-License-Identifier: MIT */
/* backoff.h: how long to wait before a call is made again. */
#ifndef ENDPOINT_BACKOFF_H
#define ENDPOINT_BACKOFF_H

#include <stdint.h>

/* No wait is longer. */
#define BACKOFF_MOST_NS UINT64_C(60000000000)

/*
 * The wait before the retry with this number, from 0: first_ns doubled each time, up to a limit, and
 * of that a share from a half to the whole, which follows from seed, call and retry alone. Callers
 * that failed together thus do not come back together.
 */
uint64_t backoff_ns(uint64_t first_ns, uint64_t seed, uint64_t call, unsigned retry);

#endif
