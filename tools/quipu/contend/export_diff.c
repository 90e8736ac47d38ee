/* SPDX-License-Identifier: MIT */
/* export_diff.c: what changed between two runs, as one object (README.md). */
#include "export.h"
#include "say_row.h"

#define NS_PLACES 3 /* of nanoseconds in a second of the run */

static double per_second(const struct report *report, uint64_t ns)
{
	return diff_rate(report, ns) * 1e9;
}

static void say_run(struct say_json *json, const char *name, const struct report *report)
{
	say_line(json);
	say_open(json, name, '{');
	say_whole(json, "elapsed_ns", report->elapsed_ns);
	say_whole(json, "processors", report->processors);
	say_whole(json, "locks_ns", report->locks_ns);
	say_whole(json, "locks_waits", report->locks_waits);
	say_real(json, "locks_ns_per_second", per_second(report, report->locks_ns), NS_PLACES);
	say_processes(json, report);
	say_close(json, '}');
}

static void say_side(struct say_json *json, const char *name, const struct report *report,
		     const struct report_row *row)
{
	if (!row) {
		say_null(json, name);
		return;
	}
	say_open(json, name, '{');
	say_place(json, row->place);
	say_whole(json, "waits", row->waits);
	say_whole(json, "ns", row->ns);
	say_real(json, "ns_per_second", per_second(report, row->ns), NS_PLACES);
	say_spread(json, row);
	say_whole(json, "busy", row->busy);
	say_close(json, '}');
}

static void say_change(struct say_json *json, const struct diff *diff,
		       const struct diff_row *change)
{
	const struct report_row *row = change->after ? change->after : change->before;

	say_line(json);
	say_open(json, NULL, '{');
	say_string(json, "kind", qc_kind_label(row->kind));
	say_bool(json, "idle", qc_kind_is_idle(row->kind));
	say_string(json, "lock", row->lock);
	say_string(json, "function", row->place->function);
	say_real(json, "change_ns_per_second", change->change * 1e9, NS_PLACES);
	say_side(json, "before", diff->before, change->before);
	say_side(json, "after", diff->after, change->after);
	say_close(json, '}');
}

void export_diff(const struct diff *diff, FILE *out)
{
	struct say_json json = { out, false };

	say_open(&json, NULL, '{');
	say_whole(&json, "quipu_contend_diff", 1);
	say_run(&json, "before", diff->before);
	say_run(&json, "after", diff->after);
	say_open(&json, "sites", '[');
	for (size_t i = 0; i < diff->n; i++)
		say_change(&json, diff, &diff->rows[i]);
	say_close(&json, ']');
	say_close(&json, '}');
	fputc('\n', out);
}
