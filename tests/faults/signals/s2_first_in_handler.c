/* SPDX-License-Identifier: MIT */
/*
 * s2_first_in_handler.c: the first record of a thread happens in a signal handler. Fresh threads
 * under scrapes and timers: tests/torture/signals.c.
 *
 * P2: it is counted: in a shard that the thread gets there, or, while another thread has the lock
 * of the shards, in the overflow shard, which tells how many it took. No memory is allocated and no
 * lock waited for: each such call from the handler (the linker sends them here) is the end.
 */
#include "base/lock.h"
#include "bracket.h"
#include "figure.h"
#include "raw.h"
#include "scale.h"
#include "torture.h"

#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define KINDS 5	       /* records of one step */
#define ON_STACK 65536 /* bytes of an alternate stack */

static const struct torture defaults = {
	.name = "first_in_handler",
	.promises = "P2 H5: the first record of a thread is in a handler",
	.threads = 1,
	.count = 2000,
};

static struct bracket bracket;
static struct bracket_cell *cell; /* of the one fresh thread that lives */
static quipu_registry *registry;
static quipu_counter counter;
static quipu_float_counter floats;
static quipu_updown updown;
static quipu_histogram histogram;
static quipu_gauge gauge;

/* --- the tripwire ----------------------------------------------------------------------------- */

static __thread int in_handler __attribute__((tls_model("initial-exec")));

static void trip(const char *name)
{
	if (in_handler)
		torture_violation("H5", "a handler's record calls %s", name);
}

#define TRIPWIRES(T)                                                                               \
	T(void *, malloc, (size_t n), (n))                                                         \
	T(void *, calloc, (size_t n, size_t size), (n, size))                                      \
	T(void *, realloc, (void *old, size_t n), (old, n))                                        \
	T(void *, aligned_alloc, (size_t to, size_t n), (to, n))                                   \
	T(int, posix_memalign, (void **out, size_t to, size_t n), (out, to, n))                    \
	T(int, pthread_mutex_lock, (pthread_mutex_t * lock), (lock))                               \
	T(int, pthread_cond_wait, (pthread_cond_t * cond, pthread_mutex_t * lock), (cond, lock))   \
	T(int, pthread_create,                                                                     \
	  (pthread_t * thread, const pthread_attr_t *how, void *(*run)(void *), void *arg),        \
	  (thread, how, run, arg))

