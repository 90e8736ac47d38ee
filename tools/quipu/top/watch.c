/* SPDX-License-Identifier: MIT */
/* watch.c: see watch.h. */
#include "watch.h"

#include <langinfo.h>
#include <math.h>
#include <string.h>
#include <time.h>

void watch_init(struct watch *watch, const struct wishes *wishes)
{
	*watch = (struct watch){ .wishes = wishes };
	watch->target =
		(struct target){ .url = wishes->url, .interval = wishes->interval, .good = NAN };
	watch->utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	store_init(&watch->store, wishes->interval);
	screen_init(&watch->screen);
	watch->screen.order = wishes->order;
	snprintf(screen_place(&watch->screen)->filter, FILTER_SIZE, "%s", wishes->filter);
	if (wishes->cardinality)
		screen_open(&watch->screen, VIEW_CARDINALITY, 0);
}

void watch_free(struct watch *watch)
{
	store_free(&watch->store);
	screen_free(&watch->screen);
}

static void open_family(struct watch *watch)
{
	const char *name = watch->wishes->open;
	const struct family *family = name ? store_find(&watch->store, name) : NULL;

	if (!family || watch->opened)
		return;
	watch->opened = true;
	screen_open(&watch->screen, watch->wishes->cardinality ? VIEW_LABELS : VIEW_FAMILY,
		    family->key);
}

void watch_scrape(struct watch *watch, const struct scrape *scrape)
{
	struct target *target = &watch->target;

	target->up = scrape->exposition != NULL;
	target->heard = scrape->heard;
	memcpy(target->error, scrape->error, sizeof(target->error));
	if (!target->up)
		return;
	target->good = scrape->heard;
	target->took = scrape->heard - scrape->asked;
	target->bytes = scrape->bytes;
	target->format = scrape->exposition->format;
	target->n_findings = scrape->exposition->findings.n;
	store_update(&watch->store, scrape->exposition, scrape->asked);
	open_family(watch);
}

void watch_draw(struct watch *watch, struct canvas *canvas)
{
	time_t seconds = time(NULL);
	struct tm when;
	char clock[16];
	struct frame frame = { .canvas = canvas,
			       .screen = &watch->screen,
			       .store = &watch->store,
			       .target = &watch->target,
			       .now = seconds_now(),
			       .clock = clock };

	strftime(clock, sizeof(clock), "%H:%M:%S", localtime_r(&seconds, &when));
	frame_draw(&frame);
}
