/* SPDX-License-Identifier: MIT */
/*
 * lookup_test.c: L1, L2: recording by label values takes no lock where the label set is known or
 * the family is full. The test holds the lock while another thread records.
 */
#include "exposed.h"

#include <pthread.h>
#include <semaphore.h>
#include <time.h>

static quipu_registry *registry;
static quipu_counter_family family;
static sem_t recorded;

static void *record(void *value)
{
	for (int i = 0; i < 1000; i++)
		quipu_inc_at(family, value);
	sem_post(&recorded);
	return NULL;
}

/* Did the thread come to its end while the lock was held? */
static bool records_without_the_lock(char *value)
{
	struct timespec until;
	pthread_t thread;
	bool done;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += 5;
	sem_init(&recorded, 0, 0);
	qp_lock(&qp_catalog_lock);
	done = pthread_create(&thread, NULL, record, value) == 0 &&
	       sem_timedwait(&recorded, &until) == 0;
	qp_unlock(&qp_catalog_lock);
	pthread_join(thread, NULL);
	return done;
}

static void begin(void)
{
	registry = quipu_registry_new(NULL);
	family = quipu_counter_family_new(
		registry,
		QUIPU_OPTS(.name = "f", .help = "F.", .labels = QUIPU_NAMES("l"), .max_series = 2));
}

static void end(void)
{
	expect_no_error(registry);
	quipu_registry_free(registry);
}

TestSuite(lookup, .init = begin, .fini = end);

static char known[] = "known", other[] = "other", new[] = "new";

Test(lookup, L1_a_known_label_set)
{
	quipu_inc_at(family, known);
	cr_expect(records_without_the_lock(known));
	expect_text(registry, "# HELP f F.\n# TYPE f counter\nf{l=\"known\"} 1001\n");
}

Test(lookup, L2_a_new_one_in_a_full_family)
{
	quipu_inc_at(family, known);
	quipu_inc_at(family, other);
	cr_expect(records_without_the_lock(new));
	cr_expect(records_without_the_lock(known));
	expect_text(registry, "# HELP f F.\n# TYPE f counter\nf{l=\"known\"} 1001\n"
			      "f{l=\"other\"} 1\nf{otel_metric_overflow=\"true\"} 1000\n");
}

/* L3, and that the test can tell. */
Test(lookup, L3_a_new_one_needs_the_lock)
{
	struct timespec soon;
	pthread_t thread;

	sem_init(&recorded, 0, 0);
	clock_gettime(CLOCK_REALTIME, &soon);
	soon.tv_nsec += 50000000;
	soon.tv_sec += soon.tv_nsec / 1000000000;
	soon.tv_nsec %= 1000000000;
	qp_lock(&qp_catalog_lock);
	cr_assert_eq(pthread_create(&thread, NULL, record, new), 0);
	cr_expect_neq(sem_timedwait(&recorded, &soon), 0);
	qp_unlock(&qp_catalog_lock);
	pthread_join(thread, NULL);
	expect_text(registry, "# HELP f F.\n# TYPE f counter\nf{l=\"new\"} 1000\n");
}
