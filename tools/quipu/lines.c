/* SPDX-License-Identifier: MIT */
/* lines.c: from lines to the model. */
#include "lines.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- lines ------------------------------------------------------------------------------ */

static bool all_valid(struct qx_scan *scan)
{
	struct qx_text rest = qx_scan_rest(scan);
	size_t valid = qx_utf8_valid(rest);

	if (valid == rest.len)
		return true;
	scan->at += valid;
	return qx_scan_fail(scan, "invalid UTF-8");
}

void qx_lines_read(struct qx_lines *lines, void (*line)(struct qx_lines *lines))
{
	struct qx_text input = lines->scan.exposition->input;
	const char *at = input.data, *end = input.data + input.len;

	while (at < end) {
		const char *feed = memchr(at, '\n', (size_t)(end - at));

		lines->scan.at = at;
		lines->scan.end = feed ? feed : end;
		at = feed ? feed + 1 : end;
		if (all_valid(&lines->scan))
			line(lines);
		if (!feed && !lines->ended)
			qx_error(lines->scan.exposition, input.len, "no line feed at the end");
	}
	free(lines->scan.labels.items);
}

/* --- families ---------------------------------------------------------------------------- */

void qx_lines_enter(struct qx_lines *lines, struct qx_family *family, size_t offset)
{
	if (lines->family != family && family->offset != offset)
		qx_error(lines->scan.exposition, offset,
			 "family \"%.*s\" goes on after lines of another family",
			 QX_SHOW(family->name));
	lines->family = family;
}

struct qx_family *qx_lines_describe(struct qx_lines *lines, struct qx_text name, size_t offset)
{
	struct qx_exposition *x = lines->scan.exposition;
	struct qx_family *family = qx_family_find(x, name);

	if (!family)
		family = qx_family_add(x, name, offset);
	qx_lines_enter(lines, family, offset);
	return family;
}

bool qx_lines_once(struct qx_lines *lines, const char *what, bool *seen, size_t offset)
{
	struct qx_exposition *x = lines->scan.exposition;
	struct qx_text name = lines->family->name;

	if (*seen)
		return qx_error(x, offset, "second %s for \"%.*s\"", what, QX_SHOW(name));
	*seen = true;
	if (lines->family->n_metrics > 0)
		return qx_error(x, offset, "%s for \"%.*s\" after its samples", what,
				QX_SHOW(name));
	return true;
}

struct qx_family *qx_lines_family(struct qx_lines *lines, const struct qx_sample *sample,
				  enum qx_role *role)
{
	struct qx_exposition *x = lines->scan.exposition;
	struct qx_family *family = qx_family_of_sample(x, lines->family, sample->name, role);

	if (!family) {
		family = qx_family_find(x, sample->name);
		if (family) {
			qx_error(x, sample->offset, "%s \"%.*s\" has no sample \"%.*s\"",
				 qx_type_word(family->type), QX_SHOW(family->name),
				 QX_SHOW(sample->name));
			return NULL;
		}
		*role = QX_VALUE;
		family = qx_family_add(x, sample->name, sample->offset);
	}
	qx_lines_enter(lines, family, sample->offset);
	return family;
}

/* --- metrics ------------------------------------------------------------------------------ */

struct qx_metric *qx_lines_metric(struct qx_lines *lines, struct qx_family *family, bool grouped,
				  size_t offset)
{
	struct qx_exposition *x = lines->scan.exposition;
	const struct qx_labels *labels = &lines->scan.labels;
	struct qx_metric *metric = qx_metric_find(x, family, labels->items, labels->n);
	char series[QX_SERIES_SIZE];

	if (!metric) {
		metric = qx_metric_add(x, family, labels->items, labels->n, offset);
	} else if (grouped && metric != lines->metric) {
		qx_metric_show(metric, series);
		qx_error(x, offset, "%s goes on after samples with other labels", series);
	}
	lines->metric = metric;
	return metric;
}

/* Takes the label out of the scan's; false if it is not there. */
static bool extract(struct qx_labels *labels, struct qx_text name, struct qx_text *value)
{
	for (size_t i = 0; i < labels->n; i++) {
		if (!qx_text_same(labels->items[i].name, name))
			continue;
		*value = labels->items[i].value;
		memmove(&labels->items[i], &labels->items[i + 1],
			(labels->n - i - 1) * sizeof(*labels->items));
		labels->n--;
		return true;
	}
	return false;
}

struct spelled {
	struct qx_text text;
	double at;
};

