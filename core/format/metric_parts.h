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

/* LabelPair messages. */
static inline char *qp_put_labels(char *p, unsigned field, const quipu_label_view *labels, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		p = qp_put_varint(p, QP_TAG_BYTES(field));
		p = qp_put_varint(p,
				  qp_text_bytes(labels[i].name) + qp_text_bytes(labels[i].value));
		p = qp_put_field_text(p, 1, labels[i].name);
		p = qp_put_field_text(p, 2, labels[i].value);
	}
	return p;
}

/* A Timestamp; nothing where there is no moment. */
char *qp_put_moment(char *p, unsigned field, double seconds);

/* One exemplar; and what all of a series may need. */
char *qp_put_exemplar_message(char *p, unsigned field, const quipu_exemplar_view *exemplar);
size_t qp_exemplar_messages_room(const quipu_series_view *series);

#endif
