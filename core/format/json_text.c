/* SPDX-License-Identifier: MIT */
/* json_text.c: see json_text.h. Texts are UTF-8 already; only quotes, backslashes and control
 * characters need an escape. */
#include "format/json_text.h"

#include "base/number.h"
#include "format/instant.h"

#include <string.h>

/* The longest escape, \u001f. */
#define ESCAPE_CHARS 6

void qp_json_raw(quipu_out *out, const char *text)
{
	quipu_out_write(out, text, strlen(text));
}

/* --- texts --------------------------------------------------------------------------------- */

static char *put_escape(char *p, unsigned char c)
{
	static const char digits[] = "0123456789abcdef";

	*p++ = '\\';
	if (c == '"' || c == '\\') {
		*p++ = (char)c;
		return p;
	}
	memcpy(p, "u00", 3);
	p[3] = digits[c >> 4];
	p[4] = digits[c & 15];
	return p + 5;
}

static char *put_text(char *p, quipu_str text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.data[i];

		if (c < 0x20 || c == '"' || c == '\\')
			p = put_escape(p, c);
		else
			*p++ = (char)c;
	}
	return p;
}

void qp_json_texts(quipu_out *out, quipu_str first, quipu_str second)
{
	size_t room = ESCAPE_CHARS * (first.len + second.len) + 2;
	char *start = quipu_out_reserve(out, room);
	char *p = start;

	if (!start)
		return;
	*p++ = '"';
	p = put_text(put_text(p, first), second);
	*p++ = '"';
	quipu_out_commit(out, (size_t)(p - start));
}

void qp_json_text(quipu_out *out, quipu_str text)
{
	qp_json_texts(out, text, (quipu_str){ "", 0 });
}

void qp_json_labels(quipu_out *out, const quipu_label_view *labels, size_t n)
{
	qp_json_raw(out, "{");
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			qp_json_raw(out, ",");
		qp_json_text(out, labels[i].name);
		qp_json_raw(out, ":");
		qp_json_text(out, labels[i].value);
	}
	qp_json_raw(out, "}");
}

/* --- numbers ------------------------------------------------------------------------------- */

void qp_json_u64(quipu_out *out, uint64_t value)
{
	char text[QP_U64_CHARS];

	quipu_out_write(out, text, qp_format_u64(text, value));
}

void qp_json_i64(quipu_out *out, int64_t value)
{
	char text[QP_I64_CHARS];

	quipu_out_write(out, text, qp_format_i64(text, value));
}

void qp_json_double(quipu_out *out, double value)
{
	char text[QP_DOUBLE_CHARS];
	size_t n = qp_format_double(text, value);

	if (__builtin_isfinite(value))
		quipu_out_write(out, text, n);
	else
		qp_json_text(out, (quipu_str){ text, n });
}

void qp_json_moment(quipu_out *out, const char *before, double seconds)
{
	uint64_t moment = qp_milliseconds(seconds);
	char text[QP_INSTANT_CHARS];

	if (moment == 0)
		return;
	qp_json_raw(out, before);
	quipu_out_write(out, text, qp_format_instant(text, moment));
}
