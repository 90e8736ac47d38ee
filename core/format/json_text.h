/* SPDX-License-Identifier: MIT */
/* json_text.h: texts and numbers in JSON, appended one after the other. */
#ifndef QP_FORMAT_JSON_TEXT_H
#define QP_FORMAT_JSON_TEXT_H

#include <quipu/format.h>

/* As it is. */
void qp_json_raw(quipu_out *out, const char *text);

/* A string; and two texts as one string. */
void qp_json_text(quipu_out *out, quipu_str text);
void qp_json_texts(quipu_out *out, quipu_str first, quipu_str second);

void qp_json_u64(quipu_out *out, uint64_t value);
void qp_json_i64(quipu_out *out, int64_t value);

/* A number, or a string for what JSON has no number for. */
void qp_json_double(quipu_out *out, double value);

/* An object of the labels. */
void qp_json_labels(quipu_out *out, const quipu_label_view *labels, size_t n);

/* before and Unix seconds; nothing if there is no moment. */
void qp_json_moment(quipu_out *out, const char *before, double seconds);

#endif
