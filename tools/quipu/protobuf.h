/* SPDX-License-Identifier: MIT */
/* protobuf.h: what the files of the protobuf reader share. */
#ifndef QX_PROTOBUF_H
#define QX_PROTOBUF_H

#include "model.h"
#include "wire.h"

/* Reading one family; path says where, for messages. */
struct qx_proto {
	struct qx_exposition *exposition;
	struct qx_family *family;
	struct qx_metric *metric;
	bool has_time;
	double time;
	char path[QX_SERIES_SIZE];
	struct qx_label *labels;
	size_t n_labels, capacity;
};

/* What a message's field is for: fills target in; false if the field's wire type is wrong. */
typedef bool qx_proto_field(struct qx_proto *proto, void *target, const struct qx_field *field);

/* Reads all fields of a message; what is wrong is noted. */
bool qx_proto_message(struct qx_proto *proto, struct qx_text message, const char *name,
		      qx_proto_field *each, void *target);

/* Notes what is wrong at a place in the input, with the path. Returns false. */
__attribute__((format(printf, 3, 4))) bool qx_proto_error(struct qx_proto *proto, const char *at,
							  const char *format, ...);

/* Fields of the types that occur; false if the wire type is another. */
bool qx_proto_double(const struct qx_field *field, double *value);
bool qx_proto_uint(const struct qx_field *field, uint64_t *value);
bool qx_proto_text(struct qx_proto *proto, const struct qx_field *field, struct qx_text *text);

/* LabelPair messages collect in proto->labels. */
bool qx_proto_label(struct qx_proto *proto, const struct qx_field *field);

/* google.protobuf.Timestamp, as Unix seconds. */
bool qx_proto_time(struct qx_proto *proto, const struct qx_field *field, double *seconds);

/* Exemplar: put in front of a list. */
bool qx_proto_exemplar(struct qx_proto *proto, const struct qx_field *field,
		       struct qx_exemplar **list);

/* A point of the current metric. */
struct qx_point *qx_proto_point(struct qx_proto *proto, enum qx_role role, struct qx_number value,
				const char *at);

/* The Histogram message of the current metric. */
void qx_proto_histogram(struct qx_proto *proto, struct qx_text message);

#endif
