/* SPDX-License-Identifier: MIT */
/* saved_write.c: a run as one file, for `quipu contend report` to read. */
#include "saved.h"
#include "say_json.h"

static void write_objects(struct say_json *json, const struct saved_process *process)
{
	say_open(json, "objects", '[');
	for (size_t i = 0; i < process->n_objects; i++) {
		say_open(json, NULL, '{');
		say_string(json, "path", process->objects[i].path);
		say_string(json, "build_id", process->objects[i].build_id);
		say_close(json, '}');
	}
	say_close(json, ']');
	say_open(json, "bounds_ns", '[');
	for (unsigned i = 0; i < QC_N_BOUNDS; i++)
		say_whole(json, NULL, qc_spread_bound(i));
	say_close(json, ']');
}

static void write_pair(struct say_json *json, uint64_t a, uint64_t b)
{
	say_open(json, NULL, '[');
	say_whole(json, NULL, a);
	say_whole(json, NULL, b);
	say_close(json, ']');
}

static void write_site(struct say_json *json, const struct qc_site *site)
{
	say_line(json);
	say_open(json, NULL, '{');
	say_string(json, "kind", qc_kind_label(site->kind));
	if (site->lock)
		say_string(json, "lock", site->lock);
	say_open(json, "frames", '[');
	for (unsigned i = 0; i < site->n_frames; i++)
		write_pair(json, site->frames[i].object, site->frames[i].offset);
	say_close(json, ']');
	say_whole(json, "waits", site->waits);
	say_whole(json, "ns", site->ns);
	say_whole(json, "max_ns", site->max_ns);
	say_whole(json, "busy", site->busy);
	say_open(json, "buckets", '[');
	for (unsigned i = 0; i < QC_N_BUCKETS; i++) {
		if (site->buckets[i] > 0)
			write_pair(json, i, site->buckets[i]);
	}
	say_close(json, ']');
	say_close(json, '}');
}

static void write_totals(struct say_json *json, const struct qc_totals *totals)
{
	say_open(json, "totals", '{');
	say_open(json, "calls", '{');
	for (int i = 0; i < QC_N_KINDS; i++)
		say_whole(json, qc_kind_label((enum qc_kind)i), totals->calls[i]);
	say_close(json, '}');
	say_whole(json, "early", totals->early);
	say_whole(json, "overflowed", totals->overflowed);
	say_whole(json, "capacity", totals->capacity);
	say_close(json, '}');
}

/* --- outside ---------------------------------------------------------------------------------- */

static void write_allocator(struct say_json *json, const struct saved_outside *outside)
{
	say_open(json, "allocator", '{');
	say_string(json, "name", outside->allocator);
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

static void write_scheduling(struct say_json *json, const struct saved_outside *outside)
{
	say_open(json, "scheduling", '{');
	say_whole(json, "threads", outside->threads);
	say_whole(json, "on_cpu_ns", outside->on_cpu_ns);
	say_whole(json, "run_queue_ns", outside->run_queue_ns);
	say_close(json, '}');
}

static void write_outside(struct say_json *json, const struct saved_outside *outside)
{
	say_open(json, "outside", '{');
	if (outside->has_switches) {
		say_open(json, "switches", '{');
		say_whole(json, "voluntary", outside->voluntary);
		say_whole(json, "involuntary", outside->involuntary);
		say_close(json, '}');
	}
	if (outside->has_scheduling)
		write_scheduling(json, outside);
	if (outside->pressure) {
		say_open(json, "pressure", '{');
		say_string(json, "scope", outside->pressure);
		say_whole(json, "some_ns", outside->some_ns);
		say_whole(json, "full_ns", outside->full_ns);
		say_close(json, '}');
	}
	if (outside->allocator)
		write_allocator(json, outside);
	say_close(json, '}');
}

/* --- processes -------------------------------------------------------------------------------- */

static void write_process(struct say_json *json, const struct saved_process *process)
{
	say_line(json);
	say_open(json, NULL, '{');
	say_open(json, "command", '[');
	for (size_t i = 0; i < process->n_command; i++)
		say_string(json, NULL, process->command[i]);
	say_close(json, ']');
	say_string(json, "executable", process->executable);
	say_whole(json, "pid", process->pid);
	say_whole(json, "parent", process->parent);
	say_whole(json, "started_unix_ns", process->started_unix_ns);
	say_whole(json, "elapsed_ns", process->elapsed_ns);
	say_string(json, "state", saved_state_word(process->state));
	if (process->listen)
		say_string(json, "listen", process->listen);
	if (process->listen_error)
		say_string(json, "listen_error", process->listen_error);
	say_whole(json, "processors", process->processors);
	write_objects(json, process);
	say_open(json, "sites", '[');
	for (size_t i = 0; i < process->n_sites; i++)
		write_site(json, &process->sites[i]);
	say_close(json, ']');
	write_totals(json, &process->totals);
	write_outside(json, &process->outside);
	say_close(json, '}');
}

bool saved_write(const struct saved_run *run, FILE *out)
{
	struct say_json json = { out, false };

	say_open(&json, NULL, '{');
	say_whole(&json, "quipu_contend", 1);
	say_string(&json, "version", run->version ? run->version : "");
	say_open(&json, "processes", '[');
	for (size_t i = 0; i < run->n; i++)
		write_process(&json, &run->processes[i]);
	say_close(&json, ']');
	say_close(&json, '}');
	fputc('\n', out);
	return fflush(out) == 0 && !ferror(out);
}
