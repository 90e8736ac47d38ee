/* SPDX-License-Identifier: MIT */
/*
 * scraper.h: asks the target again and again, on a thread of its own.
 *
 * A thread, because of what fetching waits for: getaddrinfo cannot be asked in pieces, and
 * reading 10,000 series takes longer than a key may wait. It shares one place with the screen's
 * thread: the newest scrape. The scraper puts it there, under a mutex, and writes to a pipe that
 * the screen polls beside the keyboard; who takes a scrape owns it, and one that nobody took is
 * freed by the next. The bytes, the exposition and its arena are used by one thread at a time.
 */
#ifndef TOP_SCRAPER_H
#define TOP_SCRAPER_H

#include "exposition.h"

/* The most that expositions can say: OpenMetrics 2 has native buckets, states and units; protobuf
 * has native buckets where the former is not known; every text format is understood. */
#define SCRAPER_ACCEPT                                                                             \
	"application/openmetrics-text;version=2.0.0,"                                              \
	"application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;"                 \
	"encoding=delimited;q=0.9,"                                                                \
	"application/openmetrics-text;version=1.0.0;q=0.8,"                                        \
	"text/plain;version=0.0.4;q=0.7,*/*;q=0.1"

struct scrape {
	struct qx_exposition *exposition; /* NULL: there was no answer */
	char error[256];
	double asked, heard; /* by seconds_now */
	size_t bytes;
	char *memory; /* what the exposition points into */
};

/* A clock that goes forward. */
double seconds_now(void);

/* stop: as of fetch. */
struct scrape *scrape_make(const char *url, int stop);
void scrape_free(struct scrape *scrape);

struct scraper;

/* NULL and errno where there is no thread or pipe. url stays. */
struct scraper *scraper_start(const char *url, double interval);

/* Readable when there is something to take. */
int scraper_fd(const struct scraper *scraper);

/* The newest, or NULL; the caller's. */
struct scrape *scraper_take(struct scraper *scraper);

/* Waits for its end, except where it waits for a name server: then the program's end is its own,
 * and its memory stays. */
void scraper_stop(struct scraper *scraper);

#endif
