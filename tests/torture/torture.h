/* SPDX-License-Identifier: MIT */
/*
 * torture.h: what all torture programs share: arguments, random numbers, threads, the end.
 *
 * Every program takes --threads N --seconds N --count N --seed N, prints its seed, and ends
 * with 0, or with 1 and a line "VIOLATION P4: …" that names the broken promise. The defaults
 * are quick; long runs by arguments. Both are scaled (scale.h).
 */
#ifndef TESTS_TORTURE_H
#define TESTS_TORTURE_H

#include "sanitized.h"
#include "scale.h"

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

#if QT_TSAN || QT_ASAN
#define TORTURE_SANITIZED 1
#endif
#if QT_TSAN
#define TORTURE_TSAN 1
#endif

#ifdef TORTURE_SANITIZED
#define TORTURE_SCALE 10
#else
#define TORTURE_SCALE 1
#endif

struct torture {
	const char *name;
	const char *promises; /* "P2 P3: what is checked" */
	unsigned threads;
	unsigned seconds;
	uint64_t count;
	uint64_t seed;
};

/* The arguments of this run. */
extern struct torture torture;

/* Takes the defaults, scaled by QUIPU_TEST_SCALE, reads the arguments, prints them. */
void torture_begin(const struct torture *defaults, int argc, char **argv);

/* Prints "ok" with a remark; returns 0, for main. */
int torture_end(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Prints "VIOLATION <promise>: …" and ends the process with 1, at once. */
_Noreturn void torture_violation(const char *promise, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Ends the process with 2: the test itself cannot go on. */
_Noreturn void torture_broken(const char *format, ...) __attribute__((format(printf, 1, 2)));

#define TORTURE_CHECK(promise, condition, ...)                                                     \
	do {                                                                                       \
		if (!(condition))                                                                  \
			torture_violation(promise, __VA_ARGS__);                                   \
	} while (0)

/* For what bracket_close says: NULL is good. */
#define TORTURE_BRACKET(promise, complaint)                                                        \
	do {                                                                                       \
		const char *said_ = (complaint);                                                   \
		if (said_)                                                                         \
			torture_violation(promise, "%s", said_);                                   \
	} while (0)

/* The end of the time-boxed part: threads ask, main tells after torture.seconds. */
int torture_stopped(void);
void torture_stop(void);
void torture_run_for_a_while(void); /* sleeps torture.seconds, then stops */
void torture_sleep_us(uint64_t us);
uint64_t torture_now_us(void);

/* xorshift; a state of zero is allowed. torture_seed gives each thread a stream. */
uint64_t torture_seed(uint64_t stream);
uint64_t torture_random(uint64_t *state);

/* Threads with small stacks; ends the process where none can be had. */
pthread_t torture_spawn(void *(*run)(void *), void *arg);
void torture_spawn_detached(void *(*run)(void *), void *arg);
void torture_join(pthread_t thread);

/* Bytes resident, and bytes of address space, from /proc/self/statm. */
size_t torture_resident(void);
size_t torture_mapped(void);

#endif
