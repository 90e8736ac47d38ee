/* SPDX-License-Identifier: MIT */
/* series.c: see series.h. */
#include "series.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "recent.h"

#include <string.h>

static void dispose(struct qp_owner *owner)
{
	qp_recent_free(((struct qp_series *)owner)->recent);
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

struct qp_series *qp_series_new(struct qp_family *family, const quipu_str *values, size_t n,
				uint64_t hash)
{
	size_t bytes = 0, i;
	struct qp_series *series;
	char *copy;

	for (i = 0; i < n; i++)
		bytes += values[i].len + 1;
	series = qp_alloc(sizeof *series + n * sizeof values[0] + bytes);
	if (!series)
		return NULL;
	copy = (char *)&series->values[n];
	for (i = 0; i < n; i++) {
		if (values[i].len)
			memcpy(copy, values[i].data, values[i].len);
		series->values[i] = (quipu_str){ copy, values[i].len };
		copy += values[i].len + 1;
	}
	series->owner.dispose = dispose;
	series->family = family;
	series->hash = hash;
	series->n_values = n;
	series->created = qp_unix_seconds();
	return series;
}
