/* SPDX-License-Identifier: MIT */
/*
 * read_json.c: quipu's JSON: {"families":[{"name", "help", "type", "unit", "series":[…]}]}.
 *
 * Members come in any order: a family is read once for what it is and once for its series, a
 * series once for its labels and once for its values.
 */
#include "json_parts.h"
#include "readers.h"
#include "roles.h"

#include <math.h>
#include <stdlib.h>

/* One series being read. */
struct series {
	struct qx_family *family;
	struct qx_metric *metric;
	size_t offset;
	struct qx_native *native;
	struct qx_exemplar *exemplars;
};

/* --- points ------------------------------------------------------------------------------------ */

static struct qx_point *add(struct qx_json *json, struct series *series, enum qx_role role,
			    struct qx_number value)
{
	return qx_point_add(json->exposition, series->metric, role, value, qx_json_offset(json));
}

static bool read_point(struct qx_json *json, struct series *series, enum qx_role role)
{
	struct qx_number value;

	qx_json_peek(json);
	if (!qx_json_number(json, &value))
		return false;
	add(json, series, role, value);
	return true;
}

/* {"le":0.5,"count":1} or {"quantile":0.5,"value":0.25} */
static bool read_pair(struct qx_json *json, struct series *series, enum qx_role role)
{
	const char *at_key = role == QX_BUCKET ? "le" : "quantile";
	const char *value_key = role == QX_BUCKET ? "count" : "value";
	struct qx_number at = { .real = NAN }, value = { .real = NAN };
	struct qx_text key;
	bool first = true, ok = true;

	if (!qx_json_object(json))
		return false;
	while (ok && qx_json_member(json, &first, &key)) {
		if (qx_text_is(key, at_key))
			ok = qx_json_number(json, &at);
		else if (qx_text_is(key, value_key))
			ok = qx_json_number(json, &value);
		else
			ok = qx_json_unknown(json, key, "such a pair");
	}
	add(json, series, role, value)->at = at.real;
	return ok && !json->failed;
}

static bool read_pairs(struct qx_json *json, struct series *series, enum qx_role role)
{
	bool first = true;

	if (!qx_json_array(json))
		return false;
	while (qx_json_element(json, &first)) {
		if (!read_pair(json, series, role))
			return false;
	}
	return !json->failed;
}

static bool read_states(struct qx_json *json, struct series *series)
{
	struct qx_text key;
	bool first = true, on;

	if (!qx_json_object(json))
		return false;
	while (qx_json_member(json, &first, &key)) {
		if (!qx_json_bool(json, &on))
			return false;
		add(json, series, QX_STATE, qx_number_whole(on))->spelling = key;
	}
	return !json->failed;
}

/* --- series -------------------------------------------------------------------------------------- */

struct member {
	const char *name;
	enum qx_role role;
	unsigned types;
	bool (*read)(struct qx_json *json, struct series *series, enum qx_role role);
};

static bool native_value(struct qx_json *json, struct series *series, enum qx_role role)
{
	(void)role;
	return qx_json_native(json, &series->native);
}

static bool states_value(struct qx_json *json, struct series *series, enum qx_role role)
{
	(void)role;
	return read_states(json, series);
}

static bool exemplars_value(struct qx_json *json, struct series *series, enum qx_role role)
{
	(void)role;
	return qx_json_exemplars(json, &series->exemplars);
}

#define SIMPLE (1u << QX_UNTYPED | 1u << QX_COUNTER | 1u << QX_GAUGE | 1u << QX_INFO)
#define BUCKETS (1u << QX_HISTOGRAM | 1u << QX_GAUGE_HISTOGRAM)
#define TOTALS (BUCKETS | 1u << QX_SUMMARY)

static const struct member members[] = {
	{ "value", QX_VALUE, SIMPLE, read_point },
	{ "count", QX_COUNT, TOTALS, read_point },
	{ "sum", QX_SUM, TOTALS, read_point },
	{ "buckets", QX_BUCKET, BUCKETS, read_pairs },
	{ "quantiles", QX_QUANTILE, 1u << QX_SUMMARY, read_pairs },
	{ "native", QX_VALUE, BUCKETS, native_value },
	{ "states", QX_STATE, 1u << QX_STATESET, states_value },
	{ "created", QX_CREATED, TOTALS | SIMPLE | 1u << QX_STATESET, read_point },
	{ "exemplars", QX_VALUE, TOTALS | SIMPLE, exemplars_value },
};

static bool series_member(struct qx_json *json, struct series *series, struct qx_text key)
{
	if (qx_text_is(key, "labels"))
		return qx_json_skip(json);
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		if (qx_text_is(key, members[i].name) &&
		    members[i].types >> series->family->type & 1)
			return members[i].read(json, series, members[i].role);
	}
	return qx_json_unknown(json, key, qx_type_word(series->family->type));
}

/* What belongs to the whole series goes to its count, or its only value. */
static void attach(struct qx_json *json, struct series *series)
{
	struct qx_point *count = NULL, *sum = NULL;

	for (struct qx_point *p = series->metric->first; p; p = p->next) {
		if (p->offset < series->offset)
			continue;
		if (p->role == QX_COUNT || p->role == QX_VALUE)
			count = p;
		else if (p->role == QX_SUM)
			sum = p;
	}
	if (count)
		count->exemplars = series->exemplars;
	if (series->native) {
		series->native->count = count ? count->value : qx_number_whole(0);
		series->native->sum = sum ? sum->value : qx_number_whole(0);
		series->native->next = series->metric->natives;
		series->metric->natives = series->native;
	}
	if (!series->metric->first)
		qx_error(json->exposition, series->offset, "a series without a value");
}

