/* SPDX-License-Identifier: MIT */
/*
 * views.h: writing neutral views (quipu/format.h) by hand, and running them through a format,
 * without a registry.
 */
#ifndef QT_VIEWS_H
#define QT_VIEWS_H

#include "out.h"

#include <quipu/format.h>

/* A literal as a string with a length; it may have NULs inside. */
#define STR(literal)                                                                               \
	{                                                                                          \
		literal, sizeof(literal) - 1                                                       \
	}

#define LABEL(name, value)                                                                         \
	{                                                                                          \
		STR(name), STR(value)                                                              \
	}

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* .labels and .n_labels of a series; none for no argument is not a list, leave it out. */
#define LABELS(...)                                                                                \
	.labels = (const quipu_label_view[]){ __VA_ARGS__ },                                       \
	.n_labels = COUNT_OF(((const quipu_label_view[]){ __VA_ARGS__ }))

/* .bounds and .n_bounds, .states and .n_states of a family; .counts and .count of a series. */
#define BOUNDS(...)                                                                                \
	.bounds = (const double[]){ __VA_ARGS__ },                                                 \
	.n_bounds = COUNT_OF(((const double[]){ __VA_ARGS__ }))
#define STATES(...)                                                                                \
	.states = (const quipu_str[]){ __VA_ARGS__ },                                              \
	.n_states = COUNT_OF(((const quipu_str[]){ __VA_ARGS__ }))
#define COUNTS(total, ...) .counts = (const uint64_t[]){ __VA_ARGS__ }, .count = (total)

/* .quantiles and .n_quantiles of a family; a series' values for them. */
#define QUANTILES(...)                                                                             \
	.quantiles = (const double[]){ __VA_ARGS__ },                                              \
	.n_quantiles = COUNT_OF(((const double[]){ __VA_ARGS__ }))
#define QUANTILE_VALUES(...)                                                                       \
	.quantile_values = (const double[])                                                        \
	{                                                                                          \
		__VA_ARGS__                                                                        \
	}

/* .exemplars and .n_exemplars of a series, of { LABELS(…), .value = …, … }. */
#define EXEMPLARS(...)                                                                             \
	.exemplars = (const quipu_exemplar_view[]){ __VA_ARGS__ },                                 \
	.n_exemplars = COUNT_OF(((const quipu_exemplar_view[]){ __VA_ARGS__ }))

/* .native of a series, of .schema = …, .positive = { SPANS(…), BUCKETS(…) }, … */
#define NATIVE(...)                                                                                \
	.native = &(const quipu_native_view)                                                       \
	{                                                                                          \
		__VA_ARGS__                                                                        \
	}
#define SPANS(...)                                                                                 \
	.spans = (const quipu_span[]){ __VA_ARGS__ },                                              \
	.n_spans = COUNT_OF(((const quipu_span[]){ __VA_ARGS__ }))
#define BUCKETS(...)                                                                               \
	.counts = (const uint64_t[]){ __VA_ARGS__ },                                               \
	.n_counts = COUNT_OF(((const uint64_t[]){ __VA_ARGS__ }))

/* A family and its series. */
struct qt_views {
	quipu_family_view family;
	const quipu_series_view *series;
	size_t n_series;
};

#define SERIES(...)                                                                                \
	.series = (const quipu_series_view[]){ __VA_ARGS__ },                                      \
	.n_series = COUNT_OF(((const quipu_series_view[]){ __VA_ARGS__ }))

/* Begin, families with their series, end: as a scrape would. */
void qt_encode(const quipu_format *format, quipu_out *out, const struct qt_views *views, size_t n);

#endif
