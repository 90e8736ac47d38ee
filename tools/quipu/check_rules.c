/* SPDX-License-Identifier: MIT */
/* check_rules.c: rules about families and series: twice, colliding, and each type's values. */
#include "roles.h"
#include "rules.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool qx_is_openmetrics_1(enum qx_format format)
{
	return format == QX_OPENMETRICS_0 || format == QX_OPENMETRICS;
}

bool qx_blame(struct qx_exposition *exposition, const struct qx_metric *metric, size_t offset,
	      const char *format, ...)
{
	char series[QX_SERIES_SIZE], message[512];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(message, sizeof(message), format, arguments);
	va_end(arguments);
	qx_metric_show(metric, series);
	return qx_error(exposition, offset, "%s: %s", series, message);
}

/* --- series there twice ------------------------------------------------------------------- */

/* Points on their way through a sort; kept from metric to metric. */
struct points {
	const struct qx_point **items;
	size_t n, capacity;
};

static int order(double a, double b)
{
	return (a > b) - (a < b);
}

/* Points that are the same series come together, in order of appearance. Only OpenMetrics has
 * several points of one series, by their times. */
static int by_series(const struct qx_point *a, const struct qx_point *b, bool times)
{
	if (a->role != b->role)
		return a->role < b->role ? -1 : 1;
	if (a->role == QX_STATE && !qx_text_same(a->spelling, b->spelling))
		return qx_text_compare(a->spelling, b->spelling);
	if (a->at != b->at)
		return order(a->at, b->at);
	return times ? order(a->time, b->time) : 0;
}

static int by_series_timed(const void *a, const void *b)
{
	const struct qx_point *x = *(const struct qx_point *const *)a;
	const struct qx_point *y = *(const struct qx_point *const *)b;
	int series = by_series(x, y, true);

	return series ? series : (x->offset > y->offset) - (x->offset < y->offset);
}

static int by_series_untimed(const void *a, const void *b)
{
	const struct qx_point *x = *(const struct qx_point *const *)a;
	const struct qx_point *y = *(const struct qx_point *const *)b;
	int series = by_series(x, y, false);

	return series ? series : (x->offset > y->offset) - (x->offset < y->offset);
}

static const char *part(enum qx_role role)
{
	static const char *const parts[] = { [QX_VALUE] = "",
					     [QX_STATE] = " (state)",
					     [QX_BUCKET] = " (bucket)",
					     [QX_QUANTILE] = " (quantile)",
					     [QX_COUNT] = " (count)",
					     [QX_SUM] = " (sum)",
					     [QX_CREATED] = " (created)" };

	return parts[role];
}

static void check_twice(struct qx_exposition *x, const struct qx_metric *metric,
			struct points *points)
{
	bool times = qx_is_openmetrics(x->format);

	points->n = 0;
	for (const struct qx_point *p = metric->first; p; p = p->next) {
		points->items = qx_grow(points->items, points->n, &points->capacity, sizeof(p));
		points->items[points->n++] = p;
	}
	if (points->n > 1)
		qsort(points->items, points->n, sizeof(*points->items),
		      times ? by_series_timed : by_series_untimed);
	for (size_t i = 1; i < points->n; i++) {
		if (by_series(points->items[i - 1], points->items[i], times) == 0)
			qx_blame(x, metric, points->items[i]->offset, "duplicate series%s",
				 part(points->items[i]->role));
	}
}

/* --- families ------------------------------------------------------------------------------ */

static void check_collisions(struct qx_exposition *x, const struct qx_family *family)
{
	enum qx_format format = qx_is_openmetrics_1(x->format) ? x->format : QX_TEXT;

	for (const struct qx_suffix *s = qx_suffixes(format); s->suffix; s++) {
		char name[1024];
		int len = snprintf(name, sizeof(name), "%.*s%s", (int)family->name.len,
				   family->name.data, s->suffix);
		const struct qx_family *other;

		if (s->type != family->type || !*s->suffix || len >= (int)sizeof(name))
			continue;
		other = qx_family_find(x, (struct qx_text){ name, (size_t)len });
		if (other)
			qx_error(x, other->offset > family->offset ? other->offset : family->offset,
				 "family \"%s\" has the name of a sample of %s \"%.*s\"", name,
				 qx_type_word(family->type), QX_SHOW(family->name));
	}
}

/* --- values --------------------------------------------------------------------------------- */

