/* SPDX-License-Identifier: MIT */
/*
 * counted.h: what quipu-tls counts about itself.
 *
 * Writers and readers: any thread. Publication: each figure by itself. Reclamation: with the
 * quipu_tls.
 */
#ifndef QP_TLS_COUNTED_H
#define QP_TLS_COUNTED_H

#include <stdint.h>

static inline void qp_tls_count(uint64_t *figure)
{
	__atomic_fetch_add(figure, 1, __ATOMIC_RELAXED); /* relaxed: nothing goes with it */
}

static inline uint64_t qp_tls_figure(const uint64_t *figure)
{
	return __atomic_load_n(figure, __ATOMIC_RELAXED); /* relaxed: as above */
}

#endif
