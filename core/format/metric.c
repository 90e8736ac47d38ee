/* SPDX-License-Identifier: MIT */
/*
 * metric.c: see metric.h. Values of zero are written like all others. What text makes into
 * several series is one message here; statesets and info are gauges as in text.
 */
#include "format/metric.h"

#include "format/instant.h"
#include "format/metric_histogram.h"
#include "format/metric_parts.h"
#include "format/names.h"

enum { METRIC_GAUGE = 2, METRIC_COUNTER = 3, METRIC_SUMMARY = 4 };
enum { METRIC_UNTYPED = 5, METRIC_HISTOGRAM = 7 };
enum { VALUE = 1, COUNTER_EXEMPLAR = 2, COUNTER_CREATED = 3 };
enum { SUMMARY_COUNT = 1, SUMMARY_SUM = 2, SUMMARY_QUANTILE = 3, SUMMARY_CREATED = 4 };
enum { QUANTILE_QUANTILE = 1, QUANTILE_VALUE = 2 };

#define QUANTILE_ROOM 24

/* --- values ---------------------------------------------------------------------------------- */

static double value_of(quipu_kind kind, const quipu_series_view *series)
{
	switch (kind) {
	case QUIPU_KIND_COUNTER:
		return (double)series->integer;
	case QUIPU_KIND_UPDOWN:
		return (double)series->signed_integer;
	case QUIPU_KIND_INFO:
		return 1;
	default:
		return series->real;
	}
}

/* A message of one double: Gauge, Untyped. */
static char *put_value(char *p, unsigned field, double value)
{
	p = qp_put_varint(p, QP_TAG_BYTES(field));
	p = qp_put_varint(p, 9);
	return qp_put_field_double(p, VALUE, value);
}

static char *put_counter(char *p, double value, double created, const quipu_exemplar_view *exemplar)
{
	char *counter = qp_open(p, METRIC_COUNTER, 1);

	p = qp_put_field_double(counter, VALUE, value);
	if (exemplar)
		p = qp_put_exemplar_message(p, COUNTER_EXEMPLAR, exemplar);
	p = qp_put_moment(p, COUNTER_CREATED, created);
	return qp_close(counter, p, 1);
}

char *qp_put_number(char *p, quipu_kind kind, double value, double created,
		    const quipu_exemplar_view *exemplar)
{
	switch (kind) {
	case QUIPU_KIND_COUNTER:
	case QUIPU_KIND_FLOAT_COUNTER:
		return put_counter(p, value, created, exemplar);
	case QUIPU_KIND_UNKNOWN:
		return put_value(p, METRIC_UNTYPED, value);
	default:
		return put_value(p, METRIC_GAUGE, value);
	}
}

static char *put_summary(char *p, const quipu_family_view *family, const quipu_series_view *series)
{
	char *summary = qp_open(p, METRIC_SUMMARY, 1), *quantile;

	p = qp_put_field(summary, SUMMARY_COUNT, series->count);
	p = qp_put_field_double(p, SUMMARY_SUM, series->sum);
	for (size_t i = 0; i < family->n_quantiles; i++) {
		quantile = qp_open(p, SUMMARY_QUANTILE, 1);
		p = qp_put_field_double(quantile, QUANTILE_QUANTILE, family->quantiles[i]);
		p = qp_put_field_double(p, QUANTILE_VALUE, series->quantile_values[i]);
		p = qp_close(quantile, p, 1);
	}
	p = qp_put_moment(p, SUMMARY_CREATED, series->created);
	return qp_close(summary, p, 1);
}

/* The field of Metric that this kind is in. */
static char *put_content(char *p, const quipu_family_view *family, const quipu_series_view *series)
{
	switch (family->kind) {
	case QUIPU_KIND_SUMMARY:
		return put_summary(p, family, series);
	case QUIPU_KIND_HISTOGRAM:
		return qp_put_histogram(p, METRIC_HISTOGRAM, family, series);
	default:
		return qp_put_number(p, family->kind, value_of(family->kind, series),
				     series->created,
				     series->n_exemplars > 0 ? series->exemplars : NULL);
	}
}

/* --- metrics --------------------------------------------------------------------------------- */

static size_t metric_room(const quipu_family_view *family, const quipu_series_view *series)
{
	size_t room = QP_NUMBER_ROOM + qp_labels_room(series->labels, series->n_labels) +
		      QP_MOMENT_ROOM + qp_exemplar_messages_room(series);

	if (family->kind == QUIPU_KIND_HISTOGRAM)
		room += qp_histogram_room(family, series);
	return room + family->n_quantiles * QUANTILE_ROOM;
}

static void one_metric(quipu_out *out, const quipu_family_view *family,
		       const quipu_series_view *series)
{
	size_t left = family->kind == QUIPU_KIND_HISTOGRAM ? 2 : 1;
	char *start = quipu_out_reserve(out, metric_room(family, series));
	char *p, *metric;

	if (!start)
		return;
	metric = qp_open(start, QP_FAMILY_METRIC, left);
	p = qp_put_labels(metric, QP_METRIC_LABEL, series->labels, series->n_labels);
	p = put_content(p, family, series);
	p = qp_close(metric, p, left);
	quipu_out_commit(out, (size_t)(p - start));
}

/* --- statesets ------------------------------------------------------------------------------- */

static char *put_state(char *p, quipu_str name, quipu_str state)
{
	char *label = qp_open(p, QP_METRIC_LABEL, 1);

	p = qp_put_varint(label, QP_TAG_BYTES(1));
	p = qp_put_varint(p, name.len);
	p = qp_put_state_label(p, name);
	p = qp_put_field_text(p, 2, state);
	return qp_close(label, p, 1);
}

static void state_metric(quipu_out *out, const quipu_family_view *family,
			 const quipu_series_view *series, size_t i)
{
	size_t room = QP_NUMBER_ROOM + qp_labels_room(series->labels, series->n_labels) +
		      QP_LABEL_ROOM + family->name.len + family->states[i].len;
	char *start = quipu_out_reserve(out, room);
	char *p, *metric;

	if (!start)
		return;
	metric = qp_open(start, QP_FAMILY_METRIC, 1);
	p = qp_put_labels(metric, QP_METRIC_LABEL, series->labels, series->n_labels);
	p = put_state(p, family->name, family->states[i]);
	p = put_value(p, METRIC_GAUGE, (double)(series->integer >> i & 1));
	p = qp_close(metric, p, 1);
	quipu_out_commit(out, (size_t)(p - start));
}

void qp_metric(quipu_out *out, const quipu_family_view *family, const quipu_series_view *series)
{
	if (family->kind != QUIPU_KIND_STATESET) {
		one_metric(out, family, series);
		return;
	}
	for (size_t i = 0; i < family->n_states; i++)
		state_metric(out, family, series, i);
}
