/* SPDX-License-Identifier: MIT */
/* label_map_test.c: from values to series, also where all hashes are equal. */
#include "label_map.h"

#include "base/alloc.h"
#include "exposed.h"
#include "registry.h"
#include "support/seeded.h"

#define N_KEYS 600

static struct qp_label_map map;
static struct qp_series *series[N_KEYS];

static quipu_str key(size_t i, char *text)
{
	return (quipu_str){ text, (size_t)snprintf(text, 16, "k%zu", i) };
}

static struct qp_series *make(size_t i, uint64_t hash)
{
	char text[16];
	quipu_str value = key(i, text);
	struct qp_series *made = qp_series_new(&value, 1, hash, false);

	cr_assert_not_null(made);
	series[i] = made;
	return made;
}

static bool insert(struct qp_series *one)
{
	bool inserted;

	qp_lock(&qp_catalog_lock);
	inserted = qp_map_insert(&map, one);
	qp_unlock(&qp_catalog_lock);
	return inserted;
}

static void take_out(struct qp_series *one)
{
	qp_lock(&qp_catalog_lock);
	qp_map_remove(&map, one);
	qp_unlock(&qp_catalog_lock);
}

static struct qp_series *find(size_t i, uint64_t hash)
{
	char text[16];
	quipu_str value = key(i, text);

	return qp_map_find(&map, hash, &value);
}

static void end(void)
{
	qp_lock(&qp_catalog_lock);
	qp_map_retire(&map);
	qp_unlock(&qp_catalog_lock);
	cr_expect_null(map.table);
	cr_expect_null(find(0, 0));
	settle();
	for (size_t i = 0; i < N_KEYS; i++)
		qp_free(series[i]);
}

Test(label_map, an_empty_one)
{
	cr_assert(qp_library_init());
	cr_expect_null(find(1, 1));
	take_out(make(0, 1));
	end();
}

Test(label_map, finds_what_was_inserted)
{
	cr_assert(qp_library_init());
	for (size_t i = 0; i < N_KEYS; i++) {
		cr_assert(insert(make(i, i * 977)));
		for (size_t k = 0; k < N_KEYS; k++)
			cr_assert_eq(find(k, k * 977), k <= i ? series[k] : NULL);
	}
	cr_expect_null(find(3, 4), "the hash counts");
	end();
}

/* Only the values tell them apart. */
Test(label_map, all_hashes_equal)
{
	cr_assert(qp_library_init());
	for (size_t i = 0; i < 100; i++)
		cr_assert(insert(make(i, 7)));
	for (size_t i = 0; i < 100; i++)
		cr_assert_eq(find(i, 7), series[i]);
	cr_expect_null(find(100, 7));
	for (size_t i = 0; i < 100; i += 2)
		take_out(series[i]);
	for (size_t i = 0; i < 100; i++)
		cr_assert_eq(find(i, 7), i % 2 ? series[i] : NULL);
	end();
}

/* Different hashes that begin at the same place, at the table's end. */
Test(label_map, probing_goes_round)
{
	cr_assert(qp_library_init());
	for (size_t i = 0; i < 7; i++)
		cr_assert(insert(make(i, 15 | i << 40)));
	for (size_t i = 0; i < 7; i++)
		cr_assert_eq(find(i, 15 | i << 40), series[i]);
	cr_expect_null(find(8, 15 | UINT64_C(8) << 40));
	end();
}

Test(label_map, M3_removal_does_not_break_a_chain)
{
	cr_assert(qp_library_init());
	for (size_t i = 0; i < 3; i++)
		cr_assert(insert(make(i, 7)));
	take_out(series[1]);
	take_out(series[1]); /* twice harms nobody */
	cr_expect_null(find(1, 7));
	cr_expect_eq(find(2, 7), series[2]);
	cr_assert(insert(series[1]));
	cr_expect_eq(find(1, 7), series[1]);
	cr_expect_eq(map.table->n_live, 3);
	end();
}

/* M1: there is always an empty entry, however much comes and goes. */
Test(label_map, coming_and_going_at_one_size)
{
	cr_assert(qp_library_init());
	make(0, 5);
	for (int i = 0; i < 10000; i++) {
		cr_assert(insert(series[0]));
		cr_assert_lt(map.table->n_filled, map.table->mask + 1);
		take_out(series[0]);
		cr_assert_null(find(0, 5));
	}
	cr_expect_leq(map.table->mask, 63, "removed entries vanish with the next table");
	end();
}

