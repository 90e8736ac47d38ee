/* SPDX-License-Identifier: MIT */
/*
 * callback_test.c: values made at a scrape: on the library's thread, without a lock, until a
 * deadline; removed by others and by themselves.
 */
#include "exposed.h"

#include <math.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>

static quipu_registry *registry;
static sem_t inside, go_on, woken;

static void begin(void)
{
	registry = quipu_registry_new(NULL);
	sem_init(&inside, 0, 0);
	sem_init(&go_on, 0, 0);
	sem_init(&woken, 0, 0);
}

static void end(void)
{
	expect_no_error(registry);
	quipu_registry_free(registry);
}

TestSuite(callback, .init = begin, .fini = end);

#define OPTS(n) QUIPU_OPTS(.name = n, .help = "C.")

/* Bounded, so that a fault does not hang. */
static bool came(sem_t *sem)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += 20;
	return sem_timedwait(sem, &until) == 0;
}

static void wake(void *ctx)
{
	sem_post(ctx);
}

static double value_of(void *ctx)
{
	return *(double *)ctx;
}

/* Says that it runs, and goes on when it is told to. */
static double wait_for_go_on(void *ctx)
{
	sem_post(&inside);
	cr_expect(came(&go_on));
	return value_of(ctx);
}

/* --- values ----------------------------------------------------------------------------------- */

Test(callback, makes_values)
{
	double gauge = -2.5, counter = 1e15;

	quipu_gauge_callback(registry, OPTS("g"), value_of, &gauge);
	quipu_counter_callback(registry, OPTS("c"), value_of, &counter);
	expect_text(registry, "# HELP c C.\n# TYPE c counter\nc 1e+15\n"
			      "# HELP g C.\n# TYPE g gauge\ng -2.5\n");
	gauge = NAN;
	counter += 1;
	expect_text(registry, "# HELP c C.\n# TYPE c counter\nc 1.000000000000001e+15\n"
			      "# HELP g C.\n# TYPE g gauge\ng NaN\n");
	cr_expect_eq(self_figure("late_callbacks"), 0);
}

Test(callback, prefix_and_constant_labels)
{
	quipu_registry *other = quipu_registry_new(
		QUIPU_REGISTRY_OPTS(.prefix = "p_", .const_labels = (quipu_label[]){ { "l", "v" } },
				    .n_const_labels = 1));
	double value = 3;

	quipu_gauge_callback(other, OPTS("g"), value_of, &value);
	expect_text(other, "# HELP p_g C.\n# TYPE p_g gauge\np_g{l=\"v\"} 3\n");
	expect_text(registry, "");
	quipu_registry_free(other);
}

Test(callback, refused)
{
	double value = 1;

	quipu_counter_new(registry, OPTS("c"));
	cr_expect_eq(quipu_gauge_callback(registry, OPTS("c"), value_of, &value).id, 0);
	expect_status(registry, QUIPU_EDUPLICATE, "\"c\"");
	cr_expect_neq(quipu_gauge_callback(registry, OPTS("g"), value_of, &value).id, 0);
	cr_expect_eq(quipu_gauge_callback(registry, OPTS("g"), value_of, &value).id, 0);
	expect_status(registry, QUIPU_EDUPLICATE, "\"g\"");
	cr_expect_eq(quipu_gauge_new(registry, OPTS("g")).cell, NULL);
	expect_status(registry, QUIPU_EDUPLICATE, "\"g\"");
	cr_expect_eq(quipu_gauge_callback(registry, OPTS("9\xff"), value_of, &value).id, 0);
	expect_status(registry, QUIPU_ENAME, "\"9\xff\"");
	cr_expect_eq(quipu_gauge_callback(registry, OPTS("f"), NULL, NULL).id, 0);
	cr_expect_eq(quipu_gauge_callback(NULL, OPTS("f"), value_of, &value).id, 0);
	quipu_callback_remove(registry, (quipu_callback){ 0 });
	quipu_callback_remove(registry, (quipu_callback){ 999 });
	quipu_callback_remove(NULL, (quipu_callback){ 1 });
	expect_samples(registry, 2);
}

static double look_at_thread(void *ctx)
{
	sigset_t blocked;

	pthread_sigmask(SIG_SETMASK, NULL, &blocked);
	cr_expect(sigismember(&blocked, SIGTERM) && sigismember(&blocked, SIGINT));
	*(pthread_t *)ctx = pthread_self();
	return 0;
}

Test(callback, runs_on_a_thread_of_its_own)
{
	pthread_t thread = pthread_self();

	quipu_gauge_callback(registry, OPTS("g"), look_at_thread, &thread);
	expect_samples(registry, 1);
	cr_expect_not(pthread_equal(thread, pthread_self()));
}

