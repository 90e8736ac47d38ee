/* SPDX-License-Identifier: MIT */
/* openmetrics.h: what both versions of OpenMetrics share: metadata, # EOF, strict lines. */
#ifndef QX_OPENMETRICS_H
#define QX_OPENMETRICS_H

#include "lines.h"

/* Reads all lines; sample is called for those that do not begin with #. */
void qx_openmetrics_read(struct qx_exposition *exposition, void (*sample)(struct qx_lines *lines));

/* A blank and a timestamp, unless an exemplar or the line's end comes next. */
bool qx_openmetrics_time(struct qx_lines *lines, struct qx_sample *sample);

#endif
