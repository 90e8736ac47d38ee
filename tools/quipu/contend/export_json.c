/* SPDX-License-Identifier: MIT */
/* export_json.c: a report with all names resolved, as one object (README.md). */
#include "export.h"
#include "say_row.h"
#include "verdict.h"

/* --- rows ------------------------------------------------------------------------------------- */

static void say_stack(struct say_json *json, const struct report_row *row)
{
	say_open(json, "stack", '[');
	for (size_t i = 0; i < row->n_stack; i++) {
		say_open(json, NULL, '{');
		say_place(json, row->stack[i]);
		say_close(json, '}');
	}
	say_close(json, ']');
}

static void say_row(struct say_json *json, const struct report *report,
		    const struct report_row *row)
{
	say_line(json);
	say_open(json, NULL, '{');
	say_string(json, "kind", qc_kind_label(row->kind));
	say_bool(json, "idle", qc_kind_is_idle(row->kind));
	say_string(json, "lock", row->lock);
	say_place(json, row->place);
	say_whole(json, "waits", row->waits);
	say_whole(json, "ns", row->ns);
	say_real(json, "share", report_share(report, row), 6);
	say_spread(json, row);
	say_whole(json, "busy", row->busy);
	say_stack(json, row);
	say_close(json, '}');
}

/* --- sums ------------------------------------------------------------------------------------- */

static void say_totals(struct say_json *json, const struct report *report)
{
	say_open(json, "totals", '{');
	say_whole(json, "locks_ns", report->locks_ns);
	say_whole(json, "locks_waits", report->locks_waits);
	say_whole(json, "idle_ns", report->idle_ns);
	say_whole(json, "idle_waits", report->idle_waits);
	say_open(json, "calls", '{');
	for (int i = 0; i < QC_N_KINDS; i++)
		say_whole(json, qc_kind_label((enum qc_kind)i), report->totals.calls[i]);
	say_close(json, '}');
	say_whole(json, "early", report->totals.early);
	say_whole(json, "overflowed", report->totals.overflowed);
	say_whole(json, "capacity", report->totals.capacity);
	say_close(json, '}');
}

static void say_allocator(struct say_json *json, const struct report *report)
{
	const struct saved_outside *outside = &report->outside;

	if (!outside->allocator) {
		say_null(json, "allocator");
		return;
	}
	say_open(json, "allocator", '{');
	say_string(json, "name", outside->allocator);
	say_whole(json, "ns", report->allocator_ns);
	say_open(json, "mutexes", '[');
	for (size_t i = 0; i < outside->n_mutexes; i++) {
		const struct saved_mutex *mutex = &outside->mutexes[i];

		say_open(json, NULL, '{');
		say_string(json, "name", mutex->name);
		say_whole(json, "ops", mutex->ops);
		say_whole(json, "waits", mutex->waits);
		say_whole(json, "spins", mutex->spins);
		say_whole(json, "ns", mutex->ns);
		say_whole(json, "max_ns", mutex->max_ns);
		say_close(json, '}');
	}
	say_close(json, ']');
	say_close(json, '}');
}

static void say_known(struct say_json *json, const char *name, bool known, uint64_t value)
{
	if (known)
		say_whole(json, name, value);
	else
		say_null(json, name);
}

static void say_outside(struct say_json *json, const struct report *report)
{
	const struct saved_outside *outside = &report->outside;

	say_open(json, "outside", '{');
	say_known(json, "voluntary_switches", outside->has_switches, outside->voluntary);
	say_known(json, "involuntary_switches", outside->has_switches, outside->involuntary);
	say_known(json, "threads", outside->has_scheduling, outside->threads);
	say_known(json, "on_cpu_ns", outside->has_scheduling, outside->on_cpu_ns);
	say_known(json, "run_queue_ns", outside->has_scheduling, outside->run_queue_ns);
	say_string(json, "pressure_scope", outside->pressure);
	say_known(json, "pressure_some_ns", outside->pressure, outside->some_ns);
	say_known(json, "pressure_full_ns", outside->pressure, outside->full_ns);
	say_allocator(json, report);
	say_close(json, '}');
}

void export_json(const struct report *report, FILE *out)
{
	struct say_json json = { out, false };
	char sentence[VERDICT_SIZE];

	say_open(&json, NULL, '{');
	say_whole(&json, "quipu_contend_report", 1);
	say_whole(&json, "elapsed_ns", report->elapsed_ns);
	say_whole(&json, "processors", report->processors);
	say_string(&json, "verdict", verdict_word(verdict_of(report)));
	say_string(&json, "sentence", verdict_say(report, sentence));
	say_processes(&json, report);
	say_open(&json, "sites", '[');
	for (size_t i = 0; i < report->n; i++)
		say_row(&json, report, &report->rows[i]);
	say_close(&json, ']');
	say_totals(&json, report);
	say_outside(&json, report);
	say_close(&json, '}');
	fputc('\n', out);
}
