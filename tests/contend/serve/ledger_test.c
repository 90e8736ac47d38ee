/* SPDX-License-Identifier: MIT */
/* ledger_test.c: what a series is short of when another takes its place, and what it all takes. */
#include "made_up.h"

#include "serve/labels.h"
#include "serve/ledger.h"
#include "serve/namer.h"

#include <criterion/criterion.h>
#include <malloc.h>
#include <string.h>
#include <support/sanitized.h>

static struct qc_ledger *ledger;
static struct qc_namer namer;

static void begin(void)
{
	ledger = qc_ledger_new();
	cr_assert_not_null(ledger);
	cr_assert(qc_namer_open(&namer));
	qc_ledger_set_top(ledger, 1);
}

static void end(void)
{
	qc_ledger_free(ledger);
	qc_namer_close(&namer);
}

TestSuite(ledger, .init = begin, .fini = end);

static void name_all(void)
{
	struct qc_ledger_entry *entry;
	struct qc_labels labels;

	while ((entry = qc_ledger_unnamed(ledger))) {
		cr_assert(qc_labels_of(qc_ledger_where(entry), &namer, &labels));
		cr_assert(qc_ledger_name(ledger, entry, &labels));
	}
}

static void look(void)
{
	struct qc_profile *profile = qc_profile_read();

	cr_assert(qc_ledger_learn(ledger, profile));
	name_all();
	qc_ledger_book(ledger);
	qc_profile_free(profile);
}

static void expect_group(size_t i, bool shown, uint64_t ns)
{
	const struct qc_group *group = qc_ledger_group(ledger, i);

	cr_expect_eq(group->shown, shown, "group %zu", i);
	cr_expect_eq(group->own.ns, ns, "group %zu has %lu", i, (unsigned long)group->own.ns);
}

static void expect_other(uint64_t ns)
{
	cr_expect_eq(qc_ledger_other(ledger, QC_MUTEX)->ns, ns);
}

/* The header's rule, step by step, with room for one. */
Test(ledger, one_takes_the_place_of_another_and_gives_it_back)
{
	struct qc_site *first, *second;

	first = made_up_site(QC_MUTEX, NULL, 0, 16);
	made_up_wait(first, 100, 1);
	look();
	expect_group(0, true, 100);
	second = made_up_site(QC_MUTEX, NULL, 0, 32);
	made_up_wait(second, 200, 1);
	look(); /* not more than twice */
	expect_group(0, true, 100);
	expect_group(1, false, 0);
	expect_other(200);
	made_up_wait(second, 1, 1);
	look(); /* now it is; what went to other stays there */
	expect_group(0, false, 100);
	expect_group(1, true, 1);
	expect_other(200);
	made_up_wait(first, 300, 1);
	look(); /* 400 to 201 */
	expect_group(0, false, 100);
	expect_other(500);
	made_up_wait(first, 10, 1);
	look(); /* it goes on where it was */
	expect_group(0, true, 110);
	expect_group(1, false, 1);
	expect_other(500);
}

Test(ledger, fewer_series_than_before)
{
	qc_ledger_set_top(ledger, 3);
	made_up_wait(made_up_site(QC_MUTEX, NULL, 0, 16), 100, 1);
	made_up_wait(made_up_site(QC_MUTEX, NULL, 0, 32), 300, 1);
	made_up_wait(made_up_site(QC_MUTEX, NULL, 0, 48), 200, 1);
	look();
	qc_ledger_set_top(ledger, 1);
	look();
	expect_group(0, false, 100);
	expect_group(1, true, 300);
	expect_group(2, false, 200);
	expect_other(0);
	qc_ledger_set_top(ledger, 0);
	look();
	expect_group(1, false, 300);
}

/* A library that was unloaded and loaded again has its places twice. */
Test(ledger, the_same_place_twice)
{
	made_up_wait(made_up_site(QC_MUTEX, NULL, 1, 16), 100, 1);
	look();
	made_up_wait(made_up_site(QC_MUTEX, NULL, 1, 16), 30, 1);
	look();
	cr_expect_eq(qc_ledger_n_groups(ledger), 1);
	expect_group(0, true, 130);
}

Test(ledger, other_locks_and_kinds_are_other_groups)
{
	static char also_cache[] = "cache";

	made_up_site(QC_MUTEX, "cache", 0, 16);
	made_up_site(QC_MUTEX, also_cache, 0, 17);
	made_up_site(QC_MUTEX, "log", 0, 16);
	made_up_site(QC_SPIN, "cache", 0, 16);
	made_up_site(QC_MUTEX, "cache", 1, 16);
	look();
	cr_expect_eq(qc_ledger_n_groups(ledger), 4);
}

/* As long as there are no new places, however often they are looked at. */
Test(ledger, it_takes_no_more_than_its_places)
{
	struct qc_site *site = NULL;
	size_t before;
	int i;

	if (QT_ASAN || QT_TSAN)
		cr_skip_test("a sanitizer's allocator does not tell");
	for (i = 0; i < MADE_UP_SITES; i++)
		site = made_up_site(QC_MUTEX, NULL, 0, 16 * (1 + (uint64_t)i / 2));
	look();
	cr_expect_eq(qc_ledger_n_groups(ledger), MADE_UP_SITES / 2);
	before = mallinfo2().uordblks;
	for (i = 0; i < 2000; i++) {
		made_up_wait(site, 1000, 1);
		look();
	}
	/* what the allocator keeps at hand counts as in use */
	cr_expect_lt(mallinfo2().uordblks, before + 2000);
}
