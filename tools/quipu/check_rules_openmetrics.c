/* SPDX-License-Identifier: MIT */
/* check_rules_openmetrics.c: what only OpenMetrics asks for. */
#include "rules.h"

#include <string.h>

static bool ends_in_unit(const struct qx_family *family)
{
	struct qx_text name = family->name, unit = family->unit;

	return name.len > unit.len && name.data[name.len - unit.len - 1] == '_' &&
	       memcmp(name.data + name.len - unit.len, unit.data, unit.len) == 0;
}

void qx_check_unit(struct qx_exposition *exposition, const struct qx_family *family)
{
	if (family->unit.len == 0)
		return;
	if (family->type == QX_INFO || family->type == QX_STATESET)
		qx_error(exposition, family->offset, "%s \"%.*s\" has a unit",
			 qx_type_word(family->type), QX_SHOW(family->name));
	if (qx_is_openmetrics_1(exposition->format) && !ends_in_unit(family))
		qx_error(exposition, family->offset,
			 "family \"%.*s\" does not end in its unit \"%.*s\"", QX_SHOW(family->name),
			 QX_SHOW(family->unit));
}

void qx_check_spelling(struct qx_exposition *exposition, const struct qx_metric *metric)
{
	char canonical[QX_CANONICAL_SIZE];

	for (const struct qx_point *p = metric->first; p; p = p->next) {
		if (p->role != QX_BUCKET && p->role != QX_QUANTILE)
			continue;
		qx_canonical(p->at, canonical);
		if (!qx_text_is(p->spelling, canonical))
			qx_blame(exposition, metric, p->offset, "%s=\"%.*s\" should be \"%s\"",
				 p->role == QX_BUCKET ? "le" : "quantile", QX_SHOW(p->spelling),
				 canonical);
	}
}

void qx_check_times(struct qx_exposition *exposition, const struct qx_metric *metric)
{
	const struct qx_point *last = NULL;

	for (const struct qx_point *p = metric->first; p; last = p, p = p->next) {
		if (!last)
			continue;
		if (last->has_time != p->has_time) {
			qx_blame(exposition, metric, p->offset,
				 "points with and without timestamps");
			return;
		}
		if (p->time < last->time) {
			qx_blame(exposition, metric, p->offset, "timestamps go back");
			return;
		}
	}
}
