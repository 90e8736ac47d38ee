/* SPDX-License-Identifier: MIT */
/*
 * format_random_test.c: random families with random texts, through text 0.0.4 and the strict
 * parser: what comes back must be what went in.
 */
#include "support/parse.h"
#include "support/seeded.h"
#include "support/views.h"

#include <criterion/criterion.h>

#include <string.h>

#define MAX_TEXT 400

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

Test(format_random, random_texts_come_back)
{
	static const quipu_kind kinds[] = { QUIPU_KIND_COUNTER, QUIPU_KIND_UPDOWN,
					    QUIPU_KIND_GAUGE,	QUIPU_KIND_HISTOGRAM,
					    QUIPU_KIND_INFO,	QUIPU_KIND_UNKNOWN };
	struct seeded random = seeded_new("format_random");
	static struct random_series r;

	for (int i = 0; i < 20000; i++) {
		fill(&r, &random, &kinds[i % (int)COUNT_OF(kinds)]);
		check_round_trip(&r);
	}
}
