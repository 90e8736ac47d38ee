/* SPDX-License-Identifier: MIT */
/* outside_series.h: what else threads wait for, as metrics. The callback thread. */
#ifndef QC_OUTSIDE_SERIES_H
#define QC_OUTSIDE_SERIES_H

#include <quipu/collect.h>

void qc_outside_emit(quipu_emitter *emitter);

#endif
