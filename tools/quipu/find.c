/* SPDX-License-Identifier: MIT */
/* find.c: look-ups by names and labels, for tests. */
#include "roles.h"

#include <string.h>

#define MOST_LABELS 64

static size_t collect(va_list arguments, struct qx_label *labels)
{
	size_t n = 0;
	const char *name;

	while (n < MOST_LABELS && (name = va_arg(arguments, const char *))) {
		labels[n].name = qx_text_of(name);
		labels[n++].value = qx_text_of(va_arg(arguments, const char *));
	}
	qx_labels_sort(labels, &n);
	return n;
}

struct qx_family *qx_find_family(const struct qx_exposition *exposition, const char *name)
{
	return qx_family_find(exposition, qx_text_of(name));
}

const struct qx_metric *qx_find_metric(const struct qx_exposition *exposition, const char *family,
				       ...)
{
	const struct qx_family *found = qx_find_family(exposition, family);
	struct qx_label labels[MOST_LABELS];
	va_list arguments;
	size_t n;

	va_start(arguments, family);
	n = collect(arguments, labels);
	va_end(arguments);
	return found ? qx_metric_find(exposition, found, labels, n) : NULL;
}

static size_t take_label(struct qx_label *labels, size_t n, struct qx_text name,
			 struct qx_text *value)
{
	for (size_t i = 0; name.len > 0 && i < n; i++) {
		if (!qx_text_same(labels[i].name, name))
			continue;
		*value = labels[i].value;
		memmove(&labels[i], &labels[i + 1], (n - i - 1) * sizeof(*labels));
		return n - 1;
	}
	return n;
}

static bool point_is(const struct qx_point *point, enum qx_role role, struct qx_text own)
{
	struct qx_number number;

	if (point->role != role)
		return false;
	if (role == QX_STATE)
		return qx_text_same(point->spelling, own);
	if (role != QX_BUCKET && role != QX_QUANTILE)
		return true;
	return qx_number_parse(own, &number) && number.real == point->at;
}

const struct qx_point *qx_find_point(const struct qx_exposition *exposition, const char *sample,
				     ...)
{
	struct qx_label labels[MOST_LABELS];
	struct qx_text own = { NULL, 0 };
	const struct qx_metric *metric;
	enum qx_role role;
	const struct qx_family *family =
		qx_family_of_sample(exposition, NULL, qx_text_of(sample), &role);
	va_list arguments;
	size_t n;

	va_start(arguments, sample);
	n = collect(arguments, labels);
	va_end(arguments);
	if (!family)
		return NULL;
	n = take_label(labels, n, qx_own_label(family, role), &own);
	metric = qx_metric_find(exposition, family, labels, n);
	for (const struct qx_point *p = metric ? metric->first : NULL; p; p = p->next) {
		if (point_is(p, role, own))
			return p;
	}
	return NULL;
}
