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
