/* SPDX-License-Identifier: MIT */
/* series_test.c: a series' values in their one block, of all lengths; and what a series costs. */
#include "series.h"

#include "base/lock.h"
#include "exposed.h"
#include "support/scale.h"
#include "support/seeded.h"

#define MAX_VALUE 70000

static char bytes[MAX_VALUE];

static void expect_values(const struct qp_series *series, const quipu_str *values, size_t n)
{
	size_t total = 0;

	cr_assert_eq(series->n_values, n);
	for (size_t i = 0; i < n; i++) {
		quipu_str value = qp_series_value(series, i);

		cr_assert_eq(value.len, values[i].len);
		cr_assert_arr_eq(value.data, values[i].data, value.len);
		total += value.len;
	}
	cr_assert_eq(series->wide, total > 255);
	cr_assert(qp_series_has(series, values));
}

/* No value is another's: one byte more, one less, one other, or one that moved to its neighbour. */
static void expect_no_others(const struct qp_series *series, const quipu_str *values, size_t n)
{
	quipu_str others[QUIPU_MAX_LABELS];

	for (size_t i = 0; i < n; i++) {
		char *copy = malloc(values[i].len + 1);

		memcpy(others, values, n * sizeof others[0]);
		memcpy(copy, values[i].data, values[i].len);
		copy[values[i].len] = 'x';
		others[i] = (quipu_str){ copy, values[i].len + 1 };
		cr_assert_not(qp_series_has(series, others));
		if (values[i].len == 0) {
			free(copy);
			continue;
		}
		others[i].len = values[i].len - 1;
		cr_assert_not(qp_series_has(series, others));
		others[i].len = values[i].len;
		cr_assert(qp_series_has(series, others));
		copy[(values[i].len - 1) * i / n] ^= 1;
		cr_assert_not(qp_series_has(series, others));
		free(copy);
	}
}

static struct qp_series *new_series(const quipu_str *values, size_t n, bool has_front)
{
	struct qp_series *series;

	qp_lock(&qp_catalog_lock);
	series = qp_series_new(values, n, 0, has_front);
	qp_unlock(&qp_catalog_lock);
	return series;
}

static void free_series(struct qp_series *series)
{
	qp_lock(&qp_catalog_lock);
	qp_owner_undo(&series->owner);
	qp_unlock(&qp_catalog_lock);
}

static size_t random_length(struct seeded *random)
{
	static const size_t limits[] = { 2, 9, 20, 90, 300, MAX_VALUE };

	return seeded_below(random, limits[seeded_below(random, N_OF(limits))]);
}

Test(series, keeps_its_values)
{
	struct seeded random = seeded_new("series");
	quipu_str values[QUIPU_MAX_LABELS];

	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (char)seeded_next(&random);
	const int n_series = (int)(5000 * qt_scale()) + 1;

	for (int i = 0; i < n_series; i++) {
		size_t n = seeded_below(&random, QUIPU_MAX_LABELS + 1);
		struct qp_series *series;

		for (size_t k = 0; k < n; k++) {
			values[k].len = random_length(&random);
			values[k].data = bytes + seeded_below(&random, MAX_VALUE - values[k].len);
		}
		series = new_series(values, n, i % 2);
		expect_values(series, values, n);
		expect_no_others(series, values, n);
		cr_assert_eq(qp_series_front(series) != NULL, i % 2);
		free_series(series);
	}
}

/* The least total that needs wide ends, and the one before. */
Test(series, ends_become_wide)
{
	for (size_t len = 253; len < 258; len++) {
		quipu_str values[] = { { bytes, len }, { bytes, 0 } };
		struct qp_series *series = new_series(values, 2, false);

		expect_values(series, values, 2);
		free_series(series);
	}
}

static bool is_plain(const char *text)
{
	quipu_str values[] = { { "a", 1 }, { text, strlen(text) } };
	struct qp_series *series = new_series(values, 2, false);
	bool plain = series->plain;

	free_series(series);
	return plain;
}

Test(series, knows_whether_it_is_plain)
{
	char text[300] = "";

	cr_expect(is_plain(""));
	cr_expect(is_plain("\xc3\xbc, \r\t{}=#'"));
	for (size_t i = 0; i < 254; i++) {
		for (const char *odd = "\"\\\n"; *odd; odd++) {
			text[i] = *odd;
			cr_expect_not(is_plain(text), "%c at %zu", *odd, i);
		}
		text[i] = 'p';
		cr_expect(is_plain(text));
	}
	text[254] = 'p';
	cr_expect_not(is_plain(text), "256 bytes with the other value");
}

/* Three labels of 27 bytes in all: 160 bytes a series, with its place in map, list and extent. */
Test(series, is_small)
{
	cr_expect_leq(offsetof(struct qp_series, ends) + 3 + 27, 88);
	cr_expect_eq(offsetof(struct qp_series, owner), 0);
}

Test(same, at_every_place_of_every_length)
{
	char a[80], b[80];

	for (size_t len = 0; len < sizeof a; len++) {
		memset(a, 'a', sizeof a);
		memset(b, 'a', len);
		memset(b + len, 'b', sizeof b - len);
		cr_assert(qp_same(a, b, len));
		for (size_t i = 0; i < len; i++) {
			b[i] = 'z';
			cr_assert_not(qp_same(a, b, len), "%zu of %zu", i, len);
			b[i] = 'a';
		}
	}
}

/* Fronts are in one list, from which any can go at any time. */
Test(series, fronts_are_freed_in_any_order)
{
	enum { MANY_FRONTS = 20 };
	quipu_str value = { "v", 1 };
	struct qp_series *series[MANY_FRONTS];

	for (size_t i = 0; i < MANY_FRONTS; i++)
		series[i] = new_series(&value, 1, true);
	for (size_t i = 0; i < MANY_FRONTS; i++)
		free_series(series[i * 7 % MANY_FRONTS]);
	series[0] = new_series(&value, 1, true);
	free_series(series[0]);
}
