/* SPDX-License-Identifier: MIT */
/* slots_test.c: the slot space: S1, S2, S4, reuse, a full space, and what is wasted. */
#include "slots.h"

#include "exposed.h"
#include "owner.h"
#include "registry.h"
#include "shard.h"
#include "support/seeded.h"

#define MIB (1u << 20)
#define N_SLOTS (MIB / 8)

static struct qp_owner somebody[4];

static void begin(uint32_t space)
{
	cr_assert_eq(quipu_set_shard_size(space), QUIPU_OK);
	cr_assert(qp_library_init());
}

static bool take(enum qp_algebra algebra, uint32_t bytes, struct qp_owner *owner, uint32_t *offset)
{
	bool taken;

	qp_lock(&qp_catalog_lock);
	taken = qp_slots_take(algebra, bytes, owner, offset);
	qp_unlock(&qp_catalog_lock);
	return taken;
}

static void give(uint32_t offset)
{
	qp_lock(&qp_catalog_lock);
	qp_slots_give(offset);
	qp_unlock(&qp_catalog_lock);
}

/* --- a model of the space ------------------------------------------------------------------ */

struct range {
	uint32_t offset, bytes;
	enum qp_algebra algebra;
	struct qp_owner *owner;
};

static struct range ranges[4000];
static size_t n_ranges;
static unsigned char slot_taken[N_SLOTS];
static struct range page_of[MIB / QP_PAGE_BYTES]; /* algebra and length of what is there */
static unsigned page_users[MIB / QP_PAGE_BYTES];

static void model_page(const struct range *range, uint32_t page)
{
	if (page_users[page]++ == 0) {
		page_of[page] = *range;
		return;
	}
	cr_assert_eq(page_of[page].algebra, range->algebra); /* S2 */
	cr_assert_eq(page_of[page].bytes, range->bytes);
}

static void model_take(const struct range *range)
{
	cr_assert_geq(range->offset, QP_SINK_BYTES); /* S4 */
	cr_assert_leq(range->offset + range->bytes, MIB);
	for (uint32_t i = 0; i < range->bytes / 8; i++)
		cr_assert_eq(slot_taken[range->offset / 8 + i]++, 0, "S1: overlap");
	for (uint32_t page = range->offset / QP_PAGE_BYTES;
	     page <= (range->offset + range->bytes - 1) / QP_PAGE_BYTES; page++)
		model_page(range, page);
	ranges[n_ranges++] = *range;
}

static void model_give(size_t i)
{
	struct range range = ranges[i];

	for (uint32_t k = 0; k < range.bytes / 8; k++)
		slot_taken[range.offset / 8 + k] = 0;
	for (uint32_t page = range.offset / QP_PAGE_BYTES;
	     page <= (range.offset + range.bytes - 1) / QP_PAGE_BYTES; page++)
		page_users[page]--;
	ranges[i] = ranges[--n_ranges];
	give(range.offset);
}

static void check_range(const struct range *range)
{
	uint32_t inside = range->offset + range->bytes - 8;

	cr_assert_eq(qp_slots_owner(range->offset), range->owner);
	cr_assert_eq(qp_slots_owner(inside), range->owner);
	cr_assert_eq(qp_slots_bytes(inside), range->bytes);
	cr_assert_eq(qp_slots_algebra(inside), range->algebra);
}

static void take_something(struct seeded *random)
{
	static const uint32_t cells[] = { 16, 192, 320, 8208 };
	struct range range = { .algebra = (enum qp_algebra)seeded_below(random, QP_N_ALGEBRAS) };

	range.bytes = range.algebra == QP_CELLS ? cells[seeded_below(random, 4)] : 8;
	range.bytes = range.algebra == QP_UPDOWN ? 16 : range.bytes;
	range.owner = &somebody[seeded_below(random, 4)];
	if (n_ranges == N_OF(ranges) ||
	    !take(range.algebra, range.bytes, range.owner, &range.offset))
		return;
	cr_assert(range.algebra != QP_CELLS || range.offset % 16 == 0);
	model_take(&range);
}

/* By offset, none overlapping, neighbours of one algebra together, and every range inside one of
 * its algebra. */
static void check_spans(void)
{
	static struct qp_extent_span spans[MIB / QP_PAGE_BYTES];
	size_t n = qp_slots_spans(spans, N_OF(spans)), i, k;

	cr_assert_leq(n, qp_slots_count());
	for (i = 0; i < n; i++) {
		uint32_t end = i > 0 ? spans[i - 1].offset + spans[i - 1].bytes : QP_SINK_BYTES;

		cr_assert(spans[i].offset >= end);
		cr_assert(i == 0 || spans[i].offset > end ||
			  spans[i].algebra != spans[i - 1].algebra);
		cr_assert_leq(spans[i].offset + spans[i].bytes, qp_slots_end());
	}
	for (i = 0; i < n_ranges; i++) {
		for (k = 0; k < n && !(ranges[i].offset >= spans[k].offset &&
				       ranges[i].offset < spans[k].offset + spans[k].bytes);)
			k++;
		cr_assert_lt(k, n);
		cr_assert_eq(spans[k].algebra, ranges[i].algebra);
	}
}

