/* SPDX-License-Identifier: MIT */
/*
 * self.h: the library's own figures, from one list (self.def).
 *
 * Writers and readers: anybody; each figure is one shared word, added to off the hot path.
 */
#ifndef QP_SELF_H
#define QP_SELF_H

#include <stdint.h>

enum qp_self {
#define X(name, help) QP_SELF_##name,
#include "self.def"
#undef X
	QP_N_SELF
};

void qp_self_count(enum qp_self which);
uint64_t qp_self_read(enum qp_self which);

#endif
