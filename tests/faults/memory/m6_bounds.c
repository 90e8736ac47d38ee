/* SPDX-License-Identifier: MIT */
/*
 * m6_bounds.c: what series, families, threads and snapshots take, beside the formula in
 * core/README.md ("Bounds").
 *
 * M6, M5, P5. The program runs on jemalloc, where the library's metadata has an arena of its own and
 * is told to the byte; values are told by slot_bytes and measured as resident memory. Measured is
 * never more than 5 % over the formula, and not less than half of it, or the formula says nothing.
 * What is destroyed is all given back: a second cycle of create and destroy leaves as many bytes as
 * the first, exactly.
 */
#include "scale.h"
#include "torture.h"

#include <inttypes.h>
#include <jemalloc/jemalloc.h>
#include <quipu/quipu.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define THREADS 100
#define TOUCHED 100000 /* counters by each thread: 196 pages */
#define PAGE 4096.0
#define LARGE_PAGE 2097152.0 /* sums of more than that come in such pages */

#define MOST_COUNT 100000 /* histograms fit into the shards */

static const struct torture defaults = {
	.name = "bounds",
	.promises = "P5 M5 M6: memory beside its formula",
	.count = 100000, /* series; and a tenth of that */
};

/* --- figures ------------------------------------------------------------------------------------- */

struct figure {
	const char *name;
	uint64_t value;
};

static void note(const char *name, const char *help, uint64_t value, void *ctx)
{
	struct figure *figure = ctx;

	(void)help;
	if (!strcmp(name, figure->name))
		figure->value = value;
}

static uint64_t self(const char *name)
{
	struct figure figure = { name, UINT64_MAX };

	quipu_self(note, &figure);
	if (figure.value == UINT64_MAX)
		torture_broken("%s is not known: is this program linked with jemalloc?", name);
	return figure.value;
}

/* Everything removed is free, and who frees it has given back the lock that unregistering takes. */
static void settle(void)
{
	int quiet = 0;

	while (quiet < 5) {
		quipu_registry_unregister(quipu_default_registry(), "none");
		quiet = self("retired_objects") ? 0 : quiet + 1;
		torture_sleep_us(quiet ? 0 : 300);
	}
}

static double metadata(void)
{
	settle();
	return (double)self("memory_bytes");
}

/* --- the formula --------------------------------------------------------------------------------- */

struct shape {
	const char *name;
	quipu_kind kind;
	size_t n_labels;
	const char *value; /* of every label but the first, whose values are numbers */
	double idle;
	double slot_bytes; /* of a series' values, in every thread's shard that touches it */
};

static const char long_value[] = "a value of some length, as a path or the name of a model has it";

static const struct shape shapes[] = {
	{ "counter", QUIPU_KIND_COUNTER, 1, "", 0, 8 },
	{ "counter, 3 labels", QUIPU_KIND_COUNTER, 3, "medium-long", 0, 8 },
	{ "counter, long labels", QUIPU_KIND_COUNTER, 6, long_value, 0, 8 },
	{ "counter that expires", QUIPU_KIND_COUNTER, 3, "medium-long", 1e6, 8 },
	{ "updown", QUIPU_KIND_UPDOWN, 2, "x", 0, 16 },
	{ "gauge", QUIPU_KIND_GAUGE, 2, "x", 0, 8 },
	{ "histogram", QUIPU_KIND_HISTOGRAM, 3, "medium-long", 0, 12 * 16 },
};

/* Of a family's series when the family is large: block, list, map, extent. */
static double bytes_a_series(const struct shape *shape, size_t first)
{
	const size_t last = shape->n_labels > 1 ? strlen(shape->value) : first;
	const size_t text = first + (shape->n_labels - 1) * strlen(shape->value);
	size_t block = 58 + shape->n_labels * (text > 255 ? 4 : 1) + text;

	block += last < 16 ? 16 - last : 0;
	block += shape->idle > 0 ? 56 : 0;
	return (double)nallocx(block, 0) + 16 + 32 + 9;
}

/* --- series --------------------------------------------------------------------------------------- */

static const char *const names[] = { "a", "b", "c", "d", "e", "f", NULL };

#define FILL(kind, verb, amount)                                                                   \
	do {                                                                                       \
		quipu_##kind##_family family = quipu_##kind##_family_new(registry, &opts);         \
                                                                                                   \
		for (i = 0; i < n; i++) {                                                          \
			snprintf(number, sizeof number, "%06zu", i);                               \
			quipu_##kind##_##verb##_at(family, amount, values, shape->n_labels);       \
		}                                                                                  \
	} while (0)

