/* SPDX-License-Identifier: MIT */
/* robust.c: mutexes whose owners die, by each call that comes to take them (transcript.h). */
#include "transcript.h"

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static void init(pthread_mutex_t *mutex, int protocol, int shared)
{
	pthread_mutexattr_t attributes;

	pthread_mutexattr_init(&attributes);
	pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
	pthread_mutexattr_setprotocol(&attributes, protocol);
	pthread_mutexattr_setpshared(&attributes, shared);
	if (pthread_mutex_init(mutex, &attributes))
		say_broken("pthread_mutex_init");
}

static int lock(pthread_mutex_t *mutex)
{
	return pthread_mutex_lock(mutex);
}

static int try(pthread_mutex_t *mutex)
{
	return pthread_mutex_trylock(mutex);
}

static int lock_timed(pthread_mutex_t *mutex)
{
	const struct timespec at = from_now(CLOCK_REALTIME, 60000);

	return pthread_mutex_timedlock(mutex, &at);
}

static int lock_clocked(pthread_mutex_t *mutex)
{
	const struct timespec at = from_now(CLOCK_MONOTONIC, 60000);

	return pthread_mutex_clocklock(mutex, CLOCK_MONOTONIC, &at);
}

static int (*const ways[])(pthread_mutex_t *) = { lock, try, lock_timed, lock_clocked };
static const char *const way_names[] = { "lock", "trylock", "timedlock", "clocklock" };

static void *die_with(void *mutex)
{
	pthread_mutex_lock(mutex);
	return NULL;
}

static void say_dead_owner(int protocol, int way)
{
	pthread_mutex_t mutex;

	init(&mutex, protocol, PTHREAD_PROCESS_PRIVATE);
	in_thread(die_with, &mutex);
	SAY(ways[way](&mutex));
	SAY(pthread_mutex_trylock(&mutex));
	SAY(pthread_mutex_consistent(&mutex));
	SAY(pthread_mutex_unlock(&mutex));
	SAY(ways[way](&mutex));
	SAY(pthread_mutex_consistent(&mutex));
	SAY(pthread_mutex_unlock(&mutex));
	in_thread(die_with, &mutex);
	SAY(ways[way](&mutex));
	SAY(pthread_mutex_unlock(&mutex)); /* not made consistent: for ever lost */
	SAY(ways[way](&mutex));
	SAY(pthread_mutex_destroy(&mutex));
}

/* The owner dies while another waits. */
struct deathbed {
	pthread_mutex_t mutex;
	int (*way)(pthread_mutex_t *);
	int leave[2]; /* a pipe */
};

static void *die_when_told(void *argument)
{
	struct deathbed *deathbed = argument;
	char byte;

	pthread_mutex_lock(&deathbed->mutex);
	return read(deathbed->leave[0], &byte, 1) == 1 ? NULL : argument;
}

static void *inherit(void *argument)
{
	struct deathbed *deathbed = argument;
	intptr_t answer = deathbed->way(&deathbed->mutex);

	pthread_mutex_consistent(&deathbed->mutex);
	pthread_mutex_unlock(&deathbed->mutex);
	return (void *)answer;
}

static void say_waited_for_the_dead(int protocol, int way)
{
	struct deathbed deathbed = { .way = ways[way] };
	struct blocked owner, heir;

	init(&deathbed.mutex, protocol, PTHREAD_PROCESS_PRIVATE);
	if (pipe(deathbed.leave))
		say_broken("pipe");
	block_in_thread(&owner, die_when_told, &deathbed);
	block_in_thread(&heir, inherit, &deathbed);
	if (write(deathbed.leave[1], "", 1) != 1)
		say_broken("write");
	join_blocked(&owner);
	before_call();
	say("who waited for the dead", (int)(intptr_t)join_blocked(&heir));
	SAY(pthread_mutex_lock(&deathbed.mutex));
	SAY(pthread_mutex_unlock(&deathbed.mutex));
	close(deathbed.leave[0]);
	close(deathbed.leave[1]);
}

/* A process dies with a mutex that another shares. */
static void say_dead_process(void)
{
	pthread_mutex_t *mutex = mmap(NULL, sizeof(*mutex), PROT_READ | PROT_WRITE,
				      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t child;

	say_about("mutex of a dead process");
	init(mutex, PTHREAD_PRIO_NONE, PTHREAD_PROCESS_SHARED);
	fflush(stdout);
	child = fork();
	if (!child) {
		pthread_mutex_lock(mutex);
		_exit(0);
	}
	waitpid(child, NULL, 0);
	SAY(pthread_mutex_lock(mutex));
	SAY(pthread_mutex_consistent(mutex));
	SAY(pthread_mutex_unlock(mutex));
	munmap(mutex, sizeof(*mutex));
}

void say_robust(void)
{
	static const int protocols[] = { PTHREAD_PRIO_NONE, PTHREAD_PRIO_INHERIT };
	int protocol, way;

	for (protocol = 0; protocol < 2; protocol++)
		for (way = 0; way < 4; way++) {
			say_about("robust %s by %s", protocol ? "inherit" : "none", way_names[way]);
			say_dead_owner(protocols[protocol], way);
			if (ways[way] != try)
				say_waited_for_the_dead(protocols[protocol], way);
		}
	say_dead_process();
}
