/* SPDX-License-Identifier: MIT */
/* rules.h: what the files of the rules share. Rules see the model, whatever the format was. */
#ifndef QX_RULES_H
#define QX_RULES_H

#include "model.h"

/* Applies every rule. */
void qx_check(struct qx_exposition *exposition);

void qx_check_histogram(struct qx_exposition *exposition, const struct qx_metric *metric);
void qx_check_native(struct qx_exposition *exposition, const struct qx_metric *metric);
void qx_check_exemplars(struct qx_exposition *exposition, const struct qx_metric *metric);

/* OpenMetrics: units, spelling of bounds, timestamps of one metric's points. */
void qx_check_unit(struct qx_exposition *exposition, const struct qx_family *family);
void qx_check_spelling(struct qx_exposition *exposition, const struct qx_metric *metric);
void qx_check_times(struct qx_exposition *exposition, const struct qx_metric *metric);

/* OpenMetrics 1: its words for what others leave open. */
bool qx_is_openmetrics_1(enum qx_format format);

/* Notes what is wrong with a metric, its name in front. Returns false. */
__attribute__((format(printf, 4, 5))) bool qx_blame(struct qx_exposition *exposition,
						    const struct qx_metric *metric, size_t offset,
						    const char *format, ...);

#endif
