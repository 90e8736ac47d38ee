/* SPDX-License-Identifier: MIT */
/*
 * format_text_test.c: text 0.0.4 beyond the golden files: what random and hostile texts
 * become, every length and place of an escape, the largest series, and running out of memory.
 */
#include "format/escape.h"
#include "support/parse.h"
#include "support/seeded.h"
#include "support/views.h"

#include <criterion/criterion.h>

#include <string.h>

#define MAX_TEXT 400

/* --- the table ------------------------------------------------------------------------- */

Test(format_text, is_in_the_list)
{
	const quipu_format *const *formats = quipu_formats();

	cr_assert_eq(formats[0], &quipu_format_text);
	cr_assert_null(formats[1]);
	cr_expect_str_eq(formats[0]->name, "text-0.0.4");
	cr_expect_str_eq(formats[0]->content_type, "text/plain; version=0.0.4; charset=utf-8");
}

/* --- escapes ----------------------------------------------------------------------------- */

/* The rule in its plainest form. */
static size_t escape_plainly(char *out, const char *text, size_t len, bool quotes)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		if (text[i] == '\n') {
			out[n++] = '\\';
			out[n++] = 'n';
		} else if (text[i] == '\\' || (quotes && text[i] == '"')) {
			out[n++] = '\\';
			out[n++] = text[i];
		} else {
			out[n++] = text[i];
		}
	}
	return n;
}

/* text is an exact block of its own, so that a sanitizer sees a read beyond it. */
static void check_value(const char *text, size_t len)
{
	char expected[2 * MAX_TEXT], got[2 * MAX_TEXT + 8];
	size_t n = escape_plainly(expected, text, len, true);

	memset(got, '#', sizeof(got));
	cr_assert_eq(qp_put_value(got, (quipu_str){ text, len }) - got, (ptrdiff_t)n);
	cr_assert_eq(memcmp(got, expected, n), 0);
	for (size_t i = 2 * len; i < sizeof(got); i++)
		cr_assert_eq(got[i], '#', "length %zu: wrote at %zu", len, i);
	memset(got, '#', sizeof(got));
	cr_assert_eq(qp_put(got, text, len), got + len);
	cr_assert_eq(memcmp(got, text, len), 0);
	for (size_t i = len; i < sizeof(got); i++)
		cr_assert_eq(got[i], '#', "length %zu: copied to %zu", len, i);
}

Test(format_text, escapes_at_every_place_of_every_length)
{
	/* Neighbours of the three bytes too: a test of words must not take them for one. */
	static const char bytes[] = "\\\"\n\x0b\x09!#[]\x01\x80\xdc\xa2\x8a";

	for (size_t len = 0; len < 90; len++) {
		char *text = malloc(len + !len);

		for (size_t i = 0; i < len; i++)
			text[i] = (char)('A' + i % 26);
		check_value(text, len);
		for (size_t i = 0; i < len * (sizeof(bytes) - 1); i++) {
			char kept = text[i % len];

			text[i % len] = bytes[i / len];
			check_value(text, len);
			text[i % len] = kept;
		}
		free(text);
	}
}

Test(format_text, escapes_in_help)
{
	static const char help[] = "a \"b\" \\ c\nd\\n";
	char expected[64], got[64];
	size_t n = escape_plainly(expected, help, strlen(help), false);
	char *end = qp_put_escaped(got, (quipu_str){ help, strlen(help) }, false);

	cr_assert_eq(end - got, (ptrdiff_t)n);
	cr_assert_eq(memcmp(got, expected, n), 0);
}

/* --- forged lines ------------------------------------------------------------------------ */

Test(format_text, a_forged_line_stays_a_value)
{
	static const char forged[] = "x\"} 1\nforged_total 99\n";
	const struct qt_views views = {
		.family = { .name = STR("calls_total"),
			    .help = STR("Calls.\n# TYPE forged_total counter\nforged_total 99"),
			    .kind = QUIPU_KIND_COUNTER },
		SERIES({ LABELS(LABEL("path", "x\"} 1\nforged_total 99\n")), .integer = 1 }),
	};
	struct qt_exposition *x;
	quipu_out out;

	qp_out_init(&out);
	qt_encode(&quipu_format_text, &out, &views, 1);
	x = qt_parse_ok(qp_out_data(&out), qp_out_len(&out));
	cr_expect_eq(x->n_families, 1);
	cr_expect_eq(x->n_samples, 1);
	cr_expect_eq(qt_u64(x, "calls_total", "path", forged, NULL), 1);
	cr_expect_null(qt_find(x, "forged_total", NULL));
	qt_free(x);
	qp_out_free(&out);
}

