/* SPDX-License-Identifier: MIT */
/*
 * exposition.h: what an exposition says, whichever format it came in, and what is wrong with it.
 *
 * An exposition has families; a family has metrics, one for each label set; a metric has points,
 * which are single numbers: a value, one bucket, a count… Native buckets hang on the metric.
 * qx_read builds all of it from bytes and applies every rule of the format; it always returns an
 * exposition, with as much as could be understood and a finding for everything that breaks a
 * rule. Names and values point into the input, which must stay, or into the exposition.
 */
#ifndef QX_EXPOSITION_H
#define QX_EXPOSITION_H

#include "arena.h"
#include "findings.h"
#include "format.h"
#include "index.h"
#include "number.h"
#include "text.h"

enum qx_type {
	QX_UNTYPED, /* or "unknown" */
	QX_COUNTER,
	QX_GAUGE,
	QX_HISTOGRAM,
	QX_GAUGE_HISTOGRAM,
	QX_SUMMARY,
	QX_INFO,
	QX_STATESET,
};

/* What a point is of its metric. */
enum qx_role {
	QX_VALUE,
	QX_STATE,    /* spelling: which */
	QX_BUCKET,   /* cumulative; at: the upper bound, spelling: as written */
	QX_QUANTILE, /* at: which, spelling: as written */
	QX_COUNT,
	QX_SUM,
	QX_CREATED, /* Unix seconds */
};

struct qx_label {
	struct qx_text name;
	struct qx_text value;
};

struct qx_exemplar {
	struct qx_exemplar *next;
	struct qx_label *labels;
	size_t n_labels;
	struct qx_number value;
	bool has_time;
	double time; /* Unix seconds */
	size_t offset;
};

struct qx_point {
	struct qx_point *next;
	enum qx_role role;
	bool has_time;
	double at;
	struct qx_text spelling;
	struct qx_number value;
	double time; /* seconds */
	struct qx_exemplar *exemplars;
	size_t offset; /* where in the input */
};

struct qx_span {
	int64_t offset;
	uint64_t length;
};

/* Native buckets of one sign; counts are not cumulative. */
struct qx_side {
	struct qx_span *spans;
	size_t n_spans;
	struct qx_number *counts;
	size_t n_counts;
};

struct qx_native {
	struct qx_native *next; /* another point of the same metric */
	int64_t schema;
	double zero_threshold;
	struct qx_number zero_count;
	struct qx_number count, sum; /* of the metric at the same time */
	struct qx_side positive, negative;
	struct qx_exemplar *exemplars;
	size_t offset;
};

struct qx_family;

struct qx_metric {
	struct qx_metric *next; /* of the family, in order of appearance */
	struct qx_family *family;
	struct qx_label *labels; /* by name; without le, quantile and a stateset's own */
	size_t n_labels;
	struct qx_point *first, *last; /* in order of appearance */
	struct qx_native *natives;
	size_t offset;
};

struct qx_family {
	struct qx_family *next;
	struct qx_text name; /* as in the format's TYPE: OpenMetrics 1 counters without _total */
	struct qx_text help;
	struct qx_text unit;
	bool has_help, has_type, has_unit;
	enum qx_type type;
	struct qx_metric *first, *last;
	size_t n_metrics;
	size_t offset;
};

struct qx_exposition {
	enum qx_format format;
	struct qx_text input;
	struct qx_family *first, *last;
	size_t n_families, n_metrics, n_points;
	struct qx_findings findings;
	struct qx_arena arena;
	struct qx_index families, metrics;
};

/* Reads and checks all of it. */
struct qx_exposition *qx_read(enum qx_format format, const char *data, size_t len);
void qx_free(struct qx_exposition *exposition);

/* The family with this name as the format's TYPE has it, or NULL. */
struct qx_family *qx_find_family(const struct qx_exposition *exposition, const char *name);

/*
 * The metric of the family with exactly these labels, or the point with exactly these. Labels
 * are name, value pairs in any order and a NULL; an empty value is as good as none. A point goes
 * by the name and labels that its sample has in text, in every format: "h_bucket" with "le",
 * "jobs_total". A bound may be spelled in any way. NULL if there is none; the first of several.
 */
__attribute__((sentinel)) const struct qx_metric *
qx_find_metric(const struct qx_exposition *exposition, const char *family, ...);
__attribute__((sentinel)) const struct qx_point *
qx_find_point(const struct qx_exposition *exposition, const char *sample, ...);

/* "counter", "gaugehistogram"… as OpenMetrics has it. */
const char *qx_type_word(enum qx_type type);

#endif
