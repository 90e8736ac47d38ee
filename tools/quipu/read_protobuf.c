/* SPDX-License-Identifier: MIT */
/*
 * read_protobuf.c: delimited protobuf: for each family its length and a MetricFamily message.
 *
 * Fields come in any order, so a family is read twice: what it is, then its metrics.
 */
#include "protobuf.h"
#include "readers.h"

#include <stdio.h>
#include <stdlib.h>

/* MetricType's numbers, and the field of Metric that has the value. */
static const struct {
	enum qx_type type;
	unsigned field;
	const char *message;
} types[] = { { QX_COUNTER, 3, "counter" },	{ QX_GAUGE, 2, "gauge" },
	      { QX_SUMMARY, 4, "summary" },	{ QX_UNTYPED, 5, "untyped" },
	      { QX_HISTOGRAM, 7, "histogram" }, { QX_GAUGE_HISTOGRAM, 7, "histogram" } };

#define N_TYPES (sizeof(types) / sizeof(types[0]))

struct head {
	struct qx_text name, help, unit;
	uint64_t type;
	bool has_help, has_unit;
};

/* Between the fields of a Metric and the model. */
struct parts {
	const char *at;
	unsigned wanted; /* the field of the family's type */
	struct qx_text value;
	uint64_t milliseconds;
	unsigned other; /* a value's field that is not the wanted one, or 0 */
};

static void show_path(struct qx_proto *proto, struct qx_text name, struct qx_label *labels,
		      size_t n)
{
	qx_labels_show(name, labels, n, proto->path);
}

/* --- values ------------------------------------------------------------------------------- */

struct simple {
	double value;
	bool has_created;
	double created;
	struct qx_exemplar *exemplar;
};

static bool simple_field(struct qx_proto *proto, void *target, const struct qx_field *field)
{
	struct simple *simple = target;

	if (field->number == 1)
		return qx_proto_double(field, &simple->value);
	if (proto->family->type != QX_COUNTER)
		return true;
	if (field->number == 2)
		return qx_proto_exemplar(proto, field, &simple->exemplar);
	if (field->number != 3)
		return true;
	simple->has_created = true;
	return qx_proto_time(proto, field, &simple->created);
}

static void read_simple(struct qx_proto *proto, struct qx_text message)
{
	struct simple simple = { .value = 0 };

	qx_proto_message(proto, message, "value", simple_field, &simple);
	qx_proto_point(proto, QX_VALUE, qx_number_real(simple.value), message.data)->exemplars =
		simple.exemplar;
	if (simple.has_created)
		qx_proto_point(proto, QX_CREATED, qx_number_real(simple.created), message.data);
}

struct quantile {
	double at, value;
};

static bool quantile_field(struct qx_proto *proto, void *target, const struct qx_field *field)
{
	struct quantile *quantile = target;

	(void)proto;
	if (field->number == 1)
		return qx_proto_double(field, &quantile->at);
	return field->number != 2 || qx_proto_double(field, &quantile->value);
}

struct summary {
	uint64_t count;
	double sum;
	bool has_created;
	double created;
};

static bool read_quantile(struct qx_proto *proto, const struct qx_field *field)
{
	struct quantile quantile = { 0, 0 };

	if (field->type != QX_WIRE_BYTES)
		return false;
	qx_proto_message(proto, field->bytes, "Quantile", quantile_field, &quantile);
	qx_proto_point(proto, QX_QUANTILE, qx_number_real(quantile.value), field->bytes.data)->at =
		quantile.at;
	return true;
}

static bool summary_field(struct qx_proto *proto, void *target, const struct qx_field *field)
{
	struct summary *summary = target;

	switch (field->number) {
	case 1:
		return qx_proto_uint(field, &summary->count);
	case 2:
		return qx_proto_double(field, &summary->sum);
	case 3:
		return read_quantile(proto, field);
	case 4:
		summary->has_created = true;
		return qx_proto_time(proto, field, &summary->created);
	default:
		return true;
	}
}

static void read_summary(struct qx_proto *proto, struct qx_text message)
{
	struct summary summary = { .count = 0 };

	qx_proto_message(proto, message, "Summary", summary_field, &summary);
	qx_proto_point(proto, QX_SUM, qx_number_real(summary.sum), message.data);
	qx_proto_point(proto, QX_COUNT, qx_number_whole(summary.count), message.data);
	if (summary.has_created)
		qx_proto_point(proto, QX_CREATED, qx_number_real(summary.created), message.data);
}

/* --- metrics ------------------------------------------------------------------------------ */

static bool metric_field(struct qx_proto *proto, void *target, const struct qx_field *field)
{
	struct parts *parts = target;

	if (field->number == 1)
		return qx_proto_label(proto, field);
	if (field->number == 6)
		return qx_proto_uint(field, &parts->milliseconds);
	if (field->number > 7)
		return true;
	if (field->type != QX_WIRE_BYTES)
		return false;
	if (field->number == parts->wanted)
		parts->value = field->bytes;
	else
		parts->other = (unsigned)field->number;
	return true;
}

