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
	until.tv_sec += 60;
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

/* --- typed: the names are the family's, every time --------------------------------------------- */

static quipu_counter_family family_of(const char *name, const char *const *labels)
{
	return quipu_counter_family_new(registry,
					QUIPU_OPTS(.name = name, .help = "F.", .labels = labels));
}

/* Recorded once with these names: by how much did the series grow? */
static uint64_t recorded_by(quipu_counter_family into, const char *const *names,
			    const char *const *values, size_t n)
{
	uint64_t before = quipu_read(quipu_counter_at(into, values, n));

	quipu_counter_add_with(into, 1, names, values);
	return quipu_read(quipu_counter_at(into, values, n)) - before;
}

static void expect_refused(quipu_counter_family into, const char *const *names)
{
	const char *const values[] = { "1", "2", "3", "4" };

	quipu_registry_clear_status(registry);
	cr_expect_eq(recorded_by(into, names, values, 3), 0);
	cr_expect_eq(quipu_registry_status(registry, NULL), QUIPU_ESCHEMA);
	quipu_registry_clear_status(registry);
}

static void check_names(const char *name, const char *second)
{
	const char *const values[] = { "1", "2", "3" };
	char model[] = "model", *copied = strdup(second);
	const char *const names[] = { "model", second, "status", NULL };
	const char *const again[] = { model, copied, "status", NULL };
	const char *const wrong[][5] = {
		{ second, "model", "status", NULL }, { "model", second, "statusx", NULL },
		{ "model", second, "statu", NULL },  { "Model", second, "status", NULL },
		{ "model", second, NULL },	     { "model", second, "status", "more", NULL },
		{ "model", copied, "status", NULL }, { NULL },
	};
	quipu_counter_family typed = family_of(name, names);

	cr_expect_eq(recorded_by(typed, names, values, 3), 1);
	cr_expect_eq(recorded_by(typed, again, values, 3), 1);
	/* the same lists at the same addresses, with other names in them */
	model[0] = 'M';
	copied[strlen(copied) - 1] ^= 1;
	expect_refused(typed, again);
	for (size_t i = 0; i < N_OF(wrong); i++)
		expect_refused(typed, wrong[i]);
	free(copied);
}

Test(lookup, typed_names_are_compared)
{
	check_names("short_names", "provider");
	check_names("names_of_a_block", "fifteen_bytes__");
	check_names("names_of_more", "sixteen_bytes___");
	check_names("long_names", "a_name_of_more_than_fifteen_bytes");
}
