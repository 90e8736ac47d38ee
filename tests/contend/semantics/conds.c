/* SPDX-License-Identifier: MIT */
/* conds.c: condition variables by clock, by kind of mutex, by how they end; barriers, spin locks. */
#include "transcript.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct meeting {
	pthread_mutex_t mutex;
	pthread_cond_t cond;
	int arrived, gone;
	bool may_go;
};

static void init(struct meeting *meeting, int type, int robust, clockid_t clock)
{
	pthread_mutexattr_t mutex;
	pthread_condattr_t cond;

	*meeting = (struct meeting){ 0 };
	pthread_mutexattr_init(&mutex);
	pthread_mutexattr_settype(&mutex, type);
	pthread_mutexattr_setrobust(&mutex, robust);
	pthread_mutex_init(&meeting->mutex, &mutex);
	pthread_condattr_init(&cond);
	pthread_condattr_setclock(&cond, clock);
	pthread_cond_init(&meeting->cond, &cond);
}

static void *try_mutex(void *mutex)
{
	int answer = pthread_mutex_trylock(mutex);

	if (!answer)
		pthread_mutex_unlock(mutex);
	return (void *)(intptr_t)answer;
}

static bool is_before(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec < b->tv_sec || (a->tv_sec == b->tv_sec && a->tv_nsec < b->tv_nsec);
}

/* Its own clock decides when a wait ends: by the other one it would be at once, or in decades. */
static void say_timeout(struct meeting *meeting, clockid_t clock)
{
	const struct timespec at = from_now(clock, 20), wrong = { .tv_nsec = 1000000000 };
	struct timespec now;
	int answer;

	SAY(pthread_mutex_lock(&meeting->mutex));
	before_call();
	do
		answer = pthread_cond_timedwait(&meeting->cond, &meeting->mutex, &at);
	while (!answer);
	say("timedwait", answer);
	clock_gettime(clock, &now);
	say_text("ended", is_before(&now, &at) ? "early" : "in time");
	before_call();
	say("tried by another", (int)(intptr_t)in_thread(try_mutex, &meeting->mutex));
	SAY(pthread_cond_timedwait(&meeting->cond, &meeting->mutex, &wrong));
	SAY(pthread_cond_clockwait(&meeting->cond, &meeting->mutex, CLOCK_PROCESS_CPUTIME_ID, &at));
	SAY(pthread_cond_clockwait(&meeting->cond, &meeting->mutex, CLOCK_MONOTONIC,
				   &(struct timespec){ 0 }));
	SAY(pthread_mutex_unlock(&meeting->mutex));
}

static void *attend(void *argument)
{
	struct meeting *meeting = argument;

	pthread_mutex_lock(&meeting->mutex);
	meeting->arrived++;
	while (!meeting->may_go)
		pthread_cond_wait(&meeting->cond, &meeting->mutex);
	meeting->gone++;
	pthread_mutex_unlock(&meeting->mutex);
	return NULL;
}

static void say_broadcast(struct meeting *meeting)
{
	struct blocked blocked[3];
	int i;

	for (i = 0; i < 3; i++)
		block_in_thread(&blocked[i], attend, meeting);
	SAY(pthread_mutex_lock(&meeting->mutex));
	meeting->may_go = true;
	SAY(pthread_cond_broadcast(&meeting->cond));
	SAY(pthread_mutex_unlock(&meeting->mutex));
	for (i = 0; i < 3; i++)
		join_blocked(&blocked[i]);
	say_text("all of them",
		 meeting->arrived == 3 && meeting->gone == 3 ? "went" : "did not go");
}

static void say_not_owned(void)
{
	struct meeting meeting;

	say_about("cond with a mutex that is not held");
	init(&meeting, PTHREAD_MUTEX_ERRORCHECK, PTHREAD_MUTEX_STALLED, CLOCK_REALTIME);
	SAY(pthread_cond_wait(&meeting.cond, &meeting.mutex));
	SAY(pthread_cond_signal(&meeting.cond));
	SAY(pthread_cond_destroy(&meeting.cond));
}

static void *wait_for_the_dead(void *argument)
{
	struct meeting *meeting = argument;
	intptr_t answer;

	pthread_mutex_lock(&meeting->mutex);
	answer = pthread_cond_wait(&meeting->cond, &meeting->mutex);
	pthread_mutex_consistent(&meeting->mutex);
	pthread_mutex_unlock(&meeting->mutex);
	return (void *)answer;
}

static void *signal_and_die(void *argument)
{
	struct meeting *meeting = argument;

	pthread_mutex_lock(&meeting->mutex);
	pthread_cond_signal(&meeting->cond);
	return NULL;
}

static void say_dead_signaller(void)
{
	struct meeting meeting;
	struct blocked blocked;

	say_about("cond signalled by who dies with the mutex");
	init(&meeting, PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_ROBUST, CLOCK_REALTIME);
	block_in_thread(&blocked, wait_for_the_dead, &meeting);
	in_thread(signal_and_die, &meeting);
	before_call();
	say("who waited", (int)(intptr_t)join_blocked(&blocked));
	SAY(pthread_mutex_lock(&meeting.mutex));
	SAY(pthread_mutex_unlock(&meeting.mutex));
}

static void *pass_barrier(void *barrier)
{
	return (void *)(intptr_t)pthread_barrier_wait(barrier);
}

static void say_barrier(void)
{
	pthread_barrier_t barrier;
	struct blocked blocked[2];
	int i, serial, others = 0;

	say_about("barrier of three");
	pthread_barrier_init(&barrier, NULL, 3);
	for (i = 0; i < 2; i++)
		block_in_thread(&blocked[i], pass_barrier, &barrier);
	before_call();
	serial = pthread_barrier_wait(&barrier);
	say("errno of the last", 0);
	for (i = 0; i < 2; i++)
		others += (int)(intptr_t)join_blocked(&blocked[i]) == PTHREAD_BARRIER_SERIAL_THREAD;
	say_text("one is told",
		 others + (serial == PTHREAD_BARRIER_SERIAL_THREAD) == 1 ? "so" : "no");
	SAY(pthread_barrier_destroy(&barrier));
}

static void *try_spin(void *spin)
{
	return (void *)(intptr_t)pthread_spin_trylock(spin);
}

static void say_spin(void)
{
	pthread_spinlock_t spin;

	say_about("spin lock");
	pthread_spin_init(&spin, PTHREAD_PROCESS_SHARED);
	SAY(pthread_spin_lock(&spin));
	SAY(pthread_spin_trylock(&spin));
	before_call();
	say("tried by another", (int)(intptr_t)in_thread(try_spin, (void *)&spin));
	SAY(pthread_spin_unlock(&spin));
	SAY(pthread_spin_trylock(&spin));
	SAY(pthread_spin_unlock(&spin));
	SAY(pthread_spin_destroy(&spin));
}

void say_conds(void)
{
	static const clockid_t clocks[] = { CLOCK_REALTIME, CLOCK_MONOTONIC };
	struct meeting meeting;
	int i;

	for (i = 0; i < 2; i++) {
		say_about("cond by the %s clock", i ? "monotonic" : "real-time");
		init(&meeting, PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_STALLED, clocks[i]);
		say_timeout(&meeting, clocks[i]);
		say_broadcast(&meeting);
	}
	say_not_owned();
	say_dead_signaller();
	say_barrier();
	say_spin();
}
