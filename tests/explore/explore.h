/* SPDX-License-Identifier: MIT */
/*
 * explore.h: runs the library's real code under every schedule of a few threads, up to a bound.
 *
 * What runs. All of core/ is compiled a second time, file by file as it is, with points.h put in
 * front: each atomic operation first asks the scheduler whether another thread is to run now. The
 * linker (--wrap) sends what the library asks of the system to models of it: mutexes, condition
 * variables, threads and their ends (posix.c), liburcu (rcu.c), memory, mappings (memory.c), clocks.
 * Nothing else is replaced. base/cell.c and quipu/record.h are copies in which sed has put a
 * point before each instruction of inline assembly (points.sed).
 *
 * How. The threads are coroutines on one kernel thread (thread.c), each with its own copy of the
 * program's thread-local variables, so a switch costs next to nothing and happens only where the
 * scheduler says. Between two schedules all memory is put back (memory.c): tens of thousands of
 * schedules a second.
 *
 * What is enumerated. At a point the thread goes on, or another one that can run does: a preemption. Who
 * waits or ends gives way to any other: no preemption. Every schedule with at most
 * `bound` preemptions is run, depth first, bound 0 first (choice.c): most bugs of this kind need one
 * or two (CHESS). Points are offered only at words that two threads use and one writes (shared.c):
 * elsewhere a switch changes nothing. Which words these are is found out while running; a bound is
 * done when a whole pass over it has found no new one.
 *
 * What fails. A scenario's oracle (explore_violation); an assertion of the library; a memory fault:
 * what was freed cannot be touched until the schedule ends, what is not mapped anyway; a deadlock; a
 * loop without end. Then the story of the schedule is printed, and its trace: the
 * choices that differ from "go on", or "the next thread" after a wait, as step:thread. The same program
 * with `--replay TRACE` does the same again, step by step, as everything that could differ is modelled.
 *
 * What is not covered. Weak memory: every operation takes effect at once, in one order for all
 * (ThreadSanitizer checks the orders). Races on plain variables: switches happen between
 * atomic operations and system calls only (ThreadSanitizer again). Grace periods end as early as
 * they may, condition variables wake in the order of waiting and never without reason. Signal
 * handlers, cancellation and fork (torture programs). More preemptions, more threads, longer
 * histories than a scenario has: random schedules reach some of these (--random).
 */
#ifndef TESTS_EXPLORE_H
#define TESTS_EXPLORE_H

#include <stdbool.h>
#include <stdint.h>

#define EXPLORE_MAX_THREADS 6 /* of a scenario; the library's own come on top */

struct explore_thread {
	const char *name;
	void (*run)(void);
};

/* Its variables may be static: they are put back between schedules. */
struct explore_scenario {
	const char *name;
	const char *promises; /* "P2 P3: what is checked" */
	void (*set_up)(void); /* once, alone, before the threads; its thread lives on and owns a shard if it
				 recorded */
	struct explore_thread threads[EXPLORE_MAX_THREADS + 1]; /* ends with NULL */
	void (*check)(void); /* after them, and when the library's threads have nothing to do */
	uint64_t outcomes; /* bits, each of which some schedule must see (explore_saw) */
};

/* All there are; NULL ends them (scenarios.c). */
extern const struct explore_scenario *const explore_scenarios[];

/* Prints "VIOLATION <promise>: ...", the story and the trace, and ends the program with 1. */
_Noreturn void explore_violation(const char *promise, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#define EXPLORE_CHECK(promise, condition, ...)                                                     \
	do {                                                                                       \
		if (!(condition))                                                                  \
			explore_violation(promise, __VA_ARGS__);                                   \
	} while (0)

/* This schedule had outcome i, below 64. A scenario in which nothing can happen proves nothing. */
void explore_saw(unsigned i);

/* The program itself cannot go on: ends with 2. */
_Noreturn void explore_broken(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The calling thread waits until the condition holds. It must not use the library. */
void explore_wait(bool (*condition)(void));

/* Calls fn without points: what a scenario is not about. It must not wait. */
void explore_quietly(void (*fn)(void));

/* The only thing that moves the clocks, but for a wait with a time limit when nothing else can run. */
void explore_let_pass(uint64_t ns);

#endif
