/* SPDX-License-Identifier: MIT */
/* metric_parts.c: see metric_parts.h. */
#include "format/metric_parts.h"

#include "format/instant.h"

enum { EXEMPLAR_LABEL = 1, EXEMPLAR_VALUE = 2, EXEMPLAR_TIMESTAMP = 3 };
enum { SECONDS = 1, NANOS = 2 };

#define EXEMPLAR_ROOM (32 + QP_MOMENT_ROOM)

/* A field of a number that nearly always takes five bytes: seconds since 1979, and nanoseconds
 * from 0.268 s on. */
static char *put_five(char *p, unsigned field, uint64_t value)
{
	if (value >> 28 == 0 || value >> 35 != 0)
		return qp_put_field(p, field, value);
	return qp_put_varint_5(qp_put_varint(p, QP_TAG_VARINT(field)), value);
}

char *qp_put_moment(char *p, unsigned field, double seconds)
{
	uint64_t moment = qp_milliseconds(seconds);
	char *timestamp = qp_open(p, field, 1);

	if (moment == 0)
		return p;
	p = put_five(timestamp, SECONDS, moment / 1000);
	if (moment % 1000 > 0)
		p = put_five(p, NANOS, moment % 1000 * 1000000);
	return qp_close(timestamp, p, 1);
}

char *qp_put_exemplar_message(char *p, unsigned field, const quipu_exemplar_view *exemplar)
{
	char *message = qp_open(p, field, 1);

	p = qp_put_labels(message, EXEMPLAR_LABEL, exemplar->labels, exemplar->n_labels);
	p = qp_put_field_double(p, EXEMPLAR_VALUE, exemplar->value);
	p = qp_put_moment(p, EXEMPLAR_TIMESTAMP, exemplar->timestamp);
	return qp_close(message, p, 1);
}

size_t qp_exemplar_messages_room(const quipu_series_view *series)
{
	const quipu_exemplar_view *exemplar = series->exemplars;
	size_t room = 0;

	for (size_t i = 0; i < series->n_exemplars; i++)
		room += EXEMPLAR_ROOM + qp_labels_room(exemplar[i].labels, exemplar[i].n_labels);
	return room;
}
