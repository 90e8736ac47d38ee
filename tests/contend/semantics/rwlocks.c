/* SPDX-License-Identifier: MIT */
/* rwlocks.c: every preference of a read-write lock, and who would wait for himself. */
#include "transcript.h"

#include <errno.h>
#include <pthread.h>
#include <stdint.h>

static const int preferences[] = { PTHREAD_RWLOCK_PREFER_READER_NP, PTHREAD_RWLOCK_PREFER_WRITER_NP,
				   PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP };
static const char *const preference_names[] = { "readers", "writers", "writers, not recursive" };

static void init(pthread_rwlock_t *rwlock, int preference, int shared)
{
	pthread_rwlockattr_t attributes;

	pthread_rwlockattr_init(&attributes);
	pthread_rwlockattr_setkind_np(&attributes, preference);
	pthread_rwlockattr_setpshared(&attributes, shared);
	if (pthread_rwlock_init(rwlock, &attributes))
		say_broken("pthread_rwlock_init");
}

static void *say_reading(void *argument)
{
	pthread_rwlock_t *rwlock = argument;
	const struct timespec soon = from_now(CLOCK_REALTIME, 5);
	const struct timespec later = from_now(CLOCK_MONOTONIC, 10);
	const struct timespec past = { .tv_sec = 1 }, wrong = { .tv_nsec = -1 };

	SAY(pthread_rwlock_tryrdlock(rwlock));
	SAY(pthread_rwlock_timedrdlock(rwlock, &soon));
	SAY(pthread_rwlock_timedrdlock(rwlock, &past));
	SAY(pthread_rwlock_timedrdlock(rwlock, &wrong));
	SAY(pthread_rwlock_clockrdlock(rwlock, CLOCK_MONOTONIC, &later));
	SAY(pthread_rwlock_clockrdlock(rwlock, CLOCK_THREAD_CPUTIME_ID, &later));
	return NULL;
}

static void *say_writing(void *argument)
{
	pthread_rwlock_t *rwlock = argument;
	const struct timespec soon = from_now(CLOCK_REALTIME, 5);
	const struct timespec later = from_now(CLOCK_MONOTONIC, 10);
	const struct timespec past = { .tv_sec = 1 }, wrong = { .tv_nsec = -1 };

	SAY(pthread_rwlock_trywrlock(rwlock));
	SAY(pthread_rwlock_timedwrlock(rwlock, &soon));
	SAY(pthread_rwlock_timedwrlock(rwlock, &past));
	SAY(pthread_rwlock_timedwrlock(rwlock, &wrong));
	SAY(pthread_rwlock_clockwrlock(rwlock, CLOCK_MONOTONIC, &later));
	SAY(pthread_rwlock_clockwrlock(rwlock, CLOCK_THREAD_CPUTIME_ID, &later));
	return NULL;
}

/* Says a call that may have taken it, and gives it back. */
#define SAY_AND_UNLOCK(call)                                                                       \
	do {                                                                                       \
		int answer_;                                                                       \
                                                                                                   \
		before_call();                                                                     \
		answer_ = (call);                                                                  \
		say("free, " #call, answer_);                                                      \
		if (!answer_)                                                                      \
			SAY(pthread_rwlock_unlock(rwlock));                                        \
	} while (0)

/* Whether a deadline is looked at where nobody has to wait. */
static void say_free(pthread_rwlock_t *rwlock)
{
	const struct timespec past = { .tv_sec = 1 }, wrong = { .tv_nsec = 1000000000 };

	SAY_AND_UNLOCK(pthread_rwlock_timedrdlock(rwlock, &past));
	SAY_AND_UNLOCK(pthread_rwlock_timedrdlock(rwlock, &wrong));
	SAY_AND_UNLOCK(pthread_rwlock_clockrdlock(rwlock, CLOCK_PROCESS_CPUTIME_ID, &past));
	SAY_AND_UNLOCK(pthread_rwlock_timedwrlock(rwlock, &past));
	SAY_AND_UNLOCK(pthread_rwlock_timedwrlock(rwlock, &wrong));
	SAY_AND_UNLOCK(pthread_rwlock_clockwrlock(rwlock, CLOCK_PROCESS_CPUTIME_ID, &past));
}

static void *write_once(void *argument)
{
	pthread_rwlock_t *rwlock = argument;
	int answer = pthread_rwlock_wrlock(rwlock);

	pthread_rwlock_unlock(rwlock);
	return (void *)(intptr_t)answer;
}

static void *read_once(void *argument)
{
	pthread_rwlock_t *rwlock = argument;
	int answer = pthread_rwlock_rdlock(rwlock);

	pthread_rwlock_unlock(rwlock);
	return (void *)(intptr_t)answer;
}

static void say_written(pthread_rwlock_t *rwlock)
{
	struct blocked reader, writer;

	SAY(pthread_rwlock_wrlock(rwlock));
	SAY(pthread_rwlock_wrlock(rwlock));
	SAY(pthread_rwlock_rdlock(rwlock));
	say_reading(rwlock);
	say_writing(rwlock);
	in_thread(say_reading, rwlock);
	in_thread(say_writing, rwlock);
	block_in_thread(&reader, read_once, rwlock);
	block_in_thread(&writer, write_once, rwlock);
	SAY(pthread_rwlock_unlock(rwlock));
	before_call();
	say("the reader", (int)(intptr_t)join_blocked(&reader));
	say("the writer", (int)(intptr_t)join_blocked(&writer));
}

static void *try_reading(void *argument)
{
	pthread_rwlock_t *rwlock = argument;
	const struct timespec soon = from_now(CLOCK_REALTIME, 10);
	int answer;

	before_call();
	answer = pthread_rwlock_tryrdlock(rwlock);
	say("tryrdlock past a waiting writer", answer);
	if (!answer)
		SAY(pthread_rwlock_unlock(rwlock));
	before_call();
	answer = pthread_rwlock_timedrdlock(rwlock, &soon);
	say("timedrdlock past a waiting writer", answer);
	if (!answer)
		SAY(pthread_rwlock_unlock(rwlock));
	return NULL;
}

static void say_read(pthread_rwlock_t *rwlock)
{
	struct blocked writer;

	SAY(pthread_rwlock_rdlock(rwlock));
	SAY(pthread_rwlock_rdlock(rwlock));
	say_writing(rwlock);
	in_thread(say_writing, rwlock);
	SAY(pthread_rwlock_unlock(rwlock));
	block_in_thread(&writer, write_once, rwlock);
	in_thread(try_reading, rwlock);
	SAY(pthread_rwlock_unlock(rwlock));
	before_call();
	say("the writer", (int)(intptr_t)join_blocked(&writer));
}

void say_rwlocks(void)
{
	pthread_rwlock_t rwlock;
	int i, shared;

	for (i = 0; i < 3; i++)
		for (shared = 0; shared < 2; shared++) {
			say_about("rwlock for %s %s", preference_names[i],
				  shared ? "shared" : "private");
			init(&rwlock, preferences[i],
			     shared ? PTHREAD_PROCESS_SHARED : PTHREAD_PROCESS_PRIVATE);
			say_free(&rwlock);
			say_written(&rwlock);
			say_read(&rwlock);
			SAY(pthread_rwlock_destroy(&rwlock));
		}
}
