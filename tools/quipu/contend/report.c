/* SPDX-License-Identifier: MIT */
/* report.c: rows are sorted by what they are, equal ones added up, then ranked. */
#include "report.h"

#include "report_sums.h"

#include <stdlib.h>
#include <string.h>

static const struct location no_room = { .object = "", .site = "other" };

/* --- a row of a site -------------------------------------------------------------------------- */

static size_t count_stack(struct places *places, const struct saved_process *process,
			  const struct qc_site *site)
{
	size_t n = 0;

	for (unsigned i = 0; i < site->n_frames; i++)
		n += places_of(places, &process->objects[site->frames[i].object],
			       site->frames[i].offset)
			     .n;
	return n;
}

static void fill_stack(struct places *places, const struct saved_process *process,
		       const struct qc_site *site, const struct location **stack)
{
	for (unsigned i = 0; i < site->n_frames; i++) {
		struct place_list list = places_of(
			places, &process->objects[site->frames[i].object], site->frames[i].offset);

		for (size_t j = 0; j < list.n; j++)
			*stack++ = &list.places[j];
	}
}

/* What waits is who calls the wrappers; where nothing else is known they have to do. */
static void pass_wrappers(struct report_row *row)
{
	while (row->n_stack > 1 && row->stack[0]->wrapper) {
		row->stack++;
		row->n_stack--;
	}
}

static struct report_row row_of(struct report *report, struct places *places,
				const struct saved_process *process, const struct qc_site *site)
{
	struct report_row row = { site->kind,  site->lock, &no_room,	 NULL,	     0,
				  site->waits, site->ns,   site->max_ns, site->busy, { 0 } };

	memcpy(row.buckets, site->buckets, sizeof(row.buckets));
	row.n_stack = count_stack(places, process, site);
	if (row.n_stack == 0)
		return row;
	row.stack = qx_take(&report->arena, row.n_stack * sizeof(*row.stack));
	fill_stack(places, process, site, row.stack);
	pass_wrappers(&row);
	row.place = row.stack[0];
	return row;
}

/* --- which are the same ----------------------------------------------------------------------- */

/* NULL comes first. */
static int compare_strings(const char *a, const char *b)
{
	if (!a || !b)
		return (a != NULL) - (b != NULL);
	return strcmp(a, b);
}

static int compare_places(const struct location *a, const struct location *b)
{
	int order = compare_strings(a->site, b->site);

	if (!order)
		order = compare_strings(a->file, b->file);
	if (!order)
		order = compare_strings(a->function, b->function);
	return order ? order : compare_strings(a->object, b->object);
}

static int compare_what(const void *a, const void *b)
{
	const struct report_row *r = a, *s = b;
	int order = compare_places(r->place, s->place);

	if (!order)
		order = (r->kind > s->kind) - (r->kind < s->kind);
	return order ? order : compare_strings(r->lock, s->lock);
}

static int compare_stacks(const void *a, const void *b)
{
	const struct report_row *r = a, *s = b;
	int order = compare_what(a, b);

	for (size_t i = 0; !order && i < r->n_stack && i < s->n_stack; i++)
		order = compare_places(r->stack[i], s->stack[i]);
	return order ? order : (r->n_stack > s->n_stack) - (r->n_stack < s->n_stack);
}

/* The largest first. */
static int falling(uint64_t a, uint64_t b)
{
	return (a < b) - (a > b);
}

static int compare_total(const void *a, const void *b)
{
	const struct report_row *r = a, *s = b;
	int order = falling(r->ns, s->ns);

	if (!order)
		order = falling(r->waits, s->waits);
	return order ? order : compare_stacks(a, b);
}

static int compare_waits(const void *a, const void *b)
{
	const struct report_row *r = a, *s = b;
	int order = falling(r->waits, s->waits);

	return order ? order : compare_total(a, b);
}

static int compare_mean(const void *a, const void *b)
{
	int order = falling(report_mean(a), report_mean(b));

	return order ? order : compare_total(a, b);
}

