/* SPDX-License-Identifier: MIT */
/*
 * format_scrape_test.c: every format on a real registry: the same bytes whatever the size of the
 * pieces that they are taken in, and readable as a whole.
 */
#include "exposed.h"

#include "support/openmetrics.h"
#include "support/protobuf.h"

#include <stdio.h>
#include <string.h>

#define N_SERIES 700 /* more than one message of protobuf */

static quipu_registry *registry;

static void begin(void)
{
	const char *labels[] = { "path", NULL };
	quipu_counter_family calls;
	quipu_histogram_family times;
	char path[64];

	registry = quipu_registry_new(QUIPU_REGISTRY_OPTS(.max_series = N_SERIES));
	calls = quipu_counter_family_new(
		registry, QUIPU_OPTS(.name = "calls_total", .help = "C.", .labels = labels));
	times = quipu_histogram_family_new(
		registry, QUIPU_OPTS(.name = "times_seconds", .help = "T.", .labels = labels));
	for (unsigned i = 0; i < N_SERIES; i++) {
		snprintf(path, sizeof path, "/some/path/that/is/rather/long/%u", i);
		quipu_add_at(calls, i, path);
		quipu_observe_at(times, i / 100.0, path);
	}
	quipu_set(quipu_gauge_new(registry, QUIPU_OPTS(.name = "level", .help = "L.")), 2.5);
}

static void end(void)
{
	expect_no_error(registry);
	quipu_registry_free(registry);
}

TestSuite(format_scrape, .init = begin, .fini = end);

struct body {
	char *data;
	size_t len;
};

/* The whole, taken in pieces of at most cap bytes. */
static struct body take(const quipu_format *format, size_t cap)
{
	quipu_scrape *scrape = quipu_scrape_open(registry, format, NULL, NULL);
	struct body body = { malloc((size_t)4 << 20), 0 };
	quipu_error error;
	size_t len;

	cr_assert(scrape && body.data);
	while ((error = quipu_scrape_read(scrape, body.data + body.len, cap, &len)) != QUIPU_END) {
		cr_assert(error == QUIPU_OK || error == QUIPU_EAGAIN);
		body.len += len;
	}
	quipu_scrape_close(scrape);
	return body;
}

Test(format_scrape, pieces_do_not_matter)
{
	static const size_t caps[] = { 1, 7, 1000, 100000 };

	for (const quipu_format *const *format = quipu_formats(); *format; format++) {
		struct body whole = take(*format, (size_t)1 << 20);

		cr_expect_gt(whole.len, N_SERIES * 100);
		for (size_t i = 0; i < sizeof caps / sizeof caps[0]; i++) {
			struct body body = take(*format, caps[i]);

			cr_assert_eq(body.len, whole.len, "%s", (*format)->name);
			cr_assert_eq(memcmp(body.data, whole.data, whole.len), 0);
			free(body.data);
		}
		free(whole.data);
	}
}

static size_t count(const char *text, const char *part)
{
	size_t n = 0;

	for (; (text = strstr(text, part)) != NULL; text++)
		n++;
	return n;
}

Test(format_scrape, protobuf_is_whole)
{
	struct body body = take(&quipu_format_protobuf, 4096);
	char *text = qt_protobuf_text(body.data, body.len, NULL);

	cr_assert_not_null(text);
	cr_expect_gt(count(text, "\n  name: \"calls_total\"\n"), 1);
	cr_expect_gt(count(text, "\n  name: \"times_seconds\"\n"), 1);
	cr_expect_eq(count(text, "\n    counter {\n"), N_SERIES);
	cr_expect_eq(count(text, "\n    histogram {\n"), N_SERIES);
	cr_expect_eq(count(text, "created_timestamp {"), 2 * N_SERIES);
	cr_expect_eq(count(text, "\n    gauge {\n      value: 2.5\n"), 1);
	free(text);
	free(body.data);
}

Test(format_scrape, openmetrics_is_whole)
{
	struct body body = take(&quipu_format_openmetrics, 4096);
	size_t line, samples = 0;
	struct qt_om *om = qt_om_read(body.data, body.len, &line);

	cr_assert_not_null(om, "line %zu", line);
	for (size_t i = 0; i < om->n_lines; i++)
		samples +=
			om->lines[i].word == NULL && strstr(om->lines[i].name, "_created") == NULL;
	cr_expect_eq(samples, 1 + N_SERIES * (1 + 12 + 2));
	qt_om_free(om);
	free(body.data);
}
