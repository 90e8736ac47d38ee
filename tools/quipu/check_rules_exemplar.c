/* SPDX-License-Identifier: MIT */
/* check_rules_exemplar.c: where exemplars may be, how long, with what time. */
#include "rules.h"

#define LONGEST 128 /* characters of all names and values together */

static bool has_place(enum qx_format format, enum qx_type type, enum qx_role role)
{
	if (type == QX_COUNTER)
		return role == QX_VALUE;
	if (type != QX_HISTOGRAM && type != QX_GAUGE_HISTOGRAM)
		return false;
	/* Where a histogram is one piece, its exemplars are at the count. */
	return role == QX_BUCKET ||
	       (role == QX_COUNT && (format == QX_OPENMETRICS_2 || format == QX_JSON));
}

static size_t length(const struct qx_exemplar *exemplar)
{
	size_t n = 0;

	for (size_t i = 0; i < exemplar->n_labels; i++)
		n += qx_utf8_count(exemplar->labels[i].name) +
		     qx_utf8_count(exemplar->labels[i].value);
	return n;
}

static void check_one(struct qx_exposition *x, const struct qx_metric *metric,
		      const struct qx_exemplar *exemplar, bool timed)
{
	size_t n = length(exemplar);

	if (n > LONGEST && x->format != QX_OPENMETRICS_2)
		qx_blame(x, metric, exemplar->offset, "an exemplar of %zu characters, more than %d",
			 n, LONGEST);
	if (timed && !exemplar->has_time)
		qx_blame(x, metric, exemplar->offset, "an exemplar without a timestamp");
}

static void check_point(struct qx_exposition *x, const struct qx_metric *metric,
			const struct qx_point *p)
{
	if (p->exemplars && !has_place(x->format, metric->family->type, p->role)) {
		qx_blame(x, metric, p->exemplars->offset,
			 "an exemplar on what is neither a counter's total nor a bucket");
		return;
	}
	for (const struct qx_exemplar *e = p->exemplars; e; e = e->next) {
		check_one(x, metric, e, x->format == QX_OPENMETRICS_2);
		if (p->role == QX_BUCKET && e->value.real > p->at)
			qx_blame(x, metric, e->offset, "exemplar %g is above its bucket's bound %g",
				 e->value.real, p->at);
	}
}

void qx_check_exemplars(struct qx_exposition *exposition, const struct qx_metric *metric)
{
	for (const struct qx_point *p = metric->first; p; p = p->next)
		check_point(exposition, metric, p);
	for (const struct qx_native *n = metric->natives; n; n = n->next) {
		for (const struct qx_exemplar *e = n->exemplars; e; e = e->next)
			check_one(exposition, metric, e, true);
	}
}
