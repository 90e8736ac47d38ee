/* SPDX-License-Identifier: MIT */
/*
 * idle_test.c: series that stood still leave at a scrape (I1), and nothing recorded is lost on
 * the way (I2). A read section that the test holds open keeps the grace period from ending, so
 * that what may happen in between happens there.
 */
#include "base/rcu.h"
#include "exposed.h"
#include "family.h"
#include "shard.h"

#include <fenv.h>
#include <pthread.h>
#include <stdio.h>

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

/* The look that makes still series leave, and the decision after the grace period. */
static void look_and_settle(void)
{
	free(text_of(registry).data);
	settle();
}

Test(idle, stands_still_and_leaves)
{
	quipu_counter_family family = FAMILY(counter, "c");

	quipu_inc_at(family, "a");
	quipu_inc_at(family, "b");
	look_and_wait();
	quipu_inc_at(family, "b");
	look_and_settle();
	cr_expect_eq(self_figure("expired_series"), 1);
	quipu_inc_at(family, "b");
	expect_text(registry, "# HELP c I.\n# TYPE c counter\nc{l=\"b\"} 3\n");
	usleep(5000);
	look_and_settle();
	expect_text(registry, "# HELP c I.\n# TYPE c counter\n");
	cr_expect_eq(self_figure("expired_series"), 2);
	quipu_inc_at(family, "a");
	expect_text(registry, "# HELP c I.\n# TYPE c counter\nc{l=\"a\"} 1\n");
}

