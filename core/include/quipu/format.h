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

/* One family. Its name has the registry's prefix. Names are legal ([a-zA-Z_:][a-zA-Z0-9_:]*),
 * escaped where they were not, except for a format with QUIPU_FORMAT_UTF8_NAMES, which gets them
 * as registered when the scraper can read them so. */
typedef struct quipu_family_view {
	quipu_str name;
	quipu_str help;
	quipu_str unit;
	quipu_kind kind;
	const double *bounds; /* histograms: ascending finite upper bounds */
	size_t n_bounds;
	const quipu_str *states; /* statesets */
	size_t n_states;
	int native; /* histograms: has native buckets; and, if n_bounds is 0, no others */
	const double *quantiles; /* summaries: ascending, within 0 and 1 */
	size_t n_quantiles;
	int plain; /* its name and its labels' names are legal; 0: perhaps */
} quipu_family_view;

/* Buckets in a row: offset is the first one's distance from the end of the span before, or,
 * in the first span, its index. */
typedef struct quipu_span {
	int32_t offset;
	uint32_t length;
} quipu_span;

/* Native buckets of one sign; counts are not cumulative, one for each bucket of the spans. */
typedef struct quipu_native_buckets {
	const quipu_span *spans;
	size_t n_spans;
	const uint64_t *counts;
	size_t n_counts;
} quipu_native_buckets;

/* A histogram's native buckets: bucket i holds (base^(i-1), base^i], base = 2^(2^-schema), and
 * the zero bucket what is at most zero_threshold from 0. zero_count and all counts add up to the
 * series' count. */
typedef struct quipu_native_view {
	int schema; /* -4 … 8 */
	double zero_threshold;
	uint64_t zero_count;
	quipu_native_buckets positive, negative;
} quipu_native_view;

/* One exemplar: a single event, with the labels of its trace. */
typedef struct quipu_exemplar_view {
	const quipu_label_view *labels; /* names and values together at most 128 code points */
	size_t n_labels;
	double value;
	double timestamp; /* Unix seconds */
	size_t bucket;	  /* histograms: the classic bucket that value is in, 0 … n_bounds */
} quipu_exemplar_view;

/* One series: constant labels first, then the family's, never two of one name. */
typedef struct quipu_series_view {
	const quipu_label_view *labels;
	size_t n_labels;
	uint64_t integer;	/* counter; stateset: bit i is state i */
	int64_t signed_integer; /* updown */
	double real;		/* float counter, gauge, unknown */
	const uint64_t *counts; /* histogram: n_bounds + 1 buckets, not cumulative */
	uint64_t count;		/* histogram: the sum of counts, always; summary */
	double sum;		/* histogram, summary */
	double created;		/* Unix seconds when the series began; 0: unknown or not wanted */
	const quipu_native_view *native; /* histogram, where the family has native buckets */
	const double *quantile_values;	 /* summary: one for each quantile, NaN: no observation */
	const quipu_exemplar_view *exemplars; /* counter: at most one; histogram: by bucket, at
						 most one in each; of native buckets alone
						 up to 16, in no order. NULL: none */
	size_t n_exemplars;
} quipu_series_view;

/* What a format can show. */
#define QUIPU_FORMAT_UTF8_NAMES 1u /* names of any characters, by quoting them */
#define QUIPU_FORMAT_EXEMPLARS 2u  /* a scrape in it makes room for new ones */
#define QUIPU_FORMAT_NATIVE 4u	   /* native buckets */
#define QUIPU_FORMAT_CREATED 8u	   /* created times, also when they were not asked for */

/* A format. state is state_size zeroed bytes that live as long as one scrape. family is called
 * for families without series too; all functions but series may be NULL. */
typedef struct quipu_format {
	const char *name;	  /* "text-0.0.4" */
	const char *content_type; /* the field value, but for "; escaping=…" */
	unsigned features;	  /* QUIPU_FORMAT_… */
	size_t state_size;
	void (*begin)(void *state, quipu_out *out);
	void (*family)(void *state, quipu_out *out, const quipu_family_view *family);
	void (*series)(void *state, quipu_out *out, const quipu_family_view *family,
		       const quipu_series_view *series);
	void (*end)(void *state, quipu_out *out);
} quipu_format;

/* Prometheus text 0.0.4, what every scraper understands. */
extern const quipu_format quipu_format_text;

/* Prometheus text 1.0.0: the same with names of any characters. */
extern const quipu_format quipu_format_text_utf8;

/* OpenMetrics 1.0.0: with exemplars, units, and created times if they are asked for. */
extern const quipu_format quipu_format_openmetrics;

/* OpenMetrics 0.0.1, as scrapers of before 2021 ask for it: the same bytes. */
extern const quipu_format quipu_format_openmetrics_0;

/* OpenMetrics 2.0.0, a draft: with native buckets too. Only for those who ask for it. */
extern const quipu_format quipu_format_openmetrics_2;

/* Delimited MetricFamily messages: with native buckets, exemplars and created times. */
extern const quipu_format quipu_format_protobuf;

/* One JSON object, for pages and scripts. */
extern const quipu_format quipu_format_json;

/* All formats built in, ending in NULL. */
const quipu_format *const *quipu_formats(void);

/* The built-in format with this name, or NULL: "text-0.0.4", "text-1.0.0", "openmetrics-1.0.0",
 * "openmetrics-0.0.1", "openmetrics-2.0.0", "protobuf", "json". */
const quipu_format *quipu_format_find(const char *name);

#ifdef __cplusplus
}
#endif
#endif
