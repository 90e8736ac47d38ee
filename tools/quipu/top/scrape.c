/* SPDX-License-Identifier: MIT */
/* scrape.c: one question and its answer (scraper.h). */
#include "fetch.h"
#include "scraper.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define MOST ((size_t)64 << 20) /* what is read takes many times the memory */

double seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* A page that only looks like one, such as an error in HTML, is none. */
static void read_answer(struct scrape *scrape, const struct answer *answer)
{
	enum qx_format format;

	if (!*answer->content_type)
		format = qx_format_guess(answer->body, answer->body_len);
	else if (!qx_format_of_type(qx_text_of(answer->content_type), &format)) {
		snprintf(scrape->error, sizeof(scrape->error),
			 "Content-Type \"%.200s\" is not that of an exposition",
			 answer->content_type);
		return;
	}
	scrape->bytes = answer->body_len;
	scrape->exposition = qx_read(format, answer->body, answer->body_len);
}

struct scrape *scrape_make(const char *url, int stop)
{
	struct scrape *scrape = qx_new(1, sizeof(*scrape));
	struct question question = { .accept = SCRAPER_ACCEPT, .most = MOST, .stop = stop };
	struct fetched fetched;

	scrape->asked = seconds_now();
	if (fetch(url, &question, &fetched))
		read_answer(scrape, &fetched.answer);
	else
		snprintf(scrape->error, sizeof(scrape->error), "%s", fetched.error);
	scrape->memory = fetched.bytes;
	scrape->heard = seconds_now();
	return scrape;
}

void scrape_free(struct scrape *scrape)
{
	if (!scrape)
		return;
	qx_free(scrape->exposition);
	free(scrape->memory);
	free(scrape);
}
