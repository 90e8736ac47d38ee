/* SPDX-License-Identifier: MIT */
/* saved_process.c: one process of a saved run: its objects, its sites, its totals. */
#include "saved_read.h"

#include <string.h>

#define MOST_BOUNDS 1000

/* A site on its way: its buckets go by the process's own bounds, which may come later. */
struct raw_site {
	struct qc_site site;
	size_t offset;
	struct raw_bucket *buckets;
	size_t n_buckets;
};

struct raw_bucket {
	uint64_t index, count;
};

struct raw_process {
	struct saved_process *process;
	struct raw_site *sites;
	size_t n_sites;
	uint64_t *bounds;
	size_t n_bounds;
};

/* --- pairs: frames and buckets ---------------------------------------------------------------- */

static bool read_pair(struct qx_json *json, uint64_t pair[2])
{
	bool first = true, ok = qx_json_array(json);
	size_t n = 0;

	while (ok && qx_json_element(json, &first)) {
		if (n == 2)
			return qx_json_fail(json, "more than two numbers in a pair");
		ok = saved_whole(json, &pair[n++]);
	}
	if (!ok || json->failed)
		return false;
	return n == 2 || qx_json_fail(json, "less than two numbers in a pair");
}

static bool read_bucket(struct qx_json *json, void *item)
{
	struct raw_bucket *bucket = item;
	uint64_t pair[2];

	if (!read_pair(json, pair))
		return false;
	*bucket = (struct raw_bucket){ pair[0], pair[1] };
	return true;
}

static bool read_frames(struct qx_json *json, struct qc_site *site)
{
	bool first = true, ok = qx_json_array(json);
	uint64_t pair[2];

	site->n_frames = 0;
	while (ok && qx_json_element(json, &first)) {
		if (site->n_frames == QC_MAX_FRAMES)
			return qx_json_fail(json, "more than %d frames", QC_MAX_FRAMES);
		ok = read_pair(json, pair);
		if (ok && pair[0] > UINT32_MAX)
			return qx_json_fail(json, "no such object");
		if (ok)
			site->frames[site->n_frames++] =
				(struct qc_frame){ (unsigned)pair[0], pair[1] };
	}
	return ok && !json->failed;
}

/* --- sites ------------------------------------------------------------------------------------ */

static bool read_kind(struct qx_json *json, enum qc_kind *kind)
{
	struct qx_text text;

	if (!qx_json_string(json, &text))
		return false;
	for (int i = 0; i < QC_N_KINDS; i++) {
		*kind = (enum qc_kind)i;
		if (qx_text_is(text, qc_kind_label(*kind)))
			return true;
	}
	return qx_json_fail(json, "\"%.*s\" is no kind of lock", QX_SHOW(text));
}

static bool site_member(struct qx_json *json, struct raw_site *raw, struct qx_text key,
			bool *has_kind)
{
	struct qc_site *site = &raw->site;
	const struct saved_number numbers[] = { { "waits", &site->waits },
						{ "ns", &site->ns },
						{ "max_ns", &site->max_ns },
						{ "busy", &site->busy } };
	void *buckets;
	bool ok;

	if (qx_text_is(key, "kind"))
		return *has_kind = read_kind(json, &site->kind);
	if (qx_text_is(key, "lock"))
		return saved_null(json) || saved_string(json, &site->lock);
	if (qx_text_is(key, "frames"))
		return read_frames(json, site);
	if (!qx_text_is(key, "buckets"))
		return saved_numbers(json, key, numbers, 4);
	ok = saved_list(json, &buckets, &raw->n_buckets, sizeof(*raw->buckets), read_bucket);
	raw->buckets = buckets;
	return ok;
}

