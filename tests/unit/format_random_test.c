/* SPDX-License-Identifier: MIT */
/*
 * format_random_test.c: random families with random texts, through text 0.0.4 and the strict
 * parser: what comes back must be what went in.
 */
#include "support/parse.h"
#include "support/random_views.h"
#include "support/scale.h"

#include <criterion/criterion.h>

#include <string.h>

static void check_labels(const struct qt_random *r, const struct qt_sample *sample)
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
static void check_number(const struct qt_random *r, const struct qt_exposition *x)
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

static void check_round_trip(const struct qt_random *r)
{
	const struct qt_views views = { .family = r->family, .series = &r->series, .n_series = 1 };
	size_t n = r->family.kind == QUIPU_KIND_HISTOGRAM ? r->family.n_bounds + 3 : 1;
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
	static struct qt_random r;

	for (int i = (int)qt_scaled_count(20000); i-- > 0;) {
		qt_random_plain(&r, &random, kinds[i % (int)COUNT_OF(kinds)]);
		check_round_trip(&r);
	}
}
