/* SPDX-License-Identifier: MIT */
/* snapshot_test.c: two snapshots at a time; a third waits or is told to come again. */
#include "exposed.h"

#include <pthread.h>

static quipu_registry *registry;

/* More text than any piece below. */
static void fill(void)
{
	quipu_histogram_family family = quipu_histogram_family_new(
		registry, QUIPU_OPTS(.name = "h", .help = "H.", .labels = QUIPU_NAMES("l")));

	quipu_observe_at(family, 1, "a");
	quipu_observe_at(family, 2, "b");
	quipu_observe_at(family, 3, "c");
	quipu_observe_at(family, 4, "d");
}

static void begin(void)
{
	registry = quipu_registry_new(NULL);
}

static void end(void)
{
	expect_no_error(registry);
	quipu_registry_free(registry);
}

TestSuite(snapshot, .init = begin, .fini = end);

static quipu_scrape *half_read(quipu_error expected)
{
	quipu_scrape *scrape = quipu_scrape_open(registry, NULL, NULL, NULL);
	char byte;
	size_t len = 99;

	cr_assert_not_null(scrape);
	cr_expect_eq(quipu_scrape_read(scrape, &byte, 1, &len), expected);
	cr_expect_eq(len, expected == QUIPU_OK ? 1 : 0);
	return scrape;
}

static quipu_error read_on(quipu_scrape *scrape)
{
	char piece[512];
	size_t len;

	return quipu_scrape_read(scrape, piece, sizeof piece, &len);
}

Test(snapshot, a_third_snapshot_waits)
{
	quipu_scrape *first, *second, *third;

	fill();
	first = half_read(QUIPU_OK);
	second = half_read(QUIPU_OK);
	third = half_read(QUIPU_EBUSY);
	cr_expect_eq(read_on(third), QUIPU_EBUSY);
	cr_expect_eq(read_on(first), QUIPU_OK);
	quipu_scrape_close(first);
	cr_expect_eq(read_on(third), QUIPU_OK);
	first = half_read(QUIPU_EBUSY);
	while (read_on(second) != QUIPU_END)
		;
	cr_expect_eq(read_on(first), QUIPU_OK, "read to the end is as good as closed");
	quipu_scrape_close(first);
	quipu_scrape_close(second);
	quipu_scrape_close(third);
	quipu_scrape_close(half_read(QUIPU_OK));
}

/* One that never got its snapshot, or never asked, can be closed. */
Test(snapshot, closed_at_any_point)
{
	quipu_scrape *first, *second;

	fill();
	quipu_scrape_close(NULL);
	quipu_scrape_close(quipu_scrape_open(registry, NULL, NULL, NULL));
	first = half_read(QUIPU_OK);
	second = half_read(QUIPU_OK);
	quipu_scrape_close(half_read(QUIPU_EBUSY));
	quipu_scrape_close(first);
	quipu_scrape_close(second);
	free(text_of(registry).data);
}

static void *write_whole(void *unused)
{
	struct text text = text_of(registry);

	free(text.data);
	return unused;
}

/* quipu_write waits where a server is told EBUSY. */
Test(snapshot, writing_waits_for_a_snapshot)
{
	quipu_scrape *first, *second;
	pthread_t thread;

	fill();
	first = half_read(QUIPU_OK);
	second = half_read(QUIPU_OK);
	cr_assert_eq(pthread_create(&thread, NULL, write_whole, NULL), 0);
	usleep(20000);
	quipu_scrape_close(first);
	pthread_join(thread, NULL);
	quipu_scrape_close(second);
}

Test(snapshot, of_no_registry)
{
	quipu_error error = QUIPU_OK;

	cr_expect_null(quipu_scrape_open(NULL, NULL, NULL, &error));
	cr_expect_eq(error, QUIPU_ENOMEM);
	cr_expect_null(quipu_scrape_open(NULL, NULL, NULL, NULL));
}
