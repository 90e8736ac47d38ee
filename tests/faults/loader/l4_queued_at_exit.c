/* SPDX-License-Identifier: MIT */
/*
 * l4_queued_at_exit.c: the program exits while a callback runs for one scrape and another scrape
 * waits behind it.
 *
 * P6, C3 (callback.h): no callback starts any more, so the one that waits is done with at once, long
 * before its deadline, and can be read to its end by what runs later in the exit.
 */
#include "callback.h"
#include "torture.h"

#include "base/lock.h"

#include <quipu/quipu.h>
#include <stdlib.h>

#define PATIENCE_US UINT64_C(30000000)
#define STEP_US 1000

static const struct torture defaults = {
	.name = "queued_at_exit",
	.promises = "P6 C3: a scrape is queued when the program exits",
};

static quipu_registry *registry;
static quipu_scrape *first, *second;
static int entered, calls;

/* The library has begun to exit: it starts no callback. */
static int exits(void)
{
	int starts;

	qp_lock(&qp_catalog_lock);
	starts = qp_callbacks_start();
	qp_unlock(&qp_catalog_lock);
	return !starts;
}

static double value(void *unused)
{
	uint64_t until = torture_now_us() + PATIENCE_US;

	(void)unused;
	calls++;
	/* release: pairs with the acquire in main */
	__atomic_store_n(&entered, 1, __ATOMIC_RELEASE);
	while (!exits() && torture_now_us() < until)
		torture_sleep_us(STEP_US);
	return 1;
}

static quipu_scrape *begin(void)
{
	quipu_scrape_opts opts = { .size = sizeof opts, .timeout_seconds = 1000 };
	quipu_error error;
	quipu_scrape *scrape = quipu_scrape_open(registry, &quipu_format_text, &opts, &error);

	TORTURE_CHECK("P6", scrape, "no scrape: %s", quipu_strerror(error));
	return scrape;
}

static quipu_error read_some(quipu_scrape *scrape)
{
	char text[4096];
	size_t len;

	return quipu_scrape_read(scrape, text, sizeof text, &len);
}

/* To its end. */
static void read_all(quipu_scrape *scrape, const char *which)
{
	uint64_t until = torture_now_us() + PATIENCE_US;
	quipu_error error;

	while ((error = read_some(scrape)) == QUIPU_EAGAIN && torture_now_us() < until)
		torture_sleep_us(STEP_US);
	while (error == QUIPU_OK)
		error = read_some(scrape);
	TORTURE_CHECK("P6", error == QUIPU_END, "the %s scrape: %s", which, quipu_strerror(error));
	quipu_scrape_close(scrape);
}

/* After the library's own part of the exit, as it was arranged before. */
static void read_both(void)
{
	read_all(first, "first");
	read_all(second, "queued");
	TORTURE_CHECK("P6", calls == 1, "called %d times", calls);
}

int main(int argc, char **argv)
{
	torture_begin(&defaults, argc, argv);
	if (atexit(read_both) != 0)
		torture_broken("no exit handler");
	registry = quipu_registry_new(NULL);
	quipu_gauge_callback(registry, QUIPU_OPTS(.name = "calls", .help = "C."), value, NULL);
	first = begin();
	while (!__atomic_load_n(&entered, __ATOMIC_ACQUIRE)) /* acquire: pairs with value */
		torture_sleep_us(STEP_US);
	second = begin();
	TORTURE_CHECK("P6", read_some(second) == QUIPU_EAGAIN, "it was not queued");
	return torture_end("one called, one queued");
}
