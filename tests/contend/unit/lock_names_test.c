/* SPDX-License-Identifier: MIT */
/* lock_names_test.c: the table of lock names, by what a plain list of pairs would answer. */
#include "tools/contention/lock_names.h"

#include "support/scale.h"
#include "support/seeded.h"

#include <quipu/contend.h>

#include <criterion/criterion.h>

#include <pthread.h>
#include <string.h>

static uint64_t locks[QC_N_LOCK_NAMES + 1]; /* only their addresses matter */

static const char *name_of(const void *lock)
{
	return qc_lock_name_text(qc_lock_name_find(lock));
}

Test(contend_lock_names, a_lock_has_the_name_given_last_until_it_is_forgotten)
{
	cr_expect_null(name_of(&locks[0]));
	cr_expect_eq(quipu_contend_name(&locks[0], "cache"), QUIPU_OK);
	cr_expect_str_eq(name_of(&locks[0]), "cache");
	cr_expect_null(name_of(&locks[1]));
	cr_expect_eq(quipu_contend_name(&locks[0], "queue"), QUIPU_OK);
	cr_expect_str_eq(name_of(&locks[0]), "queue");
	quipu_contend_forget(&locks[0]);
	quipu_contend_forget(&locks[1]);
	cr_expect_null(name_of(&locks[0]));
}

Test(contend_lock_names, the_name_is_copied)
{
	char name[] = "cache";

	cr_assert_eq(quipu_contend_name(&locks[0], name), QUIPU_OK);
	name[0] = 'b';
	cr_expect_str_eq(name_of(&locks[0]), "cache");
}

Test(contend_lock_names, one_name_for_several_locks_is_one_name)
{
	quipu_contend_name(&locks[0], "shard");
	quipu_contend_name(&locks[1], "shard");
	cr_expect_eq(qc_lock_name_find(&locks[0]), qc_lock_name_find(&locks[1]));
}

Test(contend_lock_names, what_is_no_name_is_refused)
{
	static const char *const bad[] = {
		"",
		"\xff",
		"\xc0\xaf",
		"a\x80",
		"\xed\xa0\x80",
		"\xf4\x90\x80\x80",
		"\xe2\x82",
		"12345678901234567890123456789012345678901234567890123456789012345",
	};
	unsigned i;

	for (i = 0; i < sizeof bad / sizeof bad[0]; i++)
		cr_expect_eq(quipu_contend_name(&locks[0], bad[i]), QUIPU_ENAME, "%u", i);
	cr_expect_eq(quipu_contend_name(&locks[0], NULL), QUIPU_ENAME);
	cr_expect_eq(quipu_contend_name(NULL, "a"), QUIPU_ENAME);
	quipu_contend_forget(NULL);
	cr_expect_null(name_of(&locks[0]));
}

Test(contend_lock_names, names_of_64_bytes_and_of_any_script_are_names)
{
	static const char *const good[] = {
		"1234567890123456789012345678901234567890123456789012345678901234",
		"\xc3\xa9",
		"\xe2\x82\xac",
		"\xf0\x9f\x94\x92",
		"\xed\x9f\xbf",
		"\xf4\x8f\xbf\xbf",
	};
	unsigned i;

	for (i = 0; i < sizeof good / sizeof good[0]; i++) {
		cr_expect_eq(quipu_contend_name(&locks[i], good[i]), QUIPU_OK);
		cr_expect_str_eq(name_of(&locks[i]), good[i]);
	}
}

Test(contend_lock_names, there_is_room_for_1024_and_again_when_one_is_forgotten)
{
	char name[8];
	unsigned i;

	for (i = 0; i < QC_N_LOCK_NAMES; i++) {
		snprintf(name, sizeof name, "%u", i);
		cr_assert_eq(quipu_contend_name(&locks[i], name), QUIPU_OK);
	}
	cr_expect_eq(quipu_contend_name(&locks[i], "0"), QUIPU_EFULL);
	for (i = 0; i < QC_N_LOCK_NAMES; i++) {
		snprintf(name, sizeof name, "%u", i);
		cr_assert_str_eq(name_of(&locks[i]), name);
	}
	quipu_contend_forget(&locks[7]);
	cr_expect_eq(quipu_contend_name(&locks[QC_N_LOCK_NAMES], "0"), QUIPU_OK);
	cr_expect_eq(quipu_contend_name(&locks[7], "7"), QUIPU_EFULL);
}

Test(contend_lock_names, locks_come_and_go_for_ever)
{
	struct seeded random = seeded_new("locks_come_and_go_for_ever");
	const char *expected[64] = { NULL };
	static const char *const names[] = { "a", "b", "c" };
	uint64_t i, n = qt_scaled_count(100000);

	for (i = 0; i < n; i++) {
		uint64_t lock = seeded_below(&random, 64);
		const char *name = names[seeded_below(&random, 3)];

		if (expected[lock]) {
			cr_assert_str_eq(name_of(&locks[lock]), expected[lock]);
			quipu_contend_forget(&locks[lock]);
			expected[lock] = NULL;
		} else {
			cr_assert_null(name_of(&locks[lock]));
			cr_assert_eq(quipu_contend_name(&locks[lock], name), QUIPU_OK);
			expected[lock] = name;
		}
	}
}

/* --- while others look ------------------------------------------------------------------------ */

static int stop;

static void *look(void *unused)
{
	(void)unused;
	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) /* relaxed: ends a loop */
		cr_assert_str_eq(name_of(&locks[0]), "steady");
	return NULL;
}

Test(contend_lock_names, a_name_is_there_while_others_change)
{
	uint64_t i, n = qt_scaled_count(50000);
	pthread_t thread;

	quipu_contend_name(&locks[0], "steady");
	pthread_create(&thread, NULL, look, NULL);
	for (i = 0; i < n; i++) {
		quipu_contend_name(&locks[1 + i % 300], i % 2 ? "odd" : "even");
		quipu_contend_forget(&locks[1 + (i + 150) % 300]);
	}
	__atomic_store_n(&stop, 1, __ATOMIC_RELAXED); /* relaxed: ends a loop */
	pthread_join(thread, NULL);
}
