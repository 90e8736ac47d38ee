/* SPDX-License-Identifier: MIT */
/* stats.c: the figures of stats.h as the program sees them. */
#include "server.h"

#include <string.h>

static uint64_t get(const uint64_t *figure)
{
	return __atomic_load_n(figure, __ATOMIC_RELAXED); /* relaxed: pairs with qp_stats_set */
}

static quipu_http_stats_t read_stats(const struct qp_stats *stats)
{
	return (quipu_http_stats_t){
		.connections = get(&stats->connections),
		.open = get(&stats->open),
		.requests = get(&stats->requests),
		.scrapes = get(&stats->scrapes),
		.shared = get(&stats->shared),
		.unavailable = get(&stats->unavailable),
		.aborted = get(&stats->aborted),
		.sent_bytes = get(&stats->sent_bytes),
		.accept_failures = get(&stats->accept_failures),
		.turned_away = get(&stats->turned_away),
	};
}

/* A program built against another header has a shorter or longer struct. */
void quipu_http_stats(const quipu_http *server, quipu_http_stats_t *out)
{
	quipu_http_stats_t all = { 0 };
	size_t size = out->size;

	if (server)
		all = read_stats(&server->stats);
	all.size = size;
	if (size > sizeof(all))
		memset((char *)out + sizeof(all), 0, size - sizeof(all));
	memcpy(out, &all, size < sizeof(all) ? size : sizeof(all));
}
