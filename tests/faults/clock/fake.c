/* SPDX-License-Identifier: MIT */
/* fake.c: see fake.h. */
#include "fake.h"

#include <time.h>

static int wall_stands;
static int64_t wall, offset;

void fake_wall(int64_t seconds)
{
	/* relaxed, here and below: each is one word, and nothing else hangs on it */
	__atomic_store_n(&wall, seconds, __ATOMIC_RELAXED);
	__atomic_store_n(&wall_stands, 1, __ATOMIC_RELAXED);
}

void fake_wall_real(void)
{
	__atomic_store_n(&wall_stands, 0, __ATOMIC_RELAXED); /* relaxed: as above */
}

void fake_monotonic(int64_t offset_ns)
{
	__atomic_store_n(&offset, offset_ns, __ATOMIC_RELAXED); /* relaxed: as above */
}

int __real_clock_gettime(clockid_t clock, struct timespec *now);
int __wrap_clock_gettime(clockid_t clock, struct timespec *now);
int __wrap_clock_gettime(clockid_t clock, struct timespec *now)
{
	const int result = __real_clock_gettime(clock, now);
	int64_t ns;

	/* relaxed, all: as above */
	if (clock == CLOCK_REALTIME && __atomic_load_n(&wall_stands, __ATOMIC_RELAXED))
		*now = (struct timespec){ __atomic_load_n(&wall, __ATOMIC_RELAXED), 0 };
	if (clock == CLOCK_MONOTONIC) {
		ns = now->tv_sec * INT64_C(1000000000) + now->tv_nsec +
		     __atomic_load_n(&offset, __ATOMIC_RELAXED); /* relaxed: as above */
		*now = (struct timespec){ ns / 1000000000, ns % 1000000000 };
	}
	return result;
}

time_t __wrap_time(time_t *to);
time_t __wrap_time(time_t *to)
{
	struct timespec now;

	__wrap_clock_gettime(CLOCK_REALTIME, &now);
	if (to)
		*to = now.tv_sec;
	return now.tv_sec;
}
