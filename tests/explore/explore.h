/* SPDX-License-Identifier: MIT */
/*
 * explore.h: runs the library's real code under every schedule of a few threads, up to a bound.
 *
 *   explore                          names the scenarios
 *   explore adopt --bound 2          every schedule with at most two preemptions
 *   explore adopt --random 1000      and a thousand at random (--seed 7: those from 7 on)
 *   explore adopt --replay 14:2,32:3 one, as a failure printed it
 *
 * What runs. All of core/ is compiled a second time, file by file as it is, with points.h in front:
 * each atomic operation first asks the scheduler whether another thread is to run now. The linker
 * (--wrap) sends what the library asks of the system to models: mutexes, condition variables,
 * threads and their ends, clocks (posix.c), liburcu (rcu.c), memory and mappings (memory.c).
 * Nothing else is replaced. quipu/record.h and base/cell.c are copies in which sed has put a point
 * before each instruction of inline assembly that shares memory (points.sed).
 *
 * How. The threads are coroutines on one kernel thread (thread.c), each with its own copy of the
 * program's thread-local variables; a switch happens only where the scheduler says. Between two
 * schedules all memory is put back as it was (memory.c). So a schedule costs 10 to 100 us.
 *
 * What is enumerated (choice.c). At a point the thread goes on, or any other that can run goes
 * on: a preemption. Who must wait, or ends, gives way to any other: none. Every schedule with at
 * most so many preemptions is run, depth first, with none first: most bugs of this kind need one
 * or two (CHESS). Only words that two threads use, and one of them writes, are points (shared.c):
 * elsewhere a switch changes nothing. Which these are is found out on the way; the last bound is
 * gone through again until nothing new was found.
 *
 * What fails. An oracle of the scenario (explore_violation); an assertion of the library; a use of
 * what was freed, is not mapped, or not writable yet; a deadlock, also one by a signal that was
 * lost; a schedule without end; an outcome that no schedule had (explore_saw). Then the
 * story of the schedule is printed, switch by switch, and its trace: the choices that were not the
 * default, as step:thread. As everything that could differ is modelled, --replay does the
 * same again, and so does a debugger that runs it.
 *
 * What is not covered. Weak memory: every operation takes effect at once, in one order for all.
 * Races on plain variables: switches happen at atomic operations, locks and system calls only
 * (for both: ThreadSanitizer). Condition variables wake the first that waits, and never
 * without reason; a time limit passes only when nothing else can run; a grace period ends as soon
 * as it may. Signal handlers, cancellation, fork: the torture programs. Words are added to as on
 * machines without such an instruction: by a load and a store. More preemptions, threads and
 * operations than a scenario has: random schedules reach a few.
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
	void (*set_up)(
		void); /* once; its thread lives on beside the others, and never runs again */
	struct explore_thread threads[EXPLORE_MAX_THREADS + 1]; /* ends with NULL */
	void (*check)(void); /* after them, and when the library's threads have nothing to do */
	uint64_t outcomes;   /* bits, each of which some schedule must see (explore_saw) */
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

/* The only thing that moves the clocks, but for a wait with a time limit when nothing else can
 * run. */
void explore_let_pass(uint64_t ns);

#endif