static bool find_labels(struct qx_json json, struct qx_json_labels *list)
{
	struct qx_text key;
	bool first = true, ok = qx_json_object(&json);

	list->n = 0;
	while (ok && qx_json_member(&json, &first, &key))
		ok = qx_text_is(key, "labels") ? qx_json_read_labels(&json, list)
					       : qx_json_skip(&json);
	return ok && !json.failed;
}

static bool read_series(struct qx_json *json, struct qx_family *family, struct qx_json_labels *list)
{
	struct qx_exposition *x = json->exposition;
	struct series series = { .family = family };
	struct qx_text key;
	bool first = true, ok;

	qx_json_peek(json);
	series.offset = qx_json_offset(json);
	if (!find_labels(*json, list)) {
		json->failed = true;
		return false;
	}
	series.metric = qx_metric_find(x, family, list->items, list->n);
	if (!series.metric)
		series.metric = qx_metric_add(x, family, list->items, list->n, series.offset);
	ok = qx_json_object(json);
	while (ok && qx_json_member(json, &first, &key))
		ok = series_member(json, &series, key);
	if (ok && !json->failed) {
		attach(json, &series);
		return true;
	}
	series.metric->first = series.metric->last = NULL; /* half of it would only mislead */
	return false;
}

/* --- families ------------------------------------------------------------------------------------- */

struct head {
	struct qx_text name, help, unit, type;
};

static bool find_head(struct qx_json json, struct head *head)
{
	struct qx_text key;
	bool first = true, ok = qx_json_object(&json);

	while (ok && qx_json_member(&json, &first, &key)) {
		if (qx_text_is(key, "name"))
			ok = qx_json_string(&json, &head->name);
		else if (qx_text_is(key, "help"))
			ok = qx_json_string(&json, &head->help);
		else if (qx_text_is(key, "unit"))
			ok = qx_json_string(&json, &head->unit);
		else if (qx_text_is(key, "type"))
			ok = qx_json_string(&json, &head->type);
		else
			ok = qx_text_is(key, "series") ? qx_json_skip(&json)
						       : qx_json_unknown(&json, key, "a family");
	}
	return ok && !json.failed;
}

static struct qx_family *enter_family(struct qx_json *json, const struct head *head)
{
	struct qx_exposition *x = json->exposition;
	size_t offset = qx_json_offset(json);
	struct qx_family *family = qx_family_find(x, head->name);
	enum qx_type type;

	if (head->name.len == 0) {
		qx_error(x, offset, "a family without a name");
		return NULL;
	}
	if (family)
		qx_error(x, offset, "a second family \"%.*s\"", QX_SHOW(head->name));
	if (!qx_type_find(head->type, true, &type))
		qx_error(x, offset, "family \"%.*s\" is of no known type", QX_SHOW(head->name));
	if (!family)
		family = qx_family_add(x, head->name, offset);
	family->type = type;
	family->has_type = true;
	family->help = head->help;
	family->has_help = head->help.data != NULL;
	family->unit = head->unit;
	return family;
}

static bool series_of(struct qx_json *json, struct qx_family *family, struct qx_json_labels *list)
{
	bool first = true;

	if (!qx_json_array(json))
		return false;
	while (qx_json_element(json, &first)) {
		if (!read_series(json, family, list))
			return false;
	}
	return !json->failed;
}

static bool read_family(struct qx_json *json, struct qx_json_labels *list)
{
	struct head head = { .name = { NULL, 0 } };
	struct qx_family *family;
	struct qx_text key;
	bool first = true, ok;

	qx_json_peek(json);
	if (!find_head(*json, &head)) {
		json->failed = true;
		return false;
	}
	family = enter_family(json, &head);
	if (!family)
		return qx_json_skip(json);
	ok = qx_json_object(json);
	while (ok && qx_json_member(json, &first, &key))
		ok = qx_text_is(key, "series") ? series_of(json, family, list) : qx_json_skip(json);
	return ok && !json->failed;
}

static bool read_families(struct qx_json *json, struct qx_json_labels *list)
{
	bool first = true;

	if (!qx_json_array(json))
		return false;
	while (qx_json_element(json, &first)) {
		if (!read_family(json, list))
			return false;
	}
	return !json->failed;
}

static void read_all(struct qx_json *json, struct qx_json_labels *list)
{
	struct qx_text key;
	bool first = true, found = false, ok = qx_json_object(json);

	while (ok && qx_json_member(json, &first, &key)) {
		if (!qx_text_is(key, "families")) {
			ok = qx_json_unknown(json, key, "an exposition");
			continue;
		}
		found = true;
		ok = read_families(json, list);
	}
	if (ok && !found)
		qx_json_fail(json, "no \"families\"");
	if (ok)
		qx_json_end(json);
}

void qx_read_json(struct qx_exposition *exposition)
{
	struct qx_text input = exposition->input;
	struct qx_json json = { .exposition = exposition,
				.at = input.data,
				.end = input.data + input.len };
	struct qx_json_labels list = { NULL, 0, 0 };
	size_t valid = qx_utf8_valid(input);

	if (valid < input.len) {
		qx_error(exposition, valid, "invalid UTF-8");
		return;
	}
	read_all(&json, &list);
	free(list.items);
}