/* --- slow ones -------------------------------------------------------------------------------- */

static quipu_scrape *open_with_timeout(double seconds)
{
	quipu_scrape *scrape = quipu_scrape_open(
		registry, NULL,
		QUIPU_SCRAPE_OPTS(.timeout_seconds = seconds, .wake = wake, .ctx = &woken), NULL);

	cr_assert_not_null(scrape);
	return scrape;
}

/* The rest of a scrape; bounded. */
static struct text read_all(quipu_scrape *scrape)
{
	struct text text = { calloc(1, 1), 0 };
	quipu_error error = QUIPU_OK;
	char piece[1000];
	size_t len;

	for (int i = 0; error != QUIPU_END; i++) {
		error = quipu_scrape_read(scrape, piece, sizeof piece, &len);
		if (error == QUIPU_EAGAIN)
			usleep(1000);
		cr_assert_lt(i, 20000);
		text_append(&text, piece, len);
	}
	return text;
}

Test(callback, a_slow_one_is_awaited)
{
	double value = 4;
	quipu_scrape *scrape;
	struct text text;
	char byte;
	size_t len = 9;

	quipu_gauge_callback(registry, OPTS("g"), wait_for_go_on, &value);
	scrape = open_with_timeout(20);
	cr_assert(came(&inside));
	cr_expect_eq(quipu_scrape_read(scrape, &byte, 1, &len), QUIPU_EAGAIN);
	cr_expect_eq(len, 0);
	cr_expect_eq(quipu_scrape_read(scrape, &byte, 1, &len), QUIPU_EAGAIN);
	sem_post(&go_on);
	cr_assert(came(&woken));
	cr_expect_eq(quipu_scrape_read(scrape, &byte, 1, &len), QUIPU_OK);
	text = read_all(scrape);
	cr_expect_str_eq(text.data, " HELP g C.\n# TYPE g gauge\ng 4\n");
	cr_expect_eq(sem_trywait(&woken), -1, "woken once");
	quipu_scrape_close(scrape);
	free(text.data);
}

/* C3. The others are there, also those in the queue behind it that had been ready. */
Test(callback, a_late_one_is_left_out_and_counted)
{
	double value = 4;
	quipu_scrape *scrape;
	struct text text;

	quipu_gauge_callback(registry, OPTS("a"), value_of, &value);
	quipu_gauge_callback(registry, OPTS("b"), wait_for_go_on, &value);
	quipu_gauge_callback(registry, OPTS("c"), value_of, &value);
	quipu_inc(quipu_counter_new(registry, OPTS("d")));
	scrape = open_with_timeout(0.02);
	cr_assert(came(&inside));
	text = read_all(scrape);
	cr_expect_str_eq(text.data, "# HELP a C.\n# TYPE a gauge\na 4\n"
				    "# HELP d C.\n# TYPE d counter\nd 1\n");
	free(text.data);
	cr_expect_eq(self_figure("late_callbacks"), 2);
	sem_post(&go_on);
	quipu_scrape_close(scrape);
	cr_expect_eq(sem_trywait(&woken), -1, "nobody is woken for what was taken");
	sem_post(&go_on);
	expect_samples(registry, 4);
	cr_expect_eq(self_figure("late_callbacks"), 2);
}

/* C2. Closing does not wait for callbacks, and what comes later wakes nobody. */
Test(callback, a_scrape_closed_meanwhile)
{
	double value = 4;

	quipu_gauge_callback(registry, OPTS("g"), wait_for_go_on, &value);
	quipu_scrape_close(open_with_timeout(20));
	quipu_scrape_close(open_with_timeout(20));
	sem_post(&go_on);
	sem_post(&go_on);
	sem_post(&go_on);
	expect_samples(registry, 1);
	cr_expect_eq(sem_trywait(&woken), -1);
}

/* --- removing --------------------------------------------------------------------------------- */

Test(callback, removed_by_others)
{
	double value = 4;
	quipu_callback callback = quipu_gauge_callback(registry, OPTS("g"), value_of, &value);
	quipu_callback other = quipu_gauge_callback(registry, OPTS("h"), value_of, &value);

	expect_samples(registry, 2);
	quipu_callback_remove(registry, callback);
	quipu_callback_remove(registry, callback);
	expect_text(registry, "# HELP h C.\n# TYPE h gauge\nh 4\n");
	cr_expect_neq(quipu_gauge_callback(registry, OPTS("g"), value_of, &value).id, 0);
	cr_expect_eq(quipu_registry_unregister(registry, "h"), QUIPU_OK);
	quipu_callback_remove(registry, other);
	expect_text(registry, "# HELP g C.\n# TYPE g gauge\ng 4\n");
}

