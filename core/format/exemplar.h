/* SPDX-License-Identifier: MIT */
/* exemplar.h: exemplars as OpenMetrics writes them, behind a sample. */
#ifndef QP_FORMAT_EXEMPLAR_H
#define QP_FORMAT_EXEMPLAR_H

#include <quipu/format.h>

/* What all exemplars of a series may need. */
size_t qp_exemplars_room(const quipu_series_view *series);

/* Puts ` # {trace_id="…"} 0.67 1520879607.789`; without the time where there is none. */
char *qp_put_exemplar(char *p, const quipu_exemplar_view *exemplar);

#endif
