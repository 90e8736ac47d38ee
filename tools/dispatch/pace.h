/* SPDX-License-Identifier: MIT */
/*
 * pace.h: the time of a run: simulated, as many times faster than real time as was asked for.
 *
 * Moments are nanoseconds that begin where the monotonic clock was at the start. Flat out
 * (speed 0) no time passes: nobody waits, and all calls are sent at the start.
 *
 * Writers:     whoever opens it; later only stop, by whoever ends the run
 * Readers:     all threads of the run
 * Publication: all but stop is written before they start
 */
#ifndef DISPATCH_PACE_H
#define DISPATCH_PACE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct pace {
	double speed;
	uint64_t started_ns;
	_Alignas(64) atomic_bool stop; /* read for every call, written once */
};

/* The run begins now. */
void pace_open(struct pace *pace, double speed);

/* Nobody waits any more. */
void pace_stop(struct pace *pace);

static inline bool pace_stopped(struct pace *pace)
{
	/* relaxed: a late look costs one more call, nothing else depends on it */
	return atomic_load_explicit(&pace->stop, memory_order_relaxed);
}

/* The moment it is. */
uint64_t pace_now(const struct pace *pace);

/* Waits for a moment; false when stopped before. */
bool pace_until(struct pace *pace, uint64_t moment_ns);

#endif