static void *remove_it(void *ctx)
{
	quipu_callback_remove(registry, *(quipu_callback *)ctx);
	sem_post(&woken);
	return NULL;
}

/* C2. The removal returns only when the callback has. */
Test(callback, removal_waits_for_the_running_one)
{
	double value = 4;
	quipu_callback callback = quipu_gauge_callback(registry, OPTS("g"), wait_for_go_on, &value);
	quipu_scrape *scrape = open_with_timeout(20);
	pthread_t thread;
	struct text text;

	cr_assert(came(&inside));
	cr_assert_eq(pthread_create(&thread, NULL, remove_it, &callback), 0);
	usleep(30000);
	cr_expect_eq(sem_trywait(&woken), -1);
	sem_post(&go_on);
	pthread_join(thread, NULL);
	text = read_all(scrape);
	cr_expect_str_eq(text.data, "");
	free(text.data);
	quipu_scrape_close(scrape);
	cr_expect_eq(self_figure("late_callbacks"), 0);
}

static quipu_callback own;

static double remove_itself(void *ctx)
{
	++*(int *)ctx;
	quipu_callback_remove(registry, own);
	return 1;
}

Test(callback, removed_by_itself)
{
	int calls = 0;

	own = quipu_gauge_callback(registry, OPTS("g"), remove_itself, &calls);
	expect_text(registry, "");
	expect_text(registry, "");
	cr_expect_eq(calls, 1);
}

/* --- what may be done inside (C1) ------------------------------------------------------------- */

static double do_everything(void *ctx)
{
	quipu_counter_family family = *(quipu_counter_family *)ctx;
	quipu_counter counter = quipu_counter_new(registry, OPTS("made_inside"));
	quipu_registry *other = quipu_registry_new(NULL);

	quipu_inc(counter);
	quipu_inc_at(family, "inside");
	quipu_family_remove(family, "outside");
	quipu_counter_new(other, OPTS("other"));
	expect_text(other, "# HELP other C.\n# TYPE other counter\nother 0\n");
	quipu_registry_free(other);
	return (double)quipu_read(counter);
}

Test(callback, records_registers_removes_scrapes_another)
{
	quipu_counter_family family = quipu_counter_family_new(
		registry, QUIPU_OPTS(.name = "f", .help = "C.", .labels = QUIPU_NAMES("l")));

	quipu_inc_at(family, "outside");
	quipu_gauge_callback(registry, OPTS("g"), do_everything, &family);
	expect_text(registry, "# HELP f C.\n# TYPE f counter\nf{l=\"inside\"} 1\n"
			      "# HELP g C.\n# TYPE g gauge\ng 1\n"
			      "# HELP made_inside C.\n# TYPE made_inside counter\nmade_inside 1\n");
}

/* Scrapes its own registry: callbacks cannot run inside one, so they are left out there. */
static double scrape_itself(void *ctx)
{
	struct text *text = ctx;

	cr_expect_eq(quipu_write(registry, NULL, text_append, text), QUIPU_OK);
	return 5;
}

Test(callback, scrapes_its_own_registry)
{
	struct text inner = { calloc(1, 1), 0 };

	quipu_counter_new(registry, OPTS("c"));
	quipu_gauge_callback(registry, OPTS("g"), scrape_itself, &inner);
	expect_text(registry, "# HELP c C.\n# TYPE c counter\nc 0\n"
			      "# HELP g C.\n# TYPE g gauge\ng 5\n");
	cr_expect_str_eq(inner.data, "# HELP c C.\n# TYPE c counter\nc 0\n");
	free(inner.data);
}

/* --- many ------------------------------------------------------------------------------------- */

static double own_number(void *ctx)
{
	return (double)*(const int *)ctx;
}

/* Each value goes to its own family, whichever others were taken away. */
Test(callback, many)
{
	enum { N = 300 };
	static int numbers[N];
	static quipu_callback callbacks[N];
	struct qt_exposition *shown;
	char name[8];

	for (int i = 0; i < N; i++) {
		numbers[i] = i;
		snprintf(name, sizeof name, "m%d", (i * 7) % N);
		callbacks[i] = quipu_gauge_callback(registry, OPTS(name), own_number, &numbers[i]);
	}
	for (int i = 0; i < N; i += 3)
		quipu_callback_remove(registry, callbacks[i]);
	shown = exposed(registry);
	cr_expect_eq(shown->n_samples, N - N / 3);
	for (int i = 0; i < N; i++) {
		snprintf(name, sizeof name, "m%d", (i * 7) % N);
		if (i % 3)
			cr_expect_eq(qt_value(shown, name, NULL), i);
	}
	qt_free(shown);
}