#define TRIPWIRE(type, name, parameters, arguments)                                                \
	type __real_##name parameters;                                                             \
	type __wrap_##name parameters;                                                             \
	type __wrap_##name parameters                                                              \
	{                                                                                          \
		trip(#name);                                                                       \
		return __real_##name arguments;                                                    \
	}
TRIPWIRES(TRIPWIRE)

/* --- fresh threads ---------------------------------------------------------------------------- */

static void step(int signal)
{
	(void)signal;
	in_handler = 1;
	bracket_start(cell, 1);
	quipu_inc(counter);
	quipu_inc(floats);
	quipu_inc(updown);
	quipu_observe(histogram, 1);
	quipu_set(gauge, 7);
	bracket_finish(cell, 1);
	in_handler = 0;
}

static void *live(void *stack)
{
	stack_t alternate = { .ss_sp = stack, .ss_size = ON_STACK };

	if (stack)
		sigaltstack(&alternate, NULL);
	raise(SIGUSR1); /* the first record of this thread */
	step(0);
	return NULL;
}

/* Nobody gets a shard meanwhile. */
static void live_beside_lock(void)
{
	uint64_t before = figure_now("overflow_records");

	qp_lock(&qp_shards_lock);
	torture_join(torture_spawn(live, NULL));
	qp_unlock(&qp_shards_lock);
	/* each of the two steps records five times, of which a gauge needs no shard */
	TORTURE_CHECK("H5", figure_now("overflow_records") - before == 2 * (KINDS - 1),
		      "%" PRIu64 " records went to the overflow shard",
		      figure_now("overflow_records") - before);
}

/* --- the scraper ------------------------------------------------------------------------------ */

static void scrape(struct raw_scrape *scrape, struct bracket_watch *watch)
{
	const struct raw_sample *sample;
	int i;

	for (i = 0; i < 3; i++)
		bracket_open(&watch[i]);
	raw_take(scrape, registry);
	TORTURE_BRACKET("P2",
			bracket_close(&watch[0], raw_find(scrape, "first_total", NULL)->integer));
	sample = raw_find(scrape, "first_float_total", NULL);
	TORTURE_BRACKET("P2", bracket_close(&watch[1], (uint64_t)sample->real));
	sample = raw_find(scrape, "first_sizes", NULL);
	TORTURE_BRACKET("P2", bracket_close(&watch[2], sample->count));
	TORTURE_CHECK("P4", sample->sum == (double)sample->count, "count %" PRIu64 ", sum %g",
		      sample->count, sample->sum);
}

static void watch_all(struct bracket_watch *watch)
{
	bracket_watch(&watch[0], &bracket, "counter");
	bracket_watch(&watch[1], &bracket, "float counter");
	bracket_watch(&watch[2], &bracket, "histogram");
}

static void *scrape_for_ever(void *unused)
{
	struct raw_scrape last = { 0 };
	struct bracket_watch watch[3];

	watch_all(watch);
	while (!torture_stopped())
		scrape(&last, watch);
	raw_free(&last);
	qt_figure("scrapes", watch[0].scrapes);
	return unused;
}

static void make_metrics(void)
{
	registry = quipu_registry_new(NULL);
	counter = quipu_counter_new(registry, QUIPU_OPTS(.name = "first_total", .help = "Steps."));
	floats = quipu_float_counter_new(registry,
					 QUIPU_OPTS(.name = "first_float_total", .help = "Steps."));
	updown = quipu_updown_new(registry, QUIPU_OPTS(.name = "first_now", .help = "Steps."));
	histogram =
		quipu_histogram_new(registry, QUIPU_OPTS(.name = "first_sizes", .help = "Ones."));
	gauge = quipu_gauge_new(registry, QUIPU_OPTS(.name = "first_last", .help = "Seven."));
}

static void check_end(void)
{
	struct raw_scrape last = { 0 };
	struct bracket_watch watch[3];
	uint64_t all = 2 * torture.count;

	watch_all(watch);
	scrape(&last, watch);
	raw_free(&last);
	TORTURE_CHECK("P2", watch[0].last == all && watch[1].last == all && watch[2].last == all,
		      "%" PRIu64 ", %" PRIu64 " and %" PRIu64 " of %" PRIu64, watch[0].last,
		      watch[1].last, watch[2].last, all);
	TORTURE_CHECK("P2", quipu_read(updown) == (int64_t)all && quipu_read(gauge) == 7,
		      "up-down counter %" PRId64 ", gauge %g", quipu_read(updown),
		      quipu_read(gauge));
	TORTURE_CHECK("P5", figure_now("shards") <= 1, "%" PRIu64 " shards", figure_now("shards"));
}

int main(int argc, char **argv)
{
	struct sigaction action;
	pthread_t scraper;
	char *stack = malloc(ON_STACK);
	uint64_t i;

	torture_begin(&defaults, argc, argv);
	memset(&action, 0, sizeof action);
	action.sa_handler = step;
	action.sa_flags = SA_ONSTACK;
	sigaction(SIGUSR1, &action, NULL);
	bracket_init(&bracket, 1);
	cell = bracket_join(&bracket);
	make_metrics();
	scraper = torture_spawn(scrape_for_ever, NULL);
	for (i = 0; i < torture.count; i++) {
		if (i % 4 == 3)
			live_beside_lock();
		else
			torture_join(torture_spawn(live, i % 4 == 1 ? stack : NULL));
	}
	torture_stop();
	torture_join(scraper);
	check_end();
	free(stack);
	quipu_registry_free(registry);
	bracket_free(&bracket);
	qt_figure("threads", torture.count);
	qt_figure("signals", torture.count);
	return torture_end("%" PRIu64 " fresh threads", torture.count);
}