static bool read_site(struct qx_json *json, void *item)
{
	struct raw_site *raw = item;
	struct qx_text key;
	bool first = true, has_kind = false, ok;

	qx_json_peek(json);
	raw->offset = qx_json_offset(json);
	ok = qx_json_object(json);
	while (ok && qx_json_member(json, &first, &key))
		ok = site_member(json, raw, key, &has_kind);
	if (!ok || json->failed)
		return false;
	return has_kind || qx_json_fail(json, "a site without a kind");
}

/* --- objects, bounds, totals, command --------------------------------------------------------- */

static bool read_object(struct qx_json *json, void *item)
{
	struct qc_object *object = item;
	struct qx_text key;
	bool first = true, ok = qx_json_object(json);

	*object = (struct qc_object){ "", "" };
	while (ok && qx_json_member(json, &first, &key)) {
		if (qx_text_is(key, "path"))
			ok = saved_string(json, &object->path);
		else if (qx_text_is(key, "build_id"))
			ok = saved_string(json, &object->build_id);
		else
			ok = qx_json_skip(json);
	}
	return ok && !json->failed;
}

static bool read_number(struct qx_json *json, void *item)
{
	return saved_whole(json, item);
}

static bool read_argument(struct qx_json *json, void *item)
{
	return saved_string(json, item);
}

static bool read_bounds(struct qx_json *json, struct raw_process *raw)
{
	void *bounds;
	bool ok = saved_list(json, &bounds, &raw->n_bounds, sizeof(*raw->bounds), read_number);

	raw->bounds = bounds;
	if (ok && raw->n_bounds > MOST_BOUNDS)
		return qx_json_fail(json, "more than %d bounds", MOST_BOUNDS);
	for (size_t i = 1; ok && i < raw->n_bounds; i++) {
		if (raw->bounds[i] <= raw->bounds[i - 1])
			return qx_json_fail(json, "bounds that do not rise");
	}
	return ok;
}

static bool read_calls(struct qx_json *json, uint64_t calls[QC_N_KINDS])
{
	struct saved_number numbers[QC_N_KINDS];
	struct qx_text key;
	bool first = true, ok = qx_json_object(json);

	for (int i = 0; i < QC_N_KINDS; i++)
		numbers[i] = (struct saved_number){ qc_kind_label((enum qc_kind)i), &calls[i] };
	while (ok && qx_json_member(json, &first, &key))
		ok = saved_numbers(json, key, numbers, QC_N_KINDS);
	return ok && !json->failed;
}

static bool read_totals(struct qx_json *json, struct qc_totals *totals)
{
	uint64_t capacity = 0;
	const struct saved_number numbers[] = { { "early", &totals->early },
						{ "overflowed", &totals->overflowed },
						{ "capacity", &capacity } };
	struct qx_text key;
	bool first = true, ok = qx_json_object(json);

	while (ok && qx_json_member(json, &first, &key))
		ok = qx_text_is(key, "calls") ? read_calls(json, totals->calls)
					      : saved_numbers(json, key, numbers, 3);
	totals->capacity = capacity < UINT32_MAX ? (unsigned)capacity : UINT32_MAX;
	return ok && !json->failed;
}

static bool read_state(struct qx_json *json, enum saved_state *state)
{
	struct qx_text text;

	if (!qx_json_string(json, &text))
		return false;
	for (int i = 0; i < SAVED_STATES; i++) {
		*state = (enum saved_state)i;
		if (qx_text_is(text, saved_state_word(*state)))
			return true;
	}
	return qx_json_fail(json, "\"%.*s\" is no state of a process", QX_SHOW(text));
}

/* --- the process ------------------------------------------------------------------------------ */

static bool read_command(struct qx_json *json, struct saved_process *process)
{
	void *command;
	bool ok = saved_list(json, &command, &process->n_command, sizeof(*process->command),
			     read_argument);

	process->command = command;
	return ok;
}

static bool read_objects(struct qx_json *json, struct saved_process *process)
{
	void *objects;
	bool ok = saved_list(json, &objects, &process->n_objects, sizeof(*process->objects),
			     read_object);

	process->objects = objects;
	return ok;
}

