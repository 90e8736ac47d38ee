/* SPDX-License-Identifier: MIT */
/*
 * format_all_test.c: what holds for every format that is built in: the list, running out of
 * memory, no series, and that a state does not know what came before.
 */
#include "support/views.h"

#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

/* --- the list --------------------------------------------------------------------------- */

struct listed {
	const char *name, *content_type;
	const quipu_format *format;
	unsigned features;
};

#define OPENMETRICS "application/openmetrics-text; version="
#define RICH (QUIPU_FORMAT_UTF8_NAMES | QUIPU_FORMAT_EXEMPLARS)
#define ALL (RICH | QUIPU_FORMAT_NATIVE | QUIPU_FORMAT_CREATED)

static const struct listed list[] = {
	{ "text-0.0.4", "text/plain; version=0.0.4; charset=utf-8", &quipu_format_text, 0 },
	{ "text-1.0.0", "text/plain; version=1.0.0; charset=utf-8", &quipu_format_text_utf8,
	  QUIPU_FORMAT_UTF8_NAMES },
	{ "openmetrics-1.0.0", OPENMETRICS "1.0.0; charset=utf-8", &quipu_format_openmetrics,
	  RICH },
	{ "openmetrics-0.0.1", OPENMETRICS "0.0.1; charset=utf-8", &quipu_format_openmetrics_0,
	  RICH },
	{ "openmetrics-2.0.0", OPENMETRICS "2.0.0; charset=utf-8", &quipu_format_openmetrics_2,
	  RICH | QUIPU_FORMAT_NATIVE },
	{ "protobuf",
	  "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; "
	  "encoding=delimited",
	  &quipu_format_protobuf, ALL },
	{ "json", "application/json", &quipu_format_json, ALL },
};

Test(format_all, are_in_the_list)
{
	const quipu_format *const *formats = quipu_formats();

	for (size_t i = 0; i < COUNT_OF(list); i++) {
		cr_assert_eq(formats[i], list[i].format);
		cr_expect_str_eq(formats[i]->name, list[i].name);
		cr_expect_str_eq(formats[i]->content_type, list[i].content_type);
		cr_expect_eq(formats[i]->features, list[i].features);
		cr_expect_eq(quipu_format_find(list[i].name), list[i].format);
	}
	cr_expect_null(formats[COUNT_OF(list)]);
	cr_expect_null(quipu_format_find("text"));
}

/* --- one of everything ------------------------------------------------------------------- */

static const struct qt_views views[] = {
	{ .family = { .name = STR("a.total"), .help = STR("h"), .kind = QUIPU_KIND_COUNTER },
	  SERIES({ LABELS(LABEL("x.y", "z")), .integer = 3, .created = 1700000000,
		   EXEMPLARS({ LABELS(LABEL("t", "u")), .value = 1, .timestamp = 2 }) }) },
	{ .family = { .name = STR("b"),
		      .help = STR("h"),
		      .kind = QUIPU_KIND_HISTOGRAM,
		      .native = 1,
		      BOUNDS(1) },
	  SERIES({ COUNTS(2, 1, 1), .created = 1700000000,
		   NATIVE(.schema = 1, .positive = { SPANS({ 0, 1 }), BUCKETS(2) }),
		   EXEMPLARS(
			   { LABELS(LABEL("t", "u")), .value = 1, .timestamp = 2, .bucket = 1 }) },
		 { LABELS(LABEL("l", "m")), COUNTS(2, 1, 1), NATIVE(.zero_count = 2) }) },
	{ .family = { .name = STR("c"),
		      .help = STR("h"),
		      .kind = QUIPU_KIND_STATESET,
		      STATES(STR("on"), STR("off")) },
	  SERIES({ .integer = 1 }) },
	{ .family = { .name = STR("d"),
		      .help = STR("h"),
		      .kind = QUIPU_KIND_SUMMARY,
		      QUANTILES(0.5) },
	  SERIES({ QUANTILE_VALUES(2), .count = 1, .sum = 2 }) },
	{ .family = { .name = STR("e"),
		      .help = STR("h"),
		      .unit = STR("u"),
		      .kind = QUIPU_KIND_GAUGE },
	  SERIES({ .real = 1 }) },
};

Test(format_all, out_of_memory_writes_nothing)
{
	for (size_t i = 0; i < COUNT_OF(list); i++) {
		quipu_out out;

		qp_out_init(&out);
		cr_assert_null(quipu_out_reserve(&out, SIZE_MAX));
		qt_encode(list[i].format, &out, views, COUNT_OF(views));
		cr_expect_eq(qp_out_len(&out), 0, "%s", list[i].name);
		cr_expect(qp_out_failed(&out));
		qp_out_free(&out);
	}
}

static void encode_some(const quipu_format *format, void *state, quipu_out *out, size_t fails)
{
	format->begin(state, out);
	for (size_t i = 0; i < COUNT_OF(views); i++) {
		format->family(state, out, &views[i].family);
		for (size_t k = 0; k < views[i].n_series; k++) {
			if (fails-- == 0)
				cr_assert_null(quipu_out_reserve(out, SIZE_MAX));
			format->series(state, out, &views[i].family, &views[i].series[k]);
		}
	}
	format->end(state, out);
}

/* Memory runs out in the middle; what was whole before stays, nothing comes after. */
Test(format_all, out_of_memory_later)
{
	for (size_t i = 0; i < COUNT_OF(list) * 6; i++) {
		const quipu_format *format = list[i / 6].format;
		void *state = calloc(1, format->state_size);
		quipu_out whole, out;

		qp_out_init(&whole);
		qp_out_init(&out);
		qt_encode(format, &whole, views, COUNT_OF(views));
		encode_some(format, state, &out, i % 6);
		cr_expect(qp_out_failed(&out));
		cr_assert_lt(qp_out_len(&out), qp_out_len(&whole));
		cr_expect_eq(memcmp(qp_out_data(&out), qp_out_data(&whole), qp_out_len(&out)), 0);
		qp_out_free(&whole);
		qp_out_free(&out);
		free(state);
	}
}

Test(format_all, no_families)
{
	static const char *const expected[] = {
		"", "", "# EOF\n", "# EOF\n", "# EOF\n", "", "{\"families\":[]}\n"
	};

	for (size_t i = 0; i < COUNT_OF(list); i++) {
		quipu_out out;

		qp_out_init(&out);
		qt_encode(list[i].format, &out, views, 0);
		cr_assert_eq(qp_out_len(&out), strlen(expected[i]));
		cr_expect_eq(memcmp(qp_out_data(&out), expected[i], qp_out_len(&out)), 0);
		qp_out_free(&out);
	}
}