Test(label_map, at_random)
{
	struct seeded random = seeded_new("label_map");
	static bool in[N_KEYS];

	cr_assert(qp_library_init());
	for (size_t i = 0; i < N_KEYS; i++)
		make(i, seeded_below(&random, 50) << 3); /* a dozen of each hash */
	for (int step = 0; step < 30000; step++) {
		size_t i = seeded_below(&random, step / 10000 % 2 ? 40 : N_KEYS);
		size_t other = seeded_below(&random, N_KEYS);

		if (in[i])
			take_out(series[i]);
		else
			cr_assert(insert(series[i]));
		in[i] = !in[i];
		cr_assert_eq(find(i, series[i]->owner.listed.hash), in[i] ? series[i] : NULL);
		cr_assert_eq(find(other, series[other]->owner.listed.hash),
			     in[other] ? series[other] : NULL);
	}
	end();
}

/* Values of every shape, with NULs and of the same beginnings. */
Test(label_map, values_are_compared_in_full)
{
	static const quipu_str pairs[][2] = {
		{ { "ab", 2 }, { "c", 1 } }, { { "a", 1 }, { "bc", 2 } },
		{ { "abc", 3 }, { "", 0 } }, { { "", 0 }, { "abc", 3 } },
		{ { "a\0", 2 }, { "", 0 } }, { { "a", 1 }, { "\0", 1 } },
	};

	cr_assert(qp_library_init());
	for (size_t i = 0; i < N_OF(pairs); i++) {
		series[i] = qp_series_new(pairs[i], 2, 1, false);
		cr_assert(insert(series[i]));
	}
	for (size_t i = 0; i < N_OF(pairs); i++)
		cr_expect_eq(qp_map_find(&map, 1, pairs[i]), series[i]);
	end();
}

/* --- as recorders look --------------------------------------------------------------------- */

#define N_TUPLES 60
#define MAX_TEXT 304

static struct qp_series *look(uint64_t hash, const quipu_str *values, size_t n)
{
	struct qp_label labels[QUIPU_MAX_LABELS];
	struct qp_labels_sum sum = { 0 };

	for (size_t i = 0; i < n; i++)
		cr_assert(qp_label_read(&labels[i], values[i], i, &sum));
	return qp_map_look(&map, hash, labels, n, &sum);
}

static bool same_tuple(const quipu_str *a, const quipu_str *b, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (a[i].len != b[i].len || memcmp(a[i].data, b[i].data, a[i].len) != 0)
			return false;
	}
	return true;
}

static size_t index_of(quipu_str tuples[][QUIPU_MAX_LABELS], size_t n_tuples,
		       const quipu_str *values, size_t n)
{
	size_t i = 0;

	while (i < n_tuples && !same_tuple(tuples[i], values, n))
		i++;
	return i;
}

/* Mostly of one letter, so that many begin alike and some are the same; else NUL, and a byte above
 * 127. Lengths around the given one. */
static void draw_values(struct seeded *random, char text[][MAX_TEXT], quipu_str *values, size_t n,
			size_t around)
{
	for (size_t i = 0; i < n; i++) {
		size_t len = around + seeded_below(random, 3) - (around > 0);

		memset(text[i], 'a', len);
		if (len && seeded_below(random, 3) == 0)
			text[i][seeded_below(random, 2) ? len - 1 : seeded_below(random, len)] =
				"\0\xff"[seeded_below(random, 2)];
		values[i] = (quipu_str){ text[i], len };
	}
}

/* One hash for all, so that nothing but the comparison tells them apart. */
static void check_tuples(struct seeded *random, size_t n, size_t around)
{
	static char text[N_TUPLES + 1][QUIPU_MAX_LABELS][MAX_TEXT];
	static quipu_str tuples[N_TUPLES][QUIPU_MAX_LABELS];
	size_t n_tuples = 0;

	for (size_t turn = 0; turn < 200; turn++) {
		quipu_str values[QUIPU_MAX_LABELS];
		size_t at;

		draw_values(random, text[n_tuples], values, n, around);
		at = index_of(tuples, n_tuples, values, n);
		cr_assert_eq(look(7, values, n), at < n_tuples ? series[at] : NULL, "%zu %zu", n,
			     around);
		if (at < n_tuples || n_tuples == N_TUPLES)
			continue;
		memcpy(tuples[n_tuples], values, sizeof values);
		series[n_tuples] = qp_series_new(values, n, 7, false);
		cr_assert(insert(series[n_tuples++]));
	}
	for (size_t i = 0; i < n_tuples; i++)
		cr_assert_eq(qp_map_find(&map, 7, tuples[i]), series[i]);
	end();
	memset(series, 0, sizeof series);
}

