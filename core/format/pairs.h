/* SPDX-License-Identifier: MIT */
/*
 * pairs.h: labels as the text formats write them: name="value", with a comma at the end.
 * Where names may be anything, the ones that are not legal without quotes get them.
 */
#ifndef QP_FORMAT_PAIRS_H
#define QP_FORMAT_PAIRS_H

#include "format/escape.h"

#include <quipu/format.h>

/* What qp_put_pairs may need. */
static inline size_t qp_pairs_room(const quipu_label_view *labels, size_t n)
{
	size_t room = 0;

	for (size_t i = 0; i < n; i++)
		room += 2 * labels[i].name.len + 2 * labels[i].value.len + 6;
	return room;
}

static inline char *qp_put_quoted(char *p, quipu_str s)
{
	*p++ = '"';
	p = qp_put_value(p, s);
	*p++ = '"';
	return p;
}

/* A name, with quotes if it needs them. */
char *qp_put_label_name(char *p, quipu_str name);

/* The same where some names need quotes. */
char *qp_put_any_pairs(char *p, const quipu_label_view *labels, size_t n);

static inline char *qp_put_pairs(char *p, const quipu_label_view *labels, size_t n, bool quotes)
{
	if (quotes)
		return qp_put_any_pairs(p, labels, n);
	for (size_t i = 0; i < n; i++) {
		p = qp_put_str(p, labels[i].name);
		*p++ = '=';
		p = qp_put_quoted(p, labels[i].value);
		*p++ = ',';
	}
	return p;
}

#endif
