/* SPDX-License-Identifier: MIT */
/* spread.c: arithmetic of sorted lists of buckets. */
#include "spread.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LEAST_SCHEMA (-4)
#define MOST_SCHEMA 8
#define NEAR 1e-9 /* bounds of native buckets are computed */

void spread_free(struct spread *spread)
{
	free(spread->bars);
	*spread = (struct spread){ .n = 0 };
}

struct spread spread_copy(const struct spread *from)
{
	struct spread copy = *from;

	copy.bars = qx_new(from->n, sizeof(*copy.bars));
	if (from->n > 0)
		memcpy(copy.bars, from->bars, from->n * sizeof(*copy.bars));
	return copy;
}

double spread_total(const struct spread *spread)
{
	double total = 0;

	for (size_t i = 0; i < spread->n; i++)
		total += spread->bars[i].count;
	return total;
}

/* --- reading classic buckets ------------------------------------------------------------------ */

static int by_upper(const void *a, const void *b)
{
	double x = ((const struct bar *)a)->upper, y = ((const struct bar *)b)->upper;

	return (x > y) - (x < y);
}

static size_t cumulative(const struct qx_metric *metric, struct bar *bars)
{
	double count = NAN;
	size_t n = 0;

	for (const struct qx_point *p = metric->first; p; p = p->next) {
		if (p->role == QX_BUCKET && !isnan(p->at))
			bars[n++] = (struct bar){ 0, p->at, p->value.real };
		else if (p->role == QX_COUNT)
			count = p->value.real;
	}
	if (n == 0)
		return 0;
	qsort(bars, n, sizeof(*bars), by_upper);
	if (bars[n - 1].upper < INFINITY && !isnan(count))
		bars[n++] = (struct bar){ 0, INFINITY, count }; /* protobuf leaves it out */
	return n;
}

static struct spread classic(const struct qx_metric *metric)
{
	struct spread spread = { .n = 0 };
	double below = 0, lower;
	size_t most = 1;

	for (const struct qx_point *p = metric->first; p; p = p->next)
		most += p->role == QX_BUCKET;
	spread.bars = qx_new(most, sizeof(*spread.bars));
	spread.n = cumulative(metric, spread.bars);
	lower = spread.n > 0 && spread.bars[0].upper > 0 ? 0 : -INFINITY;
	for (size_t i = 0; i < spread.n; i++) {
		struct bar *bar = &spread.bars[i];
		double up_to = bar->count;

		bar->lower = lower;
		bar->count = up_to > below ? up_to - below : 0;
		below = up_to > below ? up_to : below;
		lower = bar->upper;
	}
	return spread;
}

/* --- reading native buckets --------------------------------------------------------------------- */

static double bound(int64_t index, int64_t schema)
{
	return exp2(ldexp((double)index, (int)-schema));
}

/* Bars of one sign, in the order of their indices, which is away from zero. */
static size_t read_side(const struct qx_side *side, int64_t schema, struct bar *bars)
{
	int64_t index = 0;
	size_t n = 0;

	for (size_t i = 0; i < side->n_spans; i++) {
		index += side->spans[i].offset;
		for (uint64_t j = 0; j < side->spans[i].length && n < side->n_counts; j++, index++)
			bars[n] = (struct bar){ bound(index - 1, schema), bound(index, schema),
						side->counts[n].real },
			n++;
	}
	return n;
}

static void mirror(struct bar *bars, size_t n)
{
	for (size_t i = 0; i < (n + 1) / 2; i++) {
		struct bar low = bars[i], high = bars[n - 1 - i];

		bars[i] = (struct bar){ -high.upper, -high.lower, high.count };
		bars[n - 1 - i] = (struct bar){ -low.upper, -low.lower, low.count };
	}
}

static struct spread native(const struct qx_native *n)
{
	struct spread spread = { .native = true };
	size_t negative, positive;
	struct bar *zero;

