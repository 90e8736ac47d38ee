/* SPDX-License-Identifier: MIT */
/*
 * format_protobuf_test.c: known messages byte for byte or, where an encoding is a matter of
 * taste, as they read; and how families are cut in messages.
 */
#include "format/wire.h"
#include "support/protobuf.h"
#include "support/views.h"

#include <criterion/criterion.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- numbers ------------------------------------------------------------------------------ */

struct number {
	uint64_t value;
	const char *hex;
};

static const struct number varints[] = {
	{ 0, "00" },
	{ 1, "01" },
	{ 127, "7f" },
	{ 128, "8001" },
	{ 300, "ac02" },
	{ 16383, "ff7f" },
	{ 16384, "808001" },
	{ 2147483648, "8080808008" },
	{ 4294967296, "8080808010" },
	{ UINT64_C(9223372036854775808), "80808080808080808001" },
	{ UINT64_MAX, "ffffffffffffffffff01" },
};

static const struct number zigzags[] = {
	{ 0, "00" },
	{ (uint64_t)-1, "01" },
	{ 1, "02" },
	{ (uint64_t)-2, "03" },
	{ 2, "04" },
	{ 2147483647, "feffffff0f" },
	{ (uint64_t)-2147483648LL, "ffffffff0f" },
	{ INT64_MAX, "feffffffffffffffff01" },
	{ (uint64_t)INT64_MIN, "ffffffffffffffffff01" },
};

static size_t from_hex(const char *hex, char *bytes)
{
	size_t n = strlen(hex) / 2;

	for (size_t i = 0; i < n; i++) {
		unsigned byte;

		sscanf(hex + 2 * i, "%2x", &byte);
		bytes[i] = (char)byte;
	}
	return n;
}

static void expect_number(const struct number *number, uint64_t value)
{
	char want[16], got[16];
	size_t n = from_hex(number->hex, want);

	cr_expect_eq(qp_put_varint(got, value), got + n);
	cr_expect_eq(qp_varint_bytes(value), n);
	cr_expect_eq(memcmp(got, want, n), 0, "%s", number->hex);
}

Test(format_protobuf, numbers)
{
	for (size_t i = 0; i < COUNT_OF(varints); i++)
		expect_number(&varints[i], varints[i].value);
	for (size_t i = 0; i < COUNT_OF(zigzags); i++)
		expect_number(&zigzags[i], qp_zigzag((int64_t)zigzags[i].value));
}

/* --- messages ------------------------------------------------------------------------------- */

struct known {
	const char *hex; /* delimited */
	struct qt_views views;
};

static const struct known exact[] = {
	{ "370a0e72657175657374735f746f74616c120952657175657374732e180022180a0b0a04636f6465120332"
	  "30301a09090000000000001440",
	  { { .name = STR("requests_total"), .help = STR("Requests."), .kind = QUIPU_KIND_COUNTER },
	    SERIES({ LABELS(LABEL("code", "200")), .integer = 5 }) } },
	{ "560a0e72657175657374735f746f74616c180022421a4009000000000000144012280a0f0a087472616365"
	  "5f6964120361626311000000000000f03f1a0c08f78f9bd50510c0de9cf8021a0b08b0d7ffd40510c0a9d3"
	  "3a",
	  { { .name = STR("requests_total"), .kind = QUIPU_KIND_FLOAT_COUNTER },
	    SERIES({ .real = 5,
		     .created = 1520430000.123,
		     EXEMPLARS({ LABELS(LABEL("trace_id", "abc")), .value = 1,
				 .timestamp = 1520879607.789 }) }) } },
	{ "120a01671801220b120909000000000000f87f",
	  { { .name = STR("g"), .kind = QUIPU_KIND_GAUGE }, SERIES({ .real = -NAN }) } },
	{ "120a01751803220b2a09090000000000000840",
	  { { .name = STR("u"), .kind = QUIPU_KIND_UNKNOWN }, SERIES({ .real = 3 }) } },
	{ "3c0a0173180222352233080311000000000000f83f1a1209000000000000e03f11000000000000d03f1a12"
	  "09ae47e17a14aeef3f11000000000000f87f",
	  { { .name = STR("s"), .kind = QUIPU_KIND_SUMMARY, QUANTILES(0.5, 0.99) },
	    SERIES({ .count = 3, .sum = 1.5, QUANTILE_VALUES(0.25, NAN) }) } },
	{ "270a016e180422203a1e080011000000000000000028063100000000000000003800620408001000",
	  { { .name = STR("n"), .kind = QUIPU_KIND_HISTOGRAM, .native = 1 },
	    SERIES({ NATIVE(.schema = 3) }) } },
	{ "210a016e1804221a3a180800110000000000000000280631000000000000f0373800",
	  { { .name = STR("n"), .kind = QUIPU_KIND_HISTOGRAM, .native = 1 },
	    SERIES({ NATIVE(.schema = 3, .zero_threshold = 2.938735877055719e-39) }) } },
	{ "300a0b7376632e6772c3b6c39f651801221f0a120a0a687474702e726f75746512042f2278221209090000"
	  "00000000f03f",
	  { { .name = STR("svc.gr\xc3\xb6\xc3\x9f"
			  "e"),
	      .kind = QUIPU_KIND_GAUGE },
	    SERIES({ LABELS(LABEL("http.route", "/\"x\"")), .real = 1 }) } },
	{ "320a0178120158180122130a060a0161120131120909000000000000f03f22130a060a0161120132120909"
	  "0000000000000040",
	  { { .name = STR("x"), .help = STR("X"), .kind = QUIPU_KIND_UPDOWN },
	    SERIES({ LABELS(LABEL("a", "1")), .signed_integer = 1 },
		   { LABELS(LABEL("a", "2")), .signed_integer = 2 }) } },
};

