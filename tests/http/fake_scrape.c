/* SPDX-License-Identifier: MIT */
/* fake_scrape.c: see fake_scrape.h. Takes the place of the core in these tests. */
#include "fake_scrape.h"

#include <quipu/timer.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SNAPSHOTS 2

struct quipu_scrape {
	quipu_scrape *next;
	struct fake_plan plan;
	quipu_scrape_opts opts;
	uint64_t deadline;
	size_t at;
	bool finished;
	bool has_snapshot;
	unsigned pauses;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static quipu_scrape *scrapes;
static struct fake_plan plan;
static struct fake_facts facts;

const quipu_format quipu_format_text = {
	.name = "text-0.0.4",
	.content_type = "text/plain; version=0.0.4; charset=utf-8",
};

static const quipu_format text_1 = {
	.name = "text-1.0.0",
	.content_type = "text/plain; version=1.0.0; charset=utf-8",
	.features = QUIPU_FORMAT_UTF8_NAMES,
};

static const quipu_format openmetrics = {
	.name = "openmetrics-1.0.0",
	.content_type = "application/openmetrics-text; version=1.0.0; charset=utf-8",
	.features = QUIPU_FORMAT_UTF8_NAMES,
};

static const quipu_format *const formats[] = { &quipu_format_text, &text_1, &openmetrics, NULL };

quipu_error quipu_start_threads(void)
{
	return QUIPU_OK;
}

const quipu_format *const *quipu_formats(void)
{
	return formats;
}

const quipu_format *quipu_format_find(const char *name)
{
	for (size_t i = 0; formats[i]; i++) {
		if (strcmp(formats[i]->name, name) == 0)
			return formats[i];
	}
	return NULL;
}

static uint64_t figures[QUIPU_SELF_N_FIGURES];

void quipu_self_add(quipu_self_figure figure, uint64_t n)
{
	__atomic_fetch_add(&figures[figure], n, __ATOMIC_RELAXED); /* relaxed: only counts */
}

uint64_t fake_figure(quipu_self_figure figure)
{
	return __atomic_load_n(&figures[figure], __ATOMIC_RELAXED); /* relaxed: likewise */
}

uint64_t quipu_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

quipu_registry *fake_registry(void)
{
	static char something;

	return (quipu_registry *)(void *)&something;
}

struct fake_plan fake_default_plan(void)
{
	return (struct fake_plan){ .body = 1000, .fail_at = FAKE_ALL };
}

void fake_reset(void)
{
	pthread_mutex_lock(&lock);
	plan = fake_default_plan();
	memset(&facts, 0, sizeof(facts));
	pthread_mutex_unlock(&lock);
}

void fake_plan(struct fake_plan next)
{
	pthread_mutex_lock(&lock);
	plan = next;
	pthread_mutex_unlock(&lock);
}

struct fake_facts fake_facts(void)
{
	struct fake_facts now;

