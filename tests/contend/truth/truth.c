/* SPDX-License-Identifier: MIT */
/*
 * truth.c: every call that waits, each from a function of its own, for a known time.
 *
 *   contend_truth TIMES MILLISECONDS
 */
#include "turns.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <threads.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static pthread_spinlock_t spin;
static pthread_barrier_t barrier;
static sem_t sem;
static mtx_t plain, timed;
static cnd_t cnd;
static bool is_ready;

static void hold_mutex(void)
{
	TURNS_EXPECT(!pthread_mutex_lock(&mutex));
}

static void release_mutex(void)
{
	TURNS_EXPECT(!pthread_mutex_unlock(&mutex));
}

static void hold_rwlock(void)
{
	TURNS_EXPECT(!pthread_rwlock_wrlock(&rwlock));
}

static void hold_rwlock_shared(void)
{
	TURNS_EXPECT(!pthread_rwlock_rdlock(&rwlock));
}

static void release_rwlock(void)
{
	TURNS_EXPECT(!pthread_rwlock_unlock(&rwlock));
}

static void hold_spin(void)
{
	TURNS_EXPECT(!pthread_spin_lock(&spin));
}

static void release_spin(void)
{
	TURNS_EXPECT(!pthread_spin_unlock(&spin));
}

static void post(void)
{
	TURNS_EXPECT(!sem_post(&sem));
}

static void take_nothing(void)
{
}

static void arrive(void)
{
	int last = pthread_barrier_wait(&barrier);

	TURNS_EXPECT(!last || last == PTHREAD_BARRIER_SERIAL_THREAD);
}

static void signal_cond(void)
{
	hold_mutex();
	is_ready = true;
	TURNS_EXPECT(!pthread_cond_signal(&cond));
	release_mutex();
}

static void hold_plain(void)
{
	TURNS_EXPECT(mtx_lock(&plain) == thrd_success);
}

static void release_plain(void)
{
	TURNS_EXPECT(mtx_unlock(&plain) == thrd_success);
}

static void hold_timed(void)
{
	TURNS_EXPECT(mtx_lock(&timed) == thrd_success);
}

static void release_timed(void)
{
	TURNS_EXPECT(mtx_unlock(&timed) == thrd_success);
}

static void signal_cnd(void)
{
	hold_plain();
	is_ready = true;
	TURNS_EXPECT(cnd_signal(&cnd) == thrd_success);
	release_plain();
}

/* A function that waits: CALL comes to EXPECTED, AFTER gives back what it took. All of it is on one
 * line for the compiler. */
#define WAIT(name, before, call, expected, after)                                                  \
	static __attribute__((noinline)) void name(struct turn *turn)                              \
	{                                                                                          \
		int got;                                                                           \
                                                                                                   \
		before;                                                                            \
		TURN_BEGIN(turn);                                                                  \
		turn->line = __LINE__;                                                             \
		got = (call);                                                                      \
		TURN_END(turn);                                                                    \
		TURNS_EXPECT(got == (expected));                                                   \
		after;                                                                             \
	}
#define NOTHING ((void)0)
#define REALTIME const struct timespec at = turns_deadline(turn, CLOCK_REALTIME)
#define MONOTONIC const struct timespec at = turns_deadline(turn, CLOCK_MONOTONIC)
#define FAR const struct timespec at = { .tv_sec = INT32_MAX }

WAIT(mutex_lock, NOTHING, pthread_mutex_lock(&mutex), 0, release_mutex())
WAIT(mutex_timedlock, FAR, pthread_mutex_timedlock(&mutex, &at), 0, release_mutex())
WAIT(mutex_clocklock, FAR, pthread_mutex_clocklock(&mutex, CLOCK_MONOTONIC, &at), 0,
     release_mutex())
WAIT(mutex_times_out, REALTIME, pthread_mutex_timedlock(&mutex, &at), ETIMEDOUT, NOTHING)
WAIT(mutex_clock_times_out, MONOTONIC, pthread_mutex_clocklock(&mutex, CLOCK_MONOTONIC, &at),
     ETIMEDOUT, NOTHING)

WAIT(rwlock_rdlock, NOTHING, pthread_rwlock_rdlock(&rwlock), 0, release_rwlock())
WAIT(rwlock_timedrdlock, FAR, pthread_rwlock_timedrdlock(&rwlock, &at), 0, release_rwlock())
WAIT(rwlock_clockrdlock, FAR, pthread_rwlock_clockrdlock(&rwlock, CLOCK_MONOTONIC, &at), 0,
     release_rwlock())
