/* SPDX-License-Identifier: MIT */
/*
 * lock_instructions.c: locks and their unlocks a known number of times, for a simulator to count,
 * as instructions.c has it for the library's own paths (which says how its output is read).
 * bench/instructions runs it without libquipu-contend, with it off and with it on.
 *
 * Another thread sleeps meanwhile: in a process with one thread the C library takes other ways.
 */
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <time.h>

#define SHORT 1000
#define LONG 2000

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
static pthread_spinlock_t spin;
static sem_t sem;

#define CASE(name, operation)                                                                      \
	__attribute__((noinline)) void case_##name(int n);                                         \
	void case_##name(int n)                                                                    \
	{                                                                                          \
		int i;                                                                             \
                                                                                                   \
		for (i = 0; i < n; i++) {                                                          \
			operation;                                                                 \
		}                                                                                  \
	}

/* The compiler must believe that something is done. */
#define NOTHING __asm__ volatile("" ::: "memory")

CASE(empty, NOTHING)
CASE(mutex_pair, pthread_mutex_lock(&mutex); pthread_mutex_unlock(&mutex))
CASE(rdlock_pair, pthread_rwlock_rdlock(&rwlock); pthread_rwlock_unlock(&rwlock))
CASE(spin_pair, pthread_spin_lock(&spin); pthread_spin_unlock(&spin))
CASE(sem_pair, sem_wait(&sem); sem_post(&sem))

static const struct {
	const char *name;
	void (*run)(int n);
} cases[] = { { "empty", case_empty },
	      { "mutex_pair", case_mutex_pair },
	      { "rdlock_pair", case_rdlock_pair },
	      { "spin_pair", case_spin_pair },
	      { "sem_pair", case_sem_pair } };

static void *idle(void *unused)
{
	struct timespec hour = { .tv_sec = 3600 };

	nanosleep(&hour, NULL);
	return unused;
}

int main(void)
{
	pthread_t thread;
	size_t i;

	pthread_spin_init(&spin, PTHREAD_PROCESS_PRIVATE);
	sem_init(&sem, 0, 1);
	if (pthread_create(&thread, NULL, idle, NULL) != 0)
		return 1;
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		cases[i].run(SHORT);
		cases[i].run(SHORT);
		cases[i].run(LONG);
		printf("loop %s\n", cases[i].name);
	}
	return 0;
}
