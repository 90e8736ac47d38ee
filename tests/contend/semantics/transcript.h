/* SPDX-License-Identifier: MIT */
/*
 * transcript.h: what the C library's locks answer, said line by line.
 *
 * The text is the same from run to run, and has to be the same whether or not something stands in
 * front of the calls. One thread speaks at a time.
 */
#ifndef CONTEND_TRANSCRIPT_H
#define CONTEND_TRANSCRIPT_H

#include <stdbool.h>
#include <time.h>

#define NEVER_SET 4321 /* what errno is before a call, and after one that leaves it alone */

/* What is spoken of from now on. */
void say_about(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The answer of a call: its number by name, and whether errno is as it was. */
void say(const char *what, int answer);
void say_text(const char *what, const char *answer);
void say_broken(const char *what);

/* Says what a call answers; errno is set before it. */
#define SAY(call) (before_call(), say(#call, (call)))
/* The same of calls that answer -1 and set errno. */
#define SAY_ERRNO(call) (before_call(), say(#call, (call) == -1 ? take_errno() : 0))
void before_call(void);
int take_errno(void); /* and leaves it as before_call does */

/* In so many milliseconds, by that clock. */
struct timespec from_now(clockid_t clock, int milliseconds);

/* Runs it in a thread of its own and waits for its end; what it returned. */
void *in_thread(void *(*run)(void *), void *argument);

/* A thread that is to block, and what it answered in the end. */
struct blocked {
	void *(*run)(void *);
	void *argument;
	unsigned long thread;
	int tid;
};

/* Starts it, and returns once it sleeps, or has ended without. */
void block_in_thread(struct blocked *blocked, void *(*run)(void *), void *argument);
void *join_blocked(struct blocked *blocked);
void cancel_blocked(struct blocked *blocked);

void say_mutexes(void);
void say_robust(void);
void say_rwlocks(void);
void say_conds(void);
void say_sems(void);
void say_cancels(void);
void say_c11(void);

#endif
