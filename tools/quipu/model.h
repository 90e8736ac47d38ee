/* SPDX-License-Identifier: MIT */
/* model.h: how readers fill an exposition, and what rules ask of it. */
#ifndef QX_MODEL_H
#define QX_MODEL_H

#include "exposition.h"

/* Notes what is wrong at an offset. Returns false, for callers that give up. */
__attribute__((format(printf, 3, 4))) bool qx_error(struct qx_exposition *exposition, size_t offset,
						    const char *format, ...);

/* Where a piece of the input is. */
size_t qx_offset(const struct qx_exposition *exposition, const char *at);

struct qx_family *qx_family_find(const struct qx_exposition *exposition, struct qx_text name);
struct qx_family *qx_family_add(struct qx_exposition *exposition, struct qx_text name,
				size_t offset);

/* Sorts labels by name, then drops those with empty values. One whose name is there twice, or
 * NULL. */
const struct qx_label *qx_labels_sort(struct qx_label *labels, size_t *n);

/* Labels sorted; the metric that has them, or NULL; or a new one with a copy of them. */
struct qx_metric *qx_metric_find(const struct qx_exposition *exposition,
				 const struct qx_family *family, const struct qx_label *labels,
				 size_t n);
struct qx_metric *qx_metric_add(struct qx_exposition *exposition, struct qx_family *family,
				const struct qx_label *labels, size_t n, size_t offset);

struct qx_point *qx_point_add(struct qx_exposition *exposition, struct qx_metric *metric,
			      enum qx_role role, struct qx_number value, size_t offset);

/* Labels in the arena. */
struct qx_label *qx_labels_keep(struct qx_exposition *exposition, const struct qx_label *labels,
				size_t n);

#define QX_SERIES_SIZE 300

/* name{label="value",…} for messages, cut where it is long. */
void qx_metric_show(const struct qx_metric *metric, char out[QX_SERIES_SIZE]);
void qx_labels_show(struct qx_text name, const struct qx_label *labels, size_t n,
		    char out[QX_SERIES_SIZE]);

#endif
