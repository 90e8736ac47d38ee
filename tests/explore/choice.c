/* SPDX-License-Identifier: MIT */
/* choice.c: see choice.h. */
#include "choice.h"

#include "explore.h"
#include "memory.h"
#include "thread.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define MAX_FRAMES 65536
#define MAX_SWITCHES 65536
#define MAX_TRACE 4096
#define MAX_CHANGES 6

enum mode { ALL, RANDOM, REPLAY };

/* A choice among several, in the schedule that runs: which one is taken. */
struct frame {
	uint64_t step;
	uint8_t can[MAX_THREADS];
	uint8_t n, taken;
};

struct chosen {
	uint64_t step;
	unsigned thread;
};

/* For the story. */
struct change {
	uint64_t step;
	unsigned from, to;
	bool preempted, ended, listed; /* in the trace */
	const char *what, *where;
};

static struct choice {
	enum mode mode;
	uint64_t schedules, longest;
	/* this schedule */
	uint64_t step;
	unsigned preemptions;
	size_t n_switches;
	struct change switches[MAX_SWITCHES];
	/* all */
	unsigned bound;
	size_t depth, n_frames;
	struct frame frames[MAX_FRAMES];
	/* at random */
	uint64_t seed, random;
	unsigned priority[MAX_THREADS], lowest;
	uint64_t changes[MAX_CHANGES];
	/* replay */
	size_t n_trace, at_trace;
	struct chosen trace[MAX_TRACE];
} * choice;

void choice_init(void)
{
	choice = memory_keep(sizeof *choice);
}

/* --- all ------------------------------------------------------------------------------------ */

void choice_all(unsigned bound)
{
	choice->mode = ALL;
	choice->bound = bound;
	choice->n_frames = 0;
}

static unsigned take_frame(const unsigned *can, unsigned n)
{
	struct frame *frame = &choice->frames[choice->depth];
	unsigned i;

	if (choice->depth < choice->n_frames) {
		if (frame->step != choice->step)
			return can[0]; /* found to matter after this frame was made */
		choice->depth++;
		return frame->can[frame->taken];
	}
	if (choice->n_frames == MAX_FRAMES)
		explore_broken("too many choices");
	*frame = (struct frame){ .step = choice->step, .n = (uint8_t)n };
	for (i = 0; i < n; i++)
		frame->can[i] = (uint8_t)can[i];
	choice->n_frames = ++choice->depth;
	return can[0];
}

static bool next_of_all(void)
{
	struct frame *frame;

	for (; choice->n_frames > 0; choice->n_frames--) {
		frame = &choice->frames[choice->n_frames - 1];
		if (++frame->taken < frame->n)
			return true;
	}
	return false;
}

/* --- at random ------------------------------------------------------------------------------ */

static uint64_t next_random(void)
{
	choice->random ^= choice->random << 13;
	choice->random ^= choice->random >> 7;
	choice->random ^= choice->random << 17;
	return choice->random;
}

void choice_random(uint64_t seed)
{
	unsigned i, k, n = 0, other;

	choice->mode = RANDOM;
	choice->seed = seed;
	choice->random = (seed + 1) * 0x9e3779b97f4a7c15u;
	for (i = 0; i < MAX_THREADS; i++)
		choice->priority[i] = MAX_CHANGES + i;
	for (i = MAX_THREADS - 1; i > 0; i--) {
		k = (unsigned)(next_random() % (i + 1));
		other = choice->priority[i];
		choice->priority[i] = choice->priority[k];
		choice->priority[k] = other;
	}
	choice->lowest = MAX_CHANGES;
	n = (unsigned)(next_random() % MAX_CHANGES) + 1;
	for (i = 0; i < MAX_CHANGES; i++)
		choice->changes[i] = i < n ? next_random() % (choice->longest + 1) : 0;
}

/* From a step of change on, the thread that runs then comes last. */
static unsigned take_random(const unsigned *can, unsigned n)
{
	unsigned best = can[0], i;

	for (i = 0; i < MAX_CHANGES; i++) {
		if (choice->changes[i] && choice->changes[i] <= choice->step) {
			choice->changes[i] = 0;
			choice->priority[current] = --choice->lowest;
		}
	}
	for (i = 1; i < n; i++) {
		if (choice->priority[can[i]] > choice->priority[best])
			best = can[i];
	}
	return best;
}

/* --- replay --------------------------------------------------------------------------------- */

