/* SPDX-License-Identifier: MIT */
/*
 * stats.h: what a server counts about itself.
 *
 * Writers: the thread that drives it. Readers: any (quipu_http_stats). Publication: each figure
 * by itself, relaxed. Reclamation: with the server.
 */
#ifndef QP_HTTP_STATS_H
#define QP_HTTP_STATS_H

#include <stdint.h>

/* As quipu_http_stats_t, which says what they are. */
struct qp_stats {
	uint64_t connections, open, requests, scrapes, shared, unavailable, aborted, sent_bytes;
};

static inline void qp_stats_set(uint64_t *figure, uint64_t value)
{
	__atomic_store_n(figure, value, __ATOMIC_RELAXED); /* relaxed: nothing goes with it */
}

static inline void qp_stats_add(uint64_t *figure, uint64_t n)
{
	qp_stats_set(figure, *figure + n); /* one writer: its own plain load is enough */
}

#endif
