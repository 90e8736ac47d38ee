/* SPDX-License-Identifier: MIT */
/* mutexes.c: every type of mutex by every call, by its owner and by another (transcript.h). */
#include "transcript.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>

struct named {
	const char *name;
	int value;
};

static const struct named types[] = {
	{ "normal", PTHREAD_MUTEX_NORMAL },
	{ "recursive", PTHREAD_MUTEX_RECURSIVE },
	{ "errorcheck", PTHREAD_MUTEX_ERRORCHECK },
	{ "adaptive", PTHREAD_MUTEX_ADAPTIVE_NP },
};
static const struct named protocols[] = {
	{ "none", PTHREAD_PRIO_NONE },
	{ "inherit", PTHREAD_PRIO_INHERIT },
	{ "protect", PTHREAD_PRIO_PROTECT },
};
static const struct named robusts[] = {
	{ "stalled", PTHREAD_MUTEX_STALLED },
	{ "robust", PTHREAD_MUTEX_ROBUST },
};
static const struct named shareds[] = {
	{ "private", PTHREAD_PROCESS_PRIVATE },
	{ "shared", PTHREAD_PROCESS_SHARED },
};

struct variant {
	const struct named *type, *protocol, *robust, *shared;
};

/* Does the mutex know its owner? Without that some misuse has no defined answer. */
static bool knows_owner(const struct variant *variant)
{
	int type = variant->type->value;

	return type == PTHREAD_MUTEX_RECURSIVE || type == PTHREAD_MUTEX_ERRORCHECK ||
	       variant->robust->value == PTHREAD_MUTEX_ROBUST;
}

static int init(pthread_mutex_t *mutex, const struct variant *variant)
{
	pthread_mutexattr_t attributes;

	pthread_mutexattr_init(&attributes);
	pthread_mutexattr_settype(&attributes, variant->type->value);
	pthread_mutexattr_setprotocol(&attributes, variant->protocol->value);
	pthread_mutexattr_setrobust(&attributes, variant->robust->value);
	pthread_mutexattr_setpshared(&attributes, variant->shared->value);
	return pthread_mutex_init(mutex, &attributes);
}

static void say_timed(pthread_mutex_t *mutex)
{
	struct timespec soon = from_now(CLOCK_REALTIME, 5);
	const struct timespec past = { .tv_sec = 1 }, wrong = { .tv_nsec = 1000000000 };

	SAY(pthread_mutex_timedlock(mutex, &soon));
	SAY(pthread_mutex_timedlock(mutex, &past));
	SAY(pthread_mutex_timedlock(mutex, &wrong));
	soon = from_now(CLOCK_MONOTONIC, 5);
	SAY(pthread_mutex_clocklock(mutex, CLOCK_MONOTONIC, &soon));
	SAY(pthread_mutex_clocklock(mutex, CLOCK_PROCESS_CPUTIME_ID, &soon));
}

static void *say_other(void *argument)
{
	pthread_mutex_t *mutex = argument;

	SAY(pthread_mutex_trylock(mutex));
	say_timed(mutex);
	return NULL;
}

static void *unlock_other(void *argument)
{
	pthread_mutex_t *mutex = argument;

	SAY(pthread_mutex_unlock(mutex));
	return NULL;
}

static void *lock_and_unlock(void *argument)
{
	pthread_mutex_t *mutex = argument;
	int locked, unlocked;

	before_call();
	locked = pthread_mutex_lock(mutex);
	unlocked = pthread_mutex_unlock(mutex);
	return (void *)(intptr_t)(locked ? locked : unlocked);
}

/* A thread blocks in lock until the owner unlocks. */
static void say_handed_over(pthread_mutex_t *mutex)
{
	struct blocked blocked;

	SAY(pthread_mutex_lock(mutex));
	block_in_thread(&blocked, lock_and_unlock, mutex);
	SAY(pthread_mutex_unlock(mutex));
	before_call();
	say("handed over", (int)(intptr_t)join_blocked(&blocked));
}

static void say_relock(pthread_mutex_t *mutex, int type)
{
	int depth = 1;

	SAY(pthread_mutex_trylock(mutex));
	depth += type == PTHREAD_MUTEX_RECURSIVE;
	if (type == PTHREAD_MUTEX_RECURSIVE || type == PTHREAD_MUTEX_ERRORCHECK)
		SAY(pthread_mutex_lock(mutex));
	depth += type == PTHREAD_MUTEX_RECURSIVE;
	while (--depth)
		SAY(pthread_mutex_unlock(mutex));
}

