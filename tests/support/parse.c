/* SPDX-License-Identifier: MIT */
/* parse.c: the strict parser, line by line. What spans lines is in parse_check.c. */
#include "parse_internal.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_LABELS 128
#define MAX_NUMBER 32

bool qt_fault(struct qt_parser *parser, size_t line, const char *reason)
{
	if (parser->error_size > 0)
		snprintf(parser->error, parser->error_size, "line %zu: %s", line, reason);
	return false;
}

static bool fault(struct qt_parser *parser, const char *reason)
{
	return qt_fault(parser, parser->line, reason);
}

/* --- UTF-8, by decoding ------------------------------------------------------------- */

static unsigned continuation_bytes(unsigned char lead)
{
	if ((lead & 0xe0) == 0xc0)
		return 1;
	if ((lead & 0xf0) == 0xe0)
		return 2;
	return (lead & 0xf8) == 0xf0 ? 3 : 0;
}

static bool code_point_legal(uint32_t code, unsigned more)
{
	static const uint32_t least[] = { 0, 0x80, 0x800, 0x10000 };

	return code >= least[more] && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
}

/* Bytes of one character, 0 if it is broken. */
static size_t character(const unsigned char *s, size_t len)
{
	unsigned more = continuation_bytes(s[0]);
	uint32_t code = s[0] & (0x3fu >> more);

	if (s[0] < 0x80)
		return 1;
	if (more == 0 || more >= len)
		return 0;
	for (unsigned i = 1; i <= more; i++) {
		if (s[i] >> 6 != 2)
			return 0;
		code = code << 6 | (s[i] & 0x3fu);
	}
	return code_point_legal(code, more) ? more + 1 : 0;
}

static bool check_utf8(struct qt_parser *parser)
{
	const char *s = parser->at;

	while (s < parser->end) {
		size_t n = character((const unsigned char *)s, (size_t)(parser->end - s));

		if (n == 0)
			return fault(parser, "invalid UTF-8");
		s += n;
	}
	return true;
}

/* --- tokens -------------------------------------------------------------------------- */

static bool take(struct qt_parser *parser, const char *text)
{
	size_t len = strlen(text);

	if ((size_t)(parser->end - parser->at) < len || memcmp(parser->at, text, len) != 0)
		return false;
	parser->at += len;
	return true;
}

static const char *copy(struct qt_parser *parser, const char *data, size_t len)
{
	char *text = qt_take(parser->exposition, len + 1);

	memcpy(text, data, len);
	text[len] = 0;
	return text;
}

/* The longest run of bytes out of allowed, not beginning with a digit; NULL for none. */
static const char *take_name(struct qt_parser *parser, bool colon)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"
				      "0123456789:";
	size_t n_allowed = sizeof(allowed) - (colon ? 1 : 2);
	const char *start = parser->at;

	if (start < parser->end && *start >= '0' && *start <= '9')
		return NULL;
	while (parser->at < parser->end && memchr(allowed, *parser->at, n_allowed))
		parser->at++;
	return parser->at == start ? NULL : copy(parser, start, (size_t)(parser->at - start));
}

/* Undoes the escape at the cursor; quotes are escaped only where they would end the text. */
static bool take_escape(struct qt_parser *parser, bool quoted, char *out)
{
	char c = parser->at < parser->end ? *parser->at++ : 0;

	*out = c == 'n' ? '\n' : c;
	return c == 'n' || c == '\\' || (quoted && c == '"');
}

/* A text up to its end (the line's, or a quote), unescaped; NULL if an escape is wrong. */
static const char *take_text(struct qt_parser *parser, bool quoted, size_t *len)
{
	char *text = qt_take(parser->exposition, (size_t)(parser->end - parser->at) + 1);
	size_t n = 0;

	while (parser->at < parser->end && !(quoted && *parser->at == '"')) {
		text[n] = *parser->at++;
		if (text[n] == '\\' && !take_escape(parser, quoted, &text[n]))
			return NULL;
		n++;
	}
	text[n] = 0;
	*len = n;
	return text;
}

/* --- HELP and TYPE ------------------------------------------------------------------- */

static struct qt_family *last_family(struct qt_parser *parser)
{
	struct qt_exposition *x = parser->exposition;

	return x->n_families > 0 ? &x->families[x->n_families - 1] : NULL;
}

static bool help_line(struct qt_parser *parser, const char *name)
{
	struct qt_exposition *x = parser->exposition;
	struct qt_family *family = last_family(parser);

	if (family && !family->type)
		return fault(parser, "HELP where a TYPE should be");
	if (parser->at == parser->end)
		return fault(parser, "empty HELP");
	x->families =
		qt_grow(x->families, x->n_families, &parser->family_capacity, sizeof(*x->families));
	family = &x->families[x->n_families++];
	memset(family, 0, sizeof(*family));
	family->name = name;
	family->line = parser->line;
	family->first = x->n_samples;
	family->help = take_text(parser, false, &family->help_len);
	return family->help || fault(parser, "undefined escape in HELP");
}

