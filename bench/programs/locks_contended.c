/* SPDX-License-Identifier: MIT */
/*
 * locks_contended.c: two threads hold the same lock in turns, for as long as a short computation
 * takes, and compute as long outside.
 *
 *   section_ns   from the first to the last instruction of the program's own in its section
 *   handover_ns  from one thread's last to the other's first, where the lock changed hands: all
 *                that lies between two sections, that of the locks and that of who watches them
 *   rate         sections a second, of both
 *
 * Writers and readers of the turn: whoever holds the lock.
 */
#include "common.h"
#include "crew.h"
#include "locks.h"

#include <pthread.h>
#include <stdbool.h>
#ifdef __x86_64__
#include <x86intrin.h>
#endif

#define STEPS 100 /* of the computation: some 100 ns */
#define MOST_SAMPLES 1000000
#define LOOK 64 /* sections between two looks at the clock */

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_spinlock_t spin;

static struct {
	size_t owner;
	uint64_t ended, value;
	uint64_t sections;
	struct bench_samples held, handovers; /* ticks */
} turn;
static uint64_t over_ns;

/* A clock that costs little beside a section. */
static inline uint64_t ticks(void)
{
#ifdef __x86_64__
	return __rdtsc();
#else
	return bench_now();
#endif
}

/* Every step needs the one before. */
static inline uint64_t compute(uint64_t value)
{
	int i;

	for (i = 0; i < STEPS; i++)
		value = value * UINT64_C(6364136223846793005) + 1442695040888963407u;
	return value;
}

static inline void section(size_t thread)
{
	uint64_t began = ticks();

	if (turn.owner != thread && turn.sections > 0)
		bench_sample(&turn.handovers, (double)(began - turn.ended));
	turn.owner = thread;
	turn.value = compute(turn.value);
	turn.sections++;
	turn.ended = ticks();
	bench_sample(&turn.held, (double)(turn.ended - began));
}

#define HOLD(kind, lock, unlock)                                                                   \
	static void hold_##kind(size_t thread, void *ctx)                                          \
	{                                                                                          \
		volatile uint64_t outside = thread;                                                \
		int i;                                                                             \
                                                                                                   \
		(void)ctx;                                                                         \
		do {                                                                               \
			for (i = 0; i < LOOK; i++) {                                               \
				lock;                                                              \
				section(thread);                                                   \
				unlock;                                                            \
				outside = compute(outside);                                        \
			}                                                                          \
		} while (bench_now() < over_ns);                                                   \
	}

HOLD(mutex, pthread_mutex_lock(&mutex), pthread_mutex_unlock(&mutex))
HOLD(spin, pthread_spin_lock(&spin), pthread_spin_unlock(&spin))

void locks_contended(void)
{
	static const char *const kinds[] = { "mutex", "spin", NULL };
	static void (*const holds[])(size_t, void *) = { hold_mutex, hold_spin };
	size_t kind = bench_word(2, kinds);
	double seconds = bench_seconds(3), ns_per_tick;
	struct bench_crew *crew = bench_crew_start(2);
	uint64_t began_ns, began;

	pthread_spin_init(&spin, PTHREAD_PROCESS_PRIVATE);
	turn.held = bench_samples_new(MOST_SAMPLES);
	turn.handovers = bench_samples_new(MOST_SAMPLES);
	began_ns = bench_now();
	began = ticks();
	over_ns = began_ns + (uint64_t)(seconds * 1e9);
	bench_crew_do(crew, holds[kind], NULL);
	seconds = (double)(bench_now() - began_ns) / 1e9;
	ns_per_tick = seconds * 1e9 / (double)(ticks() - began);
	bench_crew_end(crew);
	bench_json_begin();
	bench_json_real("rate", (double)turn.sections / seconds);
	bench_json_real("section_ns", bench_share(&turn.held, 0.5) * ns_per_tick);
	if (turn.handovers.n > 0)
		bench_json_real("handover_ns", bench_share(&turn.handovers, 0.5) * ns_per_tick);
	bench_json_count("handovers", turn.handovers.n);
	bench_json_end();
}
