/* SPDX-License-Identifier: MIT */
/*
 * types.h: handles, families, options: the nouns of the library.
 *
 * A handle is a small value that says where one series is kept. Its type is its
 * algebra, so the wrong verb on a handle does not compile:
 *
 *   quipu_counter        monotone sum, unsigned 64-bit, exact        inc add
 *   quipu_float_counter  monotone sum of doubles                     inc add
 *   quipu_updown         signed sum (in flight, queue depth)         inc dec add
 *   quipu_gauge          last value, one shared cell                 set add inc dec
 *   quipu_histogram      counts and sums by bucket                   observe observe_ns
 *   quipu_summary        count, sum and quantiles of the last while   observe observe_ns
 *   quipu_stateset       which of up to 64 states hold               select quipu_stateset_set
 *   quipu_info           constant 1 with labels                      (nothing)
 *
 * The zero handle of every type is a valid sink: recording into it is allowed at
 * any time, before set-up and after failure, and goes nowhere. A zero family
 * gives zero handles.
 */
#ifndef QUIPU_TYPES_H
#define QUIPU_TYPES_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Limits that are part of the contract. */
#define QUIPU_MAX_LABELS 16    /* label names in one family */
#define QUIPU_MAX_AXES 6       /* axes of one grid */
#define QUIPU_MAX_STATES 64    /* states of one stateset */
#define QUIPU_MAX_BOUNDS 512   /* finite bounds of one histogram */
#define QUIPU_MAX_QUANTILES 16 /* quantiles of one summary */

typedef struct quipu_registry quipu_registry;

/* A string with its length; bytes need not end in NUL. */
typedef struct quipu_str {
	const char *data;
	size_t len;
} quipu_str;

/* A label with a fixed value (registries, info). */
typedef struct quipu_label {
	const char *name;
	const char *value;
} quipu_label;

/* One axis of a grid: a label name and all the values it can take. */
typedef struct quipu_axis {
	const char *name;
	const char *const *values;
	size_t n_values;
} quipu_axis;

struct quipu_priv_layout; /* a histogram's bounds, prepared for O(1) search (record.h) */
struct quipu_priv_family;

typedef struct quipu_counter {
	uint32_t offset;
} quipu_counter;

typedef struct quipu_float_counter {
	uint32_t offset;
} quipu_float_counter;

typedef struct quipu_updown {
	uint32_t offset;
} quipu_updown;

typedef struct quipu_gauge {
	uint64_t *cell; /* the bits of a double */
} quipu_gauge;

typedef struct quipu_histogram {
	const struct quipu_priv_layout *layout; /* NULL: take the call, not the inline path */
	uint32_t offset;
	uint32_t layout_id;
} quipu_histogram;

/* The same inside; a type of its own, because it is another metric on the wire. */
typedef struct quipu_summary {
	quipu_histogram cells;
} quipu_summary;

typedef struct quipu_stateset {
	uint64_t *cell; /* bit i: state i holds */
	uint32_t n_states;
} quipu_stateset;

typedef struct quipu_info {
	uint32_t offset;
} quipu_info;

/* Families: one name, fixed label names, many series. */
#define QUIPU_PRIV_FAMILY(kind)                                                                    \
	typedef struct quipu_##kind##_family {                                                     \
		struct quipu_priv_family *family;                                                  \
		uint64_t generation;                                                               \
	} quipu_##kind##_family;
QUIPU_PRIV_FAMILY(counter)
QUIPU_PRIV_FAMILY(float_counter)
QUIPU_PRIV_FAMILY(updown)
QUIPU_PRIV_FAMILY(gauge)
QUIPU_PRIV_FAMILY(histogram)
QUIPU_PRIV_FAMILY(stateset)
QUIPU_PRIV_FAMILY(summary)
#undef QUIPU_PRIV_FAMILY

/* Grids: all combinations of enumerated label values, laid out densely. */
struct quipu_priv_grid {
	uint32_t stride; /* bytes from one series to the next */
	uint32_t n_axes;
	uint32_t size[QUIPU_MAX_AXES];
};
#define QUIPU_PRIV_GRID(kind)                                                                      \
	typedef struct quipu_##kind##_grid {                                                       \
		quipu_##kind first;                                                                \
		struct quipu_priv_grid shape;                                                      \
	} quipu_##kind##_grid;