static const char *take_type(struct qt_parser *parser)
{
	static const char *const words[] = { "counter", "gauge", "histogram", "summary",
					     "untyped" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (take(parser, words[i]))
			return parser->at == parser->end ? words[i] : NULL;
	return NULL;
}

static bool type_line(struct qt_parser *parser, const char *name)
{
	struct qt_family *family = last_family(parser);

	if (!family || strcmp(family->name, name) != 0)
		return fault(parser, "TYPE without a HELP of the same name before it");
	if (family->type)
		return fault(parser, family->n_samples ? "TYPE after samples" : "TYPE twice");
	family->type = take_type(parser);
	return family->type || fault(parser, "invalid TYPE");
}

static bool hash_line(struct qt_parser *parser)
{
	bool help = take(parser, "# HELP ");
	const char *name;

	if (!help && !take(parser, "# TYPE "))
		return fault(parser, "comment, or malformed HELP or TYPE");
	name = take_name(parser, true);
	if (!name)
		return fault(parser, "invalid metric name");
	if (!take(parser, " "))
		return fault(parser, "no single space after the name");
	return help ? help_line(parser, name) : type_line(parser, name);
}

/* --- samples -------------------------------------------------------------------------- */

static bool take_label(struct qt_parser *parser, struct qt_label *label)
{
	label->name = take_name(parser, false);
	if (!label->name || memcmp(label->name, "__", 2) == 0)
		return fault(parser, "invalid label name");
	if (!take(parser, "=\""))
		return fault(parser, "no =\" after a label name");
	label->value = take_text(parser, true, &label->value_len);
	if (!label->value)
		return fault(parser, "undefined escape in a label value");
	return take(parser, "\"") || fault(parser, "label value without an end");
}

static bool take_labels(struct qt_parser *parser, struct qt_sample *sample)
{
	struct qt_label labels[MAX_LABELS];
	size_t n = 0;

	do {
		if (n == MAX_LABELS)
			return fault(parser, "too many labels");
		if (!take_label(parser, &labels[n++]))
			return false;
	} while (take(parser, ","));
	if (!take(parser, "}"))
		return fault(parser, "no } after labels");
	sample->n_labels = n;
	sample->labels = qt_take(parser->exposition, n * sizeof(labels[0]));
	memcpy(sample->labels, labels, n * sizeof(labels[0]));
	return true;
}

static bool take_value(struct qt_parser *parser, struct qt_sample *sample)
{
	size_t len = (size_t)(parser->end - parser->at);

	if (len > MAX_NUMBER)
		return fault(parser, "value too long, or something after it");
	sample->text = copy(parser, parser->at, len);
	if (strlen(sample->text) != len)
		return fault(parser, "NUL in the value");
	if (!qt_integer(sample->text) && !qt_canonical(sample->text))
		return fault(parser, "value is not a number in its shortest form, or not alone");
	sample->value = strtod(sample->text, NULL);
	return true;
}

static bool sample_line(struct qt_parser *parser, struct qt_sample *sample)
{
	sample->line = parser->line;
	sample->name = take_name(parser, true);
	if (!sample->name)
		return fault(parser, "invalid metric name");
	if (take(parser, "{") && !take_labels(parser, sample))
		return false;
	if (!take(parser, " "))
		return fault(parser, "no single space before the value");
	return take_value(parser, sample);
}

static bool add_sample(struct qt_parser *parser)
{
	struct qt_exposition *x = parser->exposition;
	struct qt_family *family = last_family(parser);
	struct qt_sample *sample;

	if (!family || !family->type)
		return fault(parser, "sample without HELP and TYPE before it");
	x->samples =
		qt_grow(x->samples, x->n_samples, &parser->sample_capacity, sizeof(*x->samples));
	sample = &x->samples[x->n_samples++];
	memset(sample, 0, sizeof(*sample));
	sample->family = x->n_families - 1;
	family->n_samples++;
	return sample_line(parser, sample);
}

/* --- the whole ------------------------------------------------------------------------ */

static bool parse_line(struct qt_parser *parser)
{
	if (parser->at == parser->end)
		return fault(parser, "blank line");
	if (!check_utf8(parser))
		return false;
	return *parser->at == '#' ? hash_line(parser) : add_sample(parser);
}

static bool parse_lines(struct qt_parser *parser, const char *text, size_t len)
{
	const char *end = text + len;

	while (text < end) {
		const char *feed = memchr(text, '\n', (size_t)(end - text));

		parser->line++;
		if (!feed)
			return fault(parser, "no line feed at the end");
		parser->at = text;
		parser->end = feed;
		if (!parse_line(parser))
			return false;
		text = feed + 1;
	}
	if (last_family(parser) && !last_family(parser)->type)
		return fault(parser, "HELP without TYPE");
	return qt_check(parser);
}

struct qt_exposition *qt_parse(const char *text, size_t len, char *error, size_t error_size)
{
	struct qt_parser parser = { .error = error, .error_size = error_size };
	locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	locale_t old = uselocale(c);
	bool ok;

	parser.exposition = calloc(1, sizeof(*parser.exposition));
	if (!parser.exposition || c == (locale_t)0)
		abort();
	ok = parse_lines(&parser, text, len);
	uselocale(old);
	freelocale(c);
	if (ok)
		return parser.exposition;
	qt_free(parser.exposition);
	return NULL;
}
