/* SPDX-License-Identifier: MIT */
/* diff.c: rows are the same by kind, lock, function and file; the line may have moved. */
#include "diff.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

double diff_rate(const struct report *report, uint64_t ns)
{
	return report->elapsed_ns > 0 ? (double)ns / (double)report->elapsed_ns : 0;
}

static bool same(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

#define LIKEST 4

/* With a function the file is enough; the line tells two calls in it apart, and the object two
 * copies of it: the program itself may have another name by now. */
static int likeness(const struct report_row *a, const struct report_row *b)
{
	const struct location *p = a->place, *q = b->place;

	if (a->kind != b->kind || !same(a->lock, b->lock) || !same(p->function, q->function))
		return 0;
	if (same(p->site, q->site))
		return LIKEST - 1 + same(p->object, q->object);
	if (p->function && p->file && q->file &&
	    same(last_component(p->file), last_component(q->file)))
		return 1 + same(p->object, q->object);
	return 0;
}

static const struct report_row *take(const struct report *report, bool *taken,
				     const struct report_row *row, int wanted)
{
	for (size_t i = 0; i < report->n; i++) {
		if (taken[i] || likeness(&report->rows[i], row) < wanted)
			continue;
		taken[i] = true;
		return &report->rows[i];
	}
	return NULL;
}

static uint64_t ns_of(const struct report_row *row)
{
	return row ? row->ns : 0;
}

static void add(struct diff *diff, const struct report_row *before, const struct report_row *after)
{
	double change =
		diff_rate(diff->after, ns_of(after)) - diff_rate(diff->before, ns_of(before));

	diff->rows[diff->n++] = (struct diff_row){ before, after, change };
}

static int by_change(const void *a, const void *b)
{
	double p = fabs(((const struct diff_row *)a)->change),
	       q = fabs(((const struct diff_row *)b)->change);

	return (p < q) - (p > q);
}

/* The likest are made first, so that a line that has moved does not take another's place. */
static void match(struct diff *diff, int wanted, bool *old_taken, bool *new_taken)
{
	for (size_t i = 0; i < diff->after->n; i++) {
		const struct report_row *row = &diff->after->rows[i], *old;

		if (new_taken[i])
			continue;
		old = take(diff->before, old_taken, row, wanted);
		if (!old)
			continue;
		new_taken[i] = true;
		add(diff, old, row);
	}
}

struct diff diff_make(const struct report *before, const struct report *after)
{
	struct diff diff = { before, after, NULL, 0 };
	bool *old_taken = qx_new(before->n, sizeof(bool)),
	     *new_taken = qx_new(after->n, sizeof(bool));

	diff.rows = qx_new(before->n + after->n, sizeof(*diff.rows));
	for (int wanted = LIKEST; wanted > 0; wanted--)
		match(&diff, wanted, old_taken, new_taken);
	for (size_t i = 0; i < after->n; i++) {
		if (!new_taken[i])
			add(&diff, NULL, &after->rows[i]);
	}
	for (size_t i = 0; i < before->n; i++) {
		if (!old_taken[i])
			add(&diff, &before->rows[i], NULL);
	}
	if (diff.n > 0)
		qsort(diff.rows, diff.n, sizeof(*diff.rows), by_change);
	free(old_taken);
	free(new_taken);
	return diff;
}

void diff_free(struct diff *diff)
{
	free(diff->rows);
	diff->rows = NULL;
}