Test(idle, many_leave_at_once)
{
	quipu_counter_family family = FAMILY(counter, "c");
	char value[8];

	for (int i = 0; i < 100; i++) {
		snprintf(value, sizeof value, "%d", i);
		quipu_inc_at(family, value);
	}
	look_and_wait();
	look_and_settle();
	expect_text(registry, "# HELP c I.\n# TYPE c counter\n");
	cr_expect_eq(self_figure("expired_series"), 100);
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
	look_and_wait();
	look_and_settle();
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

Test(idle, I2_stays_when_it_moved)
{
	struct found found = find_one_of_each();

	record(&found, 7);
	look_and_wait();
	qp_rcu_read_lock();
	expect_one_of_each(7, 7, 1); /* leaving, and shown */
	record(&found, 5);	     /* by somebody who had found it */
	qp_rcu_read_unlock();
	settle();
	cr_expect_eq(self_figure("expired_series"), 0);
	cr_expect_eq(quipu_at(found.counters, "a").offset, found.counter.offset);
	expect_one_of_each(12, 5, 2);
}

Test(idle, I3_asked_for_meanwhile)
{
	struct found found = find_one_of_each();
	quipu_counter kept;

	record(&found, 7);
	look_and_wait();
	qp_rcu_read_lock();
	expect_one_of_each(7, 7, 1);
	quipu_add_at(found.counters, 1, "a");
	quipu_add_at(found.reals, 1, "a");
	quipu_add_at(found.updowns, 9, "a");
	quipu_set_at(found.gauges, 1, "a");
	quipu_observe_at(found.histograms, 1, "a");
	kept = quipu_at(found.counters, "a");
	cr_expect_eq(kept.offset, found.counter.offset);
	qp_rcu_read_unlock();
	settle();
	cr_expect_eq(self_figure("expired_series"), 0);
	expect_one_of_each(8, 1, 2);
	quipu_release(kept);
}

Test(idle, goes_when_it_did_not_move)
{
	struct found found = find_one_of_each();

	record(&found, 7);
	look_and_wait();
	qp_rcu_read_lock();
	expect_one_of_each(7, 7, 1);
	qp_rcu_read_unlock();
	settle();
	cr_expect_eq(self_figure("expired_series"), 5);
	expect_samples(registry, 0);
	quipu_inc_at(found.counters, "a");
	expect_samples(registry, 1);
}

/* It is removed, or its family goes, meanwhile. */
Test(idle, removed_on_the_way)
{
	struct found found = find_one_of_each();

	record(&found, 7);
	look_and_wait();
	qp_rcu_read_lock();
	expect_one_of_each(7, 7, 1);
	record(&found, 5);
	quipu_family_unregister(found.counters);
	quipu_family_unregister(found.histograms);
	cr_expect_eq(quipu_family_remove(found.reals, "a"), 1);
	cr_expect_eq(quipu_family_remove(found.reals, "a"), 0);
	cr_expect_eq(quipu_updown_family_clear(found.updowns), 1);
	quipu_inc_at(found.reals, "a");
	qp_rcu_read_unlock();
	settle();
	expect_text(registry, "# HELP f I.\n# TYPE f counter\nf{l=\"a\"} 1\n"
			      "# HELP g I.\n# TYPE g gauge\ng{l=\"a\"} 5\n"
			      "# HELP u I.\n# TYPE u gauge\n");
	cr_expect_eq(self_figure("expired_series"), 0);
}

/* In a full family too, what is leaving is no new label set. */
Test(idle, I3_in_a_full_family)
{
	quipu_counter_family family = quipu_counter_family_new(
		registry, QUIPU_OPTS(.name = "c", .help = "I.", .labels = QUIPU_NAMES("l"),
				     .max_series = 2, .idle_seconds = 0.001));

	quipu_inc_at(family, "a");
	quipu_inc_at(family, "b");
	look_and_wait();
	qp_rcu_read_lock();
	expect_samples(registry, 2);
	quipu_inc_at(family, "a");
	quipu_inc_at(family, "c");
	qp_rcu_read_unlock();
	settle();
	expect_text(registry, "# HELP c I.\n# TYPE c counter\nc{l=\"a\"} 2\n"
			      "c{otel_metric_overflow=\"true\"} 1\n");
}

Test(idle, room_for_others_in_a_full_family)
{
	quipu_counter_family family = quipu_counter_family_new(
		registry, QUIPU_OPTS(.name = "c", .help = "I.", .labels = QUIPU_NAMES("l"),
				     .max_series = 2, .idle_seconds = 0.001));

	quipu_inc_at(family, "a");
	quipu_inc_at(family, "b");
	look_and_wait();
	look_and_settle();
	quipu_inc_at(family, "c");
	quipu_inc_at(family, "d");
	quipu_inc_at(family, "e");
	cr_expect_eq(self_figure("rejected_label_sets"), 1);
	expect_samples(registry, 3);
}

/* Of several that leave, the one in the middle comes back; nothing is left of the others. */
Test(idle, I3_one_among_others)
{
	quipu_counter_family family = FAMILY(counter, "c");
	quipu_counter kept;

	quipu_inc_at(family, "a");
	quipu_inc_at(family, "b");
	quipu_inc_at(family, "c");
	look_and_wait();
	qp_rcu_read_lock();
	expect_samples(registry, 3);
	kept = quipu_at(family, "b");
	qp_rcu_read_unlock();
	settle();
	cr_expect_eq(self_figure("expired_series"), 2);
	cr_expect_null(family.family->live->leaving);
	cr_expect_eq(family.family->live->n_leaving, 0);
	expect_text(registry, "# HELP c I.\n# TYPE c counter\nc{l=\"b\"} 1\n");
	quipu_release(kept);
}

static void *add_in_another_shard(void *family)
{
	quipu_add_at(*(quipu_float_counter_family *)family, 0.7, "a");
	return NULL;
}

/* P5: 0.1 + 0.7 is rounded; whoever decides rounds it as the scrape did that saw it. */
Test(idle, I2_in_any_rounding_mode)
{
	quipu_float_counter_family family = FAMILY(float_counter, "f");
	pthread_t thread;

	fesetround(FE_UPWARD);
	cr_assert_eq(quipu_start_threads(), QUIPU_OK); /* who decides rounds upward too */
	quipu_add_at(family, 0.1, "a");
	cr_assert_eq(pthread_create(&thread, NULL, add_in_another_shard, &family), 0);
	pthread_join(thread, NULL);
	look_and_wait();
	look_and_settle();
	cr_expect_eq(self_figure("expired_series"), 1);
}
