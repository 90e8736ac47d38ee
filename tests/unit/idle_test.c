/* SPDX-License-Identifier: MIT */
/*
 * idle_test.c: series that stood still leave at a scrape (I1), and nothing recorded is lost on
 * the way (I2). A read section that the test holds open keeps the grace period from ending, so
 * that what may happen in between happens there.
 */
#include "base/rcu.h"
#include "exposed.h"
#include "shard.h"

static quipu_registry *registry;

static void begin(void)
{
	registry = quipu_registry_new(NULL);
}

static void end(void)
{
	expect_no_error(registry);
	quipu_registry_free(registry);
	settle();
}

TestSuite(idle, .init = begin, .fini = end);

#define FAMILY(kind, letter)                                                                       \
	quipu_##kind##_family_new(registry,                                                        \
				  QUIPU_OPTS(.name = letter, .help = "I.",                         \
					     .labels = QUIPU_NAMES("l"), .idle_seconds = 0.001))

/* The first look; the next one, later than the idle time, is up to the test. */
static void look_and_wait(void)
{
	free(text_of(registry).data);
	usleep(5000);
}

Test(idle, stands_still_and_leaves)
{
	quipu_counter_family family = FAMILY(counter, "c");

	quipu_inc_at(family, "a");
	quipu_inc_at(family, "b");
	expect_samples(registry, 2);
	usleep(5000);
	quipu_inc_at(family, "b");
	expect_text(registry, "# HELP c I.\n# TYPE c counter\nc{l=\"b\"} 2\n");
	settle();
	cr_expect_eq(self_figure("expired_series"), 1);
	usleep(5000);
	expect_text(registry, "# HELP c I.\n# TYPE c counter\n");
	settle();
	cr_expect_eq(self_figure("expired_series"), 2);
	quipu_inc_at(family, "a");
	expect_text(registry, "# HELP c I.\n# TYPE c counter\nc{l=\"a\"} 1\n");
}

/* Without an idle time, and what is not a family's series: for ever. */
Test(idle, others_stay)
{
	const quipu_axis axis = { "l", QUIPU_NAMES("a"), 1 };
	quipu_counter_family family = quipu_counter_family_new(
		registry, QUIPU_OPTS(.name = "f", .help = "F.", .labels = QUIPU_NAMES("l")));

	quipu_inc_at(family, "a");
	quipu_counter_new(registry, QUIPU_OPTS(.name = "c", .help = "C.", .idle_seconds = 0.001));
	quipu_counter_grid_new(registry,
			       QUIPU_OPTS(.name = "g", .help = "G.", .idle_seconds = 0.001,
					  .axes = &axis, .n_axes = 1));
	for (int i = 0; i < 3; i++)
		look_and_wait();
	expect_samples(registry, 3);
	cr_expect_eq(self_figure("expired_series"), 0);
}

Test(idle, I1_a_pinned_series_stays)
{
	quipu_gauge_family family = FAMILY(gauge, "g");
	quipu_gauge kept = quipu_at(family, "a");

	for (int i = 0; i < 3; i++)
		look_and_wait();
	expect_text(registry, "# HELP g I.\n# TYPE g gauge\ng{l=\"a\"} 0\n");
	quipu_release(kept);
	expect_text(registry, "# HELP g I.\n# TYPE g gauge\n");
}

/* One of each kind, each with a handle that is not a pin any more: what a recorder holds that
 * found the series just before it left. */
struct found {
	quipu_counter_family counters;
	quipu_float_counter_family reals;
	quipu_updown_family updowns;
	quipu_gauge_family gauges;
	quipu_histogram_family histograms;
	quipu_counter counter;
	quipu_float_counter real;
	quipu_updown updown;
	quipu_gauge gauge;
	quipu_histogram histogram;
};

static struct found find_one_of_each(void)
{
	struct found found = { FAMILY(counter, "c"),
			       FAMILY(float_counter, "f"),
			       FAMILY(updown, "u"),
			       FAMILY(gauge, "g"),
			       FAMILY(histogram, "h"),
			       { 0 },
			       { 0 },
			       { 0 },
			       { 0 },
			       { 0 } };

	found.counter = quipu_at(found.counters, "a");
	found.real = quipu_at(found.reals, "a");
	found.updown = quipu_at(found.updowns, "a");
	found.gauge = quipu_at(found.gauges, "a");
	found.histogram = quipu_at(found.histograms, "a");
	quipu_release(found.counter);
	quipu_release(found.real);
	quipu_release(found.updown);
	quipu_release(found.gauge);
	quipu_release(found.histogram);
	return found;
}

