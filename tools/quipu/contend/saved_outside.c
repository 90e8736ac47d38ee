/* SPDX-License-Identifier: MIT */
/* saved_outside.c: what a saved run has of the system and the allocator; null is not known. */
#include "saved_read.h"

static bool read_numbers(struct qx_json *json, const struct saved_number *numbers, size_t n)
{
	struct qx_text key;
	bool first = true, ok = qx_json_object(json);

	while (ok && qx_json_member(json, &first, &key))
		ok = saved_numbers(json, key, numbers, n);
	return ok && !json->failed;
}

static bool read_switches(struct qx_json *json, struct saved_outside *outside)
{
	const struct saved_number numbers[] = { { "voluntary", &outside->voluntary },
						{ "involuntary", &outside->involuntary } };

	return outside->has_switches = read_numbers(json, numbers, 2);
}

static bool read_scheduling(struct qx_json *json, struct saved_outside *outside)
{
	const struct saved_number numbers[] = { { "threads", &outside->threads },
						{ "on_cpu_ns", &outside->on_cpu_ns },
						{ "run_queue_ns", &outside->run_queue_ns } };

	return outside->has_scheduling = read_numbers(json, numbers, 3);
}

static bool read_pressure(struct qx_json *json, struct saved_outside *outside)
{
	const struct saved_number numbers[] = { { "some_ns", &outside->some_ns },
						{ "full_ns", &outside->full_ns } };
	struct qx_text key;
	bool first = true, ok = qx_json_object(json);

	outside->pressure = "";
	while (ok && qx_json_member(json, &first, &key))
		ok = qx_text_is(key, "scope") ? saved_string(json, &outside->pressure)
					      : saved_numbers(json, key, numbers, 2);
	return ok && !json->failed;
}

/* --- the allocator ---------------------------------------------------------------------------- */

static bool read_mutex(struct qx_json *json, void *item)
{
	struct saved_mutex *mutex = item;
	const struct saved_number numbers[] = { { "ops", &mutex->ops },
						{ "waits", &mutex->waits },
						{ "spins", &mutex->spins },
						{ "ns", &mutex->ns },
						{ "max_ns", &mutex->max_ns } };
	struct qx_text key;
	bool first = true, ok = qx_json_object(json);

	mutex->name = "";
	while (ok && qx_json_member(json, &first, &key))
		ok = qx_text_is(key, "name") ? saved_string(json, &mutex->name)
					     : saved_numbers(json, key, numbers, 5);
	return ok && !json->failed;
}

static bool read_mutexes(struct qx_json *json, struct saved_outside *outside)
{
	void *mutexes;
	bool ok = saved_list(json, &mutexes, &outside->n_mutexes, sizeof(*outside->mutexes),
			     read_mutex);

	outside->mutexes = mutexes;
	return ok;
}

static bool read_allocator(struct qx_json *json, struct saved_outside *outside)
{
	struct qx_text key;
	bool first = true, ok = qx_json_object(json);

	outside->allocator = "";
	while (ok && qx_json_member(json, &first, &key)) {
		if (qx_text_is(key, "name"))
			ok = saved_string(json, &outside->allocator);
		else if (qx_text_is(key, "mutexes"))
			ok = read_mutexes(json, outside);
		else
			ok = qx_json_skip(json);
	}
	return ok && !json->failed;
}

/* --- all of it -------------------------------------------------------------------------------- */

static const struct {
	const char *name;
	bool (*read)(struct qx_json *json, struct saved_outside *outside);
} parts[] = {
	{ "switches", read_switches },
	{ "scheduling", read_scheduling },
	{ "pressure", read_pressure },
	{ "allocator", read_allocator },
};

static bool read_part(struct qx_json *json, struct saved_outside *outside, struct qx_text key)
{
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (qx_text_is(key, parts[i].name))
			return saved_null(json) || parts[i].read(json, outside);
	}
	return qx_json_skip(json);
}

bool saved_outside(struct qx_json *json, struct saved_outside *outside)
{
	struct qx_text key;
	bool first = true, ok = qx_json_object(json);

	while (ok && qx_json_member(json, &first, &key))
		ok = read_part(json, outside, key);
	return ok && !json->failed;
}