/* Ours have the unit before the metrics, and their deltas packed. */
static const struct known alike[] = {
	{ "370a0168180422273a2508041100000000000016401a0b0801119a9999999999b93f1a0b08031100000000"
	  "0000f03f2a077365636f6e6473",
	  { { .name = STR("h"),
	      .unit = STR("seconds"),
	      .kind = QUIPU_KIND_HISTOGRAM,
	      BOUNDS(0.1, 1) },
	    SERIES({ COUNTS(4, 1, 2, 1), .sum = 5.5 }) } },
	{ "3d0a016e180422363a340810110000000000003440280631000000000000f0373802620408031002620408"
	  "04100162040802100268066804680768046801",
	  { { .name = STR("n"), .kind = QUIPU_KIND_HISTOGRAM, .native = 1 },
	    SERIES({ .count = 16,
		     .sum = 20,
		     NATIVE(.schema = 3, .zero_threshold = 2.938735877055719e-39, .zero_count = 2,
			    .positive = { SPANS({ -2, 2 }, { 2, 1 }, { 1, 2 }),
					  BUCKETS(3, 5, 1, 3, 2) }) }) } },
	{ "330a016e1804222c3a2a080711000000000000f0bf280031fca9f1d24d62503f38014a0408001002500250"
	  "026204080210016806",
	  { { .name = STR("n"), .kind = QUIPU_KIND_HISTOGRAM, .native = 1 },
	    SERIES({ .count = 7,
		     .sum = -1,
		     NATIVE(.schema = 0, .zero_threshold = 0.001, .zero_count = 1,
			    .negative = { SPANS({ 0, 2 }), BUCKETS(1, 2) },
			    .positive = { SPANS({ 1, 1 }), BUCKETS(3) }) }) } },
	{ "680a016e180422613a5f08021100000000000008401a0b080111000000000000f03f1a0b08021100000000"
	  "0000f07f280031000000000000f0373800620408001002680268007a02080a82011c0a0d0a087472616365"
	  "5f69641201781100000000000000401a020801",
	  { { .name = STR("n"), .kind = QUIPU_KIND_HISTOGRAM, .native = 1, BOUNDS(1) },
	    SERIES({ COUNTS(2, 1, 1), .sum = 3, .created = 10,
		     NATIVE(.schema = 0, .zero_threshold = 2.938735877055719e-39,
			    .positive = { SPANS({ 0, 2 }), BUCKETS(1, 1) }),
		     EXEMPLARS({ LABELS(LABEL("trace_id", "x")), .value = 2, .timestamp = 1,
				 .bucket = 1 }) }) } },
};

Test(format_protobuf, known_bytes)
{
	for (size_t i = 0; i < COUNT_OF(exact); i++) {
		char want[256];
		size_t n = from_hex(exact[i].hex, want);
		quipu_out out;

		qp_out_init(&out);
		qt_encode(&quipu_format_protobuf, &out, &exact[i].views, 1);
		cr_expect_eq(qp_out_len(&out), n, "%zu", i);
		cr_expect_eq(memcmp(qp_out_data(&out), want, n), 0, "%zu", i);
		qp_out_free(&out);
	}
}

/* The +Inf bucket of the known message has no exemplar; ours is there because it has one. */
static void drop_exemplar_in_bucket(char *text)
{
	char *begin = strstr(text, "        exemplar {"), *end;

	if (!begin)
		return;
	end = strstr(begin, "\n        }\n") + strlen("\n        }\n");
	memmove(begin, end, strlen(end) + 1);
}

