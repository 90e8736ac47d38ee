/* SPDX-License-Identifier: MIT */
/*
 * parse.h: a strict reader of the Prometheus text format 0.0.4, the tests' oracle.
 *
 * It shares no code with the library, and takes only what every known reader takes: for each
 * family HELP, TYPE, samples, in this order and in one place; single spaces; no blank lines,
 * comments, timestamps or carriage returns (but inside texts); shortest numbers; series once;
 * histograms in order, cumulative, complete and adding up. The first fault ends the parse.
 * Parse in the default rounding mode; the locale does not matter.
 */
#ifndef QT_PARSE_H
#define QT_PARSE_H

#include <stddef.h>
#include <stdint.h>

/* Texts end in NUL for convenience, but may have NULs inside: len counts. */
struct qt_label {
	const char *name;
	const char *value;
	size_t value_len;
};

struct qt_sample {
	const char *name; /* with _bucket, _sum, _count */
	struct qt_label *labels;
	size_t n_labels;  /* in the order of the line */
	const char *text; /* the value as written */
	double value;
	size_t family; /* index into the exposition's families */
	size_t line;
	const char *key; /* name and sorted labels, without empty ones */
	size_t key_len;
};

struct qt_family {
	const char *name;
	const char *help;
	size_t help_len;
	const char *type; /* NULL until TYPE was seen */
	size_t first;	  /* its samples: first to first + n_samples */
	size_t n_samples;
	size_t line;
};

struct qt_chunk;

struct qt_exposition {
	struct qt_family *families;
	size_t n_families;
	struct qt_sample *samples;
	size_t n_samples;
	const struct qt_sample **by_key; /* sorted, for qt_find */
	struct qt_chunk *chunks;
};

/* NULL if anything is wrong; error then has the line's number and the reason. */
struct qt_exposition *qt_parse(const char *text, size_t len, char *error, size_t error_size);

/* The same, but a fault ends the program with its text and the line on stderr. */
struct qt_exposition *qt_parse_ok(const char *text, size_t len);

void qt_free(struct qt_exposition *exposition);

/*
 * The sample of this name with exactly these labels, given as name, value pairs in any order
 * and a NULL; labels with empty values count as absent. NULL if there is none.
 */
__attribute__((sentinel)) const struct qt_sample *qt_find(const struct qt_exposition *exposition,
							  const char *name, ...);

/* The value of that sample. A missing one ends the program with a message on stderr. */
__attribute__((sentinel)) double qt_value(const struct qt_exposition *exposition, const char *name,
					  ...);

/* The same, from the digits: all 64 bits. What is not an unsigned integer ends the program. */
__attribute__((sentinel)) uint64_t qt_u64(const struct qt_exposition *exposition, const char *name,
					  ...);

/* The sum over all samples of this name that have (at least) these labels; 0 for none. */
__attribute__((sentinel)) uint64_t qt_sum_u64(const struct qt_exposition *exposition,
					      const char *name, ...);

#endif
