/* SPDX-License-Identifier: MIT */
/*
 * tuple_test.c: values read once for a look-up, wherever they end (B1), and whatever is behind
 * them: the same block, the same length, the same hash as when they are read byte for byte.
 */
#include "tuple.h"

#include "exposed.h"
#include "labels.h"
#include "registry.h"
#include "support/seeded.h"

#include <sys/mman.h>

#define PAGE 4096
#define MAX_LEN 70

/* Where a readable page ends, and the next may not be touched. */
static char *page_end(void)
{
	char *pages =
		mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	cr_assert_neq(pages, MAP_FAILED);
	cr_assert_eq(mprotect(pages + PAGE, PAGE, PROT_NONE), 0);
	memset(pages, 'z', PAGE);
	return pages + PAGE;
}

static void begin(void)
{
	cr_assert(qp_library_init());
}

TestSuite(tuple, .init = begin);

/* What was read is what there was. */
static void expect_read(const struct qp_label *label, struct qp_labels_sum sum, const char *text,
			size_t len)
{
	const quipu_str value = { text, len };
	const struct qp_label label_copy = *label;
	char block[QP_BLOCK_BYTES] = { 0 };

	memcpy(block, text, len < sizeof block ? len : sizeof block);
	cr_assert_eq(label_copy.len, len);
	cr_assert_eq(memcmp(&label_copy.block, block, sizeof block), 0, "%zu bytes", len);
	cr_assert_eq(qp_labels_finish(&sum), qp_labels_hash(&value, 1), "%zu bytes", len);
}

/* Both ways, with len bytes of text put at `at`; `behind` is what may be written after them. */
static void check_at(char *at, const char *text, size_t len, const char *end)
{
	struct qp_labels_sum sum = { 0 };
	struct qp_label label;

	memcpy(at, text, len);
	cr_assert(qp_label_read(&label, (quipu_str){ at, len }, 0, &sum));
	cr_assert_eq(label.data, at);
	expect_read(&label, sum, text, len);
	if (at + len == end)
		return;
	at[len] = '\0';
	sum = (struct qp_labels_sum){ 0 };
	cr_assert(qp_label_read_string(&label, at, 0, &sum));
	expect_read(&label, sum, text, len);
}

/* Every length, at every distance from the end of the last page that may be touched. */
Test(tuple, B1_at_the_end_of_a_page)
{
	char *end = page_end(), text[MAX_LEN];

	for (size_t i = 0; i < sizeof text; i++)
		text[i] = (char)(i * 7 + 1);
	for (size_t len = 0; len <= MAX_LEN; len++) {
		for (size_t behind = 0; behind <= 2 * MAX_LEN; behind++) {
			memset(end - PAGE, 'z', PAGE);
			check_at(end - len - behind, text, len, end);
		}
	}
}

/* From before a page's end to behind it, and at a page's beginning. */
Test(tuple, across_pages)
{
	static char pages[4 * PAGE];
	char *border = pages + PAGE - (uintptr_t)pages % PAGE + PAGE, text[MAX_LEN];

	memset(text, 'x', sizeof text);
	for (size_t len = 0; len <= MAX_LEN; len++) {
		for (int at = -MAX_LEN - 1; at <= 1; at++) {
			memset(pages, 'z', sizeof pages);
			check_at(border + at, text, len, NULL);
		}
	}
}

/* What is behind a value does not matter, nor do NULs in it. */
Test(tuple, whatever_is_behind)
{
	struct seeded random = seeded_new("tuple");
	char text[MAX_LEN], place[3 * MAX_LEN];

	for (int turn = 0; turn < 20000; turn++) {
		size_t len = seeded_below(&random, MAX_LEN + 1),
		       at = seeded_below(&random, MAX_LEN);
		struct qp_labels_sum sum = { 0 };
		struct qp_label label;

		for (size_t i = 0; i < sizeof place; i++)
			place[i] = (char)seeded_below(&random, turn % 2 ? 3 : 256);
		memcpy(text, place + at, len);
		cr_assert(qp_label_read(&label, (quipu_str){ place + at, len }, 0, &sum));
		expect_read(&label, sum, text, len);
	}
}

/* In every place of a tuple of every size, hashed as labels.h does. */
Test(tuple, all_places)
{
	const char *const texts[] = {
		"", "a", "fifteen bytes..", "sixteen bytes ..", "more than sixteen bytes", "b"
	};
	struct qp_label label;

	for (size_t n = 0; n <= QUIPU_MAX_LABELS; n++) {
		struct qp_labels_sum strings = { 0 }, strs = { 0 };
		quipu_str values[QUIPU_MAX_LABELS];

		for (size_t i = 0; i < n; i++) {
			const char *text = texts[(i + n) % N_OF(texts)];

			values[i] = (quipu_str){ text, strlen(text) };
			cr_assert(qp_label_read(&label, values[i], i, &strs));
			cr_assert(qp_label_read_string(&label, text, i, &strings));
		}
		cr_expect_eq(qp_labels_finish(&strs), qp_labels_hash(values, n), "%zu", n);
		cr_expect_eq(qp_labels_finish(&strings), qp_labels_hash(values, n), "%zu", n);
	}
}

/* As other languages' empty strings are: at an address where there is nothing. */
Test(tuple, an_empty_one_is_not_read)
{
	const char *const nowhere[] = { (const char *)1, (const char *)64, page_end() + 17 };

	for (size_t i = 0; i < N_OF(nowhere); i++) {
		struct qp_labels_sum sum = { 0 };
		struct qp_label label;

		cr_assert(qp_label_read(&label, (quipu_str){ nowhere[i], 0 }, 0, &sum));
		expect_read(&label, sum, "", 0);
	}
}

Test(tuple, null)
{
	struct qp_labels_sum sum = { 0 };
	struct qp_label label;

	cr_expect_not(qp_label_read_string(&label, NULL, 0, &sum));
	cr_expect_not(qp_label_read(&label, (quipu_str){ NULL, 0 }, 0, &sum));
	cr_expect_not(qp_label_read(&label, (quipu_str){ NULL, 20 }, 0, &sum));
}