WAIT(rwlock_rd_times_out, REALTIME, pthread_rwlock_timedrdlock(&rwlock, &at), ETIMEDOUT, NOTHING)
WAIT(rwlock_wrlock, NOTHING, pthread_rwlock_wrlock(&rwlock), 0, release_rwlock())
WAIT(rwlock_wr_after_rd, NOTHING, pthread_rwlock_wrlock(&rwlock), 0, release_rwlock())
WAIT(rwlock_timedwrlock, FAR, pthread_rwlock_timedwrlock(&rwlock, &at), 0, release_rwlock())
WAIT(rwlock_clockwrlock, FAR, pthread_rwlock_clockwrlock(&rwlock, CLOCK_MONOTONIC, &at), 0,
     release_rwlock())
WAIT(rwlock_wr_times_out, MONOTONIC, pthread_rwlock_clockwrlock(&rwlock, CLOCK_MONOTONIC, &at),
     ETIMEDOUT, NOTHING)

WAIT(spin_lock, NOTHING, pthread_spin_lock(&spin), 0, release_spin())

WAIT(semaphore_wait, NOTHING, sem_wait(&sem), 0, NOTHING)
WAIT(semaphore_timedwait, FAR, sem_timedwait(&sem, &at), 0, NOTHING)
WAIT(semaphore_clockwait, FAR, sem_clockwait(&sem, CLOCK_MONOTONIC, &at), 0, NOTHING)
WAIT(semaphore_times_out, REALTIME, sem_timedwait(&sem, &at), -1, TURNS_EXPECT(errno == ETIMEDOUT))

WAIT(barrier_wait, NOTHING, pthread_barrier_wait(&barrier) > 0, 0, NOTHING)

WAIT(c11_lock, NOTHING, mtx_lock(&plain), thrd_success, release_plain())
WAIT(c11_timedlock, FAR, mtx_timedlock(&timed, &at), thrd_success, release_timed())
WAIT(c11_times_out, REALTIME, mtx_timedlock(&timed, &at), thrd_timedout, NOTHING)

/* A condition's waits: one turn is as many as it took. */
#define WAIT_COND(name, before, hold, call, release)                                               \
	static __attribute__((noinline)) void name(struct turn *turn)                              \
	{                                                                                          \
		before;                                                                            \
		hold();                                                                            \
		TURN_BEGIN(turn);                                                                  \
		turn->line = __LINE__;                                                             \
		while (!is_ready) {                                                                \
			TURNS_EXPECT((call) == 0);                                                 \
			TURN_END(turn);                                                            \
		}                                                                                  \
		is_ready = false;                                                                  \
		release();                                                                         \
	}
WAIT_COND(cond_wait, NOTHING, hold_mutex, pthread_cond_wait(&cond, &mutex), release_mutex)
WAIT_COND(cond_timedwait, FAR, hold_mutex, pthread_cond_timedwait(&cond, &mutex, &at),
	  release_mutex)
WAIT_COND(cond_clockwait, FAR, hold_mutex,
	  pthread_cond_clockwait(&cond, &mutex, CLOCK_MONOTONIC, &at), release_mutex)
WAIT_COND(c11_cnd_wait, NOTHING, hold_plain, cnd_wait(&cnd, &plain), release_plain)
WAIT_COND(c11_cnd_timedwait, FAR, hold_plain, cnd_timedwait(&cnd, &plain, &at), release_plain)
WAIT(cond_times_out, hold_mutex();
     REALTIME, pthread_cond_timedwait(&cond, &mutex, &at), ETIMEDOUT, release_mutex())

#define MUTEX(name, ...)                                                                           \
	{                                                                                          \
#name, "mutex", hold_mutex, name, release_mutex, __VA_ARGS__                       \
	}
#define RDLOCK(name, ...)                                                                          \
	{                                                                                          \
#name, "rdlock", hold_rwlock, name, release_rwlock, __VA_ARGS__                    \
	}
#define WRLOCK(name, ...)                                                                          \
	{                                                                                          \
#name, "wrlock", hold_rwlock, name, release_rwlock, __VA_ARGS__                    \
	}
#define OTHER(name, kind, hold, release, ...)                                                      \
	{                                                                                          \
#name, kind, hold, name, release, __VA_ARGS__                                      \
	}
#define ENDS false, false, NULL
#define SPINS true, false, NULL
#define TIMES_OUT false, true, NULL

