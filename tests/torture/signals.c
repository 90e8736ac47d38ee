/* SPDX-License-Identifier: MIT */
/*
 * signals.c: a signal handler records into the very metrics that the interrupted code is
 * recording into, at 1 kHz and faster.
 *
 * P2: neither of the two loses a record. P3: nothing falls. P4: count equals sum in each
 * scrape. P6: no deadlock when the interrupted code holds the library's locks. R2, R3 of
 * record.h. Threads: attached ones; fresh ones whose first record is in the handler, some on
 * an alternate stack; one that registers; one that scrapes.
 */
#include "bracket.h"
#include "interrupt.h"
#include "raw.h"
#include "torture.h"

#include <inttypes.h>
#include <stdlib.h>

#define PER_SIGNAL 4
#define OFTEN 100		      /* microseconds between two signals; 1000 is usual */
#define ALTERNATE ((size_t)64 * 1024) /* bytes of an alternate stack */

static const struct torture defaults = {
	.name = "signals",
	.promises = "P2 P3 P4 P6: recording in signal handlers",
	.threads = 2,
	.seconds = 3,
};

static struct bracket bracket;
static quipu_registry *registry;
static quipu_counter counter;
static quipu_float_counter floats;
static quipu_updown updown;
static quipu_histogram histogram;
static quipu_counter_family churned;
static uint64_t handled, fresh;

/* The handler's cell on this thread: it and the interrupted code are two writers. */
static __thread struct bracket_cell *handler_cell __attribute__((tls_model("initial-exec")));

static void step(struct bracket_cell *cell)
{
	bracket_start(cell, 1);
	quipu_inc(updown);
	quipu_inc(counter);
	quipu_inc(floats);
	quipu_observe(histogram, 1.0);
	quipu_dec(updown);
	bracket_finish(cell, 1);
}

static void record_in_handler(int signal)
{
	struct bracket_cell *cell = handler_cell;
	int i;

	(void)signal;
	for (i = 0; cell && i < PER_SIGNAL; i++)
		step(cell);
	/* relaxed: only counts */
	__atomic_fetch_add(&handled, 1, __ATOMIC_RELAXED);
}

static void *join_bracket(void)
{
	struct bracket_cell *cell = bracket_join(&bracket);

	if (!cell)
		torture_broken("no cell left");
	return cell;
}

/* S3: the handlers of every other thread run on a stack of their own. */
static void use_alternate_stack(void)
{
	stack_t alternate = { .ss_sp = malloc(ALTERNATE), .ss_size = ALTERNATE };

	if (!alternate.ss_sp || sigaltstack(&alternate, NULL))
		torture_broken("sigaltstack");
}

static void drop_alternate_stack(void)
{
	stack_t none = { .ss_flags = SS_DISABLE }, alternate;

	sigaltstack(&none, &alternate);
	if (!(alternate.ss_flags & SS_DISABLE))
		free(alternate.ss_sp);
}

static timer_t be_interrupted(unsigned interval_us)
{
	handler_cell = join_bracket();
	return interrupt_me(interval_us);
}

static void rest(timer_t timer)
{
	struct bracket_cell *cell = handler_cell;

	interrupt_end(timer);
	handler_cell = NULL; /* a signal may still be on its way */
	bracket_leave(cell);
}

static void *record(void *interval)
{
	struct bracket_cell *cell = join_bracket();
	timer_t timer;
	int i;

	if (*(const unsigned *)interval == OFTEN)
		use_alternate_stack();
	timer = be_interrupted(*(const unsigned *)interval);
	while (!torture_stopped())
		for (i = 0; i < 100; i++)
			step(cell);
	bracket_leave(cell);
	rest(timer);
	drop_alternate_stack();
	return NULL;
}

/* Holds the library's locks much of the time. */
static void *register_series(void *arg)
{
	timer_t timer = be_interrupted(500);
	char name[] = "a";

	(void)arg;
	while (!torture_stopped()) {
		name[0] = (char)('a' + (name[0] - 'a' + 1) % 26);
		quipu_inc_at(churned, name);
		quipu_release(quipu_at(churned, name));
		quipu_family_remove(churned, name);
	}
	rest(timer);
	return NULL;
}

static void *live_briefly(void *stack)
{
	stack_t alternate = { .ss_sp = stack, .ss_size = ALTERNATE };
	int i;

	if (stack)
		sigaltstack(&alternate, NULL);
	handler_cell = join_bracket();
	raise(INTERRUPT_SIGNAL); /* the first record of this thread */
	for (i = 0; i < PER_SIGNAL; i++)
		step(handler_cell);
	bracket_leave(handler_cell);
	return NULL;
}

