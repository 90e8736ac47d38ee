/* SPDX-License-Identifier: MIT */
/*
 * cancels.c: threads cancelled where they wait. What is a cancellation point stays one, what is
 * none does not become one, handlers run with the locks as the standard has them, and locks work
 * on in other threads.
 */
#include "transcript.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stdint.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static sem_t sem;
static bool is_handled, is_past;
static int tried;

/* The handler finds out whether the mutex is held: by its own thread it is, after a cond wait. */
static void note(void *argument)
{
	is_handled = true;
	tried = pthread_mutex_trylock(&mutex);
	if (!tried || argument)
		pthread_mutex_unlock(&mutex);
}

static void *lock_mutex(void *argument)
{
	pthread_cleanup_push(note, argument);
	pthread_mutex_lock(&mutex);
	is_past = true;
	pthread_mutex_unlock(&mutex);
	pthread_testcancel();
	pthread_cleanup_pop(0);
	return NULL;
}

static void *lock_rwlock(void *argument)
{
	pthread_cleanup_push(note, argument);
	pthread_rwlock_wrlock(&rwlock);
	is_past = true;
	pthread_rwlock_unlock(&rwlock);
	pthread_testcancel();
	pthread_cleanup_pop(0);
	return NULL;
}

static void *wait_sem(void *argument)
{
	pthread_cleanup_push(note, argument);
	sem_wait(&sem);
	is_past = true;
	pthread_cleanup_pop(0);
	return NULL;
}

static void *wait_sem_timed(void *argument)
{
	const struct timespec at = from_now(CLOCK_REALTIME, 60000);

	pthread_cleanup_push(note, argument);
	sem_timedwait(&sem, &at);
	is_past = true;
	pthread_cleanup_pop(0);
	return NULL;
}

static void *wait_sem_clocked(void *argument)
{
	const struct timespec at = from_now(CLOCK_MONOTONIC, 60000);

	pthread_cleanup_push(note, argument);
	sem_clockwait(&sem, CLOCK_MONOTONIC, &at);
	is_past = true;
	pthread_cleanup_pop(0);
	return NULL;
}

static void *wait_cond(void *argument)
{
	pthread_mutex_lock(&mutex);
	pthread_cleanup_push(note, argument);
	for (;;)
		pthread_cond_wait(&cond, &mutex);
	pthread_cleanup_pop(0);
	return NULL;
}

static void *wait_cond_timed(void *argument)
{
	const struct timespec at = from_now(CLOCK_REALTIME, 60000);

	pthread_mutex_lock(&mutex);
	pthread_cleanup_push(note, argument);
	for (;;)
		pthread_cond_timedwait(&cond, &mutex, &at);
	pthread_cleanup_pop(0);
	return NULL;
}

static void *wait_cond_clocked(void *argument)
{
	const struct timespec at = from_now(CLOCK_MONOTONIC, 60000);

	pthread_mutex_lock(&mutex);
	pthread_cleanup_push(note, argument);
	for (;;)
		pthread_cond_clockwait(&cond, &mutex, CLOCK_MONOTONIC, &at);
	pthread_cleanup_pop(0);
	return NULL;
}

/* Cancelled before it comes to the call, which would not have to wait. */
static void *cancel_self_and_wait(void *argument)
{
	pthread_cleanup_push(note, argument);
	pthread_cancel(pthread_self());
	sem_wait(&sem);
	is_past = true;
	pthread_cleanup_pop(0);
	return NULL;
}

static void *cancel_self_and_try(void *argument)
{
	pthread_cleanup_push(note, argument);
	pthread_cancel(pthread_self());
	sem_trywait(&sem);
	pthread_mutex_lock(&mutex);
	is_past = true;
	pthread_mutex_unlock(&mutex);
	pthread_testcancel();
	pthread_cleanup_pop(0);
	return NULL;
}

static void *disable_and_wait(void *argument)
{
	(void)argument;
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
	sem_wait(&sem);
	is_past = true;
	return NULL;
}

static void say_end(void *answer)
{
	int value;

	sem_getvalue(&sem, &value);
	say_text("ended", answer == PTHREAD_CANCELED ? "cancelled" : "by itself");
	say_text("handler", is_handled ? "ran" : "did not run");
	say_text("got past", is_past ? "yes" : "no");
	before_call();
	say("mutex in the handler", tried);
	say_text("semaphore", value ? "posted" : "0");
	SAY(pthread_mutex_trylock(&mutex));
	SAY(pthread_mutex_unlock(&mutex));
}

static void forget(void)
{
	is_handled = is_past = false;
	tried = 0;
}

/* release: what lets it go on after it was cancelled, for what is no cancellation point. */
static void say_cancelled(const char *name, void *(*run)(void *), bool owns, void (*release)(void))
{
	struct blocked blocked;

	say_about("cancelled in %s", name);
	forget();
	block_in_thread(&blocked, run, owns ? &mutex : NULL);
	cancel_blocked(&blocked);
	if (release)
		release();
	say_end(join_blocked(&blocked));
}

static void release_mutex(void)
{
	pthread_mutex_unlock(&mutex);
}

static void release_rwlock(void)
{
	pthread_rwlock_unlock(&rwlock);
}

static void post(void)
{
	sem_post(&sem);
}

static void say_pending(const char *name, void *(*run)(void *))
{
	say_about("%s with a cancellation pending", name);
	forget();
	sem_post(&sem);
	say_end(in_thread(run, NULL));
	sem_trywait(&sem);
}

void say_cancels(void)
{
	sem_init(&sem, 0, 0);
	pthread_mutex_lock(&mutex);
	say_cancelled("pthread_mutex_lock", lock_mutex, false, release_mutex);
	pthread_rwlock_wrlock(&rwlock);
	say_cancelled("pthread_rwlock_wrlock", lock_rwlock, false, release_rwlock);
	say_cancelled("sem_wait", wait_sem, false, NULL);
	say_cancelled("sem_timedwait", wait_sem_timed, false, NULL);
	say_cancelled("sem_clockwait", wait_sem_clocked, false, NULL);
	say_cancelled("sem_wait, but disabled", disable_and_wait, false, post);
	say_cancelled("pthread_cond_wait", wait_cond, true, NULL);
	say_cancelled("pthread_cond_timedwait", wait_cond_timed, true, NULL);
	say_cancelled("pthread_cond_clockwait", wait_cond_clocked, true, NULL);
	say_pending("sem_wait that need not wait", cancel_self_and_wait);
	say_pending("sem_trywait and pthread_mutex_lock", cancel_self_and_try);
}
