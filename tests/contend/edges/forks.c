/* SPDX-License-Identifier: MIT */
/*
 * forks.c: children of a process whose threads hold locks and wait for them all the time. Each
 * process knows its own waits: the child's begin at nothing, the parent's are complete.
 *
 *   contend_forks CHILDREN THREADS
 */
#include "known.h"

#include "asleep.h"

#include <sched.h>
#include <sys/wait.h>

static struct known before, of_child, of_both, of_threads, after;
static int enough;

KNOWN_WAIT(wait_before)
KNOWN_WAIT(wait_in_child)
KNOWN_WAIT(wait_in_thread)
KNOWN_WAIT(wait_after)

static void *wait_on(void *argument)
{
	/* relaxed: joined afterwards */
	while (!__atomic_load_n(&enough, __ATOMIC_RELAXED))
		wait_in_thread(&of_threads, 200);
	return argument;
}

static void *wait_once(void *argument)
{
	wait_in_child(&of_child, 1000);
	return argument;
}

/* Taken after a wait by who forks then; parent and child each give back their own. */
static pthread_mutex_t inherited = PTHREAD_MUTEX_INITIALIZER;
static struct known of_inherited;
static int tid;

static __attribute__((noinline)) void wait_and_fork(void)
{
	uint64_t began = known_now(CLOCK_MONOTONIC);

	KNOWN_EXPECT(!pthread_mutex_lock(&inherited));
	known_add(&of_inherited, began);
}

static void *let_go(void *argument)
{
	see_asleep(tid);
	pthread_mutex_unlock(&inherited);
	return argument;
}

static void *take_and_let_go(void *argument)
{
	pthread_mutex_lock(&inherited);
	/* release: taken, the forking thread may ask for it */
	__atomic_store_n((int *)argument, 1, __ATOMIC_RELEASE);
	return let_go(argument);
}

/* Waits for a lock, and has it. */
static void inherit(void)
{
	pthread_t thread;
	int taken = 0;

	tid = (int)getpid();
	KNOWN_EXPECT(!pthread_create(&thread, NULL, take_and_let_go, &taken));
	while (!__atomic_load_n(&taken, __ATOMIC_ACQUIRE)) /* acquire: it is held */
		sched_yield();
	wait_and_fork();
	pthread_join(thread, NULL);
}

/* A thread of the child's own waits too. */
static void be_child(int number)
{
	pthread_t thread;
	int i;

	KNOWN_EXPECT(!pthread_mutex_unlock(&inherited));
	for (i = 0; i < number % 3; i++)
		wait_in_child(&of_child, 1000);
	wait_before(&of_both, 0);
	KNOWN_EXPECT(!pthread_create(&thread, NULL, wait_once, NULL));
	pthread_join(thread, NULL);
	known_print("wait_in_child", &of_child);
	known_print("wait_before", &of_both);
	exit(0);
}

static void fork_child(int number)
{
	int status;
	pid_t child = fork();

	KNOWN_EXPECT(child >= 0);
	if (!child)
		be_child(number);
	KNOWN_EXPECT(waitpid(child, &status, 0) == child && status == 0);
}

int main(int argc, char **argv)
{
	int children = argc > 1 ? atoi(argv[1]) : 3, n_threads = argc > 2 ? atoi(argv[2]) : 0;
	pthread_t threads[16];
	int i;

	known_hold();
	wait_before(&before, 50000);
	inherit();
	for (i = 0; i < n_threads; i++)
		KNOWN_EXPECT(!pthread_create(&threads[i], NULL, wait_on, NULL));
	for (i = 0; i < children; i++)
		fork_child(i);
	/* relaxed: joined next */
	__atomic_store_n(&enough, 1, __ATOMIC_RELAXED);
	for (i = 0; i < n_threads; i++)
		pthread_join(threads[i], NULL);
	KNOWN_EXPECT(!pthread_mutex_unlock(&inherited));
	wait_after(&after, 1000);
	known_print("wait_before", &before);
	known_print("wait_and_fork", &of_inherited);
	known_print("wait_in_thread", &of_threads);
	known_print("wait_after", &after);
	return 0;
}
