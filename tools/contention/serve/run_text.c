/* SPDX-License-Identifier: MIT */
/* run_text.c: a saved run as text. See run_file.h. */
#include "run_file.h"

#include "json.h"
#include "process.h"

#include "../outside/outside.h"

#include <quipu/quipu.h>
#include <string.h>
#include <time.h>

/* Below: written before there is a reporter, and in a forked child. */
static uint64_t started_unix_ns, started_ns;
static const char *listen_address, *listen_error;

static uint64_t now_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static void start_clocks(void)
{
	started_unix_ns = now_ns(CLOCK_REALTIME);
	started_ns = now_ns(CLOCK_MONOTONIC);
}

void qc_run_begin(void)
{
	if (started_ns)
		return;
	start_clocks();
	qc_process_look();
	qc_outside_start();
}

void qc_run_after_fork_child(void)
{
	start_clocks();
	qc_run_listens(NULL, NULL);
	qc_outside_after_fork_child();
}

void qc_run_listens(const char *address, const char *error)
{
	listen_address = address;
	listen_error = error;
}

/* --- sites --------------------------------------------------------------------------------- */

static void print_pair(struct qc_text *text, const char *before, uint64_t first, uint64_t second)
{
	qc_text_raw(text, before);
	qc_text_raw(text, "[");
	qc_text_u64(text, first);
	qc_text_raw(text, ", ");
	qc_text_u64(text, second);
	qc_text_raw(text, "]");
}

static void print_frames(struct qc_text *text, const struct qc_site *site)
{
	unsigned i;

	qc_json_key(text, "frames");
	qc_text_raw(text, "[");
	for (i = 0; i < site->n_frames; i++)
		print_pair(text, i ? ", " : "", site->frames[i].object, site->frames[i].offset);
	qc_text_raw(text, "]");
}

static void print_buckets(struct qc_text *text, const struct qc_site *site)
{
	const char *before = "";
	unsigned i;

	qc_json_key(text, "buckets");
	qc_text_raw(text, "[");
	for (i = 0; i < QC_N_BUCKETS; i++) {
		if (!site->buckets[i])
			continue;
		print_pair(text, before, i, site->buckets[i]);
		before = ", ";
	}
	qc_text_raw(text, "]");
}

static void print_site(struct qc_text *text, const struct qc_site *site)
{
	qc_json_open(text, '{');
	qc_json_string(text, "kind", qc_kind_label(site->kind));
	if (site->lock)
		qc_json_string(text, "lock", site->lock);
	print_frames(text, site);
	qc_json_number(text, "waits", site->waits);
	qc_json_number(text, "ns", site->ns);
	qc_json_number(text, "max_ns", site->max_ns);
	qc_json_number(text, "busy", site->busy);
	print_buckets(text, site);
	qc_json_close(text, '}');
}

static void print_object(struct qc_text *text, const struct qc_object *object)
{
	qc_json_open(text, '{');
	qc_json_string(text, "path", object->path);
	qc_json_string(text, "build_id", object->build_id);
	qc_json_close(text, '}');
}

static void print_recorded(struct qc_text *text, const struct qc_profile *profile)
{
	size_t i;

	qc_json_key(text, "objects");
	qc_json_open(text, '[');
	for (i = 0; i < profile->n_objects; i++)
		print_object(text, &profile->objects[i]);
	qc_json_close(text, ']');
	qc_json_key(text, "bounds_ns");
	qc_json_open(text, '[');
	for (i = 0; i < QC_N_BOUNDS; i++)
		qc_json_element(text, qc_spread_bound((unsigned)i));
	qc_json_close(text, ']');
	qc_json_key(text, "sites");
	qc_json_open(text, '[');
	for (i = 0; i < profile->n_sites; i++)
		print_site(text, &profile->sites[i]);
	qc_json_close(text, ']');
}

static void print_totals(struct qc_text *text, const struct qc_totals *totals)
{
	enum qc_kind kind;

	qc_json_key(text, "totals");
	qc_json_open(text, '{');
	qc_json_key(text, "calls");
	qc_json_open(text, '{');
	for (kind = 0; kind < QC_N_KINDS; kind++)
		qc_json_number(text, qc_kind_label(kind), totals->calls[kind]);
	qc_json_close(text, '}');
	qc_json_number(text, "early", totals->early);
	qc_json_number(text, "overflowed", totals->overflowed);
	qc_json_number(text, "capacity", totals->capacity);
	qc_json_close(text, '}');
}

