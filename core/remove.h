/* SPDX-License-Identifier: MIT */
/*
 * remove.h: taking series and families out, by handle. Any thread; takes the catalog lock, and
 * pauses where reclamation lags behind (retire.h).
 */
#ifndef QP_REMOVE_H
#define QP_REMOVE_H

#include "family.h"

/* How many series were removed: the one with these values; those whose label has this value;
 * all. */
size_t qp_remove(const struct quipu_priv_family *cell, uint64_t generation,
		 const char *const *values, size_t n);
size_t qp_remove_matching(const struct quipu_priv_family *cell, uint64_t generation,
			  const char *name, const char *value);
size_t qp_remove_all(const struct quipu_priv_family *cell, uint64_t generation);

/* The family as a whole. */
void qp_unregister(const struct quipu_priv_family *cell, uint64_t generation);

#endif
