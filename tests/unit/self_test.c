/* SPDX-License-Identifier: MIT */
/* self_test.c: what the library says of itself, by quipu_self and as metrics. */
#include "base/rcu.h"
#include "exposed.h"
#include "shard.h"

#include <pthread.h>
#include <sched.h>
#include <stdio.h>

static quipu_registry *registry;

static void begin(void)
{
	registry = quipu_registry_new(NULL);
	cr_assert_neq(quipu_self_collector(registry).id, 0);
}

static void end(void)
{
	expect_no_error(registry);
	quipu_registry_free(registry);
}

TestSuite(self, .init = begin, .fini = end);

/* One figure as the next scrape shows it. */
static double figure(const char *name)
{
	struct qt_exposition *shown = exposed(registry);
	double value = qt_value(shown, name, NULL);

	qt_free(shown);
	return value;
}

/* --- the scrape that shows them is begun, and nothing else ------------------------------------ */

Test(self, a_scrape_counts_itself_as_begun_only)
{
	struct text first = text_of(registry), second = text_of(registry);
	struct qt_exposition *shown = qt_parse_ok(first.data, first.len);

	cr_expect_eq(qt_value(shown, "quipu_scrapes_total", NULL), 1);
	cr_expect_eq(qt_value(shown, "quipu_scrape_bytes_total", NULL), 0);
	cr_expect_eq(qt_value(shown, "quipu_scrape_duration_seconds_count", NULL), 0);
	qt_free(shown);
	shown = qt_parse_ok(second.data, second.len);
	cr_expect_eq(qt_value(shown, "quipu_scrapes_total", NULL), 2);
	cr_expect_eq(qt_value(shown, "quipu_scrape_bytes_total", NULL), (double)first.len);
	cr_expect_eq(qt_value(shown, "quipu_scrape_duration_seconds_count", NULL), 1);
	cr_expect_gt(qt_value(shown, "quipu_scrape_duration_seconds_sum", NULL), 0);
	qt_free(shown);
	free(first.data);
	free(second.data);
}

Test(self, how_long_a_scrape_took)
{
	quipu_scrape *slow = quipu_scrape_open(registry, NULL, NULL, NULL);
	struct qt_exposition *shown;

	cr_assert_not_null(slow);
	usleep(20000);
	quipu_scrape_close(slow);
	shown = exposed(registry);
	cr_expect_eq(qt_value(shown, "quipu_scrape_duration_seconds_bucket", "le", "0.01", NULL),
		     0);
	cr_expect_eq(qt_value(shown, "quipu_scrape_duration_seconds_count", NULL), 1);
	cr_expect_geq(qt_value(shown, "quipu_scrape_duration_seconds_sum", NULL), 0.02);
	qt_free(shown);
}

/* --- the list ---------------------------------------------------------------------------------- */

static void expect_metric(const char *name, const char *help, uint64_t value, void *ctx)
{
	const struct qt_exposition *shown = ctx;
	char metric[64];

	(void)help;
	(void)value;
	snprintf(metric, sizeof metric, "quipu_%s", name);
	if (!qt_find(shown, metric, NULL))
		strcat(metric, "_total");
	cr_expect(qt_find(shown, metric, NULL), "%s", metric);
}

Test(self, every_figure_is_a_metric)
{
	struct qt_exposition *shown = exposed(registry);

	quipu_self(expect_metric, shown);
	qt_free(shown);
}

static void *add_many(void *unused)
{
	for (int i = 0; i < 10000; i++)
		quipu_self_add(QUIPU_SELF_http_requests, 3);
	return unused;
}

Test(self, others_add_to_it)
{
	pthread_t threads[4];

	for (size_t i = 0; i < N_OF(threads); i++)
		cr_assert_eq(pthread_create(&threads[i], NULL, add_many, NULL), 0);
	for (size_t i = 0; i < N_OF(threads); i++)
		pthread_join(threads[i], NULL);
	cr_expect_eq(figure("quipu_http_requests_total"), 120000);
	cr_expect_eq(self_figure("http_requests"), 120000);
}

Test(self, what_is_no_counter_is_ignored)
{
	uint64_t shards = self_figure("shards");

	quipu_self_add(QUIPU_SELF_shards, 5);
	quipu_self_add(QUIPU_SELF_N_FIGURES, 1);
	quipu_self_add((quipu_self_figure)-1, 1);
	cr_expect_eq(self_figure("shards"), shards);
}

static void *record_something(void *barrier)
{
	quipu_counter counter = quipu_counter_new(registry, QUIPU_OPTS(.name = "c", .help = "C."));

	while (!qp_shard_attach())
		sched_yield(); /* others are at it just now */
	quipu_inc(counter);
	quipu_release(counter);
	pthread_barrier_wait(barrier);
	return NULL;
}

