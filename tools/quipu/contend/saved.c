/* SPDX-License-Identifier: MIT */
/* saved.c: the outermost object of a saved run, and what reading its parts has in common. */
#include "saved_read.h"

#include <stdlib.h>
#include <string.h>

const char *saved_state_word(enum saved_state state)
{
	static const char *const words[] = { "running", "ended", "replaced", "killed" };

	return words[state];
}

uint64_t saved_plus(uint64_t a, uint64_t b)
{
	return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

/* --- values ----------------------------------------------------------------------------------- */

bool saved_whole(struct qx_json *json, uint64_t *value)
{
	struct qx_number number;
	const char *start;

	if (qx_json_peek(json) == '"')
		return qx_json_fail(json, "a text where a whole number should be");
	start = json->at;
	if (!qx_json_number(json, &number))
		return false;
	*value = number.whole;
	if (number.exact)
		return true;
	json->at = start;
	return qx_json_fail(json, "not a whole number of at most 64 bits");
}

bool saved_string(struct qx_json *json, const char **string)
{
	struct qx_text text;

	if (!qx_json_string(json, &text))
		return false;
	*string = qx_take_copy(&json->exposition->arena, text.data, text.len);
	return true;
}

bool saved_null(struct qx_json *json)
{
	return qx_json_peek(json) == 'n' && qx_json_skip(json);
}

bool saved_numbers(struct qx_json *json, struct qx_text key, const struct saved_number *numbers,
		   size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (qx_text_is(key, numbers[i].name))
			return saved_whole(json, numbers[i].value);
	}
	return qx_json_skip(json);
}

/* Grown outside of the arena, copied when it is complete. */
bool saved_list(struct qx_json *json, void **items, size_t *n, size_t size,
		bool (*read)(struct qx_json *json, void *item))
{
	size_t capacity = 0, count = 0;
	char *list = NULL;
	bool first = true, ok = qx_json_array(json);

	while (ok && qx_json_element(json, &first)) {
		list = qx_grow(list, count, &capacity, size);
		memset(list + count * size, 0, size);
		ok = read(json, list + count * size);
		count++;
	}
	*n = count;
	*items = qx_take_copy(&json->exposition->arena, list, count * size);
	free(list);
	return ok && !json->failed;
}

/* --- the whole -------------------------------------------------------------------------------- */

struct whole {
	uint64_t form;
	const char *version;
	void *processes;
	size_t n;
	bool has_processes;
};

static bool read_process(struct qx_json *json, void *process)
{
	return saved_process(json, process);
}

static bool read_member(struct qx_json *json, struct whole *whole, struct qx_text key)
{
	if (qx_text_is(key, "quipu_contend"))
		return saved_whole(json, &whole->form) &&
		       (whole->form == 1 ||
			qx_json_fail(json, "a saved run of another form than this version reads"));
	if (qx_text_is(key, "version"))
		return saved_string(json, &whole->version);
	if (!qx_text_is(key, "processes"))
		return qx_json_skip(json);
	whole->has_processes = true;
	return saved_list(json, &whole->processes, &whole->n, sizeof(struct saved_process),
			  read_process);
}

static bool read_whole(struct qx_json *json, struct whole *whole)
{
	struct qx_text key;
	bool first = true, ok = qx_json_object(json);

	while (ok && qx_json_member(json, &first, &key))
		ok = read_member(json, whole, key);
	if (!ok || json->failed || !qx_json_end(json))
		return false;
	if (whole->form != 1)
		return qx_json_fail(json, "no \"quipu_contend\": not a saved run");
	return whole->has_processes || qx_json_fail(json, "no \"processes\"");
}

static void tell(struct saved_fault *fault, const struct qx_exposition *input)
{
	const struct qx_finding *finding = &input->findings.kept[0];
	const char *start = input->input.data, *feed;
	size_t left = finding->offset;

	fault->line = 1;
	while (left > 0 && (feed = memchr(start, '\n', left))) {
		left -= (size_t)(feed + 1 - start);
		start = feed + 1;
		fault->line++;
	}
	fault->column = left + 1;
	snprintf(fault->message, sizeof(fault->message), "%s", finding->message);
}

static int by_start(const void *a, const void *b)
{
	const struct saved_process *p = a, *q = b;

	if (p->started_unix_ns != q->started_unix_ns)
		return p->started_unix_ns < q->started_unix_ns ? -1 : 1;
	return (p->pid > q->pid) - (p->pid < q->pid);
}

static void add(struct saved_run *run, struct qx_exposition *input, const struct whole *whole)
{
	const struct saved_process *processes = whole->processes;

	run->inputs = qx_grow(run->inputs, run->n_inputs, &run->inputs_capacity,
			      sizeof(struct qx_exposition *));
	run->inputs[run->n_inputs++] = input;
	run->version = whole->version ? whole->version : "";
	for (size_t i = 0; i < whole->n; i++) {
		run->processes =
			qx_grow(run->processes, run->n, &run->capacity, sizeof(*run->processes));
		run->processes[run->n++] = processes[i];
	}
	if (run->n > 0)
		qsort(run->processes, run->n, sizeof(*run->processes), by_start);
}

bool saved_read(struct saved_run *run, const char *bytes, size_t len, struct saved_fault *fault)
{
	struct qx_exposition *input = qx_new(1, sizeof(*input));
	struct qx_json json = { .exposition = input, .at = bytes, .end = bytes + len };
	struct whole whole = { .form = 0 };

	input->input = (struct qx_text){ bytes, len };
	if (read_whole(&json, &whole)) {
		add(run, input, &whole);
		return true;
	}
	tell(fault, input);
	qx_free(input);
	return false;
}

void saved_free(struct saved_run *run)
{
	for (size_t i = 0; i < run->n_inputs; i++)
		qx_free(run->inputs[i]);
	free(run->inputs);
	free(run->processes);
	*run = (struct saved_run){ .n = 0 };
}
