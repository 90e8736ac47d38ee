/* SPDX-License-Identifier: MIT */
/* series.c: see series.h. */
#include "series.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct qx_text keep(char **room, struct qx_text text)
{
	char *copy = *room;

	if (text.len > 0)
		memcpy(copy, text.data, text.len);
	*room += text.len;
	return (struct qx_text){ copy, text.len };
}

static void keep_labels(struct series *series, const struct qx_label *labels, size_t n)
{
	size_t size = n * sizeof(*labels);
	char *room;

	for (size_t i = 0; i < n; i++)
		size += labels[i].name.len + labels[i].value.len;
	series->labels = qx_new(1, size);
	series->n_labels = n;
	room = (char *)(series->labels + n);
	for (size_t i = 0; i < n; i++) {
		series->labels[i].name = keep(&room, labels[i].name);
		series->labels[i].value = keep(&room, labels[i].value);
	}
}

struct series *series_new(enum qx_type type, const struct qx_label *labels, size_t n, uint64_t key)
{
	struct series *series = qx_new(1, sizeof(*series));

	series->type = type;
	series->key = key;
	series->time = series->value = series->sum = NAN;
	series->rate = series->mean = series->change = NAN;
	keep_labels(series, labels, n);
	return series;
}

void series_free(struct series *series)
{
	spread_free(&series->now);
	spread_free(&series->since);
	free(series->quantiles);
	free(series->labels);
	free(series->history);
	free(series);
}

struct qx_text series_label(const struct series *series, const char *name)
{
	for (size_t i = 0; i < series->n_labels; i++) {
		if (qx_text_is(series->labels[i].name, name))
			return series->labels[i].value;
	}
	return qx_text_of("");
}

bool type_grows(enum qx_type type)
{
	return type == QX_COUNTER || type == QX_HISTOGRAM || type == QX_SUMMARY;
}

double series_figure(const struct series *series)
{
	return type_grows(series->type) ? series->rate : series->value;
}

/* --- reading ---------------------------------------------------------------------------------- */

struct reading {
	bool timed;
	double time, value, sum;
	size_t n_points, n_quantiles;
};

static void add_state(struct series *series, struct qx_text state)
{
	size_t len = strlen(series->states);

	snprintf(series->states + len, STATES_SIZE - len, "%s%.*s", len ? "," : "", QX_SHOW(state));
}

static void read_point(struct series *series, const struct qx_point *p, struct reading *reading)
{
	reading->n_points++;
	switch (p->role) {
	case QX_VALUE:
	case QX_COUNT:
		reading->value = p->value.real;
		reading->timed = p->has_time;
		if (p->has_time)
			reading->time = p->time;
		break;
	case QX_SUM:
		reading->sum = p->value.real;
		break;
	case QX_STATE:
		if (p->value.real > 0)
			add_state(series, p->spelling);
		reading->value = 1;
		break;
	case QX_QUANTILE:
		reading->n_quantiles++;
		break;
	case QX_BUCKET:
	case QX_CREATED:
		break;
	}
}

static struct reading read_points(struct series *series, const struct qx_metric *metric,
				  double time)
{
	struct reading reading = { .time = time, .value = NAN, .sum = NAN };

	series->states[0] = '\0';
	for (const struct qx_point *p = metric->first; p; p = p->next)
		read_point(series, p, &reading);
	if (metric->natives) {
		reading.n_points++;
		if (isnan(reading.value))
			reading.value = metric->natives->count.real;
		if (isnan(reading.sum))
			reading.sum = metric->natives->sum.real;
	}
	return reading;
}

static void read_quantiles(struct series *series, const struct qx_metric *metric, size_t n)
{
	free(series->quantiles);
	series->quantiles = n > 0 ? qx_new(n, sizeof(*series->quantiles)) : NULL;
	series->n_quantiles = 0;
	for (const struct qx_point *p = metric->first; p && series->n_quantiles < n; p = p->next) {
		if (p->role == QX_QUANTILE)
			series->quantiles[series->n_quantiles++] =
				(struct quantile){ p->at, p->value.real };
	}
}

/* --- what came since ---------------------------------------------------------------------------- */

/* What went down began anew at zero, as Prometheus has it. */
static double increase(double now, double before)
{
	return now >= before ? now - before : now;
}

double relative_change(double now, double before)
{
	double size = fmax(fabs(now), fabs(before)), change = fabs(now - before);

	if (isnan(change) || isinf(size))
		return NAN;
	return size > 0 ? fmin(change / size, 1) : 0;
}

static void update_rate(struct series *series, const struct reading *reading)
{
	double seconds = reading->time - series->time, more, figure = series_figure(series);

	if (reading->timed != series->timed || !(seconds >= 0)) {
		series->rate = series->mean = NAN;
	} else if (seconds > 0) {
		more = increase(reading->value, series->value);
		series->mean = (reading->value >= series->value ? reading->sum - series->sum
								: reading->sum) /
			       more;
		series->rate = more / seconds;
	}
	series->timed = reading->timed;
	series->time = reading->time;
	series->value = reading->value;
	series->sum = reading->sum;
	series->change = relative_change(series_figure(series), figure);
}

static void update_spread(struct series *series, const struct qx_metric *metric, bool first)
{
	struct spread now = spread_of(metric);

	spread_free(&series->since);
	if (series->type == QX_GAUGE_HISTOGRAM)
		series->since = spread_copy(&now); /* its buckets are not of a while, but of now */
	else if (!first)
		series->since = spread_since(&now, &series->now);
	spread_free(&series->now);
	series->now = now;
}

void series_update(struct series *series, const struct qx_metric *metric, double time)
{
	bool first = isnan(series->time), again;
	struct reading reading = read_points(series, metric, time);

	series->n_points = reading.n_points;
	again = !first && reading.timed && reading.time == series->time;
	if (first)
		series->timed = reading.timed;
	update_rate(series, &reading);
	if (reading.n_quantiles > 0 || series->quantiles)
		read_quantiles(series, metric, reading.n_quantiles);
	if (!again && (series->type == QX_HISTOGRAM || series->type == QX_GAUGE_HISTOGRAM))
		update_spread(series, metric, first);
}
