/* SPDX-License-Identifier: MIT */
/* verdict.c: see verdict.h. */
#include "verdict.h"

#include "units.h"

#include <string.h>

/* Of the time that the run took: less than this by one thread alone is hardly anything. */
#define WORTH 0.01

enum verdict verdict_of(const struct report *report)
{
	uint64_t locks = report->locks_ns, cpu = report->outside.run_queue_ns,
		 allocator = report->allocator_ns;
	double worth = WORTH * (double)report->elapsed_ns;

	if (report->hooks == 0 && report->locks_waits == 0 && report->idle_waits == 0)
		return VERDICT_NOTHING;
	if ((double)locks < worth && (double)cpu < worth && (double)allocator < worth)
		return VERDICT_HARDLY;
	/* the allocator's locks are among the locks, where their waits were seen there too */
	if (allocator > cpu && allocator >= locks / 2)
		return VERDICT_ALLOCATOR;
	return cpu > locks ? VERDICT_CPU : VERDICT_LOCKS;
}

const char *verdict_word(enum verdict verdict)
{
	static const char *const words[] = { "nothing seen", "hardly", "locks", "processor",
					     "allocator" };

	return words[verdict];
}

/* --- the sentence ----------------------------------------------------------------------------- */

/* The place where that was waited for longest; NULL where it was not. */
static const struct report_row *worst(const struct report *report, bool idle)
{
	const struct report_row *found = NULL;

	for (size_t i = 0; i < report->n; i++) {
		const struct report_row *row = &report->rows[i];

		if (qc_kind_is_idle(row->kind) == idle && row->ns > (found ? found->ns : 0))
			found = row;
	}
	return found;
}

#define WHERE_SIZE 340

/* "in lookup (cache.c:123)", or "at server+0x1199". */
static const char *where(const struct report_row *row, char out[WHERE_SIZE])
{
	const struct location *place = row->place;

	if (place->function)
		snprintf(out, WHERE_SIZE, "in %.200s (%.100s)", place->called, place->site);
	else
		snprintf(out, WHERE_SIZE, "at %.100s", place->site);
	return out;
}

static void say_locks(const struct report *report, char *out)
{
	const struct report_row *row = worst(report, false);
	char locks[FIGURE_SIZE], share[FIGURE_SIZE], place[WHERE_SIZE];

	show_ns(report->locks_ns, locks);
	if (row)
		snprintf(out, VERDICT_SIZE, "Threads waited most for locks: %s, of which %s %s.",
			 locks, show_share(report_share(report, row), share), where(row, place));
	else
		snprintf(out, VERDICT_SIZE, "Threads waited most for locks: %s.", locks);
}

static void say_cpu(const struct report *report, char *out)
{
	char cpu[FIGURE_SIZE], locks[FIGURE_SIZE];

	snprintf(out, VERDICT_SIZE,
		 "Threads waited most for a processor: %s, ready to run; for locks %s.",
		 show_ns(report->outside.run_queue_ns, cpu), show_ns(report->locks_ns, locks));
}

static void say_allocator(const struct report *report, char *out)
{
	char allocator[FIGURE_SIZE], locks[FIGURE_SIZE];

	snprintf(out, VERDICT_SIZE,
		 "Threads waited most for the allocator: %s for %s's own locks; for locks in all "
		 "%s.",
		 show_ns(report->allocator_ns, allocator),
		 report->outside.allocator ? report->outside.allocator : "it",
		 show_ns(report->locks_ns, locks));
}

static void say_hardly(const struct report *report, char *out)
{
	char locks[FIGURE_SIZE], cpu[FIGURE_SIZE], all[FIGURE_SIZE];

	show_ns(report->locks_ns, locks);
	show_ns(report->elapsed_ns, all);
	if (report->outside.has_scheduling)
		snprintf(out, VERDICT_SIZE,
			 "Threads hardly waited: in %s it was %s for locks and %s for a processor.",
			 all, locks, show_ns(report->outside.run_queue_ns, cpu));
	else
		snprintf(out, VERDICT_SIZE, "Threads hardly waited: in %s it was %s for locks.",
			 all, locks);
}

/* Some programs make locks of semaphores, as Python does: long waits are told in any case. */
static void add_idle(const struct report *report, char *out)
{
	const struct report_row *row = worst(report, true);
	size_t at = strlen(out);
	char idle[FIGURE_SIZE], place[WHERE_SIZE];

	if (row && report->idle_ns > report->locks_ns)
		snprintf(out + at, VERDICT_SIZE - at, " For work %s, most %s.",
			 show_ns(report->idle_ns, idle), where(row, place));
}

const char *verdict_say(const struct report *report, char out[VERDICT_SIZE])
{
	switch (verdict_of(report)) {
	case VERDICT_NOTHING:
		return strcpy(out, "Not one call for a lock was seen.");
	case VERDICT_HARDLY:
		say_hardly(report, out);
		break;
	case VERDICT_LOCKS:
		say_locks(report, out);
		break;
	case VERDICT_CPU:
		say_cpu(report, out);
		break;
	case VERDICT_ALLOCATOR:
		say_allocator(report, out);
		break;
	}
	add_idle(report, out);
	return out;
}
