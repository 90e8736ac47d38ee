/* SPDX-License-Identifier: MIT */
/*
 * rank.c: two places contend for two locks on as many processors as there are, one of them held
 * much longer. Threads add up what they waited by their own clocks. Each place waits once for sure,
 * and goes on until the one has waited far longer than the other: who holds the other's lock may
 * lose the processor.
 *
 *   contend_rank ROUNDS
 */
#include "asleep.h"
#include "turns.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#define THREADS 4
#define CLEARLY 4 /* times as long */

static pthread_mutex_t lock_a = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t lock_b = PTHREAD_MUTEX_INITIALIZER;
static uint64_t waited_much, waited_little;
static unsigned line_much, line_little;
static int rounds;

static void burn(uint64_t ns)
{
	uint64_t end = turns_now() + ns;

	while (turns_now() < end)
		;
}

static __attribute__((noinline)) void wait_much(void)
{
	uint64_t began = turns_now();

	line_much = __LINE__ + 1;
	pthread_mutex_lock(&lock_a);
	waited_much += turns_now() - began;
	burn(400000);
	pthread_mutex_unlock(&lock_a);
}

static __attribute__((noinline)) void wait_little(void)
{
	uint64_t began = turns_now();

	line_little = __LINE__ + 1;
	pthread_mutex_lock(&lock_b);
	waited_little += turns_now() - began;
	burn(20000);
	pthread_mutex_unlock(&lock_b);
}

static void *contend(void *argument)
{
	int i;

	for (i = 0; i < rounds; i++) {
		wait_much();
		wait_little();
	}
	return argument;
}

struct visit {
	void (*place)(void);
	int tid; /* once it runs */
};

static void *pay_visit(void *argument)
{
	struct visit *visit = argument;

	/* relaxed: nothing comes with it */
	__atomic_store_n(&visit->tid, (int)syscall(SYS_gettid), __ATOMIC_RELAXED);
	visit->place();
	return NULL;
}

/* The place waits once. */
static void wait_for_sure(pthread_mutex_t *lock, void (*place)(void))
{
	struct visit visit = { place, 0 };
	pthread_t thread;

	pthread_mutex_lock(lock);
	TURNS_EXPECT(!pthread_create(&thread, NULL, pay_visit, &visit));
	see_it_asleep(&visit.tid);
	pthread_mutex_unlock(lock);
	pthread_join(thread, NULL);
}

static void contend_together(void)
{
	pthread_t threads[THREADS];
	int i;

	for (i = 0; i < THREADS; i++)
		TURNS_EXPECT(!pthread_create(&threads[i], NULL, contend, NULL));
	for (i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
}

static void print_place(const char *function, unsigned line, uint64_t ns)
{
	printf("{\"function\": \"%s\", \"kind\": \"mutex\", \"line\": %u, \"high\": %" PRIu64 "}\n",
	       function, line, ns);
}

int main(int argc, char **argv)
{
	rounds = argc > 1 ? atoi(argv[1]) : 200;
	wait_for_sure(&lock_a, wait_much);
	wait_for_sure(&lock_b, wait_little);
	do
		contend_together();
	while (waited_much < CLEARLY * waited_little);
	print_place("wait_much", line_much, waited_much);
	print_place("wait_little", line_little, waited_little);
	return 0;
}
