/* SPDX-License-Identifier: MIT */
/*
 * read_openmetrics_2.c: samples of OpenMetrics 2.0.0-rc0: one line is a whole metric.
 *
 * name{labels} value [timestamp] [st@start] [# exemplar]…, the sample's name being the family's.
 */
#include "composite.h"
#include "openmetrics.h"
#include "readers.h"

#include <math.h>
#include <string.h>

/* A line between its parts and the model. */
struct whole {
	struct qx_sample sample;
	struct qx_family *family;
	struct qx_composite composite;
	bool has_start;
	double start;
	size_t start_offset;
};

static bool is_composite(enum qx_type type)
{
	return type == QX_HISTOGRAM || type == QX_GAUGE_HISTOGRAM || type == QX_SUMMARY;
}

/* --- into the model -------------------------------------------------------------------- */

static struct qx_point *add(struct qx_lines *lines, const struct whole *whole, enum qx_role role,
			    struct qx_number value, size_t offset)
{
	struct qx_point *point =
		qx_point_add(lines->scan.exposition, lines->metric, role, value, offset);

	point->has_time = whole->sample.has_time;
	point->time = whole->sample.time;
	return point;
}

static void add_list(struct qx_lines *lines, const struct whole *whole, enum qx_key key,
		     enum qx_role role)
{
	const struct qx_list *list = &whole->composite.lists[key];

	for (size_t i = 0; i < list->n; i++) {
		struct qx_point *point =
			add(lines, whole, role, list->pairs[i].b, list->pairs[i].offset);

		point->at = list->pairs[i].a.real;
		point->spelling = list->pairs[i].spelling;
	}
}

static bool whole_number(struct qx_lines *lines, struct qx_number number, size_t offset)
{
	if (fabs(number.real) <= 1e15 && floor(number.real) == number.real)
		return true;
	return qx_error(lines->scan.exposition, offset, "%g is not a whole number", number.real);
}

static void read_side(struct qx_lines *lines, const struct qx_list *spans,
		      const struct qx_list *buckets, struct qx_side *side)
{
	struct qx_arena *arena = &lines->scan.exposition->arena;

	side->spans = qx_take(arena, spans->n * sizeof(*side->spans));
	for (size_t i = 0; i < spans->n; i++) {
		const struct qx_pair *pair = &spans->pairs[i];

		if (!whole_number(lines, pair->a, pair->offset) ||
		    !whole_number(lines, pair->b, pair->offset))
			return;
		if (pair->b.real < 0)
			qx_error(lines->scan.exposition, pair->offset, "a span of negative length");
		else
			side->spans[side->n_spans++] =
				(struct qx_span){ (int64_t)pair->a.real, (uint64_t)pair->b.real };
	}
	side->counts = qx_take(arena, buckets->n * sizeof(*side->counts));
	for (size_t i = 0; i < buckets->n; i++)
		side->counts[side->n_counts++] = buckets->pairs[i].a;
}

static void add_native(struct qx_lines *lines, struct whole *whole)
{
	struct qx_composite *c = &whole->composite;
	size_t offset = c->offsets[QX_KEY_SCHEMA];
	struct qx_native *native = qx_take(&lines->scan.exposition->arena, sizeof(*native));

	if (!whole_number(lines, c->numbers[QX_KEY_SCHEMA], offset))
		return;
	native->schema = (int64_t)c->numbers[QX_KEY_SCHEMA].real;
	native->zero_threshold = c->numbers[QX_KEY_ZERO_THRESHOLD].real;
	native->zero_count = c->numbers[QX_KEY_ZERO_COUNT];
	native->count = c->numbers[QX_KEY_COUNT];
	native->sum = c->numbers[QX_KEY_SUM];
	native->offset = offset;
	read_side(lines, &c->lists[QX_KEY_NEGATIVE_SPANS], &c->lists[QX_KEY_NEGATIVE_BUCKETS],
		  &native->negative);
	read_side(lines, &c->lists[QX_KEY_POSITIVE_SPANS], &c->lists[QX_KEY_POSITIVE_BUCKETS],
		  &native->positive);
	native->next = lines->metric->natives;
	lines->metric->natives = native;
}

