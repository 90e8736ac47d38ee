/* SPDX-License-Identifier: MIT */
/* watch.h: everything that a frame is made from, as scrapes come in. */
#ifndef TOP_WATCH_H
#define TOP_WATCH_H

#include "frame.h"
#include "scraper.h"

/* What was asked for on the command line. */
struct wishes {
	char *url;
	double interval;
	bool once;
	const char *filter;
	const char *open; /* a family, or NULL */
	bool cardinality;
	enum order order;
};

struct watch {
	const struct wishes *wishes;
	struct target target;
	struct store store;
	struct screen screen;
	bool opened; /* what was to be opened at first */
	bool utf8;
};

void watch_init(struct watch *watch, const struct wishes *wishes);
void watch_free(struct watch *watch);

/* Takes in what the scrape says; it stays the caller's. */
void watch_scrape(struct watch *watch, const struct scrape *scrape);

/* A frame on this canvas, as of now. */
void watch_draw(struct watch *watch, struct canvas *canvas);

/* The two ways to show it; each returns the exit status. */
int watch_once(struct watch *watch);
int watch_live(struct watch *watch);

#endif
