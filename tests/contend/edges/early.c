/* SPDX-License-Identifier: MIT */
/*
 * early.c: locks before any constructor has run: in a resolver of an indirect function, in
 * .preinit_array, in constructors; and after the last of main, in destructors and atexit.
 */
#include "known.h"

#include <string.h>

static struct known known, late;
static pthread_mutex_t early = PTHREAD_MUTEX_INITIALIZER;
static int calls;

KNOWN_WAIT(wait_here)
KNOWN_WAIT(wait_late)

static void lock_once(void)
{
	KNOWN_EXPECT(!pthread_mutex_lock(&early));
	KNOWN_EXPECT(pthread_mutex_trylock(&early) == EBUSY);
	KNOWN_EXPECT(!pthread_mutex_unlock(&early));
	calls++;
}

/* A wait that is made before there is anything to record it with must at least do no harm. */
static void wait_early(void)
{
	const struct timespec at = { .tv_sec = 1 };

	KNOWN_EXPECT(!pthread_mutex_lock(&early));
	KNOWN_EXPECT(pthread_mutex_timedlock(&early, &at) == ETIMEDOUT);
	KNOWN_EXPECT(!pthread_mutex_unlock(&early));
}

static void preinit(int argc, char **argv, char **environment)
{
	(void)argc, (void)argv, (void)environment;
	lock_once();
	wait_early();
}

__attribute__((section(".preinit_array"),
	       used)) static void (*const preinits[])(int, char **, char **) = { preinit };

__attribute__((constructor(101))) static void construct(void)
{
	lock_once();
	wait_early();
}

__attribute__((destructor)) static void destruct(void)
{
	lock_once();
	wait_early();
}

int indirect(void);

static int direct(void)
{
	return 1;
}

/* The C library's functions are bound by then: this object is the last to be. */
static int (*resolve(void))(void)
{
	return direct;
}

int indirect(void) __attribute__((ifunc("resolve")));

static void wait_at_exit(void)
{
	wait_late(&late, 500);
	known_print("wait_late", &late);
}

int main(void)
{
	KNOWN_EXPECT(indirect() == 1 && calls == 2);
	atexit(wait_at_exit);
	known_hold();
	wait_here(&known, 500);
	known_print("wait_here", &known);
	return 0;
}