/* What the owner gets who asks again; a recursive mutex gives it, and is given back. */
static void say_relock_timed(pthread_mutex_t *mutex, int type)
{
	const struct timespec soon = from_now(CLOCK_REALTIME, 5);
	const struct timespec later = from_now(CLOCK_MONOTONIC, 10);

	SAY(pthread_mutex_timedlock(mutex, &soon));
	SAY(pthread_mutex_clocklock(mutex, CLOCK_MONOTONIC, &later));
	if (type == PTHREAD_MUTEX_RECURSIVE) {
		SAY(pthread_mutex_unlock(mutex));
		SAY(pthread_mutex_unlock(mutex));
	}
}

#ifdef __GLIBC__
/* As deep as a recursive mutex goes: the count is set, 4 billion locks would take a minute. */
static void say_deepest(pthread_mutex_t *mutex)
{
	mutex->__data.__count = UINT_MAX;
	SAY(pthread_mutex_lock(mutex));
	SAY(pthread_mutex_trylock(mutex));
	mutex->__data.__count = 1;
}
#endif

/* Whether a deadline is looked at where nobody has to wait. */
static void say_free(pthread_mutex_t *mutex)
{
	const struct timespec past = { .tv_sec = 1 }, wrong = { .tv_nsec = -1 };

	SAY(pthread_mutex_timedlock(mutex, &past));
	SAY(pthread_mutex_unlock(mutex));
	SAY(pthread_mutex_timedlock(mutex, &wrong));
	SAY(pthread_mutex_unlock(mutex));
	SAY(pthread_mutex_clocklock(mutex, CLOCK_PROCESS_CPUTIME_ID, &past));
	pthread_mutex_trylock(mutex);
	SAY(pthread_mutex_unlock(mutex));
}

static void say_mutex(pthread_mutex_t *mutex, const struct variant *variant)
{
	say_free(mutex);
	SAY(pthread_mutex_trylock(mutex));
	SAY(pthread_mutex_unlock(mutex));
	SAY(pthread_mutex_lock(mutex));
	say_relock(mutex, variant->type->value);
	say_relock_timed(mutex, variant->type->value);
#ifdef __GLIBC__
	if (variant->type->value == PTHREAD_MUTEX_RECURSIVE)
		say_deepest(mutex);
#endif
	in_thread(say_other, mutex);
	if (knows_owner(variant))
		in_thread(unlock_other, mutex);
	SAY(pthread_mutex_unlock(mutex));
	if (knows_owner(variant))
		SAY(pthread_mutex_unlock(mutex));
	say_handed_over(mutex);
	SAY(pthread_mutex_destroy(mutex));
}

static void say_variant(const struct variant *variant)
{
	pthread_mutex_t mutex;
	int answer;

	say_about("mutex %s %s %s %s", variant->type->name, variant->protocol->name,
		  variant->robust->name, variant->shared->name);
	before_call();
	answer = init(&mutex, variant);
	say("init", answer);
	if (answer)
		return;
	before_call();
	answer = pthread_mutex_lock(&mutex);
	say("first lock", answer);
	if (answer)
		return;
	SAY(pthread_mutex_unlock(&mutex));
	say_mutex(&mutex, variant);
}

static void say_initializer(void)
{
	pthread_mutex_t mutex = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;

	say_about("mutex by initializer, recursive");
	SAY(pthread_mutex_lock(&mutex));
	SAY(pthread_mutex_lock(&mutex));
	in_thread(say_other, &mutex);
	SAY(pthread_mutex_unlock(&mutex));
	SAY(pthread_mutex_unlock(&mutex));
	memset(&mutex, 0xff, sizeof(mutex));
	say_about("mutex of nonsense");
	SAY(pthread_mutex_lock(&mutex));
	SAY(pthread_mutex_trylock(&mutex));
}

void say_mutexes(void)
{
	struct variant variant;
	int i;

	for (i = 0; i < 4 * 3 * 2 * 2; i++) {
		variant.type = &types[i % 4];
		variant.protocol = &protocols[i / 4 % 3];
		variant.robust = &robusts[i / 12 % 2];
		variant.shared = &shareds[i / 24];
		say_variant(&variant);
	}
	say_initializer();
}