static bool read_sites(struct qx_json *json, struct raw_process *raw)
{
	void *sites;
	bool ok = saved_list(json, &sites, &raw->n_sites, sizeof(*raw->sites), read_site);

	raw->sites = sites;
	return ok;
}

static bool read_simple(struct qx_json *json, struct saved_process *process, struct qx_text key)
{
	const struct saved_number numbers[] = { { "pid", &process->pid },
						{ "parent", &process->parent },
						{ "started_unix_ns", &process->started_unix_ns },
						{ "elapsed_ns", &process->elapsed_ns },
						{ "processors", &process->processors } };

	if (qx_text_is(key, "executable"))
		return saved_string(json, &process->executable);
	if (qx_text_is(key, "state"))
		return read_state(json, &process->state);
	if (qx_text_is(key, "listen"))
		return saved_string(json, &process->listen);
	if (qx_text_is(key, "listen_error"))
		return saved_string(json, &process->listen_error);
	return saved_numbers(json, key, numbers, 5);
}

static bool process_member(struct qx_json *json, struct raw_process *raw, struct qx_text key)
{
	struct saved_process *process = raw->process;

	if (qx_text_is(key, "command"))
		return read_command(json, process);
	if (qx_text_is(key, "objects"))
		return read_objects(json, process);
	if (qx_text_is(key, "bounds_ns"))
		return read_bounds(json, raw);
	if (qx_text_is(key, "sites"))
		return read_sites(json, raw);
	if (qx_text_is(key, "totals"))
		return read_totals(json, &process->totals);
	if (qx_text_is(key, "outside"))
		return saved_null(json) || saved_outside(json, &process->outside);
	return read_simple(json, process, key);
}

/* The bucket here that has the upper end of the file's; versions may round it differently. */
static unsigned bucket_of(uint64_t bound)
{
	uint64_t least = bound - bound / 50;
	unsigned i = 0;

	while (i < QC_N_BOUNDS && qc_spread_bound(i) < least)
		i++;
	return i;
}

static bool complain(struct qx_json *json, size_t offset, const char *what)
{
	json->at = json->exposition->input.data + offset;
	return qx_json_fail(json, "%s", what);
}

static bool place_site(struct qx_json *json, const struct raw_process *raw,
		       const struct raw_site *from, struct qc_site *site)
{
	*site = from->site;
	for (unsigned i = 0; i < site->n_frames; i++) {
		if (site->frames[i].object >= raw->process->n_objects)
			return complain(json, from->offset,
					"a frame in an object that is not there");
	}
	for (size_t i = 0; i < from->n_buckets; i++) {
		const struct raw_bucket *bucket = &from->buckets[i];
		uint64_t *count;

		if (bucket->index > raw->n_bounds)
			return complain(json, from->offset, "a bucket beyond the bounds");
		count = &site->buckets[bucket->index == raw->n_bounds
					       ? QC_N_BOUNDS
					       : bucket_of(raw->bounds[bucket->index])];
		*count = saved_plus(*count, bucket->count);
	}
	return true;
}

static bool place_sites(struct qx_json *json, const struct raw_process *raw)
{
	struct saved_process *process = raw->process;

	process->n_sites = raw->n_sites;
	process->sites = qx_take(&json->exposition->arena, raw->n_sites * sizeof(*process->sites));
	for (size_t i = 0; i < raw->n_sites; i++) {
		if (!place_site(json, raw, &raw->sites[i], &process->sites[i]))
			return false;
	}
	return true;
}

bool saved_process(struct qx_json *json, struct saved_process *process)
{
	struct raw_process raw = { .process = process };
	struct qx_text key;
	bool first = true, ok = qx_json_object(json);

	process->executable = "";
	while (ok && qx_json_member(json, &first, &key))
		ok = process_member(json, &raw, key);
	return ok && !json->failed && place_sites(json, &raw);
}
