/* SPDX-License-Identifier: MIT */
/* families.h: beginning a family of series.def. */
#ifndef QC_FAMILIES_H
#define QC_FAMILIES_H

#include <quipu/collect.h>

#include <stdbool.h>

enum qc_family {
#define X(id, kind, name, unit, help, ...) QC_FAMILY_##id,
#include "series.def"
#undef X
	QC_N_FAMILIES
};

/* false: its samples would be dropped. */
bool qc_family_begin(quipu_emitter *emitter, enum qc_family family);

/* A family of one series without labels. */
void qc_family_of_one(quipu_emitter *emitter, enum qc_family family, double value);

#endif