static void enter_metric(struct qx_proto *proto, const struct parts *parts)
{
	struct qx_exposition *x = proto->exposition;
	const struct qx_label *twice = qx_labels_sort(proto->labels, &proto->n_labels);

	show_path(proto, proto->family->name, proto->labels, proto->n_labels);
	if (twice)
		qx_proto_error(proto, parts->at, "label \"%.*s\" twice", QX_SHOW(twice->name));
	proto->metric = qx_metric_find(x, proto->family, proto->labels, proto->n_labels);
	if (!proto->metric)
		proto->metric = qx_metric_add(x, proto->family, proto->labels, proto->n_labels,
					      qx_offset(x, parts->at));
	proto->has_time = parts->milliseconds != 0;
	proto->time = (double)(int64_t)parts->milliseconds / 1000;
}

static void read_value(struct qx_proto *proto, struct qx_text message)
{
	switch (proto->family->type) {
	case QX_HISTOGRAM:
	case QX_GAUGE_HISTOGRAM:
		qx_proto_histogram(proto, message);
		break;
	case QX_SUMMARY:
		read_summary(proto, message);
		break;
	default:
		read_simple(proto, message);
	}
}

static void read_metric(struct qx_proto *proto, struct qx_text message, uint64_t type)
{
	struct parts parts = { .at = message.data, .wanted = types[type].field };

	proto->n_labels = 0;
	qx_proto_message(proto, message, "Metric", metric_field, &parts);
	enter_metric(proto, &parts);
	if (parts.other)
		qx_proto_error(proto, parts.at, "a value that is not a %s", types[type].message);
	if (parts.value.data)
		read_value(proto, parts.value);
	else
		qx_proto_error(proto, parts.at, "no %s", types[type].message);
	show_path(proto, proto->family->name, NULL, 0);
}

/* --- families ------------------------------------------------------------------------------ */

static bool head_field(struct qx_proto *proto, void *target, const struct qx_field *field)
{
	struct head *head = target;

	switch (field->number) {
	case 1:
		return qx_proto_text(proto, field, &head->name);
	case 2:
		head->has_help = true;
		return qx_proto_text(proto, field, &head->help);
	case 3:
		return qx_proto_uint(field, &head->type);
	case 5:
		head->has_unit = true;
		return qx_proto_text(proto, field, &head->unit);
	default:
		return true;
	}
}

static void add_family(struct qx_proto *proto, const struct head *head, const char *at)
{
	struct qx_exposition *x = proto->exposition;

	proto->family = qx_family_add(x, head->name, qx_offset(x, at));
	proto->family->help = head->help;
	proto->family->has_help = head->has_help;
	proto->family->unit = head->unit;
	proto->family->has_unit = head->has_unit;
	proto->family->type = types[head->type].type;
	proto->family->has_type = true;
}

/* A family may come in several messages, one after the other, that say the same of it. */
static bool go_on(struct qx_proto *proto, const struct head *head, const char *at)
{
	const struct qx_family *family = proto->family;

	if (family != proto->exposition->last)
		qx_proto_error(proto, at, "goes on after another family");
	if (!qx_text_same(family->help, head->help) || !qx_text_same(family->unit, head->unit))
		qx_proto_error(proto, at, "another help or unit than before");
	return family->type == types[head->type].type ||
	       qx_proto_error(proto, at, "another type than before");
}

static bool enter_family(struct qx_proto *proto, const struct head *head, const char *at)
{
	if (head->name.len == 0)
		return qx_proto_error(proto, at, "no name");
	show_path(proto, head->name, NULL, 0);
	if (head->type >= N_TYPES)
		return qx_proto_error(proto, at, "type %llu is none",
				      (unsigned long long)head->type);
	proto->family = qx_family_find(proto->exposition, head->name);
	if (proto->family)
		return go_on(proto, head, at);
	add_family(proto, head, at);
	return true;
}

static void read_family(struct qx_proto *proto, struct qx_text message)
{
	struct head head = { .type = 0 };
	struct qx_text rest = message;
	struct qx_field field;

	snprintf(proto->path, sizeof(proto->path), "a MetricFamily");
	qx_proto_message(proto, message, "MetricFamily", head_field, &head);
	if (!enter_family(proto, &head, message.data))
		return;
	while (rest.len > 0 && qx_wire_field(&rest, &field)) {
		if (field.number != 4)
			continue;
		if (field.type == QX_WIRE_BYTES)
			read_metric(proto, field.bytes, head.type);
		else
			qx_proto_error(proto, field.bytes.data, "field 4 is of the wrong type");
	}
}

void qx_read_protobuf(struct qx_exposition *exposition)
{
	struct qx_proto proto = { .exposition = exposition };
	struct qx_text rest = exposition->input;
	uint64_t len;

	while (rest.len > 0) {
		const char *at = rest.data;

		if (!qx_wire_varint(&rest, &len) || len > rest.len) {
			qx_error(exposition, qx_offset(exposition, at),
				 "a length that goes beyond the end");
			break;
		}
		read_family(&proto, (struct qx_text){ rest.data, (size_t)len });
		rest.data += len;
		rest.len -= (size_t)len;
	}
	free(proto.labels);
}
