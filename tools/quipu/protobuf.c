/* SPDX-License-Identifier: MIT */
/* protobuf.c: fields, labels, times and exemplars of the protobuf format. */
#include "protobuf.h"

#include <stdio.h>
#include <stdlib.h>

bool qx_proto_error(struct qx_proto *proto, const char *at, const char *format, ...)
{
	char message[512];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(message, sizeof(message), format, arguments);
	va_end(arguments);
	return qx_error(proto->exposition, qx_offset(proto->exposition, at), "%s: %s", proto->path,
			message);
}

bool qx_proto_message(struct qx_proto *proto, struct qx_text message, const char *name,
		      qx_proto_field *each, void *target)
{
	struct qx_text rest = message;
	struct qx_field field;
	bool ok = true;

	while (rest.len > 0) {
		const char *start = rest.data;

		if (!qx_wire_field(&rest, &field))
			return qx_proto_error(proto, start, "malformed %s", name);
		if (!each(proto, target, &field))
			ok = qx_proto_error(proto, start, "field %u of %s is of the wrong type",
					    (unsigned)field.number, name);
	}
	return ok;
}

bool qx_proto_double(const struct qx_field *field, double *value)
{
	if (field->type != QX_WIRE_64)
		return false;
	*value = qx_wire_double(field->bits);
	return true;
}

bool qx_proto_uint(const struct qx_field *field, uint64_t *value)
{
	if (field->type != QX_WIRE_VARINT)
		return false;
	*value = field->bits;
	return true;
}

bool qx_proto_text(struct qx_proto *proto, const struct qx_field *field, struct qx_text *text)
{
	size_t valid;

	if (field->type != QX_WIRE_BYTES)
		return false;
	valid = qx_utf8_valid(field->bytes);
	if (valid < field->bytes.len)
		qx_proto_error(proto, field->bytes.data + valid, "invalid UTF-8");
	*text = (struct qx_text){ field->bytes.data, valid };
	return true;
}

/* --- labels ----------------------------------------------------------------------------- */

static bool label_field(struct qx_proto *proto, void *target, const struct qx_field *field)
{
	struct qx_label *label = target;

	if (field->number == 1)
		return qx_proto_text(proto, field, &label->name);
	return field->number != 2 || qx_proto_text(proto, field, &label->value);
}

bool qx_proto_label(struct qx_proto *proto, const struct qx_field *field)
{
	struct qx_label label = { { NULL, 0 }, { NULL, 0 } };

	if (field->type != QX_WIRE_BYTES)
		return false;
	qx_proto_message(proto, field->bytes, "LabelPair", label_field, &label);
	if (label.name.len == 0) {
		qx_proto_error(proto, field->bytes.data, "a label without a name");
		return true;
	}
	if (label.name.len >= 2 && label.name.data[0] == '_' && label.name.data[1] == '_')
		qx_proto_error(proto, field->bytes.data, "reserved label name \"%.*s\"",
			       QX_SHOW(label.name));
	proto->labels =
		qx_grow(proto->labels, proto->n_labels, &proto->capacity, sizeof(*proto->labels));
	proto->labels[proto->n_labels++] = label;
	return true;
}

/* --- times and exemplars ---------------------------------------------------------------- */

struct timestamp {
	uint64_t seconds, nanos;
};

static bool time_field(struct qx_proto *proto, void *target, const struct qx_field *field)
{
	struct timestamp *time = target;

	(void)proto;
	if (field->number == 1)
		return qx_proto_uint(field, &time->seconds);
	return field->number != 2 || qx_proto_uint(field, &time->nanos);
}

bool qx_proto_time(struct qx_proto *proto, const struct qx_field *field, double *seconds)
{
	struct timestamp time = { 0, 0 };

	if (field->type != QX_WIRE_BYTES)
		return false;
	qx_proto_message(proto, field->bytes, "Timestamp", time_field, &time);
	if (time.nanos > 999999999)
		qx_proto_error(proto, field->bytes.data, "nanoseconds that are not 0 to 999999999");
	*seconds = (double)(int64_t)time.seconds + (double)(int64_t)time.nanos / 1e9;
	return true;
}

static bool exemplar_field(struct qx_proto *proto, void *target, const struct qx_field *field)
{
	struct qx_exemplar *exemplar = target;

	if (field->number == 1)
		return qx_proto_label(proto, field);
	if (field->number == 2)
		return qx_proto_double(field, &exemplar->value.real);
	if (field->number != 3)
		return true;
	exemplar->has_time = true;
	return qx_proto_time(proto, field, &exemplar->time);
}

static void exemplar_labels(struct qx_proto *proto, struct qx_exemplar *exemplar)
{
	const struct qx_label *twice = qx_labels_sort(proto->labels, &proto->n_labels);

	if (twice)
		qx_error(proto->exposition, exemplar->offset, "%s: label \"%.*s\" twice",
			 proto->path, QX_SHOW(twice->name));
	exemplar->labels = qx_labels_keep(proto->exposition, proto->labels, proto->n_labels);
	exemplar->n_labels = proto->n_labels;
}

/* The metric is known by then, and its labels are kept. */
bool qx_proto_exemplar(struct qx_proto *proto, const struct qx_field *field,
		       struct qx_exemplar **list)
{
	struct qx_exemplar *exemplar;

	if (field->type != QX_WIRE_BYTES)
		return false;
	exemplar = qx_take(&proto->exposition->arena, sizeof(*exemplar));
	exemplar->offset = qx_offset(proto->exposition, field->bytes.data);
	proto->n_labels = 0;
	qx_proto_message(proto, field->bytes, "Exemplar", exemplar_field, exemplar);
	exemplar_labels(proto, exemplar);
	exemplar->next = *list;
	*list = exemplar;
	return true;
}

struct qx_point *qx_proto_point(struct qx_proto *proto, enum qx_role role, struct qx_number value,
				const char *at)
{
	struct qx_exposition *x = proto->exposition;
	struct qx_point *point = qx_point_add(x, proto->metric, role, value, qx_offset(x, at));

	point->has_time = proto->has_time;
	point->time = proto->time;
	return point;
}