/* --- what is outside ----------------------------------------------------------------------- */

/* Opens the object, or says that nothing is known. */
static bool print_known(struct qc_text *text, const char *key, bool known)
{
	qc_json_key(text, key);
	if (known)
		qc_json_open(text, '{');
	else
		qc_json_null(text);
	return known;
}

static void print_processor(struct qc_text *text, const struct qc_outside *outside)
{
	if (print_known(text, "switches", outside->switches.known)) {
		qc_json_number(text, "voluntary", outside->switches.voluntary);
		qc_json_number(text, "involuntary", outside->switches.involuntary);
		qc_json_close(text, '}');
	}
	if (print_known(text, "scheduling", outside->scheduling.known)) {
		qc_json_number(text, "threads", outside->scheduling.threads);
		qc_json_number(text, "on_cpu_ns", outside->scheduling.on_cpu_ns);
		qc_json_number(text, "run_queue_ns", outside->scheduling.run_queue_ns);
		qc_json_close(text, '}');
	}
	if (print_known(text, "pressure", outside->pressure.scope != NULL)) {
		qc_json_string(text, "scope", outside->pressure.scope);
		qc_json_number(text, "some_ns", outside->pressure.some_ns);
		qc_json_number(text, "full_ns", outside->pressure.full_ns);
		qc_json_close(text, '}');
	}
}

static void print_mutex(struct qc_text *text, const struct qc_allocator_mutex *mutex)
{
	qc_json_open(text, '{');
	qc_json_string(text, "name", mutex->name);
	qc_json_number(text, "ops", mutex->ops);
	qc_json_number(text, "waits", mutex->waits);
	qc_json_number(text, "spins", mutex->spins);
	qc_json_number(text, "ns", mutex->ns);
	qc_json_number(text, "max_ns", mutex->max_ns);
	qc_json_close(text, '}');
}

static void print_allocator(struct qc_text *text, const struct qc_allocator *allocator)
{
	size_t i;

	if (!print_known(text, "allocator", allocator->name != NULL))
		return;
	qc_json_string(text, "name", allocator->name);
	qc_json_key(text, "mutexes");
	qc_json_open(text, '[');
	for (i = 0; i < allocator->n; i++)
		print_mutex(text, &allocator->mutexes[i]);
	qc_json_close(text, ']');
	qc_json_close(text, '}');
}

static void print_outside(struct qc_text *text)
{
	struct qc_outside outside;

	qc_outside_read(&outside);
	qc_json_key(text, "outside");
	qc_json_open(text, '{');
	print_processor(text, &outside);
	print_allocator(text, &outside.allocator);
	qc_json_close(text, '}');
	qc_outside_free(&outside);
}

/* --- the run ------------------------------------------------------------------------------- */

static void print_times(struct qc_text *text)
{
	qc_json_number(text, "started_unix_ns", started_unix_ns);
	qc_json_number(text, "elapsed_ns", started_ns ? now_ns(CLOCK_MONOTONIC) - started_ns : 0);
}

static void print_listening(struct qc_text *text)
{
	if (listen_address)
		qc_json_string(text, "listen", listen_address);
	if (listen_error)
		qc_json_string(text, "listen_error", listen_error);
}

void qc_run_print(struct qc_text *text, const struct qc_profile *profile, const char *state)
{
	qc_json_open(text, '{');
	qc_json_number(text, "quipu_contend", 1);
	qc_json_string(text, "version", quipu_version());
	qc_json_key(text, "processes");
	qc_json_open(text, '[');
	qc_json_open(text, '{');
	qc_process_print(text);
	print_times(text);
	qc_json_string(text, "state", state);
	print_listening(text);
	print_recorded(text, profile);
	print_totals(text, &profile->totals);
	print_outside(text);
	qc_json_close(text, '}');
	qc_json_close(text, ']');
	qc_json_close(text, '}');
	qc_text_raw(text, "\n");
}
