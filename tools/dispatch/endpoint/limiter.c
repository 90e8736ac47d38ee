/* SPDX-License-Identifier: MIT */
/* limiter.c: see limiter.h. */
#include "limiter.h"

#define MINUTE_NS 60e9
#define BURST_NS 1e9

struct limiter limiter_of(uint64_t per_minute)
{
	return (struct limiter){ .unit_ns = per_minute ? MINUTE_NS / (double)per_minute : 0 };
}

uint64_t limiter_take(struct limiter *limiter, uint64_t now_ns, uint64_t units)
{
	double now = (double)now_ns, start = limiter->free_ns;

	if (limiter->unit_ns <= 0)
		return 0;
	if (start < now - BURST_NS)
		start = now - BURST_NS;
	limiter->free_ns = start + (double)units * limiter->unit_ns;
	return start > now ? (uint64_t)(start - now) : 0;
}
