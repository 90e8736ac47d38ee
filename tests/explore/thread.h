/* SPDX-License-Identifier: MIT */
/*
 * thread.h: the threads of a schedule: coroutines that give way to each other at points only.
 *
 * Thread 0 is the program itself, before and after a schedule; it never runs in one, but what it
 * owns stays owned. All of this is put back between schedules.
 */
#ifndef TESTS_EXPLORE_THREAD_H
#define TESTS_EXPLORE_THREAD_H

#include "explore.h"
#include "points.h"

#include <stddef.h>

#define MAX_THREADS 10 /* thread 0, the scenario's and the library's */
#define MAX_ROBUST 4
#define MAX_KEYS 4

/* What a thread waits for. */
enum wait { NOTHING, A_LOCK, A_SIGNAL, A_GRACE_PERIOD, A_CONDITION, EVER };

struct thread {
	const char *name;
	void *(*run)(void *);
	void (*run_scenario)(void); /* or this */
	enum wait wait;
	const void *object;	  /* the lock, the condition variable */
	bool (*condition)(void);  /* of the scenario */
	uint64_t until;		  /* when the wait is over anyway; 0: never */
	const char *what, *where; /* the last point */
	const void *robust[MAX_ROBUST];
	bool keys[MAX_KEYS];
	unsigned nested;	     /* read sections */
	uint64_t section;	     /* the number of the outermost */
	uint64_t grace[MAX_THREADS]; /* the sections that the grace period waits for */
};

extern struct thread threads[MAX_THREADS];
extern unsigned n_threads;
extern unsigned current;

/* Another; one of run and run_scenario is NULL. */
void thread_new(const char *name, void *(*run)(void *), void (*run_scenario)(void));

/* Once, before anything else. */
void threads_init(void);

/* Remembers the program's thread-local variables, for threads_run to begin with. */
void threads_remember(void);

/* One schedule, from the threads' beginning until all have ended or only wait. */
void threads_run(void);

/* Gives way until the wait is over; the thread has set what it waits for. */
void thread_wait(enum wait wait, const void *object);

/* In posix.c and rcu.c: is what the thread waits for there? What happens when it ends. */
bool lock_is_free(const void *mutex);
bool grace_is_over(const struct thread *thread);
void thread_ends(void);
void clock_jump(uint64_t until);

#endif
