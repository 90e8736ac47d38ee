/* SPDX-License-Identifier: MIT */
/*
 * spread.h: how observations spread over buckets, classic or native, and what that says of
 * quantiles.
 */
#ifndef TOP_SPREAD_H
#define TOP_SPREAD_H

#include "exposition.h"

struct bar {
	double lower, upper;
	double count; /* of this bucket alone */
};

/* Zeroed is empty. */
struct spread {
	struct bar *bars; /* upwards */
	size_t n;
	bool native;
};

/* Native buckets where the metric has them, otherwise classic ones. */
struct spread spread_of(const struct qx_metric *metric);
struct spread spread_copy(const struct spread *from);
void spread_free(struct spread *spread);

double spread_total(const struct spread *spread);

/* What came between two readings. Where the buckets went down it is all that there is now; where
 * they became finer it is empty, since nobody knows. */
struct spread spread_since(const struct spread *now, const struct spread *before);

/* Adds another series of the same family, or of another with other buckets. */
void spread_add(struct spread *into, const struct spread *from);

/* As Prometheus' histogram_quantile: within a classic bucket on a straight line, within a native
 * one on an exponential; NaN where there is nothing to tell. */
double spread_quantile(const struct spread *spread, double quantile);

#endif
