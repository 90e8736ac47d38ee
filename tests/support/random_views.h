/* SPDX-License-Identifier: MIT */
/*
 * random_views.h: a family with one series, of a kind and otherwise at random: texts of hard
 * characters, numbers of all sizes, and, where asked for, names of any characters, exemplars,
 * created times, native buckets.
 */
#ifndef QT_RANDOM_VIEWS_H
#define QT_RANDOM_VIEWS_H

#include "seeded.h"
#include "views.h"

#include <stdbool.h>

#define QT_MAX_TEXT 400
#define QT_RANDOM_LABELS 6
#define QT_RANDOM_BOUNDS 5
#define QT_RANDOM_QUANTILES 3
#define QT_RANDOM_SPANS 4
#define QT_RANDOM_NATIVE 12

/* Pointers in the views lead to the other members: not to be copied. */
struct qt_random {
	quipu_family_view family;
	quipu_series_view series;
	char name[QT_MAX_TEXT + 16];
	char help[QT_MAX_TEXT];
	char names[QT_RANDOM_LABELS][QT_MAX_TEXT + 16];
	char values[QT_RANDOM_LABELS][QT_MAX_TEXT];
	quipu_label_view labels[QT_RANDOM_LABELS];
	double bounds[QT_RANDOM_BOUNDS];
	uint64_t counts[QT_RANDOM_BOUNDS + 1];
	double quantile_values[QT_RANDOM_QUANTILES];
	quipu_exemplar_view exemplars[QT_RANDOM_BOUNDS + 1];
	quipu_native_view native;
	quipu_span spans[2][QT_RANDOM_SPANS];
	uint64_t native_counts[2][QT_RANDOM_NATIVE];
};

/* Legal names, no exemplars, created times or native buckets: what text 0.0.4 can show. */
void qt_random_plain(struct qt_random *r, struct seeded *random, quipu_kind kind);

/* Everything. */
void qt_random_rich(struct qt_random *r, struct seeded *random, quipu_kind kind);

#endif
