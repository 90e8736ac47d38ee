/* SPDX-License-Identifier: MIT */
/* live.c: the loop between keyboard, scraper and screen, which waits for whichever comes first. */
#include "terminal.h"
#include "watch.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static void show(struct watch *watch)
{
	struct canvas canvas;
	int width, height;

	terminal_size(&width, &height);
	if (width <= 0 || height <= 0)
		return;
	canvas_init(&canvas, width, height, watch->utf8);
	watch_draw(watch, &canvas);
	terminal_show(&canvas);
	canvas_free(&canvas);
}

/* The clock in the corner moves on as seconds do. */
static int until_next_second(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int)(1000 - now.tv_nsec / 1000000);
}

static void read_keys(struct watch *watch)
{
	uint32_t press;

	/* a frame before each key: keys go by the rows that were drawn last */
	while (!watch->screen.over && (press = terminal_key()) != 0) {
		screen_press(&watch->screen, press);
		show(watch);
	}
}

static void take(struct watch *watch, struct scraper *scraper)
{
	struct scrape *scrape = scraper_take(scraper);

	if (scrape)
		watch_scrape(watch, scrape);
	scrape_free(scrape);
}

/* False when the terminal is gone. A window that changes its size interrupts poll, and is a key. */
static bool turn(struct watch *watch, struct scraper *scraper)
{
	struct pollfd fds[] = { { .fd = STDIN_FILENO, .events = POLLIN },
				{ .fd = scraper_fd(scraper), .events = POLLIN } };
	int ready = poll(fds, 2, until_next_second());

	if (ready < 0 && errno != EINTR)
		return false;
	if (ready > 0 && (fds[0].revents & (POLLHUP | POLLERR | POLLNVAL)))
		return false;
	if (ready > 0 && fds[1].revents)
		take(watch, scraper);
	read_keys(watch);
	show(watch);
	return true;
}

static int run(struct watch *watch)
{
	struct scraper *scraper = scraper_start(watch->target.url, watch->target.interval);

	if (!scraper)
		return errno;
	show(watch);
	while (!watch->screen.over && turn(watch, scraper)) {
	}
	scraper_stop(scraper);
	return 0;
}

int watch_live(struct watch *watch)
{
	const char *wrong = terminal_open();
	int error;

	if (wrong) {
		fprintf(stderr, "quipu top: %s; --once prints one frame\n", wrong);
		return 1;
	}
	atexit(terminal_close);
	error = run(watch);
	terminal_close();
	if (error)
		fprintf(stderr, "quipu top: %s\n", strerror(error));
	return error ? 1 : 0;
}
