/* SPDX-License-Identifier: MIT */
/*
 * fake_scrape.h: the core's scrapes (quipu/scrape.h) as the responder sees them, doing exactly
 * what a test says: bodies of any size, callbacks that end when told, snapshots that others
 * hold, failures at any byte.
 *
 * Writers and readers: the test and the server's thread, under one lock.
 */
#ifndef TESTS_HTTP_FAKE_SCRAPE_H
#define TESTS_HTTP_FAKE_SCRAPE_H

#include <quipu/scrape.h>
#include <quipu/self.h>

#include <stdbool.h>

#define FAKE_ALL ((size_t)-1)

/* What the scrapes that are opened from now on do; fake_reset gives the defaults. */
struct fake_plan {
	size_t body;	       /* bytes: 1000 */
	size_t fail_at;	       /* bytes before it fails: FAKE_ALL, never */
	quipu_error fail_with; /* how it fails */
	bool open_fails;       /* ENOMEM */
	bool callbacks;	       /* there are some: read says EAGAIN until fake_finish
				  or the deadline, at which nobody wakes */
	unsigned pauses;       /* reads with a snapshot and without bytes, before the first */
	unsigned work_us;      /* how long each read keeps the processor busy */
};

/* What has happened since fake_reset. */
struct fake_facts {
	unsigned opened, closed;
	unsigned snapshots; /* open now, ours and the others' */
	unsigned most_snapshots;
	unsigned busy;	/* reads that found none free */
	unsigned early; /* reads before the callbacks were done */
	double timeout; /* what the last was opened with */
	const quipu_format *format;
	quipu_escaping escaping;
	bool created;
	char names[256]; /* each with a blank behind it */
};

/* The formats are the text one and those of the names that the real core has or will have;
 * "text-1.0.0" and OpenMetrics show names of any characters. */

/* What the server is told to serve; nothing is in it. FAKE_START begins with a fresh plan. */
quipu_registry *fake_registry(void);
#define FAKE_START(...) (fake_reset(), kit_start(fake_registry(), QUIPU_HTTP_OPTS(__VA_ARGS__)))

void fake_reset(void);
void fake_plan(struct fake_plan plan);
struct fake_plan fake_default_plan(void);
struct fake_facts fake_facts(void);

/* The callbacks of every open scrape are done: wakes them. How many there were. */
unsigned fake_finish(void);

/* Somebody else in the process opens n snapshots, or closes them (n negative). */
void fake_hold(int n);

/* What the server added to one of the library's own figures, since the process began. */
uint64_t fake_figure(quipu_self_figure figure);

/* The byte at this place of every body. */
char fake_byte(size_t place);

#endif
