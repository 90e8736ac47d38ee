/* SPDX-License-Identifier: MIT */
/*
 * limiter.h: so many units a minute, evenly: whoever takes some is told how long to wait first.
 *
 * What is taken is taken: the next one waits behind it. What was not used for a while makes up for
 * one second's worth at most, so that a minute's worth never goes out at once.
 */
#ifndef ENDPOINT_LIMITER_H
#define ENDPOINT_LIMITER_H

#include <stdint.h>

struct limiter {
	double unit_ns; /* from one unit to the next; 0: no limit */
	double free_ns; /* when what has been taken is used up */
};

/* per_minute 0: no limit. */
struct limiter limiter_of(uint64_t per_minute);

/* Takes units at a moment; returns how long to wait before they may be used. */
uint64_t limiter_take(struct limiter *limiter, uint64_t now_ns, uint64_t units);

#endif
