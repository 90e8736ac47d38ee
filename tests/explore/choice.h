/* SPDX-License-Identifier: MIT */
/*
 * choice.h: who runs next: all choices in turn, at random, or as a trace says.
 *
 * Everything that a schedule does is a consequence of these choices, so steps that are counted from
 * its beginning name the same point in every run.
 */
#ifndef TESTS_EXPLORE_CHOICE_H
#define TESTS_EXPLORE_CHOICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

void choice_init(void);

/* How the next schedules are chosen. All with at most so many preemptions; */
void choice_all(unsigned bound);
/* at random, priorities that change at a few steps (PCT); */
void choice_random(uint64_t seed);
/* like this trace: false if it is none. */
bool choice_replay(const char *trace);

/* Before each schedule; and after it: with choice_all, is there another one? */
void choice_begin(void);
bool choice_next(void);

/* One more step; how many there were. */
uint64_t choice_step(void);

/* One of n, of which the first is the current thread; that is a preemption unless it goes on. */
unsigned choice_preempt(const unsigned *can, unsigned n);
/* One of n, of which the first is the next in the circle. */
unsigned choice_free(const unsigned *can, unsigned n);

/* The choices of this schedule that were not the first: "12:1,40:2"; "-" when there are none. */
void choice_print_trace(FILE *out);
/* How this schedule was chosen. */
void choice_print_mode(FILE *out);
/* What happened, switch by switch. */
void choice_print_story(FILE *out);

/* Is a trace followed? Then every word is a point: which matter is not known. */
bool choice_is_replay(void);

/* In replay: did all of the trace apply? */
bool choice_followed(void);

/* Of all schedules so far. */
uint64_t choice_schedules(void);
uint64_t choice_longest(void);

#endif
