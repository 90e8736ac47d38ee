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
