/* SPDX-License-Identifier: MIT */
/* check_rules_histogram.c: classic buckets: in order, cumulative, complete, adding up. */
#include "rules.h"

#include <math.h>

/* The buckets of one metric at one time. */
struct group {
	const struct qx_point *first;
	const struct qx_point *bucket; /* the last one */
	const struct qx_point *count, *sum;
	bool negative;	   /* there are bounds below 0 */
	bool out_of_order; /* said once */
};

static bool fractions(enum qx_format format)
{
	return format == QX_PROTOBUF;
}

/* The last bucket may be left out: it is the count. */
static bool open_ended(enum qx_format format)
{
	return format == QX_PROTOBUF;
}

static void check_count(struct qx_exposition *x, const struct qx_metric *metric,
			const struct qx_point *p)
{
	if (!(p->value.real >= 0))
		qx_blame(x, metric, p->offset, "count %g is negative or not a number",
			 p->value.real);
	else if (!fractions(x->format) && !qx_number_counts(p->value))
		qx_blame(x, metric, p->offset, "count %g is not a whole number", p->value.real);
}

static void add_bucket(struct qx_exposition *x, const struct qx_metric *metric, struct group *group,
		       const struct qx_point *p)
{
	char number[QX_NUMBER_SIZE], before[QX_NUMBER_SIZE];

	check_count(x, metric, p);
	if (p->at < 0)
		group->negative = true;
	if (isnan(p->at))
		qx_blame(x, metric, p->offset, "a bucket whose bound is not a number");
	if (group->bucket && p->at < group->bucket->at && !group->out_of_order) {
		qx_blame(x, metric, p->offset, "buckets out of order: %g after %g", p->at,
			 group->bucket->at);
		group->out_of_order = true;
	} else if (group->bucket && !group->out_of_order &&
		   qx_number_less(p->value, group->bucket->value)) {
		qx_blame(x, metric, p->offset, "buckets not cumulative: %s up to %g after %s",
			 qx_number_show(p->value, number), p->at,
			 qx_number_show(group->bucket->value, before));
	}
	if (!group->bucket || p->at >= group->bucket->at)
		group->bucket = p;
}

static void add_point(struct qx_exposition *x, const struct qx_metric *metric, struct group *group,
		      const struct qx_point *p)
{
	if (!group->first)
		group->first = p;
	if (p->role == QX_BUCKET) {
		add_bucket(x, metric, group, p);
	} else if (p->role == QX_COUNT) {
		check_count(x, metric, p);
		group->count = p;
	} else if (p->role == QX_SUM) {
		group->sum = p;
	}
}

static void check_last(struct qx_exposition *x, const struct qx_metric *metric,
		       const struct group *group)
{
	char count[QX_NUMBER_SIZE], bucket[QX_NUMBER_SIZE];
	bool infinite = group->bucket && isinf(group->bucket->at) && group->bucket->at > 0;

	if (!infinite && !open_ended(x->format) && !metric->natives)
		qx_blame(x, metric, group->bucket ? group->bucket->offset : group->first->offset,
			 "no +Inf bucket");
	if (!group->bucket || !group->count)
		return;
	if (infinite && !qx_number_same(group->bucket->value, group->count->value))
		qx_blame(x, metric, group->count->offset, "count %s is not the +Inf bucket's %s",
			 qx_number_show(group->count->value, count),
			 qx_number_show(group->bucket->value, bucket));
	else if (!infinite && qx_number_less(group->count->value, group->bucket->value))
		qx_blame(x, metric, group->count->offset, "count %s is less than a bucket's %s",
			 qx_number_show(group->count->value, count),
			 qx_number_show(group->bucket->value, bucket));
}

/* OpenMetrics 1 has neither or both, and no sum where observations may be negative. */
static void check_sum_1(struct qx_exposition *x, const struct qx_metric *metric,
			const struct group *group)
{
	bool gauge = metric->family->type == QX_GAUGE_HISTOGRAM;

	if (!group->sum != !group->count)
		qx_blame(x, metric, group->first->offset, "a %s without a %s",
			 group->sum ? "sum" : "count", group->sum ? "count" : "sum");
	if (!group->sum)
		return;
	if (isnan(group->sum->value.real))
		qx_blame(x, metric, group->sum->offset, "sum is not a number");
	if (group->negative && !gauge)
		qx_blame(x, metric, group->sum->offset, "a sum although bounds are negative");
	else if (group->sum->value.real < 0 && !group->negative)
		qx_blame(x, metric, group->sum->offset, "a negative sum");
}

static void close_group(struct qx_exposition *x, const struct qx_metric *metric,
			const struct group *group)
{
	if (!group->first)
		return;
	check_last(x, metric, group);
	if (qx_is_openmetrics_1(x->format)) {
		check_sum_1(x, metric, group);
		return;
	}
	if (!group->count)
		qx_blame(x, metric, group->first->offset, "no count");
	if (!group->sum)
		qx_blame(x, metric, group->first->offset, "no sum");
}

static bool same_time(const struct qx_point *a, const struct qx_point *b)
{
	return a->has_time == b->has_time && a->time == b->time;
}

void qx_check_histogram(struct qx_exposition *exposition, const struct qx_metric *metric)
{
	struct group group = { .first = NULL };

	for (const struct qx_point *p = metric->first; p; p = p->next) {
		if (p->role == QX_CREATED)
			continue;
		if (group.first && qx_is_openmetrics(exposition->format) &&
		    !same_time(group.first, p)) {
			close_group(exposition, metric, &group);
			group = (struct group){ .first = NULL };
		}
		add_point(exposition, metric, &group, p);
	}
	close_group(exposition, metric, &group);
}
