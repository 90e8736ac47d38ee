/* SPDX-License-Identifier: MIT */
/* thread_test.c: what a thread keeps until a lock is given back, what of it is recorded when. */
#include "tools/contention/thread.h"

#include "tools/contention/recorder.h"
#include "tools/contention/store.h"

#include <criterion/criterion.h>

#include <pthread.h>

static int locks[8]; /* only their addresses matter */

static struct qc_figures figures_of(unsigned site)
{
	struct qc_figures figures;

	qc_store_read(site, &figures);
	return figures;
}

/* A wait of so many nanoseconds for lock i, at site i + 1. */
static void stash(unsigned i, uint64_t ns)
{
	cr_assert(qc_thread_enter());
	qc_thread_stash(&locks[i], i + 1, ns);
	qc_thread_leave();
}

Test(contend_thread, what_is_kept_is_recorded_when_its_own_lock_is_given_back)
{
	cr_assert_eq(qc_open(), QUIPU_OK);
	cr_expect_not(qc_thread_has_any());
	stash(0, 100);
	stash(1, 200);
	cr_expect(qc_thread_has_any());
	qc_thread_publish(&locks[2]);
	cr_expect_eq(figures_of(1).waits, 0);
	qc_thread_publish(&locks[0]);
	cr_expect_eq(figures_of(1).waits, 1);
	cr_expect_eq(figures_of(1).ns, 100);
	cr_expect_eq(figures_of(2).waits, 0);
	qc_thread_publish(&locks[1]);
	cr_expect_eq(figures_of(2).ns, 200);
	cr_expect_not(qc_thread_has_any());
}

Test(contend_thread, one_too_many_has_the_oldest_recorded)
{
	unsigned i;

	cr_assert_eq(qc_open(), QUIPU_OK);
	for (i = 0; i <= QC_MAX_STASHED; i++)
		stash(i, 100 + i);
	cr_expect_eq(figures_of(1).ns, 100);
	for (i = 1; i <= QC_MAX_STASHED; i++) {
		cr_expect_eq(figures_of(i + 1).waits, 0);
		qc_thread_publish(&locks[i]);
		cr_expect_eq(figures_of(i + 1).ns, 100 + i);
	}
	cr_expect_not(qc_thread_has_any());
}

Test(contend_thread, a_busy_thread_keeps_and_records_nothing)
{
	cr_assert_eq(qc_open(), QUIPU_OK);
	stash(0, 100);
	cr_assert(qc_thread_enter());
	cr_expect_not(qc_thread_enter());
	qc_thread_publish(&locks[0]);
	cr_expect_eq(figures_of(1).waits, 0);
	qc_thread_leave();
	qc_thread_publish(&locks[0]);
	cr_expect_eq(figures_of(1).waits, 1);
}

Test(contend_thread, figures_are_the_sums_the_longest_and_the_buckets)
{
	struct qc_figures figures;
	unsigned i;

	cr_assert_eq(qc_open(), QUIPU_OK);
	for (i = 0; i < 3; i++) {
		stash(0, i == 1 ? 5000 : 64);
		qc_thread_publish(&locks[0]);
	}
	figures = figures_of(1);
	cr_expect_eq(figures.waits, 3);
	cr_expect_eq(figures.ns, 5128);
	cr_expect_eq(figures.max_ns, 5000);
	cr_expect_eq(figures.buckets[0], 2);
	cr_expect_eq(figures.buckets[13], 1, "5000 is within 4096 and 5792");
}

static void *end_with_two(void *unused)
{
	stash(0, 100);
	stash(1, 200);
	return unused;
}

Test(contend_thread, what_an_ending_thread_keeps_is_recorded)
{
	pthread_t thread;

	cr_assert_eq(qc_open(), QUIPU_OK);
	pthread_create(&thread, NULL, end_with_two, NULL);
	pthread_join(thread, NULL);
	cr_expect_eq(figures_of(1).ns, 100);
	cr_expect_eq(figures_of(2).ns, 200);
}

static pthread_key_t late;

static void stash_late(void *unused)
{
	(void)unused;
	stash(2, 300);
}

static void *end_late(void *unused)
{
	stash(0, 100);
	pthread_setspecific(late, &late);
	return unused;
}

Test(contend_thread, what_a_destructor_waited_for_is_recorded_too)
{
	pthread_t thread;

	cr_assert_eq(qc_open(), QUIPU_OK);
	cr_assert_eq(pthread_key_create(&late, stash_late), 0);
	pthread_create(&thread, NULL, end_late, NULL);
	pthread_join(thread, NULL);
	cr_expect_eq(figures_of(1).ns, 100);
	cr_expect_eq(figures_of(3).ns, 300);
}
