/* SPDX-License-Identifier: MIT */
/* say_row.c: see say_row.h. */
#include "say_row.h"

#include "quantile.h"

void say_processes(struct say_json *json, const struct report *report)
{
	say_open(json, "processes", '[');
	for (size_t i = 0; i < report->n_processes; i++) {
		const struct saved_process *process = &report->processes[i];

		say_line(json);
		say_open(json, NULL, '{');
		say_whole(json, "pid", process->pid);
		say_whole(json, "parent", process->parent);
		say_string(json, "state", saved_state_word(process->state));
		say_whole(json, "elapsed_ns", process->elapsed_ns);
		say_string(json, "executable", process->executable);
		say_open(json, "command", '[');
		for (size_t j = 0; j < process->n_command; j++)
			say_string(json, NULL, process->command[j]);
		say_close(json, ']');
		say_close(json, '}');
	}
	say_close(json, ']');
}

void say_place(struct say_json *json, const struct location *place)
{
	say_string(json, "site", place->site);
	say_string(json, "function", place->function);
	say_string(json, "file", place->file);
	if (place->line > 0)
		say_whole(json, "line", place->line);
	else
		say_null(json, "line");
	say_string(json, "object", place->object);
}

void say_spread(struct say_json *json, const struct report_row *row)
{
	say_whole(json, "mean_ns", report_mean(row));
	say_whole(json, "p50_ns", quantile_of(row->buckets, row->max_ns, 0.5));
	say_whole(json, "p90_ns", quantile_of(row->buckets, row->max_ns, 0.9));
	say_whole(json, "p99_ns", quantile_of(row->buckets, row->max_ns, 0.99));
	say_whole(json, "max_ns", row->max_ns);
}