	spread.bars = qx_new(n->negative.n_counts + n->positive.n_counts + 1, sizeof(struct bar));
	negative = read_side(&n->negative, n->schema, spread.bars);
	mirror(spread.bars, negative);
	zero = spread.bars + negative;
	positive = read_side(&n->positive, n->schema, zero + 1);
	*zero = (struct bar){ negative > 0 || positive == 0 ? -n->zero_threshold : 0,
			      positive > 0 || negative == 0 ? n->zero_threshold : 0,
			      n->zero_count.real };
	spread.n = negative + 1 + positive;
	return spread;
}

struct spread spread_of(const struct qx_metric *metric)
{
	const struct qx_native *n = metric->natives;

	if (n && n->schema >= LEAST_SCHEMA && n->schema <= MOST_SCHEMA)
		return native(n);
	return classic(metric);
}

/* --- differences --------------------------------------------------------------------------------- */

/* The infinities are equal to themselves, and so is zero. */
static bool less(double a, double b)
{
	return a < b && (isinf(a) || isinf(b) || b - a > NEAR * fabs(b));
}

/* Takes the earlier counts off; false where a bucket has no place among those of now. */
static bool take_off(struct spread *now, const struct spread *before)
{
	size_t at = 0;

	for (size_t i = 0; i < before->n; i++) {
		const struct bar *bar = &before->bars[i];

		while (at < now->n && less(now->bars[at].upper, bar->upper))
			at++;
		if (at < now->n && !less(bar->lower, now->bars[at].lower))
			now->bars[at].count -= bar->count;
		else if (bar->count > 0)
			return false;
	}
	return true;
}

static bool went_down(const struct spread *since)
{
	for (size_t i = 0; i < since->n; i++) {
		if (since->bars[i].count < 0)
			return true;
	}
	return false;
}

struct spread spread_since(const struct spread *now, const struct spread *before)
{
	struct spread since = spread_copy(now);

	if (!take_off(&since, before)) {
		spread_free(&since);
	} else if (went_down(&since)) {
		spread_free(&since);
		return spread_copy(now);
	}
	return since;
}

/* --- sums ------------------------------------------------------------------------------------------ */

static bool same_bounds(const struct spread *a, const struct spread *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++) {
		if (a->bars[i].upper != b->bars[i].upper || a->bars[i].lower != b->bars[i].lower)
			return false;
	}
	return true;
}

/* Both lists in one, by upper bound; what has the same bounds becomes one bar. */
static void merge(struct spread *into, const struct spread *from)
{
	struct bar *bars = qx_new(into->n + from->n, sizeof(*bars));
	size_t i = 0, j = 0, n = 0;

	while (i < into->n || j < from->n) {
		bool second =
			i == into->n || (j < from->n && from->bars[j].upper < into->bars[i].upper);
		struct bar bar = second ? from->bars[j++] : into->bars[i++];

		if (n > 0 && bars[n - 1].upper == bar.upper)
			bars[n - 1].count += bar.count;
		else
			bars[n++] = bar;
	}
	free(into->bars);
	into->bars = bars;
	into->n = n;
}

void spread_add(struct spread *into, const struct spread *from)
{
	if (from->n == 0)
		return;
	into->native |= from->native;
	if (!same_bounds(into, from)) {
		merge(into, from);
		return;
	}
	for (size_t i = 0; i < from->n; i++)
		into->bars[i].count += from->bars[i].count;
}

/* --- quantiles -------------------------------------------------------------------------------------- */

static double within(const struct bar *bar, double share, bool exponential)
{
	if (isinf(bar->upper))
		return bar->lower;
	if (isinf(bar->lower))
		return bar->upper;
	if (exponential && bar->lower > 0)
		return bar->lower * pow(bar->upper / bar->lower, share);
	if (exponential && bar->upper < 0)
		return bar->lower * pow(bar->upper / bar->lower, share);
	return bar->lower + (bar->upper - bar->lower) * share;
}

double spread_quantile(const struct spread *spread, double quantile)
{
	double rank = quantile * spread_total(spread), below = 0;
	size_t i = 0;

	if (!(rank > 0) || (!spread->native && spread->n < 2))
		return NAN;
	while (i + 1 < spread->n && below + spread->bars[i].count < rank)
		below += spread->bars[i++].count;
	return within(&spread->bars[i], (rank - below) / spread->bars[i].count, spread->native);
}
