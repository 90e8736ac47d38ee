/* SPDX-License-Identifier: MIT */
/* self.c: see self.h. */
#include "self.h"

#include "base/atomic.h"

#include <quipu/metric.h>

#include <string.h>

static uint64_t figures[QP_N_SELF];

static const struct {
	const char *name, *help;
} texts[QP_N_SELF] = {
#define X(name, help) { #name, help },
#include "self.def"
#undef X
};

void qp_self_count(enum qp_self which)
{
	/* relaxed: figures that order nothing */
	qp_add_relaxed(&figures[which], 1);
}

uint64_t qp_self_read(enum qp_self which)
{
	/* relaxed: as above */
	return qp_load_relaxed(&figures[which]);
}

void quipu_self(void (*fn)(const char *name, const char *help, uint64_t value, void *ctx),
		void *ctx)
{
	size_t i;

	for (i = 0; i < QP_N_SELF; i++)
		fn(texts[i].name, texts[i].help, qp_self_read((enum qp_self)i), ctx);
}