bool choice_replay(const char *trace)
{
	struct chosen *chosen;
	int used;

	choice->mode = REPLAY;
	if (strcmp(trace, "-") == 0)
		return true;
	while (choice->n_trace < MAX_TRACE) {
		chosen = &choice->trace[choice->n_trace++];
		if (sscanf(trace, "%" SCNu64 ":%u%n", &chosen->step, &chosen->thread, &used) != 2)
			return false;
		trace += used;
		if (*trace == '\0')
			return true;
		if (*trace++ != ',')
			return false;
	}
	return false;
}

/* What the trace says; what cannot be done is left out (the program is another one). */
static unsigned take_trace(const unsigned *can, unsigned n)
{
	const struct chosen *chosen = &choice->trace[choice->at_trace];
	unsigned i;

	if (choice->at_trace == choice->n_trace || chosen->step != choice->step)
		return can[0];
	for (i = 0; i < n; i++) {
		if (can[i] == chosen->thread) {
			choice->at_trace++;
			return chosen->thread;
		}
	}
	return can[0];
}

bool choice_is_replay(void)
{
	return choice->mode == REPLAY;
}

bool choice_followed(void)
{
	return choice->at_trace == choice->n_trace;
}

/* --- every mode ----------------------------------------------------------------------------- */

void choice_begin(void)
{
	choice->schedules++;
	choice->step = choice->preemptions = 0;
	choice->n_switches = choice->depth = choice->at_trace = 0;
}

bool choice_next(void)
{
	if (choice->step > choice->longest)
		choice->longest = choice->step;
	if (choice->mode == ALL && choice->depth != choice->n_frames)
		explore_broken("a schedule did not do the same again");
	return choice->mode == ALL && next_of_all();
}

uint64_t choice_step(void)
{
	return ++choice->step;
}

static void remember(unsigned to, bool preempted, bool listed)
{
	if (choice->n_switches == MAX_SWITCHES)
		return;
	choice->switches[choice->n_switches++] = (struct change){ choice->step,
								  current,
								  to,
								  preempted,
								  threads[current].wait == EVER,
								  listed,
								  threads[current].what,
								  threads[current].where };
}

static unsigned take(const unsigned *can, unsigned n)
{
	switch (choice->mode) {
	case ALL:
		return n > 1 ? take_frame(can, n) : can[0];
	case RANDOM:
		return take_random(can, n);
	case REPLAY:
		break;
	}
	return take_trace(can, n);
}

unsigned choice_preempt(const unsigned *can, unsigned n)
{
	unsigned next;

	if (choice->mode == ALL && choice->preemptions == choice->bound)
		return can[0];
	next = take(can, n);
	if (next != can[0]) {
		choice->preemptions++;
		remember(next, true, true);
	}
	return next;
}

unsigned choice_free(const unsigned *can, unsigned n)
{
	unsigned next;

	choice->step++;
	next = take(can, n);
	remember(next, false, next != can[0]);
	return next;
}

/* --- telling -------------------------------------------------------------------------------- */

void choice_print_trace(FILE *out)
{
	size_t i;
	bool any = false;

	for (i = 0; i < choice->n_switches; i++) {
		const struct change *at = &choice->switches[i];

		if (!at->listed)
			continue;
		fprintf(out, "%s%" PRIu64 ":%u", any ? "," : "", at->step, at->to);
		any = true;
	}
	fprintf(out, any ? "" : "-");
}

void choice_print_mode(FILE *out)
{
	switch (choice->mode) {
	case ALL:
		fprintf(out, "bound %u", choice->bound);
		break;
	case RANDOM:
		fprintf(out, "seed %" PRIu64, choice->seed);
		break;
	case REPLAY:
		fprintf(out, "replay");
		break;
	}
}

void choice_print_story(FILE *out)
{
	size_t i;

	for (i = 0; i < choice->n_switches; i++) {
		const struct change *at = &choice->switches[i];
		const char *how = at->preempted ? "is interrupted before" : "waits at";

		fprintf(out, "  step %5" PRIu64 ": ", at->step);
		if (at->ended)
			fprintf(out, "%s is done", threads[at->from].name);
		else
			fprintf(out, "%s %s %s (%s)", threads[at->from].name, how, at->what,
				at->where);
		fprintf(out, "; %s goes on\n", threads[at->to].name);
	}
}

uint64_t choice_schedules(void)
{
	return choice->schedules;
}

uint64_t choice_longest(void)
{
	return choice->longest;
}
