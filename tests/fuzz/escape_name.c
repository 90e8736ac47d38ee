/* SPDX-License-Identifier: MIT */
/*
 * escape_name.c: any bytes as a name: under every scheme what comes of a valid one is legal, fits
 * its room, is what the rules say, and stays as it is when it is escaped again; `values` leads
 * back to the original. The first byte says whose name it is; a NUL divides two labels' names,
 * which collapse exactly where some scheme makes one of them.
 */
#include "demand.h"

#include "base/text.h"
#include "escaping.h"

/* --- the rules, once more -------------------------------------------------------------------- */

static bool legal_at(uint32_t code, bool first, enum qp_name_rule rule)
{
	if (code >= '0' && code <= '9')
		return !first;
	if (code == ':')
		return rule == QP_METRIC_NAME;
	return code == '_' || (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z');
}

static bool legal(const char *name, size_t len, enum qp_name_rule rule)
{
	for (size_t i = 0; i < len; i++) {
		if (!legal_at((unsigned char)name[i], i == 0, rule))
			return false;
	}
	return len > 0;
}

/* The code point at the front of valid UTF-8. */
static size_t code_point(const char *s, uint32_t *code)
{
	static const unsigned char marks[] = { 0x00, 0xc0, 0xe0, 0xf0 };
	unsigned char first = (unsigned char)s[0];
	size_t n = 1U + (first >= 0xc0) + (first >= 0xe0) + (first >= 0xf0);

	*code = first - marks[n - 1];
	for (size_t i = 1; i < n; i++)
		*code = *code * 64 + ((unsigned char)s[i] - 0x80U);
	return n;
}

static size_t put_rule(char *to, uint32_t code, bool first, quipu_escaping scheme,
		       enum qp_name_rule rule)
{
	const char one[] = { (char)code, '\0' };
	bool as_it_is = legal_at(code, first, rule);

	if (scheme == QUIPU_ESCAPE_UNDERSCORES)
		return (size_t)sprintf(to, "%s", as_it_is ? one : "_");
	if (code == '.' && scheme == QUIPU_ESCAPE_DOTS)
		return (size_t)sprintf(to, "_dot_");
	if (code == '_' || (!as_it_is && scheme == QUIPU_ESCAPE_DOTS))
		return (size_t)sprintf(to, "__");
	return (size_t)(as_it_is ? sprintf(to, "%s", one) : sprintf(to, "_%x_", code));
}

/* The scheme by its description: a prefix, and one rule for each code point. */
static size_t by_the_rules(char *to, quipu_str name, quipu_escaping scheme, enum qp_name_rule rule)
{
	size_t n = scheme == QUIPU_ESCAPE_VALUES ? (size_t)sprintf(to, "U__") : 0;
	uint32_t code;

	for (size_t at = 0; at < name.len;) {
		bool first = at == 0;

		at += code_point(name.data + at, &code);
		n += put_rule(to + n, code, first, scheme, rule);
	}
	return n;
}

/* --- back from values ------------------------------------------------------------------------ */

static size_t put_utf8(char *to, uint32_t code)
{
	if (code < 0x80)
		to[0] = (char)code;
	else if (code < 0x800)
		to[0] = (char)(0xc0 | code >> 6);
	else if (code < 0x10000)
		to[0] = (char)(0xe0 | code >> 12);
	else
		to[0] = (char)(0xf0 | code >> 18);
	for (int shift = code < 0x80	  ? -6
			 : code < 0x800	  ? 0
			 : code < 0x10000 ? 6
					  : 12;
	     shift >= 0; shift -= 6)
		*++to = (char)(0x80 | (code >> shift & 0x3f));
	return 1U + (code >= 0x80) + (code >= 0x800) + (code >= 0x10000);
}

/* Underscores are doubled or stand around a number in hexadecimal digits. */
static size_t decode_values(char *to, const char *s)
{
	size_t n = 0;
	char *end;

	demand(memcmp(s, "U__", 3) == 0, "values without its mark");
	for (s += 3; *s; s++) {
		if (*s != '_') {
			to[n++] = *s;
		} else if (s[1] == '_') {
			to[n++] = *s++;
		} else {
			n += put_utf8(to + n, (uint32_t)strtoul(s + 1, &end, 16));
			demand(end > s + 1 && *end == '_', "values with a broken number");
			s = end;
		}
	}
	return n;
}

/* --- one name -------------------------------------------------------------------------------- */

static bool same(const char *a, size_t n_a, const char *b, size_t n_b)
{
	return n_a == n_b && memcmp(a, b, n_a) == 0;
}

static void check_values(quipu_str name, const char *shown, size_t n)
{
	char *text = exactly(NULL, n + 1), *back = exactly(NULL, n + 1);

	memcpy(text, shown, n);
	text[n] = '\0';
	demand(same(back, decode_values(back, text), name.data, name.len),
	       "values does not lead back");
	free(text);
	free(back);
}

/* The scheme to the letter. Room for as much again: the rules' own spelling. */
static void check_escape(quipu_str name, quipu_escaping scheme, enum qp_name_rule rule)
{
	size_t room = QP_ESCAPED_MAX(name.len), n, ruled;
	char *shown = exactly(NULL, room), *by_rule = exactly(NULL, 16 * name.len + 16);

	n = qp_escape(shown, name, scheme, rule);
	demand(n <= room, "more room than reserved");
	demand(legal(shown, n, rule), "a name that is not legal");
	ruled = scheme == QUIPU_ESCAPE_VALUES && legal(name.data, name.len, rule)
			? (size_t)sprintf(by_rule, "%.*s", (int)name.len, name.data)
			: by_the_rules(by_rule, name, scheme, rule);
	demand(same(shown, n, by_rule, ruled), "not what the rules say");
	free(by_rule);
	free(shown);
}

/* What a scrape shows: plain names as they are, and nothing changes a second time. */
static void check_shown(quipu_str name, quipu_escaping scheme, enum qp_name_rule rule)
{
	bool plain = legal(name.data, name.len, rule);
	size_t room = QP_ESCAPED_MAX(name.len), n, again;
	char *shown = exactly(NULL, room), *twice;

	n = qp_escape_shown(shown, name, scheme, rule);
	demand(n <= room, "more room than reserved to show");
	demand(qp_name_plain(name, rule) == plain, "what is plain");
	demand(!plain || same(shown, n, name.data, name.len), "a plain name was changed");
	if (scheme == QUIPU_ESCAPE_VALUES && !plain)
		check_values(name, shown, n);
	twice = exactly(NULL, QP_ESCAPED_MAX(n));
	again = qp_escape_shown(twice, (quipu_str){ shown, n }, scheme, rule);
	demand(same(twice, again, shown, n) || n > QP_NAME_MAX, "escaped again it changes");
	free(twice);
	free(shown);
}

static void check_name(const char *data, size_t len, enum qp_name_rule rule)
{
	static const quipu_escaping schemes[] = { QUIPU_ESCAPE_UNDERSCORES, QUIPU_ESCAPE_DOTS,
						  QUIPU_ESCAPE_VALUES };
	char *copy = exactly(data, len);
	quipu_str name = { copy, len };

	for (size_t i = 0; qp_name_valid(copy, len) && i < 3; i++) {
		check_escape(name, schemes[i], rule);
		check_shown(name, schemes[i], rule);
	}
	free(copy);
}

/* --- two labels ------------------------------------------------------------------------------ */

static bool one_under(const char *a, const char *b, quipu_escaping scheme)
{
	char shown_a[QP_ESCAPED_MAX(QP_NAME_MAX)], shown_b[QP_ESCAPED_MAX(QP_NAME_MAX)];
	size_t n = qp_escape_shown(shown_a, (quipu_str){ a, strlen(a) }, scheme, QP_LABEL_NAME);
	size_t n_b = qp_escape_shown(shown_b, (quipu_str){ b, strlen(b) }, scheme, QP_LABEL_NAME);

	return same(shown_a, n, shown_b, n_b);
}

static void check_two(const char *a, const char *b)
{
	bool one = strcmp(a, b) == 0;

	if (!qp_name_valid(a, strlen(a)) || !qp_name_valid(b, strlen(b)))
		return;
	for (int scheme = 0; scheme <= QUIPU_ESCAPE_NONE; scheme++)
		one = one || one_under(a, b, (quipu_escaping)scheme);
	demand(qp_labels_collapse(a, b) == one, "which labels collapse");
	demand(qp_labels_collapse(b, a) == one, "and the other way round");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text;
	size_t first;

	if (size < 1 || size > 4096)
		return 0;
	text = exactly(NULL, size);
	memcpy(text, data + 1, size - 1);
	text[size - 1] = '\0';
	first = strlen(text);
	check_name(text, first, data[0] & 1 ? QP_METRIC_NAME : QP_LABEL_NAME);
	if (first < size - 1)
		check_two(text, text + first + 1);
	free(text);
	return 0;
}
