/* SPDX-License-Identifier: MIT */
/* kind.h: what a thread can wait for (kind.def). */
#ifndef QC_KIND_H
#define QC_KIND_H

#include <stdbool.h>

enum qc_kind {
#define X(name, label, idle) QC_##name,
#include "kind.def"
#undef X
	QC_N_KINDS
};

/* The value of the label kind, and of "kind" in a saved run. */
static inline const char *qc_kind_label(enum qc_kind kind)
{
	static const char *const labels[] = {
#define X(name, label, idle) label,
#include "kind.def"
#undef X
	};

	return labels[kind];
}

/* Not contention: waiting for work, for a signal, for the others. */
static inline bool qc_kind_is_idle(enum qc_kind kind)
{
	static const bool is_idle[] = {
#define X(name, label, idle) idle,
#include "kind.def"
#undef X
	};

	return is_idle[kind];
}

#endif
