/* SPDX-License-Identifier: MIT */
/*
 * turns.h: one thread holds a lock while another waits for it, and both measure how long.
 *
 * In each turn of a scene the holder takes the lock, sees the waiter asleep in its call (or, for
 * what spins, burning time in it), stays for as long as it was told, and releases. What a
 * profiler reports of the waits lies between two numbers that it has no part in: the time from
 * the waiter seen asleep to the release, and the time around the waiter's call.
 *
 * Writers: the waiter its turn, the holder the rest. Readers: the holder, after about and ended
 * were stored with release. No thread here waits for another by what pthread has: pipes only.
 */
#ifndef CONTEND_TURNS_H
#define CONTEND_TURNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#ifdef __cplusplus
extern "C" {
#endif

struct turn {
	uint64_t began, ended; /* the waiter's clock around its call */
	uint64_t until;	       /* when a call that times out may return at the earliest */
	unsigned calls;	       /* that waited: more than one where a wake-up was spurious */
	unsigned line;	       /* of the call */
	int tid;
	unsigned about; /* the waiter is about to call, or calling */
};

struct scene {
	const char *function; /* the one that waits */
	const char *kind;     /* as kind.def labels it */
	void (*hold)(void);   /* NULL: there is nothing to take, it just does not come */
	void (*wait)(struct turn *turn);
	void (*release)(void);
	bool spins, times_out;
	const char *object; /* the caller's, where that is not the program itself */
};

/* Tries that find the lock taken. */
struct tries {
	const char *function;
	const char *kind;
	void (*hold)(void);
	void (*attempt)(void); /* ends the process unless it found it taken */
	void (*release)(void);
	unsigned line;
};

uint64_t turns_now(void);
struct timespec turns_deadline(struct turn *turn, clockid_t clock);
void turns_broken(const char *what);

/* Plays every scene so many times and prints for each what was measured, one JSON object a line.
 * Holds for milliseconds each. */
void turns_play(const struct scene *scenes, size_t n, unsigned times, unsigned milliseconds);
void turns_try(const struct tries *tries, size_t n, unsigned times);

/* The call that waits stands on the line after this one. */
#define TURN_BEGIN(turn)                                                                           \
	do {                                                                                       \
		(turn)->line = __LINE__ + 1;                                                       \
		(turn)->began = turns_now();                                                       \
		__atomic_store_n(&(turn)->about, 1, __ATOMIC_RELEASE);                             \
	} while (0)
#define TURN_END(turn) ((turn)->calls++, (turn)->ended = turns_now())

#define TURNS_EXPECT(condition)                                                                    \
	do {                                                                                       \
		if (!(condition))                                                                  \
			turns_broken(#condition);                                                  \
	} while (0)

#ifdef __cplusplus
}
#endif
#endif