Test(format_protobuf, known_meanings)
{
	for (size_t i = 0; i < COUNT_OF(alike); i++) {
		char bytes[256], *want, *got;
		size_t n = from_hex(alike[i].hex, bytes);
		quipu_out out;

		qp_out_init(&out);
		qt_encode(&quipu_format_protobuf, &out, &alike[i].views, 1);
		want = qt_protobuf_text(bytes, n, NULL);
		got = qt_protobuf_text(qp_out_data(&out), qp_out_len(&out), NULL);
		cr_assert(want && got);
		drop_exemplar_in_bucket(got);
		cr_expect_str_eq(got, want);
		free(want);
		free(got);
		qp_out_free(&out);
	}
}

/* --- families in several messages ------------------------------------------------------------- */

#define N_SERIES 3000

/* Reads one message: its help must be there, its metrics are numbered on. Returns their number. */
static size_t check_message(const char *data, size_t len, size_t first)
{
	char *text = qt_protobuf_message("MetricFamily", data, len), *at;
	size_t n = 0;
	char want[64];

	cr_assert_not_null(text);
	cr_assert_eq(
		strncmp(text, "name: \"a_total\"\nhelp: \"Help.\"\ntype: COUNTER\nmetric {", 51),
		0);
	cr_assert_not_null(strstr(text, "\nunit: \"units\"\n"));
	for (at = text; (at = strstr(at, "counter {\n    value: ")) != NULL; n++) {
		snprintf(want, sizeof(want), "counter {\n    value: %zu\n", first + n);
		cr_assert_eq(strncmp(at, want, strlen(want)), 0, "%.30s", at);
		at++;
	}
	free(text);
	return n;
}

Test(format_protobuf, many_series_come_in_several_messages)
{
	const quipu_family_view family = { .name = STR("a_total"),
					   .help = STR("Help."),
					   .unit = STR("units"),
					   .kind = QUIPU_KIND_COUNTER };
	const quipu_format *format = &quipu_format_protobuf;
	const quipu_label_view label = LABEL("path", "/some/path/that/is/not/short");
	size_t messages = 0, largest = 0, metrics = 0, prefix, len;
	void *state = calloc(1, format->state_size);
	quipu_out out;

	qp_out_init(&out);
	format->begin(state, &out);
	format->family(state, &out, &family);
	for (size_t i = 0; i <= N_SERIES; i++) {
		quipu_series_view series = { .labels = &label, .n_labels = 1, .integer = i };

		if (i < N_SERIES)
			format->series(state, &out, &family, &series);
		else
			format->end(state, &out);
		/* What can be taken is whole messages, whenever it is taken. */
		while ((len = qp_out_len(&out)) > 0) {
			len = qt_protobuf_length(qp_out_data(&out), len, &prefix);
			cr_assert_gt(len, 0);
			metrics += check_message(qp_out_data(&out) + prefix, len, metrics);
			qp_out_consume(&out, prefix + len);
			largest = len > largest ? len : largest;
			messages++;
		}
	}
	cr_expect_eq(metrics, N_SERIES);
	cr_expect_geq(messages, 3);
	cr_expect_leq(largest, 33 * 1024);
	cr_expect_leq(out.capacity, 128 * 1024);
	free(state);
	qp_out_free(&out);
}

/* A length that takes one byte, two, three, four. */
Test(format_protobuf, messages_of_all_lengths)
{
	static char text[1 << 22];
	size_t prefix = 0;

	memset(text, 'x', sizeof(text));
	for (size_t n = 60; n < sizeof(text); n *= 3) {
		for (size_t more = 0; more < 64; more++) {
			const quipu_label_view label = { STR("l"), { text, n / 7 * 3 + more } };
			const quipu_series_view series = { .labels = &label, .n_labels = 1 };
			const struct qt_views views = { { .name = STR("a"),
							  .help = { text, n / 7 * 4 },
							  .kind = QUIPU_KIND_GAUGE },
							&series,
							1 };
			quipu_out out;
			size_t len;

			qp_out_init(&out);
			qt_encode(&quipu_format_protobuf, &out, &views, 1);
			len = qt_protobuf_length(qp_out_data(&out), qp_out_len(&out), &prefix);
			cr_assert_eq(prefix + len, qp_out_len(&out));
			cr_assert_eq(qp_out_data(&out)[prefix], 0x0a);
			cr_assert_eq(qp_out_data(&out)[qp_out_len(&out) - 1], 0);
			qp_out_free(&out);
		}
	}
	cr_expect_eq(prefix, 4);
}

Test(format_protobuf, no_series_no_message)
{
	const struct qt_views views[] = {
		{ .family = { .name = STR("a"), .help = STR("h"), .kind = QUIPU_KIND_COUNTER } },
		{ .family = { .name = STR("b"), .help = STR("h"), .kind = QUIPU_KIND_SUMMARY } },
	};
	quipu_out out;

	qp_out_init(&out);
	qt_encode(&quipu_format_protobuf, &out, views, COUNT_OF(views));
	cr_expect_eq(qp_out_len(&out), 0);
	qp_out_free(&out);
}
