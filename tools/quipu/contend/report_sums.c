/* SPDX-License-Identifier: MIT */
/* report_sums.c: what the processes of a report waited and called, all together. */
#include "report_sums.h"

#include <stdlib.h>
#include <string.h>

static void sum_waits(struct report *report, const struct saved_process *process)
{
	for (size_t i = 0; i < process->n_sites; i++) {
		const struct qc_site *site = &process->sites[i];
		bool idle = qc_kind_is_idle(site->kind);
		uint64_t *ns = idle ? &report->idle_ns : &report->locks_ns;
		uint64_t *waits = idle ? &report->idle_waits : &report->locks_waits;

		*ns = saved_plus(*ns, site->ns);
		*waits = saved_plus(*waits, site->waits);
	}
}

static void sum_totals(struct report *report, const struct qc_totals *from)
{
	struct qc_totals *to = &report->totals;

	for (int i = 0; i < QC_N_KINDS; i++) {
		to->calls[i] = saved_plus(to->calls[i], from->calls[i]);
		report->hooks = saved_plus(report->hooks, from->calls[i]);
		if (!qc_kind_is_idle((enum qc_kind)i))
			report->calls = saved_plus(report->calls, from->calls[i]);
	}
	to->early = saved_plus(to->early, from->early);
	to->overflowed = saved_plus(to->overflowed, from->overflowed);
	to->capacity = from->capacity > to->capacity ? from->capacity : to->capacity;
}

static void sum_outside(struct report *report, const struct saved_outside *from)
{
	struct saved_outside *to = &report->outside;

	to->has_switches |= from->has_switches;
	to->voluntary = saved_plus(to->voluntary, from->voluntary);
	to->involuntary = saved_plus(to->involuntary, from->involuntary);
	to->has_scheduling |= from->has_scheduling;
	to->threads = saved_plus(to->threads, from->threads);
	to->on_cpu_ns = saved_plus(to->on_cpu_ns, from->on_cpu_ns);
	to->run_queue_ns = saved_plus(to->run_queue_ns, from->run_queue_ns);
	/* the same of all that share a scope, so the longest is the one of all */
	if (from->pressure && (!to->pressure || from->some_ns > to->some_ns)) {
		to->pressure = from->pressure;
		to->some_ns = from->some_ns;
		to->full_ns = from->full_ns;
	}
	if (from->allocator)
		to->allocator = from->allocator;
}

static int compare_mutexes(const void *a, const void *b)
{
	const struct saved_mutex *m = a, *n = b;

	if (m->ns != n->ns)
		return m->ns < n->ns ? 1 : -1;
	return strcmp(m->name, n->name);
}

static int compare_mutex_names(const void *a, const void *b)
{
	return strcmp(((const struct saved_mutex *)a)->name, ((const struct saved_mutex *)b)->name);
}

static void add_mutex(struct saved_mutex *to, const struct saved_mutex *from)
{
	to->ops = saved_plus(to->ops, from->ops);
	to->waits = saved_plus(to->waits, from->waits);
	to->spins = saved_plus(to->spins, from->spins);
	to->ns = saved_plus(to->ns, from->ns);
	to->max_ns = from->max_ns > to->max_ns ? from->max_ns : to->max_ns;
}

static void merge_mutexes(struct report *report, struct saved_mutex *mutexes, size_t n)
{
	size_t kept = 0;

	qsort(mutexes, n, sizeof(*mutexes), compare_mutex_names);
	for (size_t i = 0; i < n; i++) {
		report->allocator_ns = saved_plus(report->allocator_ns, mutexes[i].ns);
		if (kept > 0 && strcmp(mutexes[kept - 1].name, mutexes[i].name) == 0)
			add_mutex(&mutexes[kept - 1], &mutexes[i]);
		else
			mutexes[kept++] = mutexes[i];
	}
	qsort(mutexes, kept, sizeof(*mutexes), compare_mutexes);
	report->outside.mutexes = mutexes;
	report->outside.n_mutexes = kept;
}

static void collect_mutexes(struct report *report)
{
	struct saved_mutex *mutexes;
	size_t n = 0;

	for (size_t i = 0; i < report->n_processes; i++)
		n += report->processes[i].outside.n_mutexes;
	if (n == 0)
		return;
	mutexes = qx_take(&report->arena, n * sizeof(*mutexes));
	n = 0;
	for (size_t i = 0; i < report->n_processes; i++) {
		const struct saved_outside *outside = &report->processes[i].outside;

		for (size_t j = 0; j < outside->n_mutexes; j++)
			mutexes[n++] = outside->mutexes[j];
	}
	merge_mutexes(report, mutexes, n);
}

static void sum_time(struct report *report)
{
	uint64_t start = UINT64_MAX, end = 0;

	for (size_t i = 0; i < report->n_processes; i++) {
		const struct saved_process *process = &report->processes[i];
		uint64_t over = saved_plus(process->started_unix_ns, process->elapsed_ns);

		start = process->started_unix_ns < start ? process->started_unix_ns : start;
		end = over > end ? over : end;
		if (process->processors > report->processors)
			report->processors = process->processors;
	}
	report->elapsed_ns = end > start ? end - start : 0;
}

void report_sums(struct report *report)
{
	for (size_t i = 0; i < report->n_processes; i++) {
		sum_waits(report, &report->processes[i]);
		sum_totals(report, &report->processes[i].totals);
		sum_outside(report, &report->processes[i].outside);
	}
	collect_mutexes(report);
	sum_time(report);
}
