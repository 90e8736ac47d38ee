/* SPDX-License-Identifier: MIT */
/* report.c: how full each family is, and which of its labels is to blame. */
#include "base/alloc.h"
#include "base/lock.h"
#include "labels.h"
#include "registry.h"

#include <quipu/metric.h>

#include <stdlib.h>
#include <string.h>

static int compare_hashes(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

	return left < right ? -1 : left > right;
}

/* How many different values a label has: their hashes, sorted. */
static size_t count_distinct(const struct qp_family *family, size_t label, uint64_t *hashes)
{
	size_t n = 0, distinct = 0, i;

	for (i = 0; i < family->n_listed; i++) {
		const struct qp_series *series = family->list->series[i];
		quipu_str value;

		if (!series)
			continue;
		value = qp_series_value(series, label);
		hashes[n++] = qp_labels_hash(&value, 1);
	}
	qsort(hashes, n, sizeof hashes[0], compare_hashes);
	for (i = 0; i < n; i++)
		distinct += i == 0 || hashes[i] != hashes[i - 1];
	return distinct;
}

/* Worst first: most rejected values, then most values. */
static int compare_labels(const void *a, const void *b)
{
	const quipu_label_report *left = a, *right = b;

	if (left->rejected != right->rejected)
		return left->rejected > right->rejected ? -1 : 1;
	return left->distinct > right->distinct ? -1 : left->distinct < right->distinct;
}

/* A report with copies of the names, one block each, freed by report_free. */
static bool report_fill(quipu_family_report *report, const struct qp_family *family)
{
	uint64_t *hashes = qp_alloc(family->n_listed * sizeof hashes[0]);
	size_t i;

	memset(report, 0, sizeof *report);
	report->name = qp_copy(family->name.data, family->name.len);
	report->series = family->n_series;
	report->max_series = family->max_series;
	report->rejected = qp_family_rejected(family);
	for (i = 0; hashes && i < family->n_labels; i++) {
		report->labels[i].name =
			qp_copy(family->label_names[i].data, family->label_names[i].len);
		report->labels[i].distinct = count_distinct(family, i, hashes);
		report->labels[i].rejected = qp_family_sketch_estimate(family, i);
		if (!report->labels[i].name)
			break;
		report->n_labels++;
	}
	qp_free(hashes);
	if (!report->name || !hashes || report->n_labels < family->n_labels)
		return false;
	qsort(report->labels, report->n_labels, sizeof report->labels[0], compare_labels);
	return true;
}

static void report_free(quipu_family_report *report)
{
	size_t i;

	qp_free((void *)(uintptr_t)report->name);
	for (i = 0; i < report->n_labels; i++)
		qp_free((void *)(uintptr_t)report->labels[i].name);
}

/* All reports under the lock, so that fn can be called without it. */
static quipu_family_report *take_reports(quipu_registry *registry, size_t *n)
{
	quipu_family_report *reports;
	bool filled = true;

	*n = 0;
	qp_lock(&qp_catalog_lock);
	reports = qp_alloc(registry->n_families * sizeof reports[0]);
	while (reports && filled && *n < registry->n_families) {
		filled = report_fill(&reports[*n], registry->families[*n]);
		++*n;
	}
	qp_unlock(&qp_catalog_lock);
	if (filled)
		return reports;
	while (*n > 0)
		report_free(&reports[--*n]);
	qp_free(reports);
	return NULL;
}

quipu_error quipu_registry_report(quipu_registry *registry,
				  void (*fn)(const quipu_family_report *report, void *ctx),
				  void *ctx)
{
	quipu_family_report *reports;
	size_t n, i;

	if (!registry)
		return QUIPU_ENOMEM;
	reports = take_reports(registry, &n);
	if (!reports)
		return QUIPU_ENOMEM;
	for (i = 0; i < n; i++) {
		fn(&reports[i], ctx);
		report_free(&reports[i]);
	}
	qp_free(reports);
	return QUIPU_OK;
}