Test(label_map, looks_as_memcmp_compares)
{
	static const size_t lengths[] = { 0, 2, 7, 8, 14, 15, 16, 17, 31, 32, 33, 100, 300 };
	struct seeded random = seeded_new("label_map");

	cr_assert(qp_library_init());
	for (size_t i = 0; i < N_OF(lengths); i++) {
		for (size_t n = 1; n <= QUIPU_MAX_LABELS; n += n < 5 ? 1 : 3)
			check_tuples(&random, n, lengths[i]);
	}
}

/* One bit anywhere, of one value of several: another tuple. */
Test(label_map, looks_at_every_bit)
{
	char text[2][48];
	quipu_str a[3], b[3];

	cr_assert(qp_library_init());
	for (size_t len = 0; len <= 40; len++) {
		for (size_t i = 0; i < 3; i++) {
			a[i] = (quipu_str){ text[0], i == 1 ? len : 5 };
			b[i] = (quipu_str){ text[i == 1], a[i].len };
		}
		memset(text, 'x', sizeof text);
		series[0] = qp_series_new(a, 3, 1, false);
		cr_assert(insert(series[0]));
		cr_assert_eq(look(1, b, 3), series[0]);
		for (size_t bit = 0; bit < 8 * len; bit++) {
			text[1][bit / 8] ^= (char)(1 << bit % 8);
			cr_assert_null(look(1, b, 3), "length %zu, bit %zu", len, bit);
			text[1][bit / 8] ^= (char)(1 << bit % 8);
		}
		end();
		series[0] = NULL;
	}
}

/* Looked for with b's values, a series with a's is not found; with its own it is. */
static void expect_apart(const quipu_str *a, const quipu_str *b, size_t n)
{
	series[0] = qp_series_new(a, n, 1, false);
	cr_assert(insert(series[0]));
	cr_expect_null(look(1, b, n), "%zu values", n);
	cr_expect_eq(look(1, a, n), series[0], "%zu values", n);
	end();
	series[0] = NULL;
}

/* Where the ends do not say all: more than eight values, and ends beyond what a byte can tell. */
Test(label_map, ends_that_do_not_say_all)
{
	static char text[1024];
	quipu_str a[9], b[9];

	cr_assert(qp_library_init());
	memset(text, 'a', sizeof text);
	for (size_t i = 0; i < N_OF(a); i++)
		a[i] = b[i] = (quipu_str){ text, i };
	a[8].len = 7;
	expect_apart(a, b, 9);
	expect_apart(b, a, 9);
	a[7].len = 256 + b[7].len;
	expect_apart(a, b, 8);
	expect_apart(b, a, 8);
	a[1].len = 256 + b[1].len;
	expect_apart(a, b, 3);
	/* ends of four bytes each begin with zeros as well */
	a[1].len = b[1].len = b[2].len = 0;
	a[2].len = 300;
	expect_apart(a, b, 3);
	expect_apart(b, a, 3);
}

/* Entries beside one another, and a removed one: what is chosen without a branch is the right one. */
Test(label_map, either_of_a_pair)
{
	char text[16];
	quipu_str value;

	cr_assert(qp_library_init());
	for (size_t i = 0; i < 4; i++)
		cr_assert(insert(make(i, i % 2 | i << 52)));
	for (size_t i = 0; i < 4; i++) {
		value = key(i, text);
		cr_expect_eq(look(i % 2 | i << 52, &value, 1), series[i]);
	}
	take_out(series[0]);
	for (size_t i = 0; i < 4; i++) {
		value = key(i, text);
		cr_expect_eq(look(i % 2 | i << 52, &value, 1), i ? series[i] : NULL);
	}
	end();
}
