/* SPDX-License-Identifier: MIT */
/* escaping_test.c: the escaping schemes, against client_golang's results and against themselves. */
#include "escaping.h"

#include "base/text.h"
#include "exposed.h"
#include "support/scale.h"
#include "support/seeded.h"
#include "support/utf8.h"

#include <stdio.h>

#define STR(literal)                                                                               \
	{                                                                                          \
		literal, sizeof literal - 1                                                        \
	}

static const quipu_escaping schemes[] = { QUIPU_ESCAPE_UNDERSCORES, QUIPU_ESCAPE_DOTS,
					  QUIPU_ESCAPE_VALUES };

struct vector {
	quipu_str name;
	quipu_str escaped[3]; /* by scheme */
};

static const struct vector vectors[] = {
#define X(name, underscores, dots, values)                                                         \
	{ STR(name), { STR(underscores), STR(dots), STR(values) } },
#include "escaped.inc"
#undef X
};

static void expect_escaped(quipu_str name, quipu_escaping scheme, enum qp_name_rule rule,
			   quipu_str expected)
{
	char got[QP_ESCAPED_MAX(QP_NAME_MAX)];
	size_t len = qp_escape(got, name, scheme, rule);

	cr_expect(len == expected.len && memcmp(got, expected.data, len) == 0,
		  "%s under %d: %.*s instead of %s", name.data, (int)scheme, (int)len, got,
		  expected.data);
}

Test(escaping, vectors)
{
	for (size_t i = 0; i < N_OF(vectors); i++) {
		for (size_t s = 0; s < N_OF(schemes); s++)
			expect_escaped(vectors[i].name, schemes[s], QP_METRIC_NAME,
				       vectors[i].escaped[s]);
		expect_escaped(vectors[i].name, QUIPU_ESCAPE_NONE, QP_METRIC_NAME, vectors[i].name);
	}
}

/* A colon is plain in a metric's name and odd in a label's. */
Test(escaping, labels)
{
	static const struct vector labels[] = {
		{ STR("a:b"), { STR("a_b"), STR("a__b"), STR("U__a_3a_b") } },
		{ STR(":"), { STR("_"), STR("__"), STR("U___3a_") } },
		{ STR("a.b"), { STR("a_b"), STR("a_dot_b"), STR("U__a_2e_b") } },
		{ STR("a_b"), { STR("a_b"), STR("a__b"), STR("a_b") } },
	};

	for (size_t i = 0; i < N_OF(labels); i++) {
		for (size_t s = 0; s < N_OF(schemes); s++)
			expect_escaped(labels[i].name, schemes[s], QP_LABEL_NAME,
				       labels[i].escaped[s]);
	}
}

/* What is shown: plain names never change, others as the scheme says. */
Test(escaping, plain_names_are_shown_as_they_are)
{
	char got[QP_ESCAPED_MAX(QP_NAME_MAX)];

	for (size_t i = 0; i < N_OF(vectors); i++) {
		quipu_str name = vectors[i].name;
		bool plain = qp_name_plain(name, QP_METRIC_NAME);

		for (size_t s = 0; s < N_OF(schemes); s++) {
			quipu_str expected = plain ? name : vectors[i].escaped[s];
			size_t len = qp_escape_shown(got, name, schemes[s], QP_METRIC_NAME);

			cr_expect(len == expected.len && memcmp(got, expected.data, len) == 0,
				  "%s under %zu", name.data, s);
		}
	}
}

Test(escaping, every_code_point_by_its_number)
{
	char text[4], got[32], expected[32];

	for (uint32_t code = 0x80; code < 0x110000; code++) {
		quipu_str name = { text, utf8_encode(text, code) };
		size_t len;

		if (code >= 0xd800 && code <= 0xdfff)
			continue;
		len = qp_escape(got, name, QUIPU_ESCAPE_VALUES, QP_METRIC_NAME);
		snprintf(expected, sizeof expected, "U___%x_", code);
		cr_assert(len == strlen(expected) && memcmp(got, expected, len) == 0, "U+%04X",
			  code);
		cr_assert_eq(qp_escape(got, name, QUIPU_ESCAPE_UNDERSCORES, QP_METRIC_NAME), 1);
	}
}

static quipu_str random_name(struct seeded *random, char *text)
{
	static const uint32_t limits[] = { 0x7f, '_' + 1, '0' + 10, 0x800, 0x10000, 0x110000 };
	size_t n = 1 + seeded_below(random, 40), len = 0;

	while (n--) {
		uint32_t limit = limits[seeded_below(random, N_OF(limits))];
		uint32_t code = 1 + (uint32_t)seeded_below(random, limit - 1);

		len += utf8_encode(text + len, code >= 0xd800 && code <= 0xdfff ? '.' : code);
	}
	return (quipu_str){ text, len };
}

/* Whatever goes in, what comes out is plain, and fits. */
Test(escaping, makes_plain_names)
{
	struct seeded random = seeded_new("escaping");
	char text[200], got[QP_ESCAPED_MAX(sizeof text)];

	for (int i = (int)qt_scaled_count(20000); i-- > 0;) {
		quipu_str name = random_name(&random, text);
		enum qp_name_rule rule = i % 2 ? QP_METRIC_NAME : QP_LABEL_NAME;

		for (size_t s = 0; s < N_OF(schemes); s++) {
			size_t len = qp_escape_shown(got, name, schemes[s], rule);

			cr_assert_leq(len, QP_ESCAPED_MAX(name.len));
			cr_assert(qp_name_plain((quipu_str){ got, len }, rule), "%.*s: %.*s",
				  (int)name.len, name.data, (int)len, got);
		}
	}
}

Test(escaping, the_longest_name_fits)
{
	static char name[QP_NAME_MAX + 1], got[QP_ESCAPED_MAX(QP_NAME_MAX)];

	memset(name, '.', QP_NAME_MAX);
	for (size_t s = 0; s < N_OF(schemes); s++)
		cr_expect_leq(
			qp_escape(got, (quipu_str){ name, QP_NAME_MAX }, schemes[s], QP_LABEL_NAME),
			sizeof got);
	memset(name, '_', QP_NAME_MAX);
	name[QP_NAME_MAX - 1] = 0x01;
	for (size_t s = 0; s < N_OF(schemes); s++)
		cr_expect_leq(
			qp_escape(got, (quipu_str){ name, QP_NAME_MAX }, schemes[s], QP_LABEL_NAME),
			sizeof got);
}

Test(escaping, labels_that_collapse)
{
	static const struct {
		const char *a, *b;
		bool collapse;
	} pairs[] = {
		{ "a", "a", true },	     { "a.b", "a.b", true },
		{ "a.b", "a_b", true },					   /* underscores */
		{ "a:b", "a.b", true },	     { "a.b", "a_dot_b", true },   /* dots */
		{ "a-b", "a__b", true },     { "a.b", "U__a_2e_b", true }, /* values */
		{ "9a", "8a", true },	     { "a", "b", false },
		{ "a_b", "a__b", false },    { "a_b", "U__a__b", false }, /* plain, both */
		{ "a_b", "a_dot_b", false }, { "a.b", "a.c", false },
		{ "a.b", "ab", false },
	};

	for (size_t i = 0; i < N_OF(pairs); i++) {
		cr_expect_eq(qp_labels_collapse(pairs[i].a, pairs[i].b), pairs[i].collapse, "%s %s",
			     pairs[i].a, pairs[i].b);
		cr_expect_eq(qp_labels_collapse(pairs[i].b, pairs[i].a), pairs[i].collapse, "%s %s",
			     pairs[i].b, pairs[i].a);
	}
}
