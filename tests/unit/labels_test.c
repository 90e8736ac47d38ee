/* SPDX-License-Identifier: MIT */
/* labels_test.c: tuples of label values: hashed, compared, refused. */
#include "labels.h"

#include "exposed.h"
#include "support/seeded.h"

#define S(literal) ((quipu_str){ literal, sizeof(literal) - 1 })
#define MAX_LEN 40

static uint64_t hash1(const char *data, size_t len)
{
	quipu_str value = { data, len };

	return qp_labels_hash(&value, 1);
}

/* Two tuples are different in hash and in comparison. */
static void expect_different(const quipu_str *a, const quipu_str *b, size_t n)
{
	cr_expect_neq(qp_labels_hash(a, n), qp_labels_hash(b, n));
	cr_expect_not(qp_labels_equal(a, b, n));
}

Test(labels, borders_between_values_count)
{
	qp_labels_init();
	expect_different((quipu_str[]){ S("ab"), S("c") }, (quipu_str[]){ S("a"), S("bc") }, 2);
	expect_different((quipu_str[]){ S("abc"), S("") }, (quipu_str[]){ S(""), S("abc") }, 2);
	expect_different((quipu_str[]){ S("a"), S("b") }, (quipu_str[]){ S("b"), S("a") }, 2);
	expect_different((quipu_str[]){ S("a\0"), S("") }, (quipu_str[]){ S("a"), S("\0") }, 2);
	expect_different((quipu_str[]){ S("same"), S("same"), S("x") },
			 (quipu_str[]){ S("same"), S("x"), S("same") }, 3);
}

Test(labels, equal_wherever_they_are)
{
	char a[MAX_LEN], b[MAX_LEN + 1];

	qp_labels_init();
	for (size_t len = 0; len <= MAX_LEN; len++) {
		memset(a, 'x', len);
		memset(b + 1, 'x', len);
		cr_expect_eq(hash1(a, len), hash1(b + 1, len));
		cr_expect(qp_labels_equal(&(quipu_str){ a, len }, &(quipu_str){ b + 1, len }, 1));
	}
	cr_expect_eq(qp_labels_hash(NULL, 0), qp_labels_hash(NULL, 0));
	cr_expect(qp_labels_equal(NULL, NULL, 0));
}

/* Every bit of every byte, at every length; the block is exact, for the sanitizer. */
static void check_bits(size_t len, struct seeded *random)
{
	char *data = malloc(len ? len : 1);
	uint64_t hash;

	for (size_t i = 0; i < len; i++)
		data[i] = (char)seeded_next(random);
	hash = hash1(data, len);
	for (size_t bit = 0; bit < len * 8; bit++) {
		data[bit / 8] ^= (char)(1 << bit % 8);
		cr_assert_neq(hash1(data, len), hash, "length %zu, bit %zu", len, bit);
		data[bit / 8] ^= (char)(1 << bit % 8);
	}
	cr_assert_eq(hash1(data, len), hash);
	free(data);
}

Test(labels, every_bit_counts)
{
	struct seeded random = seeded_new("labels");

	qp_labels_init();
	for (size_t len = 0; len <= MAX_LEN; len++)
		check_bits(len, &random);
}

/* A text and its own beginnings; also where all that is missing is NULs. */
static void check_prefixes(const char *text)
{
	for (size_t len = 0; len <= MAX_LEN; len++) {
		for (size_t shorter = 0; shorter < len; shorter++)
			expect_different(&(quipu_str){ text, len }, &(quipu_str){ text, shorter },
					 1);
	}
}

Test(labels, beginnings_differ)
{
	char text[MAX_LEN];

	qp_labels_init();
	memset(text, 0, sizeof text);
	check_prefixes(text);
	memset(text, 'a', sizeof text);
	check_prefixes(text);
	for (size_t i = 0; i < sizeof text; i++)
		text[i] = (char)('a' + i % 26);
	check_prefixes(text);
}

static int compare(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

	return left < right ? -1 : left > right;
}

/* Counting names, as programs have them: no two hashes meet, nor do their low bits crowd. */
Test(labels, spread)
{
	static uint64_t hashes[100000];
	static unsigned low[1024];
	char name[32];

	qp_labels_init();
	for (size_t i = 0; i < N_OF(hashes); i++) {
		hashes[i] = hash1(name, (size_t)snprintf(name, sizeof name, "worker-%zu", i));
		low[hashes[i] % N_OF(low)]++;
	}
	qsort(hashes, N_OF(hashes), sizeof hashes[0], compare);
	for (size_t i = 1; i < N_OF(hashes); i++)
		cr_assert_neq(hashes[i], hashes[i - 1]);
	for (size_t i = 0; i < N_OF(low); i++)
		cr_assert(low[i] > 20 && low[i] < 300, "%u of 98 in place %zu", low[i], i);
}

Test(labels, sixteen_values)
{
	quipu_str a[QUIPU_MAX_LABELS], b[QUIPU_MAX_LABELS];

	qp_labels_init();
	for (size_t i = 0; i < QUIPU_MAX_LABELS; i++)
		a[i] = b[i] = S("value");
	for (size_t i = 0; i < QUIPU_MAX_LABELS; i++) {
		b[i] = S("Value");
		expect_different(a, b, QUIPU_MAX_LABELS);
		b[i] = a[i];
		cr_expect_neq(qp_labels_hash(a, i), qp_labels_hash(a, i + 1));
	}
}

Test(labels, refused_with_the_culprit)
{
	quipu_str values[] = { S("fine"), S("caf\xc3\xa9"), S("") };
	size_t culprit = 99;

	cr_expect_eq(qp_labels_check(values, 3, &culprit), QUIPU_OK);
	values[1] = S("caf\xc3");
	cr_expect_eq(qp_labels_check(values, 3, &culprit), QUIPU_EVALUE);
	cr_expect_eq(culprit, 1);
	values[1] = S("nul\0is utf-8");
	cr_expect_eq(qp_labels_check(values, 3, &culprit), QUIPU_OK);
	values[2] = (quipu_str){ NULL, 0 };
	cr_expect_eq(qp_labels_check(values, 3, &culprit), QUIPU_ENULL);
	cr_expect_eq(culprit, 2);
	cr_expect_eq(qp_labels_check(values, 0, &culprit), QUIPU_OK);
}
