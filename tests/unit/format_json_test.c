/* SPDX-License-Identifier: MIT */
/* format_json_test.c: JSON beyond the golden files: every character that may need an escape. */
#include "support/views.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

static void expect(const struct qt_views *views, size_t n, const char *text)
{
	quipu_out out;

	qp_out_init(&out);
	qt_encode(&quipu_format_json, &out, views, n);
	quipu_out_write(&out, "", 1);
	cr_expect_str_eq(qp_out_data(&out), text);
	qp_out_free(&out);
}

Test(format_json, escapes)
{
	for (unsigned c = 0; c < 0x80; c++) {
		char value[1] = { (char)c }, shown[8], want[400];
		const quipu_label_view label = { STR("l"), { value, 1 } };
		const quipu_series_view series = { .labels = &label, .n_labels = 1, .integer = 1 };
		const struct qt_views views = { { .name = STR("a"), .kind = QUIPU_KIND_COUNTER },
						&series,
						1 };

		if (c < 0x20)
			snprintf(shown, sizeof(shown), "\\u%04x", c);
		else
			snprintf(shown, sizeof(shown), c == '"' || c == '\\' ? "\\%c" : "%c", c);
		snprintf(want, sizeof(want),
			 "{\"families\":[{\"name\":\"a\",\"help\":\"\",\"type\":\"counter\","
			 "\"series\":[{\"labels\":{\"l\":\"%s\"},\"value\":1}]}]}\n",
			 shown);
		expect(&views, 1, want);
	}
}

/* Commas stand between, also around families without series. */
Test(format_json, commas)
{
	const struct qt_views views[] = {
		{ { .name = STR("a"), .help = STR("h"), .kind = QUIPU_KIND_GAUGE }, NULL, 0 },
		{ { .name = STR("b"), .help = STR("\""), .kind = QUIPU_KIND_INFO },
		  SERIES({ .n_labels = 0 }, { LABELS(LABEL("c", "d"), LABEL("e", "f")) }) },
		{ { .name = STR("g"), .help = STR("h"), .kind = QUIPU_KIND_UPDOWN }, NULL, 0 },
	};

	expect(views, COUNT_OF(views),
	       "{\"families\":[{\"name\":\"a\",\"help\":\"h\",\"type\":\"gauge\",\"series\":[]},"
	       "{\"name\":\"b_info\",\"help\":\"\\\"\",\"type\":\"info\",\"series\":["
	       "{\"labels\":{},\"value\":1},{\"labels\":{\"c\":\"d\",\"e\":\"f\"},\"value\":1}]},"
	       "{\"name\":\"g\",\"help\":\"h\",\"type\":\"gauge\",\"series\":[]}]}\n");
}
