/* SPDX-License-Identifier: MIT */
/* metric_parts.h: the messages inside a Metric that several kinds have: labels, moments, exemplars. */
#ifndef QP_FORMAT_METRIC_PARTS_H
#define QP_FORMAT_METRIC_PARTS_H

#include "format/wire.h"

#include <quipu/format.h>

/* What a label and a moment may need beside their texts. */
#define QP_LABEL_ROOM 36
#define QP_MOMENT_ROOM 24

static inline size_t qp_labels_room(const quipu_label_view *labels, size_t n)
{
	size_t room = 0;

	for (size_t i = 0; i < n; i++)
		room += QP_LABEL_ROOM + labels[i].name.len + labels[i].value.len;
	return room;
}

/* A text's field: tag, length, text. */
static inline size_t qp_text_bytes(quipu_str text)
{
	return 1 + qp_varint_bytes(text.len) + text.len;
}

/* A text's field with one byte for its length. */
static inline char *qp_put_short(char *p, unsigned field, quipu_str text)
{
	p[0] = (char)QP_TAG_BYTES(field);
	p[1] = (char)text.len;
	return qp_put_str(p + 2, text);
}

/* A LabelPair message; nearly all labels are so short that no length takes a second byte. */
static inline char *qp_put_label(char *p, unsigned field, const quipu_label_view *label)
{
	size_t len = qp_text_bytes(label->name) + qp_text_bytes(label->value);

	p = qp_put_varint(p, QP_TAG_BYTES(field));
	p = qp_put_varint(p, len);
	if (len < 0x80)
		return qp_put_short(qp_put_short(p, 1, label->name), 2, label->value);
	return qp_put_field_text(qp_put_field_text(p, 1, label->name), 2, label->value);
}

static inline char *qp_put_labels(char *p, unsigned field, const quipu_label_view *labels, size_t n)
{
	for (size_t i = 0; i < n; i++)
		p = qp_put_label(p, field, &labels[i]);
	return p;
}

/* A Timestamp; nothing where there is no moment. */
char *qp_put_moment(char *p, unsigned field, double seconds);

/* One exemplar; and what all of a series may need. */
char *qp_put_exemplar_message(char *p, unsigned field, const quipu_exemplar_view *exemplar);
size_t qp_exemplar_messages_room(const quipu_series_view *series);

#endif