Test(self, shards_and_slots)
{
	double bytes = figure("quipu_slot_bytes"), shards = figure("quipu_shards");
	pthread_barrier_t barrier;
	pthread_t threads[3];

	pthread_barrier_init(&barrier, NULL, N_OF(threads));
	for (size_t i = 0; i < N_OF(threads); i++)
		cr_assert_eq(pthread_create(&threads[i], NULL, record_something, &barrier), 0);
	for (size_t i = 0; i < N_OF(threads); i++)
		pthread_join(threads[i], NULL);
	cr_expect_eq(figure("quipu_shards"), shards + N_OF(threads));
	cr_expect_eq(figure("quipu_slot_bytes"), bytes + 8, "one counter");
	cr_expect_eq(quipu_registry_unregister(registry, "c"), QUIPU_OK);
	settle();
	cr_expect_eq(figure("quipu_slot_bytes"), bytes);
}

/* An open read section keeps what is removed. */
Test(self, retired_objects)
{
	quipu_counter_family family = quipu_counter_family_new(
		registry, QUIPU_OPTS(.name = "c", .help = "C.", .labels = QUIPU_NAMES("l")));

	quipu_inc_at(family, "a");
	settle();
	qp_rcu_read_lock();
	quipu_family_remove(family, "a");
	cr_expect_gt(figure("quipu_retired_objects"), 0);
	qp_rcu_read_unlock();
	settle();
	cr_expect_eq(figure("quipu_retired_objects"), 0);
}

/* --- families ------------------------------------------------------------------------------------ */

static void make_families(int n)
{
	char name[32], value[8];

	for (int i = 0; i < n; i++) {
		quipu_counter_family family;

		snprintf(name, sizeof name, "f%03d_total", i);
		family = quipu_counter_family_new(registry, QUIPU_OPTS(.name = name, .help = "F.",
								       .labels = QUIPU_NAMES("l"),
								       .max_series = 3));
		for (int k = 0; k < i % 6; k++) {
			snprintf(value, sizeof value, "%d", k);
			quipu_inc_at(family, value);
		}
	}
}

static double of_family(const struct qt_exposition *shown, const char *column, int i)
{
	char name[32];

	snprintf(name, sizeof name, "f%03d_total", i);
	return qt_value(shown, column, "family", name, NULL);
}

static size_t n_samples_of(const struct qt_exposition *shown, const char *name)
{
	for (size_t i = 0; i < shown->n_families; i++) {
		if (strcmp(shown->families[i].name, name) == 0)
			return shown->families[i].n_samples;
	}
	return 0;
}

/* More than are looked at in one go, and some between them that have no cap. */
Test(self, how_full_families_are)
{
	static const char *const axis_values[] = { "x" };
	const quipu_axis axis = { "a", axis_values, 1 };
	enum { N = 200 };
	struct qt_exposition *shown;

	make_families(N);
	quipu_counter_new(registry, QUIPU_OPTS(.name = "f050_single_total", .help = "S."));
	quipu_counter_grid_new(registry, QUIPU_OPTS(.name = "f051_grid_total", .help = "G.",
						    .axes = &axis, .n_axes = 1));
	quipu_info_new(registry, QUIPU_OPTS(.name = "f052_build_info", .help = "I."),
		       (quipu_label[]){ { "v", "1" } }, 1);
	shown = exposed(registry);
	for (int i = 0; i < N; i++) {
		cr_expect_eq(of_family(shown, "quipu_family_series", i), i % 6 < 3 ? i % 6 : 3);
		cr_expect_eq(of_family(shown, "quipu_family_max_series", i), 3);
		cr_expect_eq(of_family(shown, "quipu_family_rejected_label_sets_total", i),
			     i % 6 > 3 ? i % 6 - 3 : 0);
	}
	cr_expect_eq(n_samples_of(shown, "quipu_family_series"), N);
	cr_expect_eq(qt_value(shown, "quipu_rejected_label_sets_total", NULL),
		     (double)self_figure("rejected_label_sets"));
	qt_free(shown);
}

Test(self, all_collectors_at_once)
{
	struct qt_exposition *shown;
	quipu_registry *all = quipu_registry_new(NULL);

	cr_expect_eq(quipu_standard_collectors(all), QUIPU_OK);
	cr_expect_eq(quipu_standard_collectors(all), QUIPU_OK, "and again changes nothing");
	shown = exposed(all);
	cr_expect_geq(qt_value(shown, "process_threads", NULL), 2);
	cr_expect_eq(qt_value(shown, "quipu_scrapes_total", NULL), 1);
	cr_expect_eq(qt_value(shown, "quipu_failed_samples_total", NULL), 0);
	qt_free(shown);
	cr_expect_eq(self_figure("failed_samples"), 0);
	expect_no_error(all);
	quipu_registry_free(all);
	cr_expect_eq(quipu_standard_collectors(NULL), QUIPU_ENOMEM);
}
