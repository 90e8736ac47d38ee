/* SPDX-License-Identifier: MIT */
/* metric.h: one series as Metric messages of the Prometheus client data model. */
#ifndef QP_FORMAT_METRIC_H
#define QP_FORMAT_METRIC_H

#include <quipu/format.h>

/* Numbers of the types and fields of MetricFamily. */
enum {
	QP_TYPE_COUNTER = 0,
	QP_TYPE_GAUGE = 1,
	QP_TYPE_SUMMARY = 2,
	QP_TYPE_UNTYPED = 3,
	QP_TYPE_HISTOGRAM = 4,
};
enum {
	QP_FAMILY_NAME = 1,
	QP_FAMILY_HELP = 2,
	QP_FAMILY_TYPE = 3,
	QP_FAMILY_METRIC = 4,
	QP_FAMILY_UNIT = 5,
};

/* The field of a Metric that each of its labels is. */
#define QP_METRIC_LABEL 1

/* Room for a Metric's beginning and for one number, without a moment and an exemplar. */
#define QP_NUMBER_ROOM 48

/* The field of a Metric that a single number is in, by kind; exemplar may be NULL. */
char *qp_put_number(char *p, quipu_kind kind, double value, double created,
		    const quipu_exemplar_view *exemplar);

/* Appends the series as field QP_FAMILY_METRIC: one message, or one for each state. */
void qp_metric(quipu_out *out, const quipu_family_view *family, const quipu_series_view *series);

#endif
