/* SPDX-License-Identifier: MIT */
/* escaping.c: see escaping.h. */
#include "escaping.h"

#include "base/text.h"

#include <string.h>

/* --- characters -------------------------------------------------------------------------- */

/* The first code point of valid UTF-8, and the bytes it takes. */
static size_t decode(const char *text, uint32_t *code)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t n = s[0] < 0x80 ? 1 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4, i;

	*code = n == 1 ? s[0] : s[0] & (0x7fu >> n);
	for (i = 1; i < n; i++)
		*code = *code << 6 | (s[i] & 0x3f);
	return n;
}

static bool is_plain(uint32_t code, bool first, enum qp_name_rule rule)
{
	if (code == ':')
		return rule == QP_METRIC_NAME;
	return code < 0x80 && qp_char_plain((unsigned char)code, first);
}

static char *put(char *to, const char *text)
{
	size_t len = strlen(text);

	memcpy(to, text, len);
	return to + len;
}

/* _2e_: lower case, no zeros in front. */
static char *put_code(char *to, uint32_t code)
{
	int shift = 20;

	*to++ = '_';
	while (shift > 0 && code >> shift == 0)
		shift -= 4;
	for (; shift >= 0; shift -= 4)
		*to++ = "0123456789abcdef"[code >> shift & 0xf];
	*to++ = '_';
	return to;
}

/* --- schemes: one code point ---------------------------------------------------------------- */

static char *put_underscores(char *to, uint32_t code, bool plain)
{
	*to++ = plain ? (char)code : '_';
	return to;
}

static char *put_dots(char *to, uint32_t code, bool plain)
{
	if (code == '.')
		return put(to, "_dot_");
	if (code == '_' || !plain)
		return put(to, "__");
	*to++ = (char)code;
	return to;
}

static char *put_values(char *to, uint32_t code, bool plain)
{
	if (code == '_')
		return put(to, "__");
	if (!plain)
		return put_code(to, code);
	*to++ = (char)code;
	return to;
}

/* --- whole names ------------------------------------------------------------------------------ */

bool qp_name_plain(quipu_str name, enum qp_name_rule rule)
{
	return rule == QP_METRIC_NAME ? qp_metric_name_plain(name.data, name.len)
				      : qp_label_name_plain(name.data, name.len);
}

static size_t as_it_is(char *to, quipu_str name)
{
	memcpy(to, name.data, name.len);
	return name.len;
}

static char *(*const put_one[])(char *to, uint32_t code, bool plain) = {
	[QUIPU_ESCAPE_UNDERSCORES] = put_underscores,
	[QUIPU_ESCAPE_DOTS] = put_dots,
	[QUIPU_ESCAPE_VALUES] = put_values,
};

size_t qp_escape(char *to, quipu_str name, quipu_escaping scheme, enum qp_name_rule rule)
{
	char *p = to;
	size_t i = 0;

	if (scheme == QUIPU_ESCAPE_NONE ||
	    (scheme == QUIPU_ESCAPE_VALUES && qp_name_plain(name, rule)))
		return as_it_is(to, name);
	if (scheme == QUIPU_ESCAPE_VALUES)
		p = put(p, "U__");
	while (i < name.len) {
		bool first = i == 0;
		uint32_t code;

		i += decode(name.data + i, &code);
		p = put_one[scheme](p, code, is_plain(code, first, rule));
	}
	return (size_t)(p - to);
}

size_t qp_escape_shown(char *to, quipu_str name, quipu_escaping scheme, enum qp_name_rule rule)
{
	return qp_name_plain(name, rule) ? as_it_is(to, name) : qp_escape(to, name, scheme, rule);
}

static bool collapse_under(quipu_str a, quipu_str b, quipu_escaping scheme)
{
	char shown_a[QP_ESCAPED_MAX(QP_NAME_MAX)], shown_b[QP_ESCAPED_MAX(QP_NAME_MAX)];
	size_t len = qp_escape_shown(shown_a, a, scheme, QP_LABEL_NAME);

	return len == qp_escape_shown(shown_b, b, scheme, QP_LABEL_NAME) &&
	       memcmp(shown_a, shown_b, len) == 0;
}

bool qp_labels_collapse(const char *a, const char *b)
{
	quipu_str one = { a, strlen(a) }, other = { b, strlen(b) };

	if (strcmp(a, b) == 0)
		return true;
	if (qp_name_plain(one, QP_LABEL_NAME) && qp_name_plain(other, QP_LABEL_NAME))
		return false;
	return collapse_under(one, other, QUIPU_ESCAPE_UNDERSCORES) ||
	       collapse_under(one, other, QUIPU_ESCAPE_DOTS) ||
	       collapse_under(one, other, QUIPU_ESCAPE_VALUES);
}
