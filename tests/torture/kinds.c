/* SPDX-License-Identifier: MIT */
/*
 * kinds.c: gauges, statesets, grids and float counters while others scrape.
 *
 * A gauge shows only values that were set, whole; what is added to it adds up. A stateset that
 * is only ever selected shows exactly one state in every scrape. P2, P3: grids and float
 * counters lie in their brackets and never fall.
 */
#include "bracket.h"
#include "raw.h"
#include "torture.h"

#include <inttypes.h>
#include <string.h>

#define ROWS 3
#define COLUMNS 4
#define STATES 40
#define PATTERN 0x0001000100010001u /* a double of four equal quarters: torn ones differ */

static const struct torture defaults = {
	.name = "kinds",
	.promises = "P2 P3: gauges, statesets, grids and float counters",
	.threads = 3,
	.seconds = 3,
};

static struct bracket bracket;
static quipu_registry *registry;
static quipu_gauge set_gauge, added_gauge;
static quipu_gauge_family gauges;
static quipu_stateset states;
static quipu_counter_grid grid;
static quipu_histogram_grid grid_of_histograms;
static quipu_float_counter halves;
static quipu_float_counter_family halves_by_label;

static double pattern(uint64_t n)
{
	uint64_t bits = (n % 0x7f00 + 1) * PATTERN;
	double value;

	memcpy(&value, &bits, sizeof value);
	return value;
}

static int is_pattern(double value)
{
	uint64_t bits;

	memcpy(&bits, &value, sizeof bits);
	return bits == (bits & 0xffff) * PATTERN;
}

static void *record(void *stream)
{
	uint64_t random = torture_seed((uintptr_t)stream), x;
	struct bracket_cell *cell = bracket_join(&bracket);

	while (!torture_stopped()) {
		x = torture_random(&random);
		bracket_start(cell, 1);
		quipu_inc(quipu_grid_at(grid, (uint32_t)(x % ROWS), (uint32_t)(x / 8 % COLUMNS)));
		quipu_observe(quipu_grid_at(grid_of_histograms, (uint32_t)(x % ROWS)), 1);
		quipu_add(halves, 0.5);
		quipu_add_at(halves_by_label, 0.5, x % 2 ? "odd" : "even");
		quipu_add(added_gauge, 0.25);
		bracket_finish(cell, 1);
		quipu_set(set_gauge, pattern(x));
		quipu_set_at(gauges, pattern(x), "torn");
		quipu_select(states, (uint32_t)(x / 64 % STATES));
	}
	bracket_leave(cell);
	return NULL;
}

/* Adds up all series of the family, as far as they count. */
static double family_sum(const struct raw_scrape *scrape, const char *family)
{
	double sum = 0;
	size_t i;

	for (i = 0; i < scrape->n; i++)
		if (!strcmp(scrape->samples[i].family, family))
			sum += (double)scrape->samples[i].integer + scrape->samples[i].real +
			       (double)scrape->samples[i].count;
	return sum;
}

struct quantity {
	const char *family;
	double unit; /* recorded once in each step */
};

static const struct quantity quantities[] = { { "kinds_grid_total", 1 },
					      { "kinds_grid_sizes", 1 },
					      { "kinds_halves_total", 0.5 },
					      { "kinds_halves_by_label_total", 0.5 },
					      { "kinds_added", 0.25 } };
#define QUANTITIES (sizeof quantities / sizeof *quantities)

static void check_words(const struct raw_scrape *scrape)
{
	const struct raw_sample *sample = raw_find(scrape, "kinds_set", NULL);
	uint64_t held;

	TORTURE_CHECK("P2", is_pattern(sample->real), "gauge shows %a, which nobody set",
		      sample->real);
	sample = raw_find(scrape, "kinds_set_by_label", "torn");
	TORTURE_CHECK("P2", !sample || is_pattern(sample->real),
		      "gauge by label shows %a, which nobody set", sample->real);
	held = raw_find(scrape, "kinds_state", NULL)->integer;
	TORTURE_CHECK("P2", held && !(held & (held - 1)) && held >> STATES == 0,
		      "states %" PRIx64 " hold, not exactly one", held);
}

