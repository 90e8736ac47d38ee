/* SPDX-License-Identifier: MIT */
/* sems.c: semaphores, those with names too, and what a signal does to who waits. */
#include "transcript.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

static int handled;

static void note(int signal)
{
	(void)signal;
	__atomic_store_n(&handled, 1, __ATOMIC_RELEASE); /* release: read by who sent the signal */
}

static void handle(int flags)
{
	struct sigaction action = { .sa_handler = note, .sa_flags = flags };

	sigaction(SIGUSR1, &action, NULL);
}

static void say_value(sem_t *sem)
{
	char text[16];
	int value;

	sem_getvalue(sem, &value);
	snprintf(text, sizeof(text), "%d", value);
	say_text("value", text);
}

static void say_plain(sem_t *sem)
{
	const struct timespec past = { .tv_sec = 1 }, wrong = { .tv_nsec = 1000000000 };
	const struct timespec soon = from_now(CLOCK_REALTIME, 5);

	SAY_ERRNO(sem_wait(sem));
	SAY_ERRNO(sem_trywait(sem));
	SAY_ERRNO(sem_timedwait(sem, &soon));
	SAY_ERRNO(sem_timedwait(sem, &past));
	SAY_ERRNO(sem_timedwait(sem, &wrong));
	SAY_ERRNO(sem_clockwait(sem, CLOCK_MONOTONIC, &(struct timespec){ 0 }));
	SAY_ERRNO(sem_clockwait(sem, CLOCK_PROCESS_CPUTIME_ID, &soon));
	SAY_ERRNO(sem_post(sem));
	SAY_ERRNO(sem_timedwait(sem, &wrong));
	say_value(sem);
	SAY_ERRNO(sem_post(sem));
	SAY_ERRNO(sem_timedwait(sem, &past));
	SAY_ERRNO(sem_post(sem));
	SAY_ERRNO(sem_clockwait(sem, CLOCK_PROCESS_CPUTIME_ID, &soon));
	say_value(sem);
	SAY_ERRNO(sem_post(sem));
	SAY_ERRNO(sem_clockwait(sem, CLOCK_MONOTONIC, &past));
	say_value(sem);
}

static int wait_plainly(sem_t *sem)
{
	return sem_wait(sem);
}

static int wait_timed(sem_t *sem)
{
	const struct timespec at = from_now(CLOCK_REALTIME, 60000);

	return sem_timedwait(sem, &at);
}

static int wait_clocked(sem_t *sem)
{
	const struct timespec at = from_now(CLOCK_MONOTONIC, 60000);

	return sem_clockwait(sem, CLOCK_MONOTONIC, &at);
}

static int (*way)(sem_t *);

static void *wait_once(void *sem)
{
	before_call();
	return (void *)(intptr_t)(way(sem) ? take_errno() : 0);
}

/* A signal comes while a thread waits; if that does not end the wait, a post does, afterwards. */
static void say_interrupted(int flags)
{
	struct blocked blocked;
	sem_t sem;

	handle(flags);
	sem_init(&sem, 0, 0);
	block_in_thread(&blocked, wait_once, &sem);
	handled = 0;
	pthread_kill(blocked.thread, SIGUSR1);
	while (!__atomic_load_n(&handled, __ATOMIC_ACQUIRE)) /* acquire: the handler has run */
		usleep(1000);
	sem_post(&sem);
	before_call();
	say("interrupted", (int)(intptr_t)join_blocked(&blocked));
	say_value(&sem);
}

static void say_all_interrupted(void)
{
	static int (*const ways[])(sem_t *) = { wait_plainly, wait_timed, wait_clocked };
	int i;

	for (i = 0; i < 3; i++) {
		way = ways[i];
		say_about("semaphore %d, handler that restarts nothing", i);
		say_interrupted(0);
		say_about("semaphore %d, handler that restarts calls", i);
		say_interrupted(SA_RESTART);
	}
}

static void say_named(void)
{
	char name[32];
	sem_t *sem;

	say_about("semaphore with a name");
	snprintf(name, sizeof(name), "/contend-%d", getpid());
	sem = sem_open(name, O_CREAT | O_EXCL, 0600, 1);
	if (sem == SEM_FAILED) {
		say_text("sem_open", "not here");
		return;
	}
	sem_unlink(name);
	say_plain(sem);
	sem_close(sem);
}

void say_sems(void)
{
	sem_t sem;

	say_about("semaphore");
	SAY_ERRNO(sem_init(&sem, 0, 1));
	say_plain(&sem);
	SAY_ERRNO(sem_destroy(&sem));
	say_about("semaphore, shared");
	SAY_ERRNO(sem_init(&sem, 1, 1));
	say_plain(&sem);
	say_about("semaphore, full");
	SAY_ERRNO(sem_init(&sem, 0, SEM_VALUE_MAX));
	SAY_ERRNO(sem_post(&sem));
	SAY_ERRNO(sem_wait(&sem));
	say_all_interrupted();
	say_named();
}
