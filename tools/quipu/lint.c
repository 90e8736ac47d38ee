/* SPDX-License-Identifier: MIT */
/*
 * lint.c: the rules of promtool 2.42's "check metrics". Its texts are said once for each
 * occurrence: a label that two series have is found twice.
 */
#include "lint.h"

#include "rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One family under the linter. */
struct family {
	struct qx_lint *lint;
	const struct qx_family *family;
	enum qx_type type; /* one of text 0.0.4's */
	const char *name;
	const char *lower; /* the name in small letters */
};

__attribute__((format(printf, 2, 3))) static void advise(struct family *f, const char *format, ...)
{
	struct qx_lint *lint = f->lint;
	char text[400];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	qx_defuse(text, strlen(text));
	lint->items = qx_grow(lint->items, lint->n, &lint->capacity, sizeof(*lint->items));
	lint->items[lint->n].name = f->name;
	lint->items[lint->n++].text = qx_take_copy(&lint->arena, text, strlen(text));
}

/* --- units ----------------------------------------------------------------------------------- */

static const char *const prefixes[] = { "",	"pico",	 "nano", "micro", "milli", "centi", "deci",
					"deca", "hecto", "kilo", "kibi",  "mega",  "mibi",  "giga",
					"gibi", "tera",	 "tebi", "peta",  "pebi" };

static const struct {
	const char *name, *base;
} units[] = { { "amperes", "amperes" },	   { "bytes", "bytes" },     { "celsius", "celsius" },
	      { "grams", "grams" },	   { "joules", "joules" },   { "kelvin", "kelvin" },
	      { "meters", "meters" },	   { "metres", "metres" },   { "seconds", "seconds" },
	      { "volts", "volts" },	   { "minutes", "seconds" }, { "hours", "seconds" },
	      { "days", "seconds" },	   { "weeks", "seconds" },   { "kelvins", "kelvin" },
	      { "fahrenheit", "celsius" }, { "rankine", "celsius" }, { "inches", "meters" },
	      { "yards", "meters" },	   { "miles", "meters" },    { "bits", "bytes" },
	      { "calories", "joules" },	   { "pounds", "grams" },    { "ounces", "grams" } };

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The word is this unit, with one of the prefixes. */
static bool is_unit(struct qx_text word, const char *unit)
{
	if (!qx_text_ends(word, unit))
		return false;
	word.len -= strlen(unit);
	for (size_t i = 0; i < COUNT(prefixes); i++) {
		if (qx_text_is(word, prefixes[i]))
			return true;
	}
	return false;
}

static const char *base_of(struct qx_text word)
{
	for (size_t i = 0; i < COUNT(units); i++) {
		if (is_unit(word, units[i].name))
			return units[i].base;
	}
	return NULL;
}

/* Of several units promtool looks at any one; here it is the first. */
static void lint_units(struct family *f)
{
	for (const char *at = f->name; at;) {
		const char *end = strchr(at, '_');
		struct qx_text word = { at, end ? (size_t)(end - at) : strlen(at) };
		const char *base = base_of(word);

		if (base) {
			if (!qx_text_is(word, base))
				advise(f, "use base unit \"%s\" instead of \"%.*s\"", base,
				       QX_SHOW(word));
			return;
		}
		at = end ? end + 1 : NULL;
	}
}

/* --- names ------------------------------------------------------------------------------------- */

static bool ends(const char *name, const char *suffix)
{
	return qx_text_ends(qx_text_of(name), suffix);
}

static void lint_total(struct family *f)
{
	bool total = ends(f->name, "_total");

	if (f->type == QX_COUNTER && !total)
		advise(f, "counter metrics should have \"_total\" suffix");
	if (f->type != QX_COUNTER && f->type != QX_UNTYPED && total)
		advise(f, "non-counter metrics should not have \"_total\" suffix");
}

static void lint_suffixes(struct family *f)
{
	bool histogram = f->type == QX_HISTOGRAM, summary = f->type == QX_SUMMARY;

	if (f->type == QX_UNTYPED)
		return;
	if (!histogram && ends(f->name, "_bucket"))
		advise(f, "non-histogram metrics should not have \"_bucket\" suffix");
	if (!histogram && !summary && ends(f->name, "_count"))
		advise(f,
		       "non-histogram and non-summary metrics should not have \"_count\" suffix");
	if (!histogram && !summary && ends(f->name, "_sum"))
		advise(f, "non-histogram and non-summary metrics should not have \"_sum\" suffix");
}

/* As an inner or the last word of the name, in small letters. */
static bool has_word(const char *name, const char *word)
{
	char inner[40];

	snprintf(inner, sizeof(inner), "_%s_", word);
	if (strstr(name, inner))
		return true;
	inner[strlen(inner) - 1] = '\0';
	return ends(name, inner);
}

