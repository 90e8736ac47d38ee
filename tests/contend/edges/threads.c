/* SPDX-License-Identifier: MIT */
/*
 * threads.c: threads that end in every way just after, or while, they wait.
 *
 *   contend_threads churn NUMBER | exits | holds | cancels
 */
#include "known.h"

#include "asleep.h"

#include <semaphore.h>
#include <string.h>
#include <sys/syscall.h>

#define AT_ONCE 8

static struct known known;
static pthread_mutex_t robust;
static sem_t sem;
static int tid;

KNOWN_WAIT(wait_here)

static void *wait_once(void *argument)
{
	wait_here(&known, 0);
	return argument;
}

static void *wait_and_exit(void *argument)
{
	wait_here(&known, 0);
	pthread_exit(argument);
}

static void churn(int number, void *(*run)(void *))
{
	pthread_t threads[AT_ONCE];
	int i;

	for (; number > 0; number -= AT_ONCE) {
		for (i = 0; i < AT_ONCE; i++)
			KNOWN_EXPECT(!pthread_create(&threads[i], NULL, run, NULL));
		for (i = 0; i < AT_ONCE; i++)
			pthread_join(threads[i], NULL);
	}
}

static void tell_tid(void)
{
	/* release: pairs with the acquire in see_waiting */
	__atomic_store_n(&tid, (int)syscall(SYS_gettid), __ATOMIC_RELEASE);
}

static void see_waiting(void)
{
	/* acquire: the thread is past its start */
	while (!__atomic_load_n(&tid, __ATOMIC_ACQUIRE))
		usleep(100);
	see_asleep(tid);
	tid = 0;
}

/* Waits for a robust mutex, gets it, and ends with it. */
static __attribute__((noinline)) void *wait_and_hold(void *argument)
{
	uint64_t began = known_now(CLOCK_MONOTONIC);
	int answer;

	tell_tid();
	answer = pthread_mutex_lock(&robust);
	known_add(&known, began);
	KNOWN_EXPECT(!answer || answer == EOWNERDEAD);
	return argument;
}

static void init_robust(void)
{
	pthread_mutexattr_t attributes;

	pthread_mutexattr_init(&attributes);
	pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
	KNOWN_EXPECT(!pthread_mutex_init(&robust, &attributes));
}

static void hold_and_die(void)
{
	pthread_t thread;
	int i;

	init_robust();
	for (i = 0; i < 3; i++) {
		KNOWN_EXPECT(!pthread_mutex_lock(&robust));
		KNOWN_EXPECT(!pthread_create(&thread, NULL, wait_and_hold, NULL));
		see_waiting();
		KNOWN_EXPECT(!pthread_mutex_unlock(&robust));
		pthread_join(thread, NULL);
		KNOWN_EXPECT(pthread_mutex_lock(&robust) == EOWNERDEAD);
		KNOWN_EXPECT(!pthread_mutex_consistent(&robust));
		KNOWN_EXPECT(!pthread_mutex_unlock(&robust));
	}
	known_print("wait_and_hold", &known);
}

/* Cancelled where it waits; what it waits for in the handler is recorded as ever. */
static void wait_in_handler(void *argument)
{
	(void)argument;
	wait_here(&known, 500);
}

static void *wait_to_be_cancelled(void *argument)
{
	pthread_cleanup_push(wait_in_handler, NULL);
	tell_tid();
	sem_wait(&sem);
	pthread_cleanup_pop(0);
	return argument;
}

static void cancel_waiting(void)
{
	pthread_t thread;
	void *answer;
	int i;

	sem_init(&sem, 0, 0);
	for (i = 0; i < 20; i++) {
		KNOWN_EXPECT(!pthread_create(&thread, NULL, wait_to_be_cancelled, NULL));
		see_waiting();
		pthread_cancel(thread);
		pthread_join(thread, &answer);
		KNOWN_EXPECT(answer == PTHREAD_CANCELED);
	}
	known_print("wait_here", &known);
}

int main(int argc, char **argv)
{
	const char *how = argc > 1 ? argv[1] : "churn";

	known_hold();
	if (!strcmp(how, "holds")) {
		hold_and_die();
		return 0;
	}
	if (!strcmp(how, "cancels")) {
		cancel_waiting();
		return 0;
	}
	churn(argc > 2 ? atoi(argv[2]) : 4000, strcmp(how, "exits") ? wait_once : wait_and_exit);
	known_print("wait_here", &known);
	return 0;
}
