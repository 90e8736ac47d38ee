/* SPDX-License-Identifier: MIT */
/* model.c: building expositions: families by name, metrics by family and labels. */
#include "model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool qx_error(struct qx_exposition *exposition, size_t offset, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	qx_find(&exposition->findings, &exposition->arena, offset, format, arguments);
	va_end(arguments);
	return false;
}

size_t qx_offset(const struct qx_exposition *exposition, const char *at)
{
	return (size_t)(at - exposition->input.data);
}

/* --- families -------------------------------------------------------------------------- */

static bool family_named(const void *entry, const void *key)
{
	return qx_text_same(((const struct qx_family *)entry)->name, *(const struct qx_text *)key);
}

struct qx_family *qx_family_find(const struct qx_exposition *exposition, struct qx_text name)
{
	return qx_index_find(&exposition->families, qx_text_hash(0, name), family_named, &name);
}

struct qx_family *qx_family_add(struct qx_exposition *exposition, struct qx_text name,
				size_t offset)
{
	struct qx_family *family = qx_take(&exposition->arena, sizeof(*family));

	family->name = name;
	family->offset = offset;
	if (exposition->last)
		exposition->last->next = family;
	else
		exposition->first = family;
	exposition->last = family;
	exposition->n_families++;
	qx_index_add(&exposition->families, qx_text_hash(0, name), family);
	return family;
}

/* --- labels ----------------------------------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
	return qx_text_compare(((const struct qx_label *)a)->name,
			       ((const struct qx_label *)b)->name);
}

static size_t drop_empty(struct qx_label *labels, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		if (labels[i].value.len > 0)
			labels[kept++] = labels[i];
	}
	return kept;
}

const struct qx_label *qx_labels_sort(struct qx_label *labels, size_t *n)
{
	if (*n > 1)
		qsort(labels, *n, sizeof(*labels), by_name);
	for (size_t i = 1; i < *n; i++) {
		if (qx_text_same(labels[i - 1].name, labels[i].name))
			return &labels[i];
	}
	*n = drop_empty(labels, *n);
	return NULL;
}

static bool labels_same(const struct qx_label *a, const struct qx_label *b, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!qx_text_same(a[i].name, b[i].name) || !qx_text_same(a[i].value, b[i].value))
			return false;
	}
	return true;
}

struct qx_label *qx_labels_keep(struct qx_exposition *exposition, const struct qx_label *labels,
				size_t n)
{
	struct qx_label *kept = qx_take(&exposition->arena, n * sizeof(*labels));

	if (n > 0)
		memcpy(kept, labels, n * sizeof(*labels));
	return kept;
}

/* --- metrics ---------------------------------------------------------------------------- */

struct wanted {
	const struct qx_family *family;
	const struct qx_label *labels;
	size_t n;
};

static uint64_t metric_hash(const struct wanted *wanted)
{
	uint64_t hash = qx_text_hash(1, wanted->family->name);

	for (size_t i = 0; i < wanted->n; i++)
		hash = qx_text_hash(qx_text_hash(hash, wanted->labels[i].name),
				    wanted->labels[i].value);
	return hash;
}

static bool metric_is(const void *entry, const void *key)
{
	const struct qx_metric *metric = entry;
	const struct wanted *wanted = key;

	return metric->family == wanted->family && metric->n_labels == wanted->n &&
	       labels_same(metric->labels, wanted->labels, wanted->n);
}

struct qx_metric *qx_metric_find(const struct qx_exposition *exposition,
				 const struct qx_family *family, const struct qx_label *labels,
				 size_t n)
{
	struct wanted wanted = { family, labels, n };

	return qx_index_find(&exposition->metrics, metric_hash(&wanted), metric_is, &wanted);
}

struct qx_metric *qx_metric_add(struct qx_exposition *exposition, struct qx_family *family,
				const struct qx_label *labels, size_t n, size_t offset)
{
	struct qx_metric *metric = qx_take(&exposition->arena, sizeof(*metric));
	struct wanted wanted = { family, labels, n };

	metric->family = family;
	metric->labels = qx_labels_keep(exposition, labels, n);
	metric->n_labels = n;
	metric->offset = offset;
	if (family->last)
		family->last->next = metric;
	else
		family->first = metric;
	family->last = metric;
	family->n_metrics++;
	exposition->n_metrics++;
	qx_index_add(&exposition->metrics, metric_hash(&wanted), metric);
	return metric;
}

struct qx_point *qx_point_add(struct qx_exposition *exposition, struct qx_metric *metric,
			      enum qx_role role, struct qx_number value, size_t offset)
{
	struct qx_point *point = qx_take(&exposition->arena, sizeof(*point));

	point->role = role;
	point->value = value;
	point->offset = offset;
	if (metric->last)
		metric->last->next = point;
	else
		metric->first = point;
	metric->last = point;
	exposition->n_points++;
	return point;
}

/* --- messages --------------------------------------------------------------------------- */

void qx_labels_show(struct qx_text name, const struct qx_label *labels, size_t n,
		    char out[QX_SERIES_SIZE])
{
	size_t at = (size_t)snprintf(out, QX_SERIES_SIZE, "%.*s%s", QX_SHOW(name), n ? "{" : "");

	for (size_t i = 0; i < n && at < QX_SERIES_SIZE; i++)
		at += (size_t)snprintf(out + at, QX_SERIES_SIZE - at, "%s%.*s=\"%.*s\"",
				       i ? "," : "", QX_SHOW(labels[i].name),
				       QX_SHOW(labels[i].value));
	if (n && at < QX_SERIES_SIZE)
		snprintf(out + at, QX_SERIES_SIZE - at, "}");
	if (at >= QX_SERIES_SIZE)
		memcpy(out + QX_SERIES_SIZE - 4, "...", 4);
}

void qx_metric_show(const struct qx_metric *metric, char out[QX_SERIES_SIZE])
{
	qx_labels_show(metric->family->name, metric->labels, metric->n_labels, out);
}