static void fill(quipu_registry *registry, const struct shape *shape, size_t n)
{
	const char *labels[QUIPU_MAX_LABELS + 1] = { NULL }, *values[QUIPU_MAX_LABELS];
	quipu_opts opts = { .size = sizeof opts, .name = "bounds_total", .help = "B." };
	char number[24];
	size_t i;

	opts.labels = labels;
	opts.max_series = n;
	opts.idle_seconds = shape->idle;
	for (i = 0; i < shape->n_labels; i++) {
		labels[i] = names[i];
		values[i] = i ? shape->value : number;
	}
	if (shape->kind == QUIPU_KIND_COUNTER)
		FILL(counter, add, 1);
	else if (shape->kind == QUIPU_KIND_UPDOWN)
		FILL(updown, add, 1);
	else if (shape->kind == QUIPU_KIND_GAUGE)
		FILL(gauge, set, 1);
	else
		FILL(histogram, observe, 1);
	if (quipu_registry_status(registry, NULL) != QUIPU_OK)
		torture_broken("set-up failed");
}

static void expect(const char *what, double measured, double formula)
{
	printf("bounds: %s: %.1f bytes, the formula says %.1f\n", what, measured, formula);
	fflush(stdout);
	TORTURE_CHECK("M6", measured <= formula * 1.05, "%s: %.1f bytes, the formula says %.1f",
		      what, measured, formula);
	TORTURE_CHECK("M6", measured >= formula * 0.5, "%s: the formula's %.1f are far from %.1f",
		      what, formula, measured);
}

static void check_shape(const struct shape *shape, size_t n)
{
	quipu_registry *registry = quipu_registry_new(NULL);
	double bytes = metadata(), slots = (double)self("slot_bytes");
	char what[64];

	fill(registry, shape, n);
	snprintf(what, sizeof what, "%s, one of %zu", shape->name, n);
	expect(what, (metadata() - bytes) / (double)n, bytes_a_series(shape, 6));
	snprintf(what, sizeof what, "its values, one of %zu", n);
	expect(what, ((double)self("slot_bytes") - slots) / (double)n, shape->slot_bytes);
	quipu_registry_free(registry);
}

/* A family that nobody has asked anything of: itself, an overflow series and its count, a sketch
 * for each label, its name and help. */
static void check_family(void)
{
	const size_t n = 1000;
	quipu_registry *registry = quipu_registry_new(NULL);
	double bytes = metadata();
	char name[32];
	size_t i;

	for (i = 0; i < n; i++) {
		snprintf(name, sizeof name, "family_%zu_total", i);
		quipu_counter_family_new(registry,
					 QUIPU_OPTS(.name = name, .help = "Of no series.",
						    .labels = QUIPU_NAMES("a", "b", "c")));
	}
	expect("a family of 3 labels", (metadata() - bytes) / (double)n, 1600 + 3 * 256);
	quipu_registry_free(registry);
}

/* A set of bounds is kept for ever, so these come first and once. */
static double bytes_of_set(const double *bounds, size_t n, double factor)
{
	double before = metadata();
	quipu_registry *registry = quipu_registry_new(NULL);

	quipu_release(quipu_histogram_new(registry, QUIPU_OPTS(.name = "a_set", .help = "S.",
							       .bounds = bounds, .n_bounds = n,
							       .native_factor = factor)));
	if (quipu_registry_status(registry, NULL) != QUIPU_OK)
		torture_broken("set-up failed");
	quipu_registry_free(registry);
	return metadata() - before;
}

static void check_set(const char *what, const double *bounds, size_t n, double factor, double most)
{
	double taken = bytes_of_set(bounds, n, factor), again = bytes_of_set(bounds, n, factor);

	printf("bounds: %s: %.0f bytes\n", what, taken);
	TORTURE_CHECK("M6", taken > 0 && taken < most, "%s: %.0f bytes", what, taken);
	TORTURE_CHECK("M6", again == 0, "%s: the same set again takes %.0f bytes", what, again);
}

static void check_sets(void)
{
	double bounds[QUIPU_MAX_BOUNDS];

	quipu_bounds_exponential(bounds, QUIPU_MAX_BOUNDS, 1e-9, 1.1);
	check_set("512 bounds", bounds, QUIPU_MAX_BOUNDS, 0, 112 * 1024);
	check_set("native buckets", NULL, 0, 1.1, 1536 * 1024);
	check_set("the finest native buckets", NULL, 0, 1.002, 1536 * 1024);
}

/* --- threads and snapshots ----------------------------------------------------------------------- */

static quipu_counter counters[TOUCHED];
static quipu_float_counter lone;
static pthread_barrier_t barrier;

