/* SPDX-License-Identifier: MIT */
/* series.h: one label set of a family: its last reading, and what came since the one before. */
#ifndef TOP_SERIES_H
#define TOP_SERIES_H

#include "history.h"
#include "spread.h"

#define STATES_SIZE 64

struct quantile {
	double at, value;
};

/* NaN is what is not known. */
struct series {
	uint64_t key; /* of the family and the labels */
	enum qx_type type;
	struct qx_label *labels; /* by name; in one block with their texts */
	size_t n_labels, n_points;
	unsigned seen; /* the scrape that had it last */
	bool timed;    /* by its own timestamp */
	double time;
	double value; /* of a histogram or summary, its count */
	double sum;
	double rate, mean; /* since the reading before */
	double change;	   /* of what is drawn, against its size */
	struct spread now, since;
	struct quantile *quantiles; /* of a summary */
	size_t n_quantiles;
	char states[STATES_SIZE]; /* of a stateset, those that hold; bytes of the target */
	struct history *history;  /* NULL: one of too many */
};

struct series *series_new(enum qx_type type, const struct qx_label *labels, size_t n, uint64_t key);
void series_free(struct series *series);

/* time: of the scrape, for what has no timestamp. */
void series_update(struct series *series, const struct qx_metric *metric, double time);

/* What its history has: a rate where the type has one, otherwise the value. */
double series_figure(const struct series *series);

/* What only grows: counters, histograms and summaries. */
bool type_grows(enum qx_type type);

/* 0 to 1: how much of the larger of two numbers is new or gone; NaN where one is not known. */
double relative_change(double now, double before);

/* The value of a label, or an empty text. */
struct qx_text series_label(const struct series *series, const char *name);

#endif
