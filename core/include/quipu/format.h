/* SPDX-License-Identifier: MIT */
/*
 * format.h: what an exposition format is: a constant table of functions over neutral views.
 *
 * A format never meets a thread, a shard or a lock: it turns one family and one series at a
 * time into bytes. A new one is one file, one line in the list of formats and one folder of
 * golden files; programs may bring their own.
 */
#ifndef QUIPU_FORMAT_H
#define QUIPU_FORMAT_H

#include <quipu/collect.h>
#include <quipu/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes on their way out; append with quipu_out_write. Out of memory is remembered, later
 * writes do nothing, and the scrape ends with QUIPU_ENOMEM. */
typedef struct quipu_out quipu_out;

void quipu_out_write(quipu_out *out, const char *data, size_t len);

/* A place for up to len bytes at the end; tell how many were used with quipu_out_commit.
 * NULL when out of memory. For encoders that format in place. */
char *quipu_out_reserve(quipu_out *out, size_t len);
void quipu_out_commit(quipu_out *out, size_t used);

/* One label of a series. */
typedef struct quipu_label_view {
	quipu_str name;
	quipu_str value;
} quipu_label_view;

/* One family. Names are as registered, prefix included, and legal. */
typedef struct quipu_family_view {
	quipu_str name;
	quipu_str help;
	quipu_str unit;
	quipu_kind kind;
	const double *bounds; /* histograms: ascending finite upper bounds */
	size_t n_bounds;
	const quipu_str *states; /* statesets */
	size_t n_states;
} quipu_family_view;

/* One series: constant labels first, then the family's, never two of one name. */
typedef struct quipu_series_view {
	const quipu_label_view *labels;
	size_t n_labels;
	uint64_t integer;	/* counter; stateset: bit i is state i */
	int64_t signed_integer; /* updown */
	double real;		/* float counter, gauge, unknown */
	const uint64_t *counts; /* histogram: n_bounds + 1 buckets, not cumulative */
	uint64_t count;		/* histogram: the sum of counts, always */
	double sum;		/* histogram */
	double created;		/* Unix seconds when the series began, 0 unknown */
} quipu_series_view;

/* A format. state is state_size zeroed bytes that live as long as one scrape. */
typedef struct quipu_format {
	const char *name;	  /* "text-0.0.4" */
	const char *content_type; /* the whole field value */
	size_t state_size;
	void (*begin)(void *state, quipu_out *out);
	void (*family)(void *state, quipu_out *out, const quipu_family_view *family);
	void (*series)(void *state, quipu_out *out, const quipu_family_view *family,
		       const quipu_series_view *series);
	void (*end)(void *state, quipu_out *out);
} quipu_format;

/* Prometheus text 0.0.4, what every scraper understands. */
extern const quipu_format quipu_format_text;

/* All formats built in, by preference, ending in NULL. */
const quipu_format *const *quipu_formats(void);

#ifdef __cplusplus
}
#endif
#endif