/* What the family's own label says, where the role has one. */
static bool own_label(struct qx_lines *lines, const struct qx_family *family, enum qx_role role,
		      const struct qx_sample *sample, struct spelled *spelled)
{
	struct qx_exposition *x = lines->scan.exposition;
	struct qx_text name = qx_own_label(family, role);
	struct qx_number number = { .real = 0 };

	if (name.len == 0)
		return true;
	if (!extract(&lines->scan.labels, name, &spelled->text))
		return qx_error(x, sample->offset, "\"%.*s\" without the label \"%.*s\"",
				QX_SHOW(sample->name), QX_SHOW(name));
	if (role == QX_STATE)
		return true;
	if (!qx_number_parse(spelled->text, &number) || isnan(number.real))
		return qx_error(x, sample->offset, "label %.*s=\"%.*s\" is no number",
				QX_SHOW(name), QX_SHOW(spelled->text));
	spelled->at = number.real;
	return true;
}

bool qx_lines_add(struct qx_lines *lines, const struct qx_sample *sample)
{
	struct qx_exposition *x = lines->scan.exposition;
	struct spelled spelled = { { NULL, 0 }, 0 };
	struct qx_metric *metric;
	struct qx_point *point;
	enum qx_role role;
	struct qx_family *family = qx_lines_family(lines, sample, &role);

	if (!family || !own_label(lines, family, role, sample, &spelled))
		return false;
	metric = qx_lines_metric(lines, family, qx_is_openmetrics(x->format), sample->offset);
	point = qx_point_add(x, metric, role, sample->value, sample->offset);
	point->at = spelled.at;
	point->spelling = spelled.text;
	point->has_time = sample->has_time;
	point->time = sample->time;
	point->exemplars = sample->exemplars;
	return true;
}

/* --- timestamps and exemplars -------------------------------------------------------------- */

bool qx_lines_seconds(struct qx_lines *lines, double *seconds)
{
	const char *start = lines->scan.at;
	struct qx_number number;

	if (!qx_scan_number(&lines->scan, "", &number))
		return false;
	*seconds = number.real;
	if (isfinite(number.real))
		return true;
	lines->scan.at = start;
	return qx_scan_fail(&lines->scan, "a timestamp that is not finite");
}

static void swap(struct qx_labels *a, struct qx_labels *b)
{
	struct qx_labels c = *a;

	*a = *b;
	*b = c;
}

static bool exemplar_labels(struct qx_lines *lines, struct qx_exemplar *exemplar)
{
	struct qx_scan *scan = &lines->scan;
	const char *start = scan->at;
	const struct qx_label *twice;

	if (!qx_scan_take(scan, "{"))
		return qx_scan_fail(scan, "an exemplar without labels in braces");
	if (!qx_scan_labels(scan, NULL))
		return false;
	twice = qx_labels_sort(scan->labels.items, &scan->labels.n);
	if (twice) {
		scan->at = start;
		return qx_scan_fail(scan, "label \"%.*s\" twice", QX_SHOW(twice->name));
	}
	exemplar->labels = qx_labels_keep(scan->exposition, scan->labels.items, scan->labels.n);
	exemplar->n_labels = scan->labels.n;
	return true;
}

static bool exemplar_values(struct qx_lines *lines, struct qx_exemplar *exemplar)
{
	struct qx_scan *scan = &lines->scan;

	if (!qx_scan_take(scan, " "))
		return qx_scan_fail(scan, "an exemplar without a value");
	if (!qx_scan_number(scan, "", &exemplar->value))
		return false;
	if (scan->at == scan->end || qx_text_is(qx_scan_rest(scan), " ") ||
	    (scan->end - scan->at > 2 && scan->at[1] == '#'))
		return true;
	scan->at++;
	exemplar->has_time = true;
	return qx_lines_seconds(lines, &exemplar->time);
}

static bool one_exemplar(struct qx_lines *lines, struct qx_exemplar **exemplar)
{
	struct qx_labels labels = { NULL, 0, 0 };
	bool ok;

	*exemplar = qx_take(&lines->scan.exposition->arena, sizeof(**exemplar));
	(*exemplar)->offset = qx_scan_offset(&lines->scan);
	swap(&labels, &lines->scan.labels); /* the sample's wait here */
	ok = exemplar_labels(lines, *exemplar) && exemplar_values(lines, *exemplar);
	swap(&labels, &lines->scan.labels);
	free(labels.items);
	return ok;
}

bool qx_lines_exemplars(struct qx_lines *lines, bool many, struct qx_exemplar **exemplars)
{
	bool first = true;

	*exemplars = NULL;
	while (qx_scan_take(&lines->scan, " # ")) {
		if (!first && !many)
			return qx_scan_fail(&lines->scan, "a second exemplar");
		if (!one_exemplar(lines, exemplars))
			return false;
		exemplars = &(*exemplars)->next;
		first = false;
	}
	return true;
}