	pthread_mutex_lock(&lock);
	now = facts;
	pthread_mutex_unlock(&lock);
	return now;
}

unsigned fake_finish(void)
{
	unsigned n = 0;

	pthread_mutex_lock(&lock);
	for (quipu_scrape *scrape = scrapes; scrape; scrape = scrape->next) {
		if (scrape->finished)
			continue;
		scrape->finished = true;
		scrape->opts.wake(scrape->opts.ctx);
		n++;
	}
	pthread_mutex_unlock(&lock);
	return n;
}

static void count_snapshots(int change)
{
	facts.snapshots = (unsigned)((int)facts.snapshots + change);
	if (facts.snapshots > facts.most_snapshots)
		facts.most_snapshots = facts.snapshots;
}

void fake_hold(int n)
{
	pthread_mutex_lock(&lock);
	count_snapshots(n);
	pthread_mutex_unlock(&lock);
}

char fake_byte(size_t place)
{
	return place % 64 == 63 ? '\n' : (char)('!' + (place ^ place >> 7 ^ place >> 14) % 90);
}

static quipu_scrape *create(const quipu_scrape_opts *opts)
{
	quipu_scrape *scrape = plan.open_fails ? NULL : calloc(1, sizeof(*scrape));

	if (!scrape)
		return NULL;
	scrape->plan = plan;
	scrape->opts = *opts;
	scrape->deadline = quipu_now_ns() + (uint64_t)(opts->timeout_seconds * 1e9);
	scrape->finished = !plan.callbacks;
	scrape->pauses = plan.pauses;
	scrape->next = scrapes;
	scrapes = scrape;
	return scrape;
}

static void note(const quipu_format *format, const quipu_scrape_opts *opts)
{
	size_t len = 0;

	facts.opened++;
	facts.timeout = opts->timeout_seconds;
	facts.format = format;
	facts.escaping = opts->escaping;
	facts.created = opts->created != 0;
	facts.names[0] = '\0';
	for (size_t i = 0; i < opts->n_names && len < sizeof(facts.names); i++)
		len += (size_t)snprintf(facts.names + len, sizeof(facts.names) - len, "%s ",
					opts->names[i]);
}

quipu_scrape *quipu_scrape_open(quipu_registry *registry, const quipu_format *format,
				const quipu_scrape_opts *opts, quipu_error *error)
{
	quipu_scrape *scrape;

	pthread_mutex_lock(&lock);
	note(format, opts);
	scrape = registry == fake_registry() ? create(opts) : NULL;
	if (!scrape)
		facts.opened--;
	if (error)
		*error = scrape ? QUIPU_OK : QUIPU_ENOMEM;
	pthread_mutex_unlock(&lock);
	return scrape;
}

static void end_snapshot(quipu_scrape *scrape)
{
	if (scrape->has_snapshot)
		count_snapshots(-1);
	scrape->has_snapshot = false;
}

/* What comes before the first byte. */
static quipu_error prepare(quipu_scrape *scrape)
{
	if (!scrape->finished && quipu_now_ns() < scrape->deadline) {
		facts.early++;
		return QUIPU_EAGAIN;
	}
	if (scrape->at > 0 || scrape->has_snapshot)
		return QUIPU_OK;
	if (facts.snapshots >= SNAPSHOTS) {
		facts.busy++;
		return QUIPU_EBUSY;
	}
	scrape->has_snapshot = true;
	count_snapshots(1);
	return QUIPU_OK;
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static quipu_error read_piece(quipu_scrape *scrape, char *buf, size_t cap, size_t *len)
{
	size_t end = least(scrape->plan.body, scrape->plan.fail_at);
	size_t n = least(least(cap, end - scrape->at), 10000);

	if (scrape->pauses > 0) {
		scrape->pauses--;
		return QUIPU_OK;
	}
	if (scrape->at == scrape->plan.fail_at)
		return scrape->plan.fail_with;
	for (size_t i = 0; i < n; i++)
		buf[i] = fake_byte(scrape->at + i);
	scrape->at += n;
	*len = n;
	if (n > 0)
		return QUIPU_OK;
	end_snapshot(scrape);
	return QUIPU_END;
}

static void keep_busy(unsigned us)
{
	uint64_t end = quipu_now_ns() + us * (uint64_t)1000;

	while (us > 0 && quipu_now_ns() < end)
		;
}

quipu_error quipu_scrape_read(quipu_scrape *scrape, void *buf, size_t cap, size_t *len)
{
	quipu_error error;
	unsigned work_us;

	*len = 0;
	pthread_mutex_lock(&lock);
	error = prepare(scrape);
	if (!error)
		error = read_piece(scrape, buf, cap, len);
	work_us = error ? 0 : scrape->plan.work_us;
	pthread_mutex_unlock(&lock);
	keep_busy(work_us);
	return error;
}

void quipu_scrape_close(quipu_scrape *scrape)
{
	quipu_scrape **at = &scrapes;

	pthread_mutex_lock(&lock);
	while (*at != scrape)
		at = &(*at)->next;
	*at = scrape->next;
	end_snapshot(scrape);
	facts.closed++;
	pthread_mutex_unlock(&lock);
	free(scrape);
}
