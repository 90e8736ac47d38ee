/* SPDX-License-Identifier: MIT */
/*
 * memory_http.h: what a server's connections take, for bench_memory.
 */
#ifndef BENCH_MEMORY_HTTP_H
#define BENCH_MEMORY_HTTP_H

#include <stddef.h>

/*
 * Prints, for a server of 100,000 counters with n connections:
 *   bytes_of_server            with one scrape behind it
 *   bytes_per_idle_connection  kept open after one short answer
 *   bytes_per_scrape           of one whose client has stopped reading
 *   bytes_of_all_scrapes       when all n have asked and nobody reads
 */
void bench_memory_of_connections(size_t n);

#endif
