/* SPDX-License-Identifier: MIT */
/* scraper.c: see scraper.h. */
#include "scraper.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE 1 /* seconds that an end is waited for */

struct scraper {
	const char *url;
	double interval;
	int stop[2];  /* closed at the writing end: stop */
	int ready[2]; /* a byte for each scrape that was put into the place */
	pthread_t thread;
	pthread_mutex_t mutex;
	struct scrape *newest; /* under the mutex */
};

/* --- the scraper's thread ---------------------------------------------------------------------- */

static void put(struct scraper *scraper, struct scrape *scrape)
{
	struct scrape *untaken;

	pthread_mutex_lock(&scraper->mutex);
	untaken = scraper->newest;
	scraper->newest = scrape;
	pthread_mutex_unlock(&scraper->mutex);
	scrape_free(untaken);
	/* a full pipe is readable already */
	if (write(scraper->ready[1], "", 1) < 0 && errno != EAGAIN)
		abort();
}

/* Until the next scrape is due, which is a whole number of intervals after the first; false where
 * it is time to stop. */
static bool wait_until(const struct scraper *scraper, double due)
{
	struct pollfd stop = { .fd = scraper->stop[0], .events = POLLIN };
	double left;

	while ((left = due - seconds_now()) > 0) {
		if (poll(&stop, 1, (int)fmin(ceil(left * 1000), 60000)) > 0)
			return false;
	}
	return poll(&stop, 1, 0) <= 0;
}

static void *run(void *argument)
{
	struct scraper *scraper = argument;
	double due = seconds_now(), late;

	do {
		put(scraper, scrape_make(scraper->url, scraper->stop[0]));
		late = floor((seconds_now() - due) / scraper->interval);
		due += scraper->interval * (late > 0 ? late + 1 : 1);
	} while (wait_until(scraper, due));
	return NULL;
}

/* --- the screen's ------------------------------------------------------------------------------ */

static void close_all(struct scraper *scraper)
{
	int fds[] = { scraper->stop[0], scraper->stop[1], scraper->ready[0], scraper->ready[1] };

	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++) {
		if (fds[i] >= 0)
			close(fds[i]);
	}
}

static bool open_pipes(struct scraper *scraper)
{
	scraper->stop[0] = scraper->stop[1] = scraper->ready[0] = scraper->ready[1] = -1;
	return pipe2(scraper->stop, O_CLOEXEC) == 0 &&
	       pipe2(scraper->ready, O_CLOEXEC | O_NONBLOCK) == 0;
}

struct scraper *scraper_start(const char *url, double interval)
{
	struct scraper *scraper = qx_new(1, sizeof(*scraper));
	int error;

	scraper->url = url;
	scraper->interval = interval;
	pthread_mutex_init(&scraper->mutex, NULL);
	error = open_pipes(scraper) ? pthread_create(&scraper->thread, NULL, run, scraper) : errno;
	if (error == 0)
		return scraper;
	close_all(scraper);
	free(scraper);
	errno = error;
	return NULL;
}

int scraper_fd(const struct scraper *scraper)
{
	return scraper->ready[0];
}

struct scrape *scraper_take(struct scraper *scraper)
{
	struct scrape *scrape;
	char bytes[16];

	while (read(scraper->ready[0], bytes, sizeof(bytes)) > 0) {
	}
	pthread_mutex_lock(&scraper->mutex);
	scrape = scraper->newest;
	scraper->newest = NULL;
	pthread_mutex_unlock(&scraper->mutex);
	return scrape;
}

void scraper_stop(struct scraper *scraper)
{
	struct timespec until;

	close(scraper->stop[1]);
	scraper->stop[1] = -1;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += PATIENCE;
	if (pthread_timedjoin_np(scraper->thread, NULL, &until) != 0)
		return;
	close_all(scraper);
	scrape_free(scraper->newest);
	pthread_mutex_destroy(&scraper->mutex);
	free(scraper);
}
