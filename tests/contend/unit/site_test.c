/* SPDX-License-Identifier: MIT */
/* site_test.c: the table of sites: the same place has the same number, another place another. */
#include "tools/contention/site.h"

#include "support/scale.h"
#include "support/seeded.h"

#include <criterion/criterion.h>

#include <pthread.h>
#include <string.h>

static struct qc_place place_at(uintptr_t frame)
{
	return (struct qc_place){ .kind = QC_MUTEX, .trace = { 1, { frame } } };
}

static unsigned find(struct qc_place place)
{
	return qc_site_find(&place);
}

static bool same_place(const struct qc_place *a, const struct qc_place *b)
{
	return a->kind == b->kind && a->name == b->name && a->trace.n == b->trace.n &&
	       memcmp(a->trace.frames, b->trace.frames, a->trace.n * sizeof(uintptr_t)) == 0;
}

Test(contend_site, a_place_keeps_its_number)
{
	unsigned first = find(place_at(0x1000));

	cr_expect_geq(first, QC_FIRST_SITE);
	cr_expect_eq(find(place_at(0x1000)), first);
}

Test(contend_site, whatever_differs_is_another_place)
{
	struct qc_place other[5];
	unsigned i, first = find(place_at(0x1000));

	for (i = 0; i < 5; i++)
		other[i] = place_at(0x1000);
	other[0].trace.frames[0] = 0x1001;
	other[1].kind = QC_RDLOCK;
	other[2].name = 1;
	other[3].trace = (struct qc_trace){ 2, { 0x1000, 0x2000 } };
	other[4].trace = (struct qc_trace){ 2, { 0x1000, 0x3000 } };
	for (i = 0; i < 5; i++) {
		struct qc_place read;
		unsigned number = qc_site_find(&other[i]);

		cr_expect_neq(number, first, "place %u", i);
		cr_assert(qc_site_read(number, &read));
		cr_expect(same_place(&read, &other[i]), "place %u", i);
	}
}

Test(contend_site, what_nobody_asked_for_is_no_site)
{
	struct qc_place place;
	unsigned i;

	for (i = 0; i < QC_N_SITES; i++)
		cr_expect_not(qc_site_read(i, &place));
}

Test(contend_site, a_retired_place_is_found_no_more_and_stays_readable)
{
	struct qc_place place;
	unsigned old = find(place_at(0x1000)), new;

	qc_site_retire(old);
	new = find(place_at(0x1000));
	cr_expect_neq(new, old);
	cr_expect_eq(find(place_at(0x1000)), new);
	cr_assert(qc_site_read(old, &place));
	cr_expect_eq(place.trace.frames[0], 0x1000);
}

Test(contend_site, a_full_table_says_so_and_still_finds_what_is_in_it)
{
	static unsigned numbers[4 * QC_N_SITES];
	static bool taken[QC_N_SITES];
	unsigned i, n = 0;

	for (i = 0; i < 4 * QC_N_SITES; i++) {
		numbers[i] = find(place_at(0x1000 + 16 * i));
		cr_assert_lt(numbers[i], QC_N_SITES);
		cr_assert(numbers[i] == QC_MUTEX || !taken[numbers[i]]);
		n += numbers[i] >= QC_FIRST_SITE;
		taken[numbers[i]] = true;
	}
	cr_expect_eq(n, QC_N_SITES - QC_FIRST_SITE, "%u sites", n);
	for (i = 0; i < 4 * QC_N_SITES; i++)
		cr_expect_eq(find(place_at(0x1000 + 16 * i)), numbers[i]);
	cr_expect_eq(find((struct qc_place){ .kind = QC_SEM, .trace = { 1, { 1 } } }), QC_SEM,
		     "each kind has its own rest");
}

/* --- many at once ---------------------------------------------------------------------------- */

#define N_THREADS 4
#define N_PLACES 150 /* a quarter of the table even if every thread had its own */

static pthread_barrier_t start;
static unsigned seen[N_THREADS][N_PLACES];

static void *ask(void *which)
{
	unsigned *numbers = which, i;

	pthread_barrier_wait(&start);
	for (i = 0; i < N_PLACES; i++)
		numbers[i] = find(place_at(0x1000 + i));
	return NULL;
}

Test(contend_site, threads_that_ask_at_once_get_what_reads_back)
{
	pthread_t threads[N_THREADS];
	struct qc_place place;
	unsigned i, j;

	pthread_barrier_init(&start, NULL, N_THREADS);
	for (i = 0; i < N_THREADS; i++)
		pthread_create(&threads[i], NULL, ask, seen[i]);
	for (i = 0; i < N_THREADS; i++)
		pthread_join(threads[i], NULL);
	for (i = 0; i < N_THREADS; i++) {
		for (j = 0; j < N_PLACES; j++) {
			cr_assert_geq(seen[i][j], QC_FIRST_SITE);
			cr_assert(qc_site_read(seen[i][j], &place));
			cr_assert_eq(place.trace.frames[0], 0x1000 + j);
		}
	}
}