static bool complete(struct qx_lines *lines, const struct whole *whole)
{
	static const enum qx_key natives[] = { QX_KEY_ZERO_THRESHOLD, QX_KEY_ZERO_COUNT,
					       QX_KEY_NEGATIVE_SPANS, QX_KEY_NEGATIVE_BUCKETS,
					       QX_KEY_POSITIVE_SPANS, QX_KEY_POSITIVE_BUCKETS };
	const bool *has = whole->composite.has;
	struct qx_exposition *x = lines->scan.exposition;
	size_t offset = whole->sample.offset;

	if (!has[QX_KEY_COUNT] || !has[QX_KEY_SUM])
		return qx_error(x, offset, "a value without %s",
				has[QX_KEY_COUNT] ? "sum" : "count");
	for (size_t i = 0; i < sizeof(natives) / sizeof(natives[0]); i++) {
		if (has[natives[i]] && !has[QX_KEY_SCHEMA])
			return qx_error(x, whole->composite.offsets[natives[i]],
					"native buckets without a schema");
	}
	if (has[QX_KEY_SCHEMA] && (!has[QX_KEY_ZERO_THRESHOLD] || !has[QX_KEY_ZERO_COUNT]))
		return qx_error(x, offset, "a schema without zero_threshold and zero_count");
	if (whole->family->type != QX_SUMMARY && !has[QX_KEY_SCHEMA] && !has[QX_KEY_BUCKET])
		return qx_error(x, offset, "a histogram without buckets");
	return true;
}

static void add_parts(struct qx_lines *lines, struct whole *whole)
{
	struct qx_composite *c = &whole->composite;

	add_list(lines, whole, QX_KEY_BUCKET, QX_BUCKET);
	add_list(lines, whole, QX_KEY_QUANTILE, QX_QUANTILE);
	add(lines, whole, QX_SUM, c->numbers[QX_KEY_SUM], c->offsets[QX_KEY_SUM]);
	add(lines, whole, QX_COUNT, c->numbers[QX_KEY_COUNT], c->offsets[QX_KEY_COUNT])->exemplars =
		whole->sample.exemplars;
	if (c->has[QX_KEY_SCHEMA])
		add_native(lines, whole);
}

static void add_line(struct qx_lines *lines, struct whole *whole)
{
	if (!is_composite(whole->family->type)) {
		if (!qx_lines_add(lines, &whole->sample))
			return;
	} else {
		if (!complete(lines, whole))
			return;
		qx_lines_metric(lines, whole->family, true, whole->sample.offset);
		add_parts(lines, whole);
	}
	if (whole->has_start)
		add(lines, whole, QX_CREATED, qx_number_real(whole->start), whole->start_offset);
}

/* --- from the line ----------------------------------------------------------------------- */

static bool scan_value(struct qx_lines *lines, struct whole *whole)
{
	struct qx_scan *scan = &lines->scan;

	if (!qx_scan_take(scan, " "))
		return qx_scan_fail(scan, "no single blank before the value");
	if (is_composite(whole->family->type))
		return qx_composite_scan(scan, whole->family->type, &whole->composite);
	if (scan->at < scan->end && *scan->at == '{')
		return qx_scan_fail(scan, "a value in braces, but \"%.*s\" is a %s",
				    QX_SHOW(whole->family->name),
				    qx_type_word(whole->family->type));
	return qx_scan_number(scan, "", &whole->sample.value);
}

static bool scan_times(struct qx_lines *lines, struct whole *whole)
{
	struct qx_text rest = qx_scan_rest(&lines->scan);

	if ((rest.len < 4 || memcmp(rest.data, " st@", 4) != 0) &&
	    !qx_openmetrics_time(lines, &whole->sample))
		return false;
	whole->start_offset = qx_scan_offset(&lines->scan) + 1;
	whole->has_start = qx_scan_take(&lines->scan, " st@");
	return !whole->has_start || qx_lines_seconds(lines, &whole->start);
}

static bool scan_line(struct qx_lines *lines, struct whole *whole)
{
	struct qx_scan *scan = &lines->scan;

	whole->sample.offset = qx_scan_offset(scan);
	if (!qx_scan_series(scan, &whole->sample.name))
		return false;
	whole->family = qx_lines_describe(lines, whole->sample.name, whole->sample.offset);
	if (!scan_value(lines, whole) || !scan_times(lines, whole) ||
	    !qx_lines_exemplars(lines, true, &whole->sample.exemplars))
		return false;
	return scan->at == scan->end || qx_scan_fail(scan, "something after the sample");
}

static void sample_line(struct qx_lines *lines)
{
	struct whole whole = { .has_start = false };

	if (scan_line(lines, &whole))
		add_line(lines, &whole);
	qx_composite_free(&whole.composite);
}

void qx_read_openmetrics_2(struct qx_exposition *exposition)
{
	qx_openmetrics_read(exposition, sample_line);
}