static void *bear_fresh_threads(void *arg)
{
	void *stack = malloc(ALTERNATE);

	(void)arg;
	while (!torture_stopped()) {
		torture_join(torture_spawn(live_briefly, fresh % 2 ? stack : NULL));
		fresh++;
	}
	free(stack);
	return NULL;
}

static void scrape_once(struct raw_scrape *scrape, struct bracket_watch *watch)
{
	const struct raw_sample *sample;
	int i;

	for (i = 0; i < 3; i++)
		bracket_open(&watch[i]);
	raw_take(scrape, registry);
	sample = raw_find(scrape, "signals_total", NULL);
	TORTURE_BRACKET("P2", bracket_close(&watch[0], sample->integer));
	sample = raw_find(scrape, "signals_float_total", NULL);
	TORTURE_BRACKET("P2", bracket_close(&watch[1], (uint64_t)sample->real));
	sample = raw_find(scrape, "signals_seconds", NULL);
	TORTURE_BRACKET("P2", bracket_close(&watch[2], sample->count));
	TORTURE_CHECK("P4", (double)sample->count == sample->sum, "count %" PRIu64 ", sum %.17g",
		      sample->count, sample->sum);
	sample = raw_find(scrape, "signals_now", NULL);
	TORTURE_CHECK("P3", sample->signed_integer >= 0, "up-down counter shows %" PRId64,
		      sample->signed_integer);
}

static void watch_all(struct bracket_watch *watch)
{
	bracket_watch(&watch[0], &bracket, "counter");
	bracket_watch(&watch[1], &bracket, "float counter");
	bracket_watch(&watch[2], &bracket, "histogram count");
}

static void *scrape(void *scrapes)
{
	struct raw_scrape scrape = { 0 };
	struct bracket_watch watch[3];
	timer_t timer = be_interrupted(1000);

	watch_all(watch);
	while (!torture_stopped())
		scrape_once(&scrape, watch);
	rest(timer);
	raw_free(&scrape);
	*(uint64_t *)scrapes = watch[0].scrapes;
	return NULL;
}

static void make_metrics(void)
{
	registry = quipu_registry_new(NULL);
	counter =
		quipu_counter_new(registry, QUIPU_OPTS(.name = "signals_total", .help = "Steps."));
	floats = quipu_float_counter_new(
		registry, QUIPU_OPTS(.name = "signals_float_total", .help = "Steps."));
	updown = quipu_updown_new(registry, QUIPU_OPTS(.name = "signals_now", .help = "Steps."));
	histogram = quipu_histogram_new(registry,
					QUIPU_OPTS(.name = "signals_seconds", .help = "Ones."));
	churned = quipu_counter_family_new(registry, QUIPU_OPTS(.name = "signals_churned_total",
								.help = "Series that come and go.",
								.labels = QUIPU_NAMES("name")));
	if (quipu_registry_status(registry, NULL) != QUIPU_OK)
		torture_broken("set-up failed");
}

static void check_totals(void)
{
	struct raw_scrape last = { 0 };
	struct bracket_watch watch[3];

	watch_all(watch);
	scrape_once(&last, watch);
	TORTURE_CHECK("P2", bracket_started(&bracket) == bracket_done(&bracket), "a step is open");
	TORTURE_CHECK("P2", quipu_read(updown) == 0, "up-down counter rests at %" PRId64,
		      quipu_read(updown));
	TORTURE_CHECK("S1", handled > 0 && fresh > 0, "no handler ran");
	raw_free(&last);
}

int main(int argc, char **argv)
{
	static const unsigned intervals[2] = { 1000, OFTEN };
	pthread_t threads[64 + 3];
	uint64_t scrapes = 0, steps;
	unsigned i, n;

	torture_begin(&defaults, argc, argv);
	n = torture.threads < 64 ? torture.threads : 64;
	bracket_init(&bracket, 2 * (size_t)n + 8);
	make_metrics();
	interrupt_handler(record_in_handler);
	for (i = 0; i < n; i++)
		threads[i] = torture_spawn(record, (void *)&intervals[i % 2]);
	threads[n] = torture_spawn(register_series, NULL);
	threads[n + 1] = torture_spawn(bear_fresh_threads, NULL);
	threads[n + 2] = torture_spawn(scrape, &scrapes);
	torture_run_for_a_while();
	for (i = 0; i < n + 3; i++)
		torture_join(threads[i]);
	check_totals();
	steps = quipu_read(counter);
	quipu_registry_free(registry);
	qt_figure("records", bracket_done(&bracket));
	bracket_free(&bracket);
	qt_figure("signals", handled);
	qt_figure("threads", fresh);
	qt_figure("scrapes", scrapes);
	return torture_end("%" PRIu64 " steps, %" PRIu64 " signals, %" PRIu64
			   " fresh threads, %" PRIu64 " scrapes",
			   steps, handled, fresh, scrapes);
}
