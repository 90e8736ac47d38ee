/* SPDX-License-Identifier: MIT */
/* families.c: see families.h. */
#include "families.h"

#include "counts.h"

#include <quipu/verbs.h>

static const struct {
	quipu_kind kind;
	const char *name, *unit, *help;
	const char *labels[QUIPU_MAX_LABELS + 1];
} families[] = {
#define X(id, kind, name, unit, help, ...) { QUIPU_KIND_##kind, name, unit, help, { __VA_ARGS__ } },
#include "series.def"
#undef X
};

bool qc_family_begin(quipu_emitter *emitter, enum qc_family family)
{
	bool has_bounds = families[family].kind == QUIPU_KIND_HISTOGRAM;
	bool has_labels = families[family].labels[0] != NULL;
	double bounds[QC_N_STEPS];
	unsigned i;

	for (i = 0; i < QC_N_STEPS; i++)
		bounds[i] = (double)qc_step_bound(i) / 1e9;
	return quipu_emit_family(emitter, families[family].kind,
				 QUIPU_OPTS(.name = families[family].name,
					    .help = families[family].help,
					    .unit = families[family].unit,
					    .labels = has_labels ? families[family].labels : NULL,
					    .bounds = has_bounds ? bounds : NULL,
					    .n_bounds = has_bounds ? QC_N_STEPS : 0)) == QUIPU_OK;
}

void qc_family_of_one(quipu_emitter *emitter, enum qc_family family, double value)
{
	if (qc_family_begin(emitter, family))
		quipu_emit_value(emitter, value, NULL);
}