static const struct qx_point *point_of(const struct qx_metric *metric, enum qx_role role)
{
	const struct qx_point *p = metric->first;

	while (p && p->role != role)
		p = p->next;
	return p;
}

static void check_own_labels(struct qx_exposition *x, const struct qx_metric *metric)
{
	enum qx_type type = metric->family->type;
	bool buckets = type == QX_HISTOGRAM || type == QX_GAUGE_HISTOGRAM;

	for (size_t i = 0; i < metric->n_labels; i++) {
		if (buckets && qx_text_is(metric->labels[i].name, "le"))
			qx_blame(x, metric, metric->offset, "label \"le\" is for buckets only");
		if (type == QX_SUMMARY && qx_text_is(metric->labels[i].name, "quantile"))
			qx_blame(x, metric, metric->offset,
				 "label \"quantile\" is for quantiles only");
	}
}

static void check_created(struct qx_exposition *x, const struct qx_metric *metric)
{
	const struct qx_point *created = point_of(metric, QX_CREATED);

	if (!created)
		return;
	if (!(created->value.real >= 0) || isinf(created->value.real))
		qx_blame(x, metric, created->offset, "a created time that is none");
	for (const struct qx_point *p = metric->first; p; p = p->next) {
		if (p->role != QX_CREATED)
			return;
	}
	qx_blame(x, metric, created->offset, "a created time without its %s",
		 qx_type_word(metric->family->type));
}

static void check_summary_point(struct qx_exposition *x, const struct qx_metric *metric,
				const struct qx_point *p)
{
	if (p->role == QX_QUANTILE && !(p->at >= 0 && p->at <= 1))
		qx_blame(x, metric, p->offset, "quantile %g is not within 0 and 1", p->at);
	if (p->role == QX_QUANTILE && p->value.real < 0 && qx_is_openmetrics_1(x->format))
		qx_blame(x, metric, p->offset, "a negative quantile value");
	if (p->role == QX_COUNT && !qx_number_counts(p->value))
		qx_blame(x, metric, p->offset, "count %g is not a whole number", p->value.real);
	if (p->role == QX_SUM && !(p->value.real >= 0) && qx_is_openmetrics_1(x->format))
		qx_blame(x, metric, p->offset, "sum %g is negative or not a number", p->value.real);
}

static void check_point(struct qx_exposition *x, const struct qx_metric *metric,
			const struct qx_point *p)
{
	double value = p->value.real;

	if (p->role == QX_CREATED)
		return;
	switch (metric->family->type) {
	case QX_COUNTER:
		if (!(value >= 0))
			qx_blame(x, metric, p->offset, "counter %g is negative or not a number",
				 value);
		break;
	case QX_SUMMARY:
		check_summary_point(x, metric, p);
		break;
	case QX_INFO:
		if (value != 1)
			qx_blame(x, metric, p->offset, "info %g is not 1", value);
		break;
	case QX_STATESET:
		if (value != 0 && value != 1)
			qx_blame(x, metric, p->offset, "state %g is neither 0 nor 1", value);
		break;
	default:
		break;
	}
}

static void check_metric(struct qx_exposition *x, const struct qx_metric *metric,
			 struct points *points)
{
	enum qx_type type = metric->family->type;

	check_twice(x, metric, points);
	check_own_labels(x, metric);
	check_created(x, metric);
	for (const struct qx_point *p = metric->first; p; p = p->next)
		check_point(x, metric, p);
	if (type == QX_HISTOGRAM || type == QX_GAUGE_HISTOGRAM)
		qx_check_histogram(x, metric);
	qx_check_native(x, metric);
	qx_check_exemplars(x, metric);
	if (qx_is_openmetrics_1(x->format))
		qx_check_spelling(x, metric);
	if (qx_is_openmetrics(x->format))
		qx_check_times(x, metric);
}

void qx_check(struct qx_exposition *exposition)
{
	struct points points = { NULL, 0, 0 };

	for (const struct qx_family *f = exposition->first; f; f = f->next) {
		if (exposition->format != QX_OPENMETRICS_2)
			check_collisions(exposition, f);
		if (qx_is_openmetrics(exposition->format))
			qx_check_unit(exposition, f);
		for (const struct qx_metric *m = f->first; m; m = m->next)
			check_metric(exposition, m, &points);
	}
	free(points.items);
}
