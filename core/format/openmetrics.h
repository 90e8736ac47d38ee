/* SPDX-License-Identifier: MIT */
/* openmetrics.h: what both major versions of OpenMetrics have. */
#ifndef QP_FORMAT_OPENMETRICS_H
#define QP_FORMAT_OPENMETRICS_H

#include <quipu/format.h>

/* The word for each kind. */
extern const char *const qp_openmetrics_types[];

/* Nothing before the families, "# EOF" after them. */
void qp_openmetrics_begin(void *state, quipu_out *out);
void qp_openmetrics_end(void *state, quipu_out *out);

#endif
