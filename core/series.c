/* SPDX-License-Identifier: MIT */
/* series.c: see series.h. */
#include "series.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "recent.h"

#include <string.h>

_Static_assert(sizeof(struct qp_series_front) <= UINT8_MAX, "owner.h: in_front");
_Static_assert(offsetof(struct qp_series, ends) - offsetof(struct qp_series, layout) >=
		       QP_SERIES_BEFORE,
	       "what lies before the values never changes (Y1)");

static void dispose(struct qp_owner *owner)
{
	qp_recent_free(qp_series_front((struct qp_series *)owner)->recent);
}

/* When this process was forked. Written in the child before it has a second thread. */
static double forked;

void qp_series_after_fork_child(void)
{
	forked = qp_unix_seconds();
}

double qp_series_since(const struct qp_series *series)
{
	return series->created > forked ? series->created : forked;
}

/* --- making ---------------------------------------------------------------------------------- */

/* Room for a series with so many bytes of ends and text, and what is in front of it. */
static struct qp_series *allocate(size_t bytes, bool has_front)
{
	size_t in_front = has_front ? sizeof(struct qp_series_front) : 0;
	size_t size = offsetof(struct qp_series, ends) + bytes;
	struct qp_series *series;
	char *block;

	if (size < sizeof *series)
		size = sizeof *series;
	block = qp_alloc(in_front + size);
	if (!block)
		return NULL;
	series = (struct qp_series *)(void *)(block + in_front);
	series->owner.in_front = (uint8_t)in_front;
	if (has_front) {
		qp_series_front(series)->front.dispose = dispose;
		qp_front_list(&qp_series_front(series)->front);
	}
	return series;
}

static void put_end(struct qp_series *series, size_t i, uint32_t end)
{
	if (series->wide)
		memcpy(series->ends + 4 * i, &end, sizeof end);
	else
		series->ends[i] = (uint8_t)end;
}

static bool is_clean(const char *text, size_t len)
{
	return !memchr(text, '"', len) && !memchr(text, '\\', len) && !memchr(text, '\n', len);
}

static void copy_values(struct qp_series *series, const quipu_str *values)
{
	char *text = (char *)(uintptr_t)qp_series_text(series);
	size_t end = 0, i;

	for (i = 0; i < series->n_values; i++) {
		if (values[i].len)
			memcpy(text + end, values[i].data, values[i].len);
		end += values[i].len;
		put_end(series, i, (uint32_t)end);
	}
	series->plain = !series->wide && is_clean(text, end);
}

/* What must follow the text (Y2). */
static size_t behind(const quipu_str *values, size_t n)
{
	size_t last = n ? values[n - 1].len : 0;

	return last < QP_BLOCK_BYTES ? QP_BLOCK_BYTES - last : 0;
}

struct qp_series *qp_series_new(const quipu_str *values, size_t n, uint64_t hash, bool has_front)
{
	struct qp_series *series;
	size_t bytes = 0, i;
	bool wide;

	for (i = 0; i < n && bytes <= UINT32_MAX; i++)
		bytes += values[i].len;
	wide = bytes > UINT8_MAX;
	series = bytes <= UINT32_MAX
			 ? allocate((n << (wide ? 2 : 0)) + bytes + behind(values, n), has_front)
			 : NULL;
	if (!series)
		return NULL;
	series->owner.listed.hash = hash;
	series->n_values = (uint8_t)n;
	series->wide = wide;
	series->created = qp_unix_seconds();
	copy_values(series, values);
	return series;
}