static void scrape_once(struct raw_scrape *scrape, struct bracket_watch *watch)
{
	size_t i;

	for (i = 0; i < QUANTITIES; i++)
		bracket_open(&watch[i]);
	raw_take(scrape, registry);
	for (i = 0; i < QUANTITIES; i++) {
		double sum = family_sum(scrape, quantities[i].family) / quantities[i].unit;

		TORTURE_BRACKET("P2", bracket_close(&watch[i], (uint64_t)sum));
	}
	check_words(scrape);
}

static void watch_all(struct bracket_watch *watch)
{
	size_t i;

	for (i = 0; i < QUANTITIES; i++)
		bracket_watch(&watch[i], &bracket, quantities[i].family);
}

static void *scrape_for_ever(void *scrapes)
{
	struct raw_scrape scrape = { 0 };
	struct bracket_watch watch[QUANTITIES];

	watch_all(watch);
	while (!torture_stopped())
		scrape_once(&scrape, watch);
	raw_free(&scrape);
	/* relaxed: only counts */
	__atomic_fetch_add((uint64_t *)scrapes, watch[0].scrapes, __ATOMIC_RELAXED);
	return NULL;
}

static void make_grids(void)
{
	static const char *const rows[ROWS] = { "r0", "r1", "r2" };
	static const char *const columns[COLUMNS] = { "c0", "c1", "c2", "c3" };
	static const quipu_axis axes[2] = { { "row", rows, ROWS }, { "column", columns, COLUMNS } };

	grid = quipu_counter_grid_new(registry,
				      QUIPU_OPTS(.name = "kinds_grid_total", .help = "A grid.",
						 .axes = axes, .n_axes = 2));
	grid_of_histograms = quipu_histogram_grid_new(
		registry, QUIPU_OPTS(.name = "kinds_grid_sizes", .help = "A grid of histograms.",
				     .axes = axes, .n_axes = 1));
}

static void make_gauges(void)
{
	static const char *names[STATES];
	static char text[STATES][4];
	size_t i;

	for (i = 0; i < STATES; i++) {
		text[i][0] = 's';
		text[i][1] = (char)('0' + i / 10);
		text[i][2] = (char)('0' + i % 10);
		names[i] = text[i];
	}
	states = quipu_stateset_new(registry,
				    QUIPU_OPTS(.name = "kinds_state", .help = "One of many.",
					       .states = names, .n_states = STATES));
	quipu_select(states, 0);
	set_gauge = quipu_gauge_new(registry, QUIPU_OPTS(.name = "kinds_set", .help = "Set."));
	added_gauge =
		quipu_gauge_new(registry, QUIPU_OPTS(.name = "kinds_added", .help = "Added."));
	gauges = quipu_gauge_family_new(registry,
					QUIPU_OPTS(.name = "kinds_set_by_label", .help = "Set.",
						   .labels = QUIPU_NAMES("which")));
}

static void make_metrics(void)
{
	registry = quipu_registry_new(NULL);
	make_grids();
	make_gauges();
	halves = quipu_float_counter_new(
		registry, QUIPU_OPTS(.name = "kinds_halves_total", .help = "Halves."));
	halves_by_label = quipu_float_counter_family_new(
		registry, QUIPU_OPTS(.name = "kinds_halves_by_label_total", .help = "Halves.",
				     .labels = QUIPU_NAMES("parity")));
	if (quipu_registry_status(registry, NULL) != QUIPU_OK)
		torture_broken("set-up failed");
}

int main(int argc, char **argv)
{
	struct bracket_watch watch[QUANTITIES];
	struct raw_scrape last = { 0 };
	pthread_t threads[64 + 2];
	uint64_t scrapes = 0;
	uintptr_t i, n;

	torture_begin(&defaults, argc, argv);
	n = torture.threads < 64 ? torture.threads : 64;
	bracket_init(&bracket, n);
	make_metrics();
	for (i = 0; i < n; i++)
		threads[i] = torture_spawn(record, (void *)i);
	threads[n] = torture_spawn(scrape_for_ever, &scrapes);
	threads[n + 1] = torture_spawn(scrape_for_ever, &scrapes);
	torture_run_for_a_while();
	for (i = 0; i < n + 2; i++)
		torture_join(threads[i]);
	watch_all(watch);
	scrape_once(&last, watch); /* all at rest: the bracket has no width */
	raw_free(&last);
	quipu_registry_free(registry);
	qt_figure("records", bracket_done(&bracket));
	bracket_free(&bracket);
	qt_figure("scrapes", scrapes);
	return torture_end("%" PRIu64 " scrapes", scrapes);
}