static void lint_words(struct family *f)
{
	static const char *const types[] = { "counter", "gauge", "summary", "histogram",
					     "gauge_histogram" };
	static const char *const abbreviations[] = { "s",  "ms", "us", "ns", "sec", "b", "kb",
						     "mb", "gb", "tb", "pb", "m",   "h", "d" };

	for (size_t i = 0; i < COUNT(types); i++) {
		if (has_word(f->lower, types[i]))
			advise(f, "metric name should not include type '%s'", types[i]);
	}
	for (size_t i = 0; i < COUNT(abbreviations); i++) {
		if (has_word(f->lower, abbreviations[i]))
			advise(f, "metric names should not contain abbreviated units");
	}
}

static bool camel_case(struct qx_text name)
{
	for (size_t i = 1; i < name.len; i++) {
		if (name.data[i - 1] >= 'a' && name.data[i - 1] <= 'z' && name.data[i] >= 'A' &&
		    name.data[i] <= 'Z')
			return true;
	}
	return false;
}

static void lint_characters(struct family *f)
{
	if (strchr(f->name, ':'))
		advise(f, "metric names should not contain ':'");
	if (camel_case(qx_text_of(f->name)))
		advise(f, "metric names should be written in 'snake_case' not 'camelCase'");
}

/* --- labels ------------------------------------------------------------------------------------ */

static void lint_label(struct family *f, struct qx_text name)
{
	if (camel_case(name))
		advise(f, "label names should be written in 'snake_case' not 'camelCase'");
	if (f->type == QX_UNTYPED)
		return;
	if (f->type != QX_HISTOGRAM && qx_text_is(name, "le"))
		advise(f, "non-histogram metrics should not have \"le\" label");
	if (f->type != QX_SUMMARY && qx_text_is(name, "quantile"))
		advise(f, "non-summary metrics should not have \"quantile\" label");
}

static void lint_labels(struct family *f)
{
	for (const struct qx_metric *m = f->family->first; m; m = m->next) {
		for (size_t i = 0; i < m->n_labels; i++)
			lint_label(f, m->labels[i].name);
	}
}

/* --- the whole ----------------------------------------------------------------------------------- */

static const char *lower_case(struct qx_lint *lint, const char *name)
{
	char *lower = qx_take_copy(&lint->arena, name, strlen(name));

	for (char *c = lower; *c; c++) {
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c | 0x20);
	}
	return lower;
}

/* OpenMetrics 1 leaves to the samples what text has in the family's name. */
static const char *text_name(struct qx_lint *lint, enum qx_format format,
			     const struct qx_family *family)
{
	const char *suffix = "";
	size_t len = family->name.len;
	char *name;

	if (qx_is_openmetrics_1(format) && family->type == QX_COUNTER)
		suffix = "_total";
	else if (qx_is_openmetrics_1(format) && family->type == QX_INFO)
		suffix = "_info";
	name = qx_take(&lint->arena, len + strlen(suffix) + 1);
	memcpy(name, family->name.data, len);
	memcpy(name + len, suffix, strlen(suffix));
	qx_defuse(name, len);
	return name;
}

static enum qx_type text_type(enum qx_type type)
{
	if (type == QX_GAUGE_HISTOGRAM)
		return QX_HISTOGRAM;
	return type == QX_INFO || type == QX_STATESET ? QX_GAUGE : type;
}

static void lint_family(struct qx_lint *lint, enum qx_format format, const struct qx_family *family)
{
	struct family f = { .lint = lint, .family = family, .type = text_type(family->type) };

	f.name = text_name(lint, format, family);
	f.lower = lower_case(lint, f.name);
	if (family->help.len == 0)
		advise(&f, "no help text");
	lint_units(&f);
	lint_total(&f);
	lint_suffixes(&f);
	lint_words(&f);
	lint_characters(&f);
	lint_labels(&f);
}

static int by_name_and_text(const void *a, const void *b)
{
	const struct qx_advice *x = a, *y = b;
	int names = strcmp(x->name, y->name);

	return names ? names : strcmp(x->text, y->text);
}

void qx_lint(const struct qx_exposition *exposition, struct qx_lint *lint)
{
	*lint = (struct qx_lint){ .n = 0 };
	for (const struct qx_family *f = exposition->first; f; f = f->next) {
		if (f->n_metrics > 0)
			lint_family(lint, exposition->format, f);
	}
	if (lint->n > 1)
		qsort(lint->items, lint->n, sizeof(*lint->items), by_name_and_text);
}

void qx_lint_free(struct qx_lint *lint)
{
	free(lint->items);
	qx_arena_free(&lint->arena);
}
