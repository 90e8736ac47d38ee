/* SPDX-License-Identifier: MIT */
/*
 * scan.h: reading one line of a text format: names, labels, numbers.
 *
 * A scan stands before the next byte of a line. What is wrong is noted where it stands, and the
 * function returns false; the reader then goes on with the next line.
 */
#ifndef QX_SCAN_H
#define QX_SCAN_H

#include "model.h"

/* Where the text formats differ. */
struct qx_dialect {
	bool spaces;	     /* any blanks between tokens, a comma at the end of labels */
	bool quoted_names;   /* names of any characters, by quoting them */
	bool any_escape;     /* \d is a backslash and a d, not an error */
	bool escaped_quotes; /* in HELP */
};

/* Labels on their way into a metric: one list for all lines. */
struct qx_labels {
	struct qx_label *items;
	size_t n, capacity;
};

struct qx_scan {
	struct qx_exposition *exposition;
	const struct qx_dialect *dialect;
	const char *at;
	const char *end; /* of the line */
	struct qx_labels labels;
};

__attribute__((format(printf, 2, 3))) bool qx_scan_fail(struct qx_scan *scan, const char *format,
							...);

size_t qx_scan_offset(const struct qx_scan *scan);

/* What is left of the line. */
struct qx_text qx_scan_rest(const struct qx_scan *scan);

/* Passes these bytes if they come next. */
bool qx_scan_take(struct qx_scan *scan, const char *bytes);

/* Passes blanks; how many. */
size_t qx_scan_blanks(struct qx_scan *scan);

/* Up to the next blank, stop byte, or the end; may be empty. */
struct qx_text qx_scan_token(struct qx_scan *scan, const char *stops);

/* A metric's or label's name, bare or quoted. */
bool qx_scan_name(struct qx_scan *scan, bool colon, struct qx_text *name);

/* What HELP says: all that is left. */
bool qx_scan_help(struct qx_scan *scan, struct qx_text *help);

/* A name, where there is one, and labels in braces, where there are any. */
bool qx_scan_series(struct qx_scan *scan, struct qx_text *name);

/* Labels after an opening brace. name: NULL, or where a quoted metric name goes. */
bool qx_scan_labels(struct qx_scan *scan, struct qx_text *name);

/* A value up to the next blank, stop byte or the end. */
bool qx_scan_number(struct qx_scan *scan, const char *stops, struct qx_number *number);

#endif
