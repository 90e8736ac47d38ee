/* SPDX-License-Identifier: MIT */
/* metric_histogram.h: a histogram's message, with classic buckets, native ones, or both. */
#ifndef QP_FORMAT_METRIC_HISTOGRAM_H
#define QP_FORMAT_METRIC_HISTOGRAM_H

#include <quipu/format.h>

/* What qp_put_histogram may need; the exemplars, which can come twice, are counted once here. */
size_t qp_histogram_room(const quipu_family_view *family, const quipu_series_view *series);

char *qp_put_histogram(char *p, unsigned field, const quipu_family_view *family,
		       const quipu_series_view *series);

#endif
