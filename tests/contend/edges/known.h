/* SPDX-License-Identifier: MIT */
/*
 * known.h: waits whose number is known: for a lock that this process holds itself, with a deadline.
 *
 * One call is one wait, in any thread, in a forked child too, and needs nobody else.
 */
#ifndef CONTEND_KNOWN_H
#define CONTEND_KNOWN_H

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/* What a place has waited, by the clock of who waits. */
struct known {
	uint64_t waits, ns;
};

/* Locked for ever once known_hold was called. */
static pthread_mutex_t known_lock = PTHREAD_MUTEX_INITIALIZER;

static inline void known_fail(const char *what)
{
	fprintf(stderr, "does not hold: %s\n", what);
	_exit(99);
}

#define KNOWN_EXPECT(condition)                                                                    \
	do {                                                                                       \
		if (!(condition))                                                                  \
			known_fail(#condition);                                                    \
	} while (0)

static inline void known_hold(void)
{
	KNOWN_EXPECT(!pthread_mutex_lock(&known_lock));
}

static inline uint64_t known_now(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static inline struct timespec known_soon(unsigned microseconds)
{
	uint64_t at = known_now(CLOCK_REALTIME) + microseconds * UINT64_C(1000);

	return (struct timespec){ .tv_sec = (time_t)(at / 1000000000),
				  .tv_nsec = (long)(at % 1000000000) };
}

static inline void known_add(struct known *known, uint64_t began)
{
	/* relaxed: read when those that add are joined */
	__atomic_fetch_add(&known->ns, known_now(CLOCK_MONOTONIC) - began, __ATOMIC_RELAXED);
	__atomic_fetch_add(&known->waits, 1, __ATOMIC_RELAXED);
}

/* A function of that name that waits once. */
#define KNOWN_WAIT(name)                                                                           \
	static __attribute__((noinline)) void name(struct known *into, unsigned microseconds)      \
	{                                                                                          \
		const struct timespec at = known_soon(microseconds);                               \
		uint64_t began = known_now(CLOCK_MONOTONIC);                                       \
                                                                                                   \
		KNOWN_EXPECT(pthread_mutex_timedlock(&known_lock, &at) == ETIMEDOUT);              \
		known_add(into, began);                                                            \
	}

/* One line for the driver; pid tells whose waits these are. */
static inline void known_print(const char *function, const struct known *known)
{
	printf("{\"function\": \"%s\", \"kind\": \"mutex\", \"pid\": %d, \"waits\": %" PRIu64
	       ", \"high\": %" PRIu64 "}\n",
	       function, (int)getpid(), known->waits, known->ns);
	fflush(stdout);
}

#endif
