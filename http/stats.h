/* SPDX-License-Identifier: MIT */
/*
 * stats.h: what a server counts about itself.
 *
 * Writers: the thread that drives it. Readers: any (quipu_http_stats). Publication: each figure
 * by itself, relaxed. Reclamation: with the server.
 */
#ifndef QP_HTTP_STATS_H
#define QP_HTTP_STATS_H

#include <quipu/self.h>

#include <stdint.h>

/* As quipu_http_stats_t, which says what they are. */
struct qp_stats {
	uint64_t connections, open, requests, scrapes, shared, unavailable, aborted, sent_bytes,
		accept_failures, turned_away;
};

static inline void qp_stats_set(uint64_t *figure, uint64_t value)
{
	__atomic_store_n(figure, value, __ATOMIC_RELAXED); /* relaxed: nothing goes with it */
}

static inline void qp_stats_add(uint64_t *figure, uint64_t n)
{
	qp_stats_set(figure, *figure + n); /* one writer: its own plain load is enough */
}

/* The same for what the library's own figures have too, of all servers together. */
static inline void qp_stats_count(uint64_t *figure, quipu_self_figure self, uint64_t n)
{
	qp_stats_add(figure, n);
	quipu_self_add(self, n);
}

#endif
