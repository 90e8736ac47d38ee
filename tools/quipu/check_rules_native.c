/* SPDX-License-Identifier: MIT */
/* check_rules_native.c: native buckets: schema, spans, and that all counts add up. */
#include "rules.h"

#include <math.h>

#define LOWEST_SCHEMA -4
#define HIGHEST_SCHEMA 8

/* The index of the bucket that takes what is larger than the largest double. */
static int64_t overflow_index(int64_t schema)
{
	return schema >= 0 ? (1024ll << schema) + 1 : (1024ll >> -schema) + 1;
}

static bool schema_known(int64_t schema)
{
	return schema >= LOWEST_SCHEMA && schema <= HIGHEST_SCHEMA;
}

static void check_spans(struct qx_exposition *x, const struct qx_metric *metric,
			const struct qx_native *native, const struct qx_side *side,
			const char *sign)
{
	int64_t index = 0;
	uint64_t total = 0;

	for (size_t i = 0; i < side->n_spans; i++) {
		const struct qx_span *span = &side->spans[i];

		if (i > 0 && span->offset < 0)
			qx_blame(x, metric, native->offset, "%s span %zu has a negative offset",
				 sign, i + 1);
		if (span->length > UINT32_MAX || span->offset > INT32_MAX ||
		    span->offset < INT32_MIN) {
			qx_blame(x, metric, native->offset, "%s span %zu is too large", sign,
				 i + 1);
			return;
		}
		total += span->length;
		index += span->offset + (int64_t)span->length;
	}
	if (total != side->n_counts)
		qx_blame(x, metric, native->offset, "%s spans of %llu buckets, but %zu counts",
			 sign, (unsigned long long)total, side->n_counts);
	if (total > 0 && schema_known(native->schema) && index - 1 > overflow_index(native->schema))
		qx_blame(x, metric, native->offset, "%s buckets beyond the last, %lld", sign,
			 (long long)overflow_index(native->schema));
}

static struct qx_number add_counts(struct qx_exposition *x, const struct qx_metric *metric,
				   const struct qx_native *native, const struct qx_side *side,
				   struct qx_number total)
{
	bool said = false;

	for (size_t i = 0; i < side->n_counts; i++) {
		if (!(side->counts[i].real >= 0) && !said) {
			qx_blame(x, metric, native->offset, "native bucket %zu counts %g", i + 1,
				 side->counts[i].real);
			said = true;
		}
		total = qx_number_add(total, side->counts[i]);
	}
	return total;
}

/* Sums of fractions, and of whole numbers beyond 64 bits, are rounded. */
static bool about(struct qx_number a, struct qx_number b)
{
	if (a.exact && b.exact)
		return a.whole == b.whole;
	return fabs(a.real - b.real) <= 1e-9 * fabs(a.real);
}

static void check_total(struct qx_exposition *x, const struct qx_metric *metric,
			const struct qx_native *native, struct qx_number total)
{
	char count[QX_NUMBER_SIZE], sum[QX_NUMBER_SIZE];

	if (about(native->count, total))
		return;
	if (isnan(native->sum.real) && qx_number_less(total, native->count))
		return; /* observations that are not numbers are in no bucket */
	qx_blame(x, metric, native->offset, "count %s, but zero and native buckets are %s",
		 qx_number_show(native->count, count), qx_number_show(total, sum));
}

static void check_one(struct qx_exposition *x, const struct qx_metric *metric,
		      const struct qx_native *native)
{
	struct qx_number total = native->zero_count;

	if (!schema_known(native->schema))
		qx_blame(x, metric, native->offset, "schema %lld is not -4 to 8",
			 (long long)native->schema);
	if (!(native->zero_threshold >= 0) || isinf(native->zero_threshold))
		qx_blame(x, metric, native->offset, "zero threshold %g", native->zero_threshold);
	if (!(native->zero_count.real >= 0))
		qx_blame(x, metric, native->offset, "zero count %g", native->zero_count.real);
	check_spans(x, metric, native, &native->negative, "negative");
	check_spans(x, metric, native, &native->positive, "positive");
	total = add_counts(x, metric, native, &native->negative, total);
	total = add_counts(x, metric, native, &native->positive, total);
	check_total(x, metric, native, total);
}

void qx_check_native(struct qx_exposition *exposition, const struct qx_metric *metric)
{
	for (const struct qx_native *n = metric->natives; n; n = n->next)
		check_one(exposition, metric, n);
}
