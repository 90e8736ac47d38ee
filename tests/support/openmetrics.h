/* SPDX-License-Identifier: MIT */
/*
 * openmetrics.h: a strict reader of the lines of OpenMetrics 1.0, the tests' oracle; it shares no
 * code with the library. It knows the grammar: single spaces, quotes exactly where a name needs
 * them, escapes, numbers, exemplars, the end. What lines mean together is for the test to compare.
 */
#ifndef QT_OPENMETRICS_H
#define QT_OPENMETRICS_H

#include "parse.h"

#include <stdbool.h>

#define QT_OM_LABELS 40

struct qt_om_labels {
	struct qt_label items[QT_OM_LABELS];
	size_t n;
};

struct qt_om_line {
	const char *word; /* "TYPE", "UNIT", "HELP"; NULL for a sample */
	const char *name; /* as it is meant, without quotes */
	const char *text; /* what follows the name, unescaped; a sample's value */
	size_t text_len;
	struct qt_om_labels labels;
	bool exemplar;
	struct qt_om_labels exemplar_labels;
	const char *exemplar_value;
	const char *exemplar_time; /* NULL: none */
};

struct qt_om {
	struct qt_om_line *lines; /* without the last, # EOF */
	size_t n_lines;
	char *texts;
};

/* NULL, and *line the number of the first line that is wrong. */
struct qt_om *qt_om_read(const char *text, size_t len, size_t *line);
void qt_om_free(struct qt_om *om);

#endif
