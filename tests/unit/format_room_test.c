/* SPDX-License-Identifier: MIT */
/*
 * format_room_test.c: no format writes beyond the room that it reserved. The output's functions
 * are wrapped by the linker (--wrap): what lies behind each reserved place is marked, and the
 * marks are looked at when bytes are committed.
 */
#include "format/rows.h"
#include "support/views.h"

#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

#define GUARD 64
#define MARK 0x5a

char *__real_quipu_out_reserve(quipu_out *out, size_t len);
void __real_quipu_out_commit(quipu_out *out, size_t used);
char *__wrap_quipu_out_reserve(quipu_out *out, size_t len);
void __wrap_quipu_out_commit(quipu_out *out, size_t used);

static char *guard;
static size_t reserved;

char *__wrap_quipu_out_reserve(quipu_out *out, size_t len)
{
	char *place = __real_quipu_out_reserve(out, len + GUARD);

	cr_assert_not_null(place);
	guard = place + len;
	reserved = len;
	memset(guard, MARK, GUARD);
	return place;
}

void __wrap_quipu_out_commit(quipu_out *out, size_t used)
{
	cr_assert_leq(used, reserved);
	for (size_t i = 0; i < GUARD; i++)
		cr_assert_eq(guard[i], MARK, "wrote %zu bytes beyond", i + 1);
	__real_quipu_out_commit(out, used);
}

/* --- texts and numbers as long as they get ------------------------------------------------- */

#define LONG 3000

static char quotes[LONG];
static char texts_of_rows[16 + 255];

#define MANY 60

static double bounds[MANY]; /* the first is negative */
static uint64_t counts[MANY + 1];
static quipu_span spans[MANY];
static const double quantiles[] = { 2.2250738585072014e-308, 1 };

static const quipu_native_view native = {
	.schema = -4,
	.zero_threshold = 2.2250738585072014e-308,
	.zero_count = UINT64_MAX,
	.positive = { spans, MANY, counts, MANY },
	.negative = { spans, MANY, counts, MANY },
};

static void fill_numbers(void)
{
	for (size_t i = 0; i < MANY; i++) {
		bounds[i] = (i == 0 ? -1 : (double)i) * 2.2250738585072014e-308;
		counts[i] = i % 2 ? 0 : UINT64_MAX / 2 + 1;
		spans[i] = (quipu_span){ INT32_MIN, UINT32_MAX };
	}
	counts[MANY] = UINT64_MAX;
}

struct texts {
	quipu_str name, help, unit, label;
};

static void try_series(const quipu_format *format, const quipu_family_view *family,
		       const struct texts *texts)
{
	const quipu_label_view labels[] = { { texts->label, texts->label },
					    { texts->label, texts->label } };
	const size_t n_labels = texts->label.len ? COUNT_OF(labels) : 0;
	quipu_exemplar_view exemplars[MANY + 1];
	const quipu_series_view series = {
		.labels = labels,
		.n_labels = n_labels,
		.integer = UINT64_MAX,
		.signed_integer = INT64_MIN,
		.real = 2.2250738585072014e-308,
		.counts = counts,
		.count = UINT64_MAX,
		.sum = 2.2250738585072014e-308,
		.created = 9e14,
		.native = &native,
		.quantile_values = quantiles,
		.exemplars = exemplars,
		.n_exemplars = family->kind == QUIPU_KIND_HISTOGRAM ? family->n_bounds + 1 : 1,
	};
	struct qt_views views = { *family, &series, 1 };
	quipu_out out;

	for (size_t i = 0; i <= MANY; i++)
		exemplars[i] = (quipu_exemplar_view){ labels, n_labels, -2.2250738585072014e-308,
						      9e14, i };
	qp_out_init(&out);
	qt_encode(format, &out, &views, 1);
	cr_assert_not(qp_out_failed(&out));
	qp_out_free(&out);
}

/* The longest values that rows can have, and such as are not long for any format. */
static void try_rows(const quipu_format *format, const quipu_family_view *family,
		     const struct texts *texts)
{
	static const unsigned char ends[] = { 127, 255 }, short_ends[] = { 8, 10 };
	const quipu_label_view labels[] = { { texts->label, texts->label },
					    { texts->label, texts->label },
					    { texts->label, texts->label } };
	const struct qp_row row = { .values = texts_of_rows + 16,
				    .ends = ends,
				    .value.integer = UINT64_MAX,
				    .created = 9e14 };
	const struct qp_row short_row = { .values = texts_of_rows + 16,
					  .ends = short_ends,
					  .value.integer = UINT64_MAX,
					  .created = 9e14 };
	const struct qp_row rows[] = { row, short_row, short_row };
	void *state = calloc(1, format->state_size);
	quipu_out out;

	qp_out_init(&out);
	format->family(state, &out, family);
	qp_rows_of(format)(state, &out, family,
			   &(struct qp_rows){ labels, 3, 1, rows, COUNT_OF(rows) });
	format->end(state, &out);
	cr_assert_not(qp_out_failed(&out));
	qp_out_free(&out);
	free(state);
}

static void try_one(const quipu_format *format, quipu_family_view family, const struct texts *texts)
{
	const quipu_str states[] = { texts->label, texts->label };

	family.name = texts->name;
	family.help = texts->help;
	family.unit = texts->unit;
	family.states = states;
	family.n_states = COUNT_OF(states);
	try_series(format, &family, texts);
	if (qp_rows_of(format) && texts->label.len > 0 && family.kind != QUIPU_KIND_HISTOGRAM &&
	    family.kind != QUIPU_KIND_SUMMARY && family.kind != QUIPU_KIND_STATESET)
		try_rows(format, &family, texts);
}

static void try_kinds(const quipu_format *format, const struct texts *texts)
{
	for (int kind = QUIPU_KIND_COUNTER; kind <= QUIPU_KIND_SUMMARY; kind++) {
		quipu_family_view family = { .kind = (quipu_kind)kind,
					     .bounds = bounds + 1,
					     .n_bounds = MANY - 1,
					     .quantiles = quantiles,
					     .n_quantiles = COUNT_OF(quantiles) };

		try_one(format, family, texts);
		family.native = 1;
		try_one(format, family, texts);
		family.bounds = bounds;
		family.n_bounds = MANY;
		try_one(format, family, texts);
		family.n_bounds = 0;
		try_one(format, family, texts);
	}
}

Test(format_room, is_enough)
{
	static const size_t lengths[] = { 0, 1, 2, 7, 8, 9, 127, 128, 129, 1024, LONG };

	memset(quotes, '"', sizeof(quotes));
	fill_numbers();
	for (const quipu_format *const *format = quipu_formats(); *format; format++) {
		for (size_t i = 0; i < COUNT_OF(lengths); i++) {
			quipu_str text = { quotes, lengths[i] }, name = { quotes, lengths[i] };
			const struct texts texts = { name, text, text, text };
			const struct texts legal = { STR("n"), text, text, { "a", 1 } };

			try_kinds(*format, &texts);
			try_kinds(*format, &legal);
		}
	}
}