static const struct scene scenes[] = {
	MUTEX(mutex_lock, ENDS),
	MUTEX(mutex_timedlock, ENDS),
	MUTEX(mutex_clocklock, ENDS),
	MUTEX(mutex_times_out, TIMES_OUT),
	MUTEX(mutex_clock_times_out, TIMES_OUT),
	RDLOCK(rwlock_rdlock, ENDS),
	RDLOCK(rwlock_timedrdlock, ENDS),
	RDLOCK(rwlock_clockrdlock, ENDS),
	RDLOCK(rwlock_rd_times_out, TIMES_OUT),
	WRLOCK(rwlock_wrlock, ENDS),
	OTHER(rwlock_wr_after_rd, "wrlock", hold_rwlock_shared, release_rwlock, ENDS),
	WRLOCK(rwlock_timedwrlock, ENDS),
	WRLOCK(rwlock_clockwrlock, ENDS),
	WRLOCK(rwlock_wr_times_out, TIMES_OUT),
	OTHER(spin_lock, "spin", hold_spin, release_spin, SPINS),
	OTHER(semaphore_wait, "sem", NULL, post, ENDS),
	OTHER(semaphore_timedwait, "sem", NULL, post, ENDS),
	OTHER(semaphore_clockwait, "sem", NULL, post, ENDS),
	OTHER(semaphore_times_out, "sem", NULL, take_nothing, TIMES_OUT),
	OTHER(barrier_wait, "barrier", NULL, arrive, ENDS),
	OTHER(cond_wait, "cond", NULL, signal_cond, ENDS),
	OTHER(cond_timedwait, "cond", NULL, signal_cond, ENDS),
	OTHER(cond_clockwait, "cond", NULL, signal_cond, ENDS),
	OTHER(cond_times_out, "cond", NULL, take_nothing, TIMES_OUT),
	OTHER(c11_lock, "mutex", hold_plain, release_plain, ENDS),
	OTHER(c11_timedlock, "mutex", hold_timed, release_timed, ENDS),
	OTHER(c11_times_out, "mutex", hold_timed, release_timed, TIMES_OUT),
	OTHER(c11_cnd_wait, "cond", NULL, signal_cnd, ENDS),
	OTHER(c11_cnd_timedwait, "cond", NULL, signal_cnd, ENDS),
};

#define TRY(name, call, expected)                                                                  \
	static __attribute__((noinline)) void name(void)                                           \
	{                                                                                          \
		TURNS_EXPECT((call) == (expected));                                                \
	}
enum { FIRST_TRY = __LINE__ + 1 };
TRY(mutex_try, pthread_mutex_trylock(&mutex), EBUSY)
TRY(rwlock_tryrd, pthread_rwlock_tryrdlock(&rwlock), EBUSY)
TRY(rwlock_trywr, pthread_rwlock_trywrlock(&rwlock), EBUSY)
TRY(spin_try, pthread_spin_trylock(&spin), EBUSY)
TRY(c11_try, mtx_trylock(&plain), thrd_busy)

static const struct tries tries[] = {
	{ "mutex_try", "mutex", hold_mutex, mutex_try, release_mutex, FIRST_TRY },
	{ "rwlock_tryrd", "rdlock", hold_rwlock, rwlock_tryrd, release_rwlock, FIRST_TRY + 1 },
	{ "rwlock_trywr", "wrlock", hold_rwlock, rwlock_trywr, release_rwlock, FIRST_TRY + 2 },
	{ "spin_try", "spin", hold_spin, spin_try, release_spin, FIRST_TRY + 3 },
	{ "c11_try", "mutex", hold_plain, c11_try, release_plain, FIRST_TRY + 4 },
};

static void init_locks(void)
{
	TURNS_EXPECT(!pthread_spin_init(&spin, PTHREAD_PROCESS_PRIVATE));
	TURNS_EXPECT(!pthread_barrier_init(&barrier, NULL, 2));
	TURNS_EXPECT(!sem_init(&sem, 0, 0));
	TURNS_EXPECT(mtx_init(&plain, mtx_plain) == thrd_success);
	TURNS_EXPECT(mtx_init(&timed, mtx_timed) == thrd_success);
	TURNS_EXPECT(cnd_init(&cnd) == thrd_success);
}

int main(int argc, char **argv)
{
	unsigned times = argc > 1 ? (unsigned)atoi(argv[1]) : 3;
	unsigned milliseconds = argc > 2 ? (unsigned)atoi(argv[2]) : 20;

	init_locks();
	turns_play(scenes, COUNT(scenes), times, milliseconds);
	turns_try(tries, COUNT(tries), times);
	return 0;
}