/* --- random texts -------------------------------------------------------------------------- */

/* A random code point: often one that matters to the format, never a surrogate. */
static uint32_t random_code(struct seeded *random)
{
	static const char hard[] = "\\\"\n\r\t{}=,# \0nN";
	uint32_t code;

	switch (seeded_below(random, 4)) {
	case 0:
		return (unsigned char)hard[seeded_below(random, sizeof(hard))];
	case 1:
		return (uint32_t)seeded_below(random, 0x80);
	case 2:
		return (uint32_t)seeded_below(random, 0x800);
	default:
		code = (uint32_t)seeded_below(random, 0x110000 - 0x800);
		return code < 0xd800 ? code : code + 0x800;
	}
}

static size_t put_code(char *out, uint32_t code)
{
	static const unsigned char marks[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
	size_t n = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;

	for (size_t i = n; i-- > 1; code >>= 6)
		out[i] = (char)(0x80 | (code & 0x3f));
	out[0] = (char)(n == 1 ? code : marks[n] | code);
	return n;
}

static quipu_str random_text(struct seeded *random, char *buffer)
{
	size_t count = seeded_below(random, seeded_below(random, 8) ? 12 : MAX_TEXT / 4);
	size_t len = 0;

	while (count-- > 0)
		len += put_code(buffer + len, random_code(random));
	return (quipu_str){ buffer, len };
}

#define N_LABELS 6
#define N_BOUNDS 5

/* One random series with texts of its own. */
struct random_series {
	char help[MAX_TEXT];
	char values[N_LABELS][MAX_TEXT];
	quipu_label_view labels[N_LABELS];
	uint64_t counts[N_BOUNDS + 1];
	quipu_series_view series;
	quipu_family_view family;
};

static const double random_bounds[N_BOUNDS] = { -0.001, 0, 0.3, 1e5, 1e6 };

static void fill_labels(struct random_series *r, struct seeded *random)
{
	static const char *const names[N_LABELS] = {
		"a", "bb", "ccc", "dddd", "eeeee", "ff_ff_ff"
	};

	r->series.labels = r->labels;
	r->series.n_labels = seeded_below(random, N_LABELS + 1);
	for (size_t i = 0; i < r->series.n_labels; i++) {
		r->labels[i].name = (quipu_str){ names[i], strlen(names[i]) };
		r->labels[i].value = random_text(random, r->values[i]);
	}
}

static void fill_numbers(struct random_series *r, struct seeded *random)
{
	uint64_t bits = seeded_next(random);

	r->series.integer = seeded_next(random) >> seeded_below(random, 64);
	r->series.signed_integer = (int64_t)seeded_next(random);
	memcpy(&r->series.real, &bits, sizeof(bits));
	r->series.sum = (double)seeded_below(random, 1 << 30) / 1000;
	r->series.counts = r->counts;
	for (size_t i = 0; i <= N_BOUNDS; i++) {
		r->counts[i] = seeded_below(random, 1000);
		r->series.count += r->counts[i];
	}
}

static void fill(struct random_series *r, struct seeded *random, const quipu_kind *kind)
{
	memset(r, 0, sizeof(*r));
	fill_labels(r, random);
	fill_numbers(r, random);
	r->family = (quipu_family_view){ .name = STR("name_info"),
					 .kind = *kind,
					 .bounds = random_bounds,
					 .n_bounds = N_BOUNDS };
	r->family.help = random_text(random, r->help);
	if (r->family.help.len == 0)
		r->family.help = (quipu_str)STR("h");
}

static void check_labels(const struct random_series *r, const struct qt_sample *sample)
{
	for (size_t i = 0; i < r->series.n_labels; i++) {
		const struct qt_label *label = &sample->labels[i];
		quipu_str value = r->labels[i].value;

		cr_assert_str_eq(label->name, r->labels[i].name.data);
		cr_assert_eq(label->value_len, value.len);
		cr_assert_eq(memcmp(label->value, value.data, value.len), 0);
	}
}

/* Exactly, where numbers have more than one spelling; NaN has many, all shown alike. */
static void check_number(const struct random_series *r, const struct qt_exposition *x)
{
	const struct qt_sample *sample = &x->samples[x->n_samples - 1];
	char text[32];

	switch (r->family.kind) {
	case QUIPU_KIND_COUNTER:
		snprintf(text, sizeof(text), "%" PRIu64, r->series.integer);
		cr_assert_str_eq(sample->text, text);
		break;
	case QUIPU_KIND_UPDOWN:
		snprintf(text, sizeof(text), "%" PRId64, r->series.signed_integer);
		cr_assert_str_eq(sample->text, text);
		break;
	case QUIPU_KIND_HISTOGRAM:
		cr_assert_eq(sample->value, (double)r->series.count);
		cr_assert_eq(sample[-1].value, r->series.sum);
		break;
	case QUIPU_KIND_INFO:
		cr_assert_str_eq(sample->text, "1");
		break;
	default:
		cr_assert(sample->value == r->series.real || r->series.real != r->series.real);
	}
}

static void check_round_trip(const struct random_series *r)
{
	const struct qt_views views = { .family = r->family, .series = &r->series, .n_series = 1 };
	size_t n = r->family.kind == QUIPU_KIND_HISTOGRAM ? N_BOUNDS + 3 : 1;
	struct qt_exposition *x;
	quipu_out out;

	qp_out_init(&out);
	qt_encode(&quipu_format_text, &out, &views, 1);
	x = qt_parse_ok(qp_out_data(&out), qp_out_len(&out));
	cr_assert_eq(x->n_families, 1);
	cr_assert_eq(x->n_samples, n);
	cr_assert_eq(x->families[0].help_len, r->family.help.len);
	cr_assert_eq(memcmp(x->families[0].help, r->family.help.data, r->family.help.len), 0);
	for (size_t i = 0; i < n; i++)
		check_labels(r, &x->samples[i]);
	check_number(r, x);
	qt_free(x);
	qp_out_free(&out);
}

Test(format_text, random_texts_come_back)
{
	static const quipu_kind kinds[] = { QUIPU_KIND_COUNTER, QUIPU_KIND_UPDOWN,
					    QUIPU_KIND_GAUGE,	QUIPU_KIND_HISTOGRAM,
					    QUIPU_KIND_INFO,	QUIPU_KIND_UNKNOWN };
	struct seeded random = seeded_new("format_text");
	static struct random_series r;

	for (int i = 0; i < 20000; i++) {
		fill(&r, &random, &kinds[i % (int)COUNT_OF(kinds)]);
		check_round_trip(&r);
	}
}

/* --- the largest ----------------------------------------------------------------------------- */

Test(format_text, most_bounds)
{
	static double bounds[QUIPU_MAX_BOUNDS];
	static uint64_t counts[QUIPU_MAX_BOUNDS + 1];
	const quipu_label_view label = LABEL("model", "m");
	const quipu_series_view series = { .labels = &label,
					   .n_labels = 1,
					   .counts = counts,
					   .count = QUIPU_MAX_BOUNDS + 1,
					   .sum = 2.5 };
	struct qt_views views = { .family = { .name = STR("most"),
					      .help = STR("h"),
					      .kind = QUIPU_KIND_HISTOGRAM,
					      .bounds = bounds,
					      .n_bounds = QUIPU_MAX_BOUNDS },
				  .series = &series,
				  .n_series = 1 };
	struct qt_exposition *x;
	quipu_out out;

	for (int i = 0; i < QUIPU_MAX_BOUNDS; i++)
		bounds[i] = -2.2250738585072014e-308 * (QUIPU_MAX_BOUNDS - i);
	for (size_t i = 0; i <= QUIPU_MAX_BOUNDS; i++)
		counts[i] = 1;
	qp_out_init(&out);
	qt_encode(&quipu_format_text, &out, &views, 1);
	x = qt_parse_ok(qp_out_data(&out), qp_out_len(&out));
	cr_assert_eq(x->n_samples, QUIPU_MAX_BOUNDS + 3);
	for (size_t i = 0; i <= QUIPU_MAX_BOUNDS; i++)
		cr_assert_eq(x->samples[i].value, (double)(i + 1));
	cr_expect_eq(qt_value(x, "most_sum", "model", "m", NULL), 2.5);
	qt_free(x);
	qp_out_free(&out);
}

Test(format_text, most_states)
{
	quipu_str states[QUIPU_MAX_STATES];
	char names[QUIPU_MAX_STATES][4];
	const quipu_series_view series = { .integer = UINT64_C(0x8000000000000001) };
	struct qt_views views = { .family = { .name = STR("most"),
					      .help = STR("h"),
					      .kind = QUIPU_KIND_STATESET,
					      .states = states,
					      .n_states = QUIPU_MAX_STATES },
				  .series = &series,
				  .n_series = 1 };
	struct qt_exposition *x;
	quipu_out out;

	for (size_t i = 0; i < QUIPU_MAX_STATES; i++)
		states[i] = (quipu_str){ names[i],
					 (size_t)snprintf(names[i], sizeof(names[i]), "%zu", i) };
	qp_out_init(&out);
	qt_encode(&quipu_format_text, &out, &views, 1);
	x = qt_parse_ok(qp_out_data(&out), qp_out_len(&out));
	cr_assert_eq(x->n_samples, QUIPU_MAX_STATES);
	for (size_t i = 0; i < QUIPU_MAX_STATES; i++)
		cr_expect_eq(qt_u64(x, "most", "most", names[i], NULL), i == 0 || i == 63);
	qt_free(x);
	qp_out_free(&out);
}

Test(format_text, long_texts)
{
	static char text[1 << 20];
	const quipu_label_view label = { STR("l"), { text, sizeof(text) } };
	const quipu_series_view series = { .labels = &label, .n_labels = 1, .integer = 5 };
	struct qt_views views = { .family = { .name = STR("a_total"),
					      .help = { text, sizeof(text) },
					      .kind = QUIPU_KIND_COUNTER },
				  .series = &series,
				  .n_series = 1 };
	struct qt_exposition *x;
	quipu_out out;

	memset(text, '"', sizeof(text));
	text[0] = '\\';
	qp_out_init(&out);
	qt_encode(&quipu_format_text, &out, &views, 1);
	x = qt_parse_ok(qp_out_data(&out), qp_out_len(&out));
	cr_assert_eq(x->samples[0].labels[0].value_len, sizeof(text));
	cr_expect_eq(memcmp(x->samples[0].labels[0].value, text, sizeof(text)), 0);
	cr_expect_eq(x->families[0].help_len, sizeof(text));
	qt_free(x);
	qp_out_free(&out);
}

/* --- what is not there ------------------------------------------------------------------------ */

Test(format_text, no_help_no_line)
{
	const struct qt_views views = {
		.family = { .name = STR("a_total"), .kind = QUIPU_KIND_COUNTER },
		SERIES({ .integer = 3 }),
	};
	static const char expected[] = "# TYPE a_total counter\na_total 3\n";
	quipu_out out;

	qp_out_init(&out);
	qt_encode(&quipu_format_text, &out, &views, 1);
	cr_assert_eq(qp_out_len(&out), strlen(expected));
	cr_expect_eq(memcmp(qp_out_data(&out), expected, strlen(expected)), 0);
	qp_out_free(&out);
}

Test(format_text, out_of_memory_writes_nothing)
{
	const struct qt_views views[] = {
		{ .family = { .name = STR("a"), .help = STR("h"), .kind = QUIPU_KIND_COUNTER },
		  SERIES({ .integer = 3 }) },
		{ .family = { .name = STR("b"),
			      .help = STR("h"),
			      .kind = QUIPU_KIND_HISTOGRAM,
			      BOUNDS(1) },
		  SERIES({ COUNTS(2, 1, 1) }) },
		{ .family = { .name = STR("c"),
			      .help = STR("h"),
			      .kind = QUIPU_KIND_STATESET,
			      STATES(STR("on")) },
		  SERIES({ .integer = 1 }) },
	};
	quipu_out out;

	qp_out_init(&out);
	cr_assert_null(quipu_out_reserve(&out, SIZE_MAX));
	qt_encode(&quipu_format_text, &out, views, COUNT_OF(views));
	cr_expect_eq(qp_out_len(&out), 0);
	cr_expect(qp_out_failed(&out));
	qp_out_free(&out);
}
