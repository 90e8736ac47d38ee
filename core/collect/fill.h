/* SPDX-License-Identifier: MIT */
/* fill.h: how full the families of a registry are, as a collector shows it. */
#ifndef QP_COLLECT_FILL_H
#define QP_COLLECT_FILL_H

#include "registry.h"

#include <quipu/collect.h>

/* Makes quipu_family_series and its like (collectors.h). No lock held. */
void qp_fill_emit(quipu_emitter *emitter, quipu_registry *registry);

#endif
