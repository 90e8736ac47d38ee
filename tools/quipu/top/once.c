/* SPDX-License-Identifier: MIT */
/* once.c: one frame after two scrapes, as lines of text. */
#include "visible.h"
#include "watch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define WIDTH 100
#define LEAST_WIDTH 40
#define MOST_WIDTH 1000
#define EXTRA_LINES 64 /* titles, heat map, header */

static int width(void)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;
	int n = columns ? atoi(columns) : 0;

	if (n == 0 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
		n = size.ws_col;
	if (n == 0)
		return WIDTH;
	return n < LEAST_WIDTH ? LEAST_WIDTH : n > MOST_WIDTH ? MOST_WIDTH : n;
}

/* Whatever view it is, it has no more lines than this. */
static size_t lines(const struct watch *watch)
{
	const struct store *store = &watch->store;

	return store->n_families + store->n_series - store->n_unkept + EXTRA_LINES;
}

/* The reason may have the target's own words. */
static void complain(const struct watch *watch, const char *reason)
{
	fprintf(stderr, "quipu top: %s: ", watch->target.url);
	visible_print(stderr, qx_text_of(reason), watch->utf8);
	fputc('\n', stderr);
}

static bool take_one(struct watch *watch, double *asked)
{
	struct scrape *scrape = scrape_make(watch->target.url, -1);
	bool up = scrape->exposition != NULL;

	*asked = scrape->asked;
	if (up)
		watch_scrape(watch, scrape);
	else
		complain(watch, scrape->error);
	scrape_free(scrape);
	return up;
}

static void sleep_for(double seconds)
{
	struct timespec left = { .tv_sec = (time_t)seconds };

	left.tv_nsec = (long)((seconds - (double)left.tv_sec) * 1e9);
	while (seconds > 0 && nanosleep(&left, &left) != 0 && errno == EINTR) {
	}
}

static bool print(struct watch *watch)
{
	struct canvas canvas;
	int columns = width();

	canvas_init(&canvas, columns, canvas_height(columns, lines(watch)), watch->utf8);
	watch_draw(watch, &canvas);
	canvas_print(&canvas, stdout);
	if (watch->screen.n_rows > (size_t)canvas.height)
		fprintf(stderr,
			"quipu top: %zu rows are too many for one frame, which ends early\n",
			watch->screen.n_rows);
	canvas_free(&canvas);
	return fflush(stdout) == 0 && !ferror(stdout);
}

int watch_once(struct watch *watch)
{
	double asked;

	watch->screen.still = true;
	if (!take_one(watch, &asked))
		return 1;
	sleep_for(asked + watch->target.interval - seconds_now());
	if (!take_one(watch, &asked))
		return 1;
	if (watch->wishes->open && !watch->opened) {
		fprintf(stderr, "quipu top: %s: no such family\n", watch->wishes->open);
		return 1;
	}
	return print(watch) ? 0 : 1;
}