static int compare_max(const void *a, const void *b)
{
	const struct report_row *r = a, *s = b;
	int order = falling(r->max_ns, s->max_ns);

	return order ? order : compare_total(a, b);
}

static const struct {
	const char *word;
	int (*compare)(const void *a, const void *b);
} orders[REPORT_ORDERS] = {
	[REPORT_TOTAL] = { "total", compare_total },
	[REPORT_WAITS] = { "waits", compare_waits },
	[REPORT_MEAN] = { "mean", compare_mean },
	[REPORT_MAX] = { "max", compare_max },
};

const char *report_order_word(enum report_order order)
{
	return orders[order].word;
}

bool report_order_find(const char *word, enum report_order *order)
{
	for (int i = 0; i < REPORT_ORDERS; i++) {
		*order = (enum report_order)i;
		if (strcmp(word, orders[i].word) == 0)
			return true;
	}
	return false;
}

static void add_row(struct report_row *to, const struct report_row *row)
{
	to->waits = saved_plus(to->waits, row->waits);
	to->ns = saved_plus(to->ns, row->ns);
	to->busy = saved_plus(to->busy, row->busy);
	to->max_ns = row->max_ns > to->max_ns ? row->max_ns : to->max_ns;
	for (unsigned i = 0; i < QC_N_BUCKETS; i++)
		to->buckets[i] = saved_plus(to->buckets[i], row->buckets[i]);
}

static void merge(struct report *report, int (*compare)(const void *a, const void *b))
{
	size_t kept = 0;

	qsort(report->rows, report->n, sizeof(*report->rows), compare);
	for (size_t i = 0; i < report->n; i++) {
		if (kept > 0 && compare(&report->rows[kept - 1], &report->rows[i]) == 0)
			add_row(&report->rows[kept - 1], &report->rows[i]);
		else
			report->rows[kept++] = report->rows[i];
	}
	report->n = kept;
}

static void collect_rows(struct report *report, struct places *places,
			 const struct report_wishes *wishes)
{
	size_t capacity = 0;

	for (size_t i = 0; i < report->n_processes; i++) {
		const struct saved_process *process = &report->processes[i];

		for (size_t j = 0; j < process->n_sites; j++) {
			if (!(wishes->kinds >> process->sites[j].kind & 1))
				continue;
			report->rows =
				qx_grow(report->rows, report->n, &capacity, sizeof(*report->rows));
			report->rows[report->n++] =
				row_of(report, places, process, &process->sites[j]);
		}
	}
	if (report->n == 0)
		return;
	merge(report, wishes->by_stack ? compare_stacks : compare_what);
	qsort(report->rows, report->n, sizeof(*report->rows), orders[wishes->order].compare);
}

unsigned report_locks(void)
{
	unsigned kinds = 0;

	for (int i = 0; i < QC_N_KINDS; i++)
		kinds |= qc_kind_is_idle((enum qc_kind)i) ? 0 : 1u << i;
	return kinds;
}

/* --- all of it -------------------------------------------------------------------------------- */

struct report *report_make(const struct saved_process *processes, size_t n, struct places *places,
			   const struct report_wishes *wishes)
{
	struct report *report = qx_new(1, sizeof(*report));

	report->processes = processes;
	report->n_processes = n;
	collect_rows(report, places, wishes);
	report_sums(report);
	return report;
}

void report_free(struct report *report)
{
	if (!report)
		return;
	free(report->rows);
	qx_arena_free(&report->arena);
	free(report);
}

double report_share(const struct report *report, const struct report_row *row)
{
	uint64_t all = qc_kind_is_idle(row->kind) ? report->idle_ns : report->locks_ns;

	return all > 0 ? (double)row->ns / (double)all : 0;
}

uint64_t report_mean(const struct report_row *row)
{
	return row->waits > 0 ? row->ns / row->waits : 0;
}