Test(slots, S1_S2_S4_at_random)
{
	struct seeded random = seeded_new("slots");

	begin(MIB);
	for (int i = 0; i < 40000; i++) {
		/* phases that fill up, and phases that empty */
		if (seeded_below(&random, 10) < (i / 5000 % 2 ? 3u : 7u))
			take_something(&random);
		else if (n_ranges)
			model_give(seeded_below(&random, n_ranges));
		if (n_ranges)
			check_range(&ranges[seeded_below(&random, n_ranges)]);
	}
	check_spans();
	while (n_ranges)
		model_give(0);
	cr_expect_eq(qp_slots_count(), 0);
	cr_expect_eq(qp_slots_spans(NULL, 0), 0);
}

/* --- a full space ---------------------------------------------------------------------------- */

static uint32_t fill_words(void)
{
	uint32_t offset, n = 0;

	while (take(QP_WORDS, 8, &somebody[0], &offset))
		n++;
	return n;
}

Test(slots, full_space)
{
	const uint32_t per_page = QP_PAGE_BYTES / 8;
	uint32_t offset;

	begin(MIB);
	cr_expect_eq(fill_words(), (MIB / QP_PAGE_BYTES - 1) * per_page); /* all but the sink */
	cr_expect_not(qp_slots_space_left());
	cr_expect_eq(qp_slots_end(), MIB);
	give(123 * 8 + 7 * QP_PAGE_BYTES);
	cr_expect_not(take(QP_REALS, 8, &somebody[1], &offset), "S2: a word's room for a real");
	cr_expect(take(QP_WORDS, 8, &somebody[1], &offset));
	cr_expect_eq(offset, 123 * 8 + 7 * QP_PAGE_BYTES);
	cr_expect_not(take(QP_WORDS, 8, &somebody[1], &offset));
}

Test(slots, whole_extents_are_given_back)
{
	const uint32_t per_page = QP_PAGE_BYTES / 8;
	uint32_t offset, page = 9 * QP_PAGE_BYTES;

	begin(MIB);
	fill_words();
	for (uint32_t i = 0; i < per_page; i++)
		give(page + i * 8);
	cr_expect(take(QP_CELLS, 16, &somebody[1], &offset));
	cr_expect_eq(offset, page);
	cr_expect_eq(qp_slots_algebra(page), QP_CELLS);
	cr_expect_not(take(QP_REALS, 8, &somebody[1], &offset));
}

Test(slots, larger_than_the_space)
{
	uint32_t offset;

	begin(MIB);
	cr_expect_not(take(QP_CELLS, MIB, &somebody[0], &offset));
	cr_expect_not(qp_slots_space_left());
	cr_expect(take(QP_CELLS, MIB - QP_PAGE_BYTES, &somebody[0], &offset));
	cr_expect(qp_slots_space_left());
	cr_expect_not(take(QP_WORDS, 8, &somebody[0], &offset));
	give(offset);
	cr_expect_eq(qp_slots_count(), 0);
}

/* Needs a run of pages that lies between used ones. */
Test(slots, a_hole_of_several_pages)
{
	uint32_t first[8], offset;

	begin(MIB);
	for (size_t i = 0; i < N_OF(first); i++)
		cr_assert(take(QP_CELLS, QP_PAGE_BYTES, &somebody[0], &first[i]));
	give(first[2]);
	give(first[3]);
	cr_assert(take(QP_CELLS, 3 * QP_PAGE_BYTES, &somebody[0], &offset));
	cr_expect_gt(offset, first[7]);
	cr_assert(take(QP_CELLS, 2 * QP_PAGE_BYTES, &somebody[0], &offset));
	cr_expect_eq(offset, first[2]);
	cr_assert(take(QP_WORDS, 8, &somebody[0], &offset));
	cr_expect_gt(offset, first[7]);
}

/* --- waste, sink, memory ---------------------------------------------------------------------- */

Test(slots, at_most_an_eighth_is_wasted)
{
	struct qp_extent_span span;
	uint32_t offset;

	begin(MIB);
	for (uint32_t bytes = 8; bytes < 100000; bytes += 8) {
		cr_assert(take(QP_CELLS, bytes, &somebody[0], &offset));
		cr_assert_eq(qp_slots_spans(&span, 1), 1);
		cr_assert_leq(span.bytes % bytes * 8, span.bytes, "ranges of %u bytes", bytes);
		give(offset);
	}
}

Test(slots, the_sink_is_nobodys)
{
	begin(MIB);
	for (uint32_t offset = 0; offset < QP_PAGE_BYTES; offset += 8) {
		cr_expect_null(qp_slots_owner(offset));
		cr_expect_eq(qp_slots_bytes(offset), 0);
	}
	cr_expect_null(qp_slots_owner(5 * QP_PAGE_BYTES));
	cr_expect_null(qp_slots_owner(MIB));
	cr_expect_null(qp_slots_owner(UINT32_MAX - 7));
	give(0);
	give(8);
	give(UINT32_MAX - 7);
	cr_expect_eq(qp_slots_count(), 0);
}

Test(slots, ranges_are_writable_and_zero)
{
	char *base, *overflow = qp_shard_overflow();
	uint32_t offset;

	begin(MIB);
	base = qp_shard_attach();
	overflow = qp_shard_overflow();
	cr_assert(base && overflow && base != overflow);
	for (int i = 0; i < 100; i++) {
		cr_assert(take(QP_CELLS, 8208, &somebody[0], &offset));
		for (uint32_t k = 0; k < 8208; k++) {
			cr_assert_eq(base[offset + k], 0);
			cr_assert_eq(overflow[offset + k], 0);
			base[offset + k] = overflow[offset + k] = 1;
		}
	}
}
