/* SPDX-License-Identifier: MIT */
/*
 * lines.h: what the readers of the text formats share: going from line to line, metadata, and
 * where a sample belongs.
 */
#ifndef QX_LINES_H
#define QX_LINES_H

#include "roles.h"
#include "scan.h"

/* One line's sample; its labels are in the scan. */
struct qx_sample {
	struct qx_text name;
	struct qx_number value;
	bool has_time;
	double time; /* seconds */
	struct qx_exemplar *exemplars;
	size_t offset;
};

struct qx_lines {
	struct qx_scan scan;
	struct qx_family *family; /* of the line before */
	struct qx_metric *metric;
	bool ended; /* # EOF was seen */
};

/* Calls line for each whole line of legal characters. */
void qx_lines_read(struct qx_lines *lines, void (*line)(struct qx_lines *lines));

/* The family that a line of metadata is about, new or known. */
struct qx_family *qx_lines_describe(struct qx_lines *lines, struct qx_text name, size_t offset);

/* HELP, TYPE and UNIT: once, before the samples. True if *seen was not yet. */
bool qx_lines_once(struct qx_lines *lines, const char *what, bool *seen, size_t offset);

/* Enters a family: it must be a new one, or that of the line before. */
void qx_lines_enter(struct qx_lines *lines, struct qx_family *family, size_t offset);

/* The family of the sample, made if there is none; NULL, and a finding, if it has no such. */
struct qx_family *qx_lines_family(struct qx_lines *lines, const struct qx_sample *sample,
				  enum qx_role *role);

/* The metric with the scan's labels; entered as families are where grouped says so. */
struct qx_metric *qx_lines_metric(struct qx_lines *lines, struct qx_family *family, bool grouped,
				  size_t offset);

/* Puts a sample that is one point into the model; false if it has no place there. */
bool qx_lines_add(struct qx_lines *lines, const struct qx_sample *sample);

/* Exemplars after a sample, " # {…} value [timestamp]"; several where many says so. */
bool qx_lines_exemplars(struct qx_lines *lines, bool many, struct qx_exemplar **exemplars);

/* A timestamp in seconds: finite. */
bool qx_lines_seconds(struct qx_lines *lines, double *seconds);

#endif