static void record(const struct found *found, unsigned n)
{
	quipu_add(found->counter, n);
	quipu_add(found->real, n);
	quipu_add(found->updown, 10 * n);
	quipu_add(found->updown, -(int64_t)n);
	quipu_set(found->gauge, n);
	quipu_observe(found->histogram, n);
}

static void expect_one_of_each(double sum, double gauge, double count)
{
	struct qt_exposition *shown = exposed(registry);

	cr_expect_eq(qt_value(shown, "c", "l", "a", NULL), sum);
	cr_expect_eq(qt_value(shown, "f", "l", "a", NULL), sum);
	cr_expect_eq(qt_value(shown, "u", "l", "a", NULL), 9 * sum);
	cr_expect_eq(qt_value(shown, "g", "l", "a", NULL), gauge);
	cr_expect_eq(qt_value(shown, "h_sum", "l", "a", NULL), sum);
	cr_expect_eq(qt_value(shown, "h_count", "l", "a", NULL), count);
	qt_free(shown);
}

Test(idle, I2_comes_back_when_it_moved)
{
	struct found found = find_one_of_each();

	record(&found, 7);
	look_and_wait();
	qp_rcu_read_lock();
	expect_samples(registry, 0);
	record(&found, 5); /* it has left, but this recorder had found it */
	qp_rcu_read_unlock();
	settle();
	cr_expect_eq(self_figure("expired_series"), 0);
	expect_one_of_each(12, 5, 2);
	quipu_inc_at(found.counters, "a");
	cr_expect_eq(quipu_read(found.counter), 13, "the same series as before");
}

Test(idle, I2_what_it_gained_goes_to_its_successor)
{
	struct found found = find_one_of_each();

	record(&found, 7);
	look_and_wait();
	qp_rcu_read_lock();
	expect_samples(registry, 0);
	quipu_add_at(found.counters, 1, "a");
	quipu_add_at(found.reals, 1, "a");
	quipu_add_at(found.updowns, 9, "a");
	quipu_set_at(found.gauges, 1, "a");
	quipu_observe_at(found.histograms, 1, "a");
	record(&found, 5);
	qp_rcu_read_unlock();
	settle();
	cr_expect_eq(self_figure("expired_series"), 5);
	expect_one_of_each(6, 5, 2);
}

Test(idle, leaves_for_good_when_it_did_not_move)
{
	struct found found = find_one_of_each();

	record(&found, 7);
	look_and_wait();
	qp_rcu_read_lock();
	expect_samples(registry, 0);
	quipu_inc_at(found.counters, "a");
	qp_rcu_read_unlock();
	settle();
	cr_expect_eq(self_figure("expired_series"), 5);
	expect_text(registry, "# HELP c I.\n# TYPE c counter\nc{l=\"a\"} 1\n"
			      "# HELP f I.\n# TYPE f counter\n# HELP g I.\n# TYPE g gauge\n"
			      "# HELP h I.\n# TYPE h histogram\n# HELP u I.\n# TYPE u gauge\n");
}

/* Its family goes meanwhile, and everything else. */
Test(idle, unregistered_on_the_way)
{
	struct found found = find_one_of_each();

	record(&found, 7);
	look_and_wait();
	qp_rcu_read_lock();
	expect_samples(registry, 0);
	record(&found, 5);
	quipu_family_unregister(found.counters);
	quipu_family_unregister(found.histograms);
	qp_rcu_read_unlock();
	settle();
	expect_samples(registry, 3);
}

/* Comes back into a list that was renewed while it was away. */
Test(idle, comes_back_among_others)
{
	quipu_counter_family family = FAMILY(counter, "c");
	quipu_counter found = quipu_at(family, "a");
	const char *const others[] = { "b", "d", "e", "f", "g", "h", "i", "j", "k" };
	struct qt_exposition *shown;

	quipu_release(found);
	quipu_add(found, 7);
	look_and_wait();
	qp_rcu_read_lock();
	expect_samples(registry, 0);
	quipu_add(found, 5);
	for (size_t i = 0; i < N_OF(others); i++)
		quipu_inc_at(family, others[i]);
	qp_rcu_read_unlock();
	settle();
	shown = exposed(registry);
	cr_expect_eq(shown->n_samples, N_OF(others) + 1);
	cr_expect_eq(qt_u64(shown, "c", "l", "a", NULL), 12);
	qt_free(shown);
	cr_expect_eq(quipu_family_remove(family, "a"), 1);
	expect_samples(registry, N_OF(others));
}
