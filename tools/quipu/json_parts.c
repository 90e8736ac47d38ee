/* SPDX-License-Identifier: MIT */
/* json_parts.c: labels, exemplars and native buckets of quipu's JSON. */
#include "json_parts.h"

#include <math.h>
#include <stdlib.h>

bool qx_json_unknown(struct qx_json *json, struct qx_text key, const char *what)
{
	qx_error(json->exposition, qx_json_offset(json), "\"%.*s\" is no member of %s",
		 QX_SHOW(key), what);
	return qx_json_skip(json);
}

/* --- labels and exemplars -------------------------------------------------------------------- */

bool qx_json_read_labels(struct qx_json *json, struct qx_json_labels *list)
{
	struct qx_label label;
	const struct qx_label *twice;
	bool first = true;
	size_t offset;

	list->n = 0;
	qx_json_peek(json);
	offset = qx_json_offset(json);
	if (!qx_json_object(json))
		return false;
	while (qx_json_member(json, &first, &label.name)) {
		if (!qx_json_string(json, &label.value))
			return false;
		list->items = qx_grow(list->items, list->n, &list->capacity, sizeof(label));
		list->items[list->n++] = label;
	}
	twice = qx_labels_sort(list->items, &list->n);
	if (twice)
		qx_error(json->exposition, offset, "label \"%.*s\" twice", QX_SHOW(twice->name));
	return !json->failed;
}

static bool exemplar_labels(struct qx_json *json, struct qx_exemplar *exemplar)
{
	struct qx_json_labels list = { NULL, 0, 0 };
	bool ok = qx_json_read_labels(json, &list);

	exemplar->labels = qx_labels_keep(json->exposition, list.items, list.n);
	exemplar->n_labels = list.n;
	free(list.items);
	return ok;
}

static bool read_exemplar(struct qx_json *json, struct qx_exemplar *exemplar)
{
	struct qx_number time;
	struct qx_text key;
	bool first = true, ok = true;

	qx_json_peek(json);
	exemplar->offset = qx_json_offset(json);
	if (!qx_json_object(json))
		return false;
	while (ok && qx_json_member(json, &first, &key)) {
		if (qx_text_is(key, "labels")) {
			ok = exemplar_labels(json, exemplar);
		} else if (qx_text_is(key, "value")) {
			ok = qx_json_number(json, &exemplar->value);
		} else if (qx_text_is(key, "timestamp")) {
			ok = exemplar->has_time = qx_json_number(json, &time);
			exemplar->time = ok ? time.real : 0;
		} else {
			ok = qx_json_unknown(json, key, "an exemplar");
		}
	}
	return ok && !json->failed;
}

bool qx_json_exemplars(struct qx_json *json, struct qx_exemplar **last)
{
	bool first = true;

	if (!qx_json_array(json))
		return false;
	while (qx_json_element(json, &first)) {
		*last = qx_take(&json->exposition->arena, sizeof(**last));
		if (!read_exemplar(json, *last))
			return false;
		last = &(*last)->next;
	}
	return !json->failed;
}

/* --- native buckets ----------------------------------------------------------------------------- */

static bool read_whole(struct qx_json *json, int64_t *value)
{
	struct qx_number number;

	qx_json_peek(json);
	if (!qx_json_number(json, &number))
		return false;
	if (!(fabs(number.real) <= 1e15) || floor(number.real) != number.real)
		return qx_json_fail(json, "%g is not a whole number", number.real);
	*value = (int64_t)number.real;
	return true;
}

static bool read_span(struct qx_json *json, struct qx_span *span)
{
	struct qx_text key;
	int64_t length = 0;
	bool first = true, ok = true;

	if (!qx_json_object(json))
		return false;
	while (ok && qx_json_member(json, &first, &key)) {
		if (qx_text_is(key, "offset"))
			ok = read_whole(json, &span->offset);
		else if (qx_text_is(key, "length"))
			ok = read_whole(json, &length);
		else
			ok = qx_json_unknown(json, key, "a span");
	}
	span->length = (uint64_t)length; /* a negative one is too large */
	return ok && !json->failed;
}

/* Arrays grow outside of the arena, and are copied when they are complete. */
static void *keep(struct qx_json *json, void *items, size_t size)
{
	char *kept = qx_take_copy(&json->exposition->arena, items, size);

	free(items);
	return kept;
}

static bool read_spans(struct qx_json *json, struct qx_side *side)
{
	struct qx_span *spans = NULL;
	size_t n = 0, capacity = 0;
	bool first = true, ok = qx_json_array(json);

	while (ok && qx_json_element(json, &first)) {
		spans = qx_grow(spans, n, &capacity, sizeof(*spans));
		spans[n] = (struct qx_span){ 0, 0 };
		ok = read_span(json, &spans[n++]);
	}
	side->spans = keep(json, spans, n * sizeof(*spans));
	side->n_spans = n;
	return ok && !json->failed;
}

static bool read_counts(struct qx_json *json, struct qx_side *side)
{
	struct qx_number *counts = NULL;
	size_t n = 0, capacity = 0;
	bool first = true, ok = qx_json_array(json);

	while (ok && qx_json_element(json, &first)) {
		counts = qx_grow(counts, n, &capacity, sizeof(*counts));
		counts[n] = qx_number_whole(0);
		ok = qx_json_number(json, &counts[n++]);
	}
	side->counts = keep(json, counts, n * sizeof(*counts));
	side->n_counts = n;
	return ok && !json->failed;
}

static bool read_side(struct qx_json *json, struct qx_side *side)
{
	struct qx_text key;
	bool first = true, ok = qx_json_object(json);

	while (ok && qx_json_member(json, &first, &key)) {
		if (qx_text_is(key, "spans"))
			ok = read_spans(json, side);
		else if (qx_text_is(key, "counts"))
			ok = read_counts(json, side);
		else
			ok = qx_json_unknown(json, key, "native buckets");
	}
	return ok && !json->failed;
}

static bool native_member(struct qx_json *json, struct qx_native *native, struct qx_text key)
{
	struct qx_number number;

	if (qx_text_is(key, "schema"))
		return read_whole(json, &native->schema);
	if (qx_text_is(key, "zero_count"))
		return qx_json_number(json, &native->zero_count);
	if (qx_text_is(key, "negative"))
		return read_side(json, &native->negative);
	if (qx_text_is(key, "positive"))
		return read_side(json, &native->positive);
	if (!qx_text_is(key, "zero_threshold"))
		return qx_json_unknown(json, key, "native buckets");
	if (!qx_json_number(json, &number))
		return false;
	native->zero_threshold = number.real;
	return true;
}

bool qx_json_native(struct qx_json *json, struct qx_native **made)
{
	struct qx_native *native = qx_take(&json->exposition->arena, sizeof(*native));
	struct qx_text key;
	bool first = true, ok;

	qx_json_peek(json);
	native->offset = qx_json_offset(json);
	ok = qx_json_object(json);
	while (ok && qx_json_member(json, &first, &key))
		ok = native_member(json, native, key);
	*made = native;
	return ok && !json->failed;
}
