/* SPDX-License-Identifier: MIT */
/*
 * self.h: the library's own counters, from one list (quipu/self.h), and the times of scrapes.
 *
 * Writers:  anybody; each counter is one shared word, each bucket one cell, added to off the hot
 *           path.
 * Readers:  anybody.
 * Publication: none; words and cells are whole.
 * Reclamation: none.
 */
#ifndef QP_SELF_H
#define QP_SELF_H

#include <quipu/self.h>

/* One more. */
void qp_self_count(quipu_self_figure figure);
uint64_t qp_self_read(quipu_self_figure figure);

/* A scrape took so long, from opening to closing. */
void qp_self_took(uint64_t ns);

/* How many took how long, by bucket, and all together; counts and sum fit each other. */
#define QP_SELF_N_BOUNDS 5
extern const double qp_self_bounds[QP_SELF_N_BOUNDS];
double qp_self_durations(uint64_t counts[QP_SELF_N_BOUNDS + 1]);

#endif
