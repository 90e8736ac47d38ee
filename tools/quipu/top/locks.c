/* SPDX-License-Identifier: MIT */
/* locks.c: see locks.h. */
#include "locks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool is_idle(struct qx_text kind)
{
	return qx_text_is(kind, "cond") || qx_text_is(kind, "sem") || qx_text_is(kind, "barrier");
}

/* --- rows ------------------------------------------------------------------------------------- */

static struct lock_row row_of(const struct series *series)
{
	struct qx_text kind = series_label(series, "kind");

	return (struct lock_row){ .function = series_label(series, "function"),
				  .site = series_label(series, "site"),
				  .kind = kind,
				  .lock = series_label(series, "lock"),
				  .idle = is_idle(kind),
				  .total = series->sum,
				  .rate = series->rate,
				  .waited = series->rate > 0 ? series->rate * series->mean
							     : series->rate,
				  .since = series->since };
}

static void add(double *sum, double value)
{
	if (!isnan(value))
		*sum = isnan(*sum) ? value : *sum + value;
}

static void add_row(struct locks *locks, const struct lock_row *row)
{
	if (!row->idle) {
		add(&locks->sum.total, row->total);
		add(&locks->sum.rate, row->rate);
		add(&locks->sum.waited, row->waited);
		spread_add(&locks->sum.since, &row->since);
	}
	locks->rows = qx_grow(locks->rows, locks->n, &locks->capacity, sizeof(*locks->rows));
	locks->rows[locks->n++] = *row;
}

/* What waits now comes before what only has waited. */
static int longest(const void *a, const void *b)
{
	const struct lock_row *x = a, *y = b;
	double m = isnan(x->waited) ? 0 : x->waited, n = isnan(y->waited) ? 0 : y->waited;

	if (x->idle != y->idle)
		return x->idle ? 1 : -1;
	if (m == n) {
		m = x->total;
		n = y->total;
	}
	return m == n ? qx_text_compare(x->site, y->site) : m < n ? 1 : -1;
}

struct locks locks_of(const struct store *store)
{
	const struct family *family = store_find(store, "quipu_lock_wait_seconds");
	struct locks locks = {
		.sum = { .site = qx_text_of(""), .total = NAN, .rate = NAN, .waited = NAN }
	};

	for (size_t i = 0; family && i < family->n_series; i++) {
		struct lock_row row = row_of(family->series[i]);

		add_row(&locks, &row);
	}
	if (locks.n > 0)
		qsort(locks.rows, locks.n, sizeof(*locks.rows), longest);
	return locks;
}

void locks_free(struct locks *locks)
{
	spread_free(&locks->sum.since);
	free(locks->rows);
	*locks = (struct locks){ .n = 0 };
}

/* --- figures ---------------------------------------------------------------------------------- */

double lock_mean(const struct lock_row *row)
{
	return row->rate > 0 ? row->waited / row->rate : NAN;
}

double lock_share(const struct locks *locks, const struct lock_row *row)
{
	return !row->idle && locks->sum.waited > 0 ? row->waited / locks->sum.waited : NAN;
}

bool locks_has(const struct family *family)
{
	static const char *const starts[] = { "quipu_lock_",	  "quipu_context_switches_",
					      "quipu_run_queue_", "quipu_cpu_pressure_",
					      "quipu_allocator_", "jemalloc_mutex_" };

	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
		size_t len = strlen(starts[i]);

		if (family->name.len > len && memcmp(family->name.data, starts[i], len) == 0)
			return true;
	}
	return false;
}