QUIPU_PRIV_GRID(counter)
QUIPU_PRIV_GRID(float_counter)
QUIPU_PRIV_GRID(updown)
QUIPU_PRIV_GRID(histogram)
#undef QUIPU_PRIV_GRID

/* What quipu_read gives for a histogram or a summary. */
typedef struct quipu_histogram_value {
	uint64_t count;
	double sum;
} quipu_histogram_value;

/*
 * Options of a metric or family, written QUIPU_OPTS(.name = "…", .help = "…") (verbs.h).
 * A field left out is zero and means the default. The order of the fields is part
 * of the contract (C++ wants initialisers in order); new fields come last. All that they
 * point to is copied and need not outlive the call. What the kind has no use for is EOPTION.
 */
typedef struct quipu_opts {
	size_t size;	  /* set by QUIPU_OPTS */
	const char *name; /* required; any UTF-8; [a-zA-Z_:][a-zA-Z0-9_:]* is shown unescaped */
	const char *help; /* valid UTF-8; required, as scrapers and lint want it */
	const char *unit; /* base unit, plural: "seconds"; the name must end in _seconds or
			     _seconds_total. Not for statesets and infos */
	const char *const *labels; /* NULL-terminated names, any UTF-8; families only */
	const double *bounds;	   /* histograms: ascending upper bounds, +Inf may end them; NULL:
			    Prometheus' default, or none where there are native buckets */
	size_t n_bounds;
	size_t max_series;	/* cap, beyond it the overflow series; 0: the registry's (1000) */
	double idle_seconds;	/* series unchanged this long are removed at a scrape; 0: never */
	const quipu_axis *axes; /* grids only */
	size_t n_axes;
	const char *const *states; /* statesets only: names of the states */
	size_t n_states;
	/* histograms: native buckets, which scrapers get over protobuf; with bounds both kinds, from
	 * one observation. Each is at most native_factor times as wide as the one before (1.1 is
	 * usual; more than 1, at most 65536; the next finer of 13 schemas is taken, or the finest,
	 * 1.0027); 0: no native buckets. Summaries: how exact quantiles are (metric.h), and for
	 * which values; all native_… fields but native_max_buckets mean the same there */
	double native_factor;
	/* that resolution is kept for values (by their distance from 0) from native_min to native_max;
	 * what is less counts as 0, what is more is kept roughly. 0: 2^-20 and 2^33; no subnormals */
	double native_min;
	double native_max;
	int native_negative;	     /* the same resolution for values below 0 */
	unsigned native_max_buckets; /* a scrape widens buckets until it shows no more; 0: 160 */
	int exemplars;		     /* counters and histograms: room for exemplars */
	const double *quantiles; /* summaries: ascending, within 0 and 1; NULL: 0.5, 0.9, 0.99 */
	size_t n_quantiles;
	double window_seconds; /* summaries: quantiles are of the last …, 1 to 10^7; 0: 600 */
	/* counters (of whole numbers): what is added counts in units of 10^-decimals, and scrapes show
	 * it so: with 6, millionths of a dollar as dollars, with 9 nanoseconds as seconds. What is
	 * kept and read back stays whole and exact; what is shown is exact up to 10^15 units, and
	 * the nearest double beyond. At most 18; not with exemplars */
	unsigned decimals;
} quipu_opts;

/* Options of a registry, written QUIPU_REGISTRY_OPTS(.prefix = "app_"). */
typedef struct quipu_registry_opts {
	size_t size;
	const char *prefix;		 /* put before every family's name; any UTF-8 */
	const quipu_label *const_labels; /* on every series; ends at n_const_labels, or, where */
	size_t n_const_labels;		 /* that is 0, at a label whose name is NULL */
	size_t max_series;		 /* default cap per family; 0: 1000 */
} quipu_registry_opts;

#ifdef __cplusplus
}
#endif
#endif
