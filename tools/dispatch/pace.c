/* SPDX-License-Identifier: MIT */
/* pace.c: simulated moments and the real time in which they pass. */
#include "pace.h"

#include "clock.h"

/* How long one sleeps at most before one looks whether the run is stopped. */
#define NAP_NS UINT64_C(50000000)
/* Later than anybody waits: some thirty years. */
#define FAR_NS 1e18

void pace_open(struct pace *pace, double speed)
{
	pace->speed = speed;
	pace->started_ns = clock_now();
	atomic_init(&pace->stop, false);
}

void pace_stop(struct pace *pace)
{
	/* relaxed: see pace_stopped */
	atomic_store_explicit(&pace->stop, true, memory_order_relaxed);
}

uint64_t pace_now(const struct pace *pace)
{
	if (pace->speed == 0)
		return pace->started_ns;
	return pace->started_ns +
	       (uint64_t)((double)(clock_now() - pace->started_ns) * pace->speed);
}

/* Where the monotonic clock is at a moment; a far future stays in range. */
static uint64_t real_ns(const struct pace *pace, uint64_t moment_ns)
{
	double ns = (double)(moment_ns - pace->started_ns) / pace->speed;

	return pace->started_ns + (ns < FAR_NS ? (uint64_t)ns : (uint64_t)FAR_NS);
}

static bool sleep_until(struct pace *pace, uint64_t wanted_ns)
{
	struct timespec wake;
	uint64_t now;

	while (!pace_stopped(pace)) {
		now = clock_now();
		if (now >= wanted_ns)
			return true;
		wake = clock_timespec(wanted_ns - now > NAP_NS ? now + NAP_NS : wanted_ns);
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &wake, NULL);
	}
	return false;
}

bool pace_until(struct pace *pace, uint64_t moment_ns)
{
	return pace->speed == 0 || sleep_until(pace, real_ns(pace, moment_ns));
}