/* Rests, then touches one page of slots, then all of the counters' pages. */
static void *take_steps(void *arg)
{
	size_t i;

	(void)arg;
	pthread_barrier_wait(&barrier);
	pthread_barrier_wait(&barrier);
	quipu_add(lone, 1);
	pthread_barrier_wait(&barrier);
	pthread_barrier_wait(&barrier);
	for (i = 0; i < TOUCHED; i++)
		quipu_inc(counters[i]);
	pthread_barrier_wait(&barrier);
	pthread_barrier_wait(&barrier);
	return NULL;
}

/* What all threads' next step adds to what is resident, for each. */
static double step(void)
{
	size_t before = torture_resident();

	pthread_barrier_wait(&barrier);
	pthread_barrier_wait(&barrier);
	return ((double)torture_resident() - (double)before) / THREADS;
}

static void check_threads(void)
{
	pthread_t threads[THREADS];
	size_t i;

	pthread_barrier_init(&barrier, NULL, THREADS + 1);
	for (i = 0; i < THREADS; i++)
		threads[i] = torture_spawn(take_steps, NULL);
	pthread_barrier_wait(&barrier);
	expect("a thread that records", step(), PAGE + 1024);
	expect("its 100,000 counters", step(), 8 * TOUCHED + PAGE);
	pthread_barrier_wait(&barrier);
	for (i = 0; i < THREADS; i++)
		torture_join(threads[i]);
}

/* While a scrape is open: the sums, the lists, the text in hand. Then all is given back. */
static void check_snapshot(quipu_registry *registry)
{
	quipu_scrape *scrape = quipu_scrape_open(registry, NULL, NULL, NULL);
	size_t before = torture_resident(), mapped = torture_mapped(), len = 0;
	char piece[16];

	while (scrape && len == 0 &&
	       quipu_scrape_read(scrape, piece, sizeof piece, &len) == QUIPU_OK) {
	}
	if (!len)
		torture_broken("no scrape");
	expect("a snapshot", (double)(torture_resident() - before),
	       (double)self("slot_bytes") + LARGE_PAGE + 128 * 1024);
	quipu_scrape_close(scrape);
	TORTURE_CHECK("M6", torture_mapped() < mapped + (1 << 20), "a snapshot stays mapped");
}

static void check_running(void)
{
	quipu_registry *registry = quipu_registry_new(NULL);
	quipu_counter_family family;
	char name[24];
	size_t i;

	lone = quipu_float_counter_new(registry, QUIPU_OPTS(.name = "lone_total", .help = "L."));
	family = quipu_counter_family_new(registry, QUIPU_OPTS(.name = "many_total", .help = "M.",
							       .labels = QUIPU_NAMES("n"),
							       .max_series = TOUCHED));
	for (i = 0; i < TOUCHED; i++) {
		snprintf(name, sizeof name, "%zu", i);
		counters[i] = quipu_at(family, name);
	}
	check_threads();
	check_snapshot(registry);
	for (i = 0; i < TOUCHED; i++)
		quipu_release(counters[i]);
	quipu_registry_free(registry);
}

/* --- all given back ------------------------------------------------------------------------------ */

static void cycle(void)
{
	size_t i;

	for (i = 0; i < sizeof shapes / sizeof *shapes; i++) {
		quipu_registry *registry = quipu_registry_new(NULL);

		fill(registry, &shapes[i], 1000);
		quipu_registry_free(registry);
		settle();
	}
}

static void check_cycles(void)
{
	double before, after;
	uint64_t slots;

	cycle();
	before = metadata();
	slots = self("slot_bytes");
	cycle();
	after = metadata();
	TORTURE_CHECK("M5", after == before, "%.0f bytes of metadata, then %.0f", before, after);
	TORTURE_CHECK("M5", self("slot_bytes") == slots,
		      "%" PRIu64 " bytes of slots, then %" PRIu64, slots, self("slot_bytes"));
}

int main(int argc, char **argv)
{
	quipu_registry *first;
	size_t i;

	torture_begin(&defaults, argc, argv);
	if (torture.count > MOST_COUNT)
		torture.count = MOST_COUNT;
	first = quipu_registry_new(NULL); /* what the library takes once */
	quipu_inc(quipu_counter_new(first, QUIPU_OPTS(.name = "first_total", .help = "F.")));
	check_sets();
	for (i = 0; i < sizeof shapes / sizeof *shapes; i++) {
		check_shape(&shapes[i], torture.count / 10);
		check_shape(&shapes[i], torture.count);
	}
	check_family();
	check_running();
	check_cycles();
	quipu_registry_free(first);
	qt_figure("series", torture.count * (i - 1));
	return torture_end("%zu shapes", i);
}
