/* SPDX-License-Identifier: MIT */
/*
 * cardinality.c: a label that takes a new value each time, against the cap.
 *
 * P5: the family stops growing, memory stays flat, what exceeds the cap lands in the overflow
 * series and is counted, and the report names the label to blame. P2: real series and overflow
 * together have every record. Then: threads that ask for the same new label sets at once
 * get one series for each.
 */
#include "raw.h"
#include "figure.h"
#include "torture.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define CAP 1000
#define CREATORS 8
#define SAME_SETS (10000 / TORTURE_SCALE)

static const struct torture defaults = {
	.name = "cardinality",
	.promises = "P2 P5: distinct label values against the cap",
	.threads = 2,
	.count = 10000000,
};

static quipu_registry *registry;
static quipu_counter_family family;

/* --- one label explodes --------------------------------------------------------------------- */

/* As printf would, but fast: the flood is to be the library's work. */
static void write_number(char *text, uint64_t n)
{
	char digits[24];
	int len = 0;

	do
		digits[len++] = (char)('0' + n % 10);
	while (n /= 10);
	while (len)
		*text++ = digits[--len];
	*text = '\0';
}

static void *flood(void *which)
{
	static const char *const models[] = { "small", "medium", "large" };
	uint64_t i, first = (uintptr_t)which;
	char user[24];

	for (i = first; i < torture.count; i += torture.threads) {
		write_number(user, i);
		quipu_inc_at(family, models[i % 3], user, "steady");
	}
	return NULL;
}

static void flood_once(void)
{
	pthread_t threads[64];
	uintptr_t i, n = torture.threads;

	for (i = 0; i < n; i++)
		threads[i] = torture_spawn(flood, (void *)i);
	for (i = 0; i < n; i++)
		torture_join(threads[i]);
}

static double cpu_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* R3: what is beyond the cap is counted by the library, and stays cheap: 0.2 us of the processor's
 * time where this was written, far below what a table that goes on growing would take. */
static void check_rejected(double seconds)
{
	uint64_t rejected = figure_now("rejected_label_sets");

	TORTURE_CHECK("P5", rejected == torture.count + 1 - CAP,
		      "the library counts %" PRIu64 " rejected, not %" PRIu64, rejected,
		      torture.count + 1 - CAP);
	printf("cardinality: %.0f ns of processor time for each\n",
	       seconds / (double)torture.count * 1e9);
#ifndef TORTURE_SANITIZED
	TORTURE_CHECK("P5", qt_watched() || seconds / (double)torture.count < 2e-5,
		      "%.0f ns for a label set beyond the cap",
		      seconds / (double)torture.count * 1e9);
#endif
}

/* The flood itself, in a process whose memory has already been touched. */
static void check_flat(void)
{
	size_t before, after;
	double began;

	quipu_inc_at(family, "small", "warm", "steady");
	before = torture_resident();
	began = cpu_seconds();
	flood_once();
	check_rejected(cpu_seconds() - began);
	after = torture_resident();
	printf("cardinality: resident grew by %zd KiB\n", (ssize_t)(after - before) / 1024);
	TORTURE_CHECK("P5", qt_watched() || after < before + (4 << 20),
		      "resident memory grew by %zu bytes", after - before);
}

static void check_sums(void)
{
	uint64_t real = 0, overflow = 0, series = 0;
	struct raw_scrape scrape = { 0 };
	size_t i;

	raw_take(&scrape, registry);
	for (i = 0; i < scrape.n; i++) {
		const struct raw_sample *sample = &scrape.samples[i];

		if (strcmp(sample->family, "cardinality_total"))
			continue;
		series += !raw_is_overflow(sample);
		*(raw_is_overflow(sample) ? &overflow : &real) += sample->integer;
	}
	raw_free(&scrape);
	TORTURE_CHECK("P5", series == CAP, "%" PRIu64 " series, the cap is %d", series, CAP);
	TORTURE_CHECK("P2", real + overflow == torture.count + 1,
		      "%" PRIu64 " in series and %" PRIu64 " in overflow of %" PRIu64, real,
		      overflow, torture.count + 1);
}

static void check_report(const quipu_family_report *report, void *found)
{
	if (strcmp(report->name, "cardinality_total"))
		return;
	*(int *)found = 1;
	TORTURE_CHECK("P5", report->series == CAP && report->max_series == CAP,
		      "the report says %zu of %zu series", report->series, report->max_series);
	TORTURE_CHECK("P5", report->rejected == torture.count + 1 - CAP,
		      "%" PRIu64 " rejected, not %" PRIu64, report->rejected,
		      torture.count + 1 - CAP);
	TORTURE_CHECK("P5", report->n_labels == 3 && !strcmp(report->labels[0].name, "user"),
		      "the report blames %s", report->labels[0].name);
	TORTURE_CHECK("P5",
		      (double)report->labels[0].rejected > 0.6 * (double)report->rejected &&
			      (double)report->labels[0].rejected < 1.4 * (double)report->rejected,
		      "%" PRIu64 " values rejected, estimated as %" PRIu64, report->rejected,
		      report->labels[0].rejected);
}

static void check_flood(void)
{
	int found = 0;

	family = quipu_counter_family_new(
		registry, QUIPU_OPTS(.name = "cardinality_total", .help = "Floods.",
				     .labels = QUIPU_NAMES("model", "user", "region")));
	check_flat();
	check_sums();
	TORTURE_CHECK("P6", quipu_registry_report(registry, check_report, &found) == QUIPU_OK,
		      "no report");
	TORTURE_CHECK("P5", found, "the family is not in the report");
}

/* --- the same new sets, by all at once -------------------------------------------------------- */

static quipu_counter made[CREATORS][SAME_SETS];
static pthread_barrier_t barrier;

static void *create_all(void *which)
{
	quipu_counter *mine = made[(uintptr_t)which];
	char name[24];
	size_t i;

	for (i = 0; i < SAME_SETS; i++) {
		if (i % 64 == 0)
			pthread_barrier_wait(&barrier);
		write_number(name, i);
		mine[i] = quipu_at(family, name);
		quipu_inc(mine[i]);
	}
	return NULL;
}

static void check_set(size_t i)
{
	size_t t;

	for (t = 1; t < CREATORS; t++)
		TORTURE_CHECK("P2", made[t][i].offset == made[0][i].offset,
			      "set %zu became two series", i);
	TORTURE_CHECK("P2", quipu_read(made[0][i]) == CREATORS, "set %zu shows %" PRIu64, i,
		      quipu_read(made[0][i]));
	for (t = 0; t < CREATORS; t++)
		quipu_release(made[t][i]);
}

static void check_same_sets(void)
{
	struct raw_scrape scrape = { 0 };
	pthread_t threads[CREATORS];
	size_t i, series = 0;

	family = quipu_counter_family_new(registry, QUIPU_OPTS(.name = "cardinality_same_total",
							       .help = "Made by all at once.",
							       .labels = QUIPU_NAMES("n"),
							       .max_series = SAME_SETS));
	pthread_barrier_init(&barrier, NULL, CREATORS);
	for (i = 0; i < CREATORS; i++)
		threads[i] = torture_spawn(create_all, (void *)i);
	for (i = 0; i < CREATORS; i++)
		torture_join(threads[i]);
	for (i = 0; i < SAME_SETS; i++)
		check_set(i);
	raw_take(&scrape, registry);
	for (i = 0; i < scrape.n; i++)
		series += !strcmp(scrape.samples[i].family, "cardinality_same_total") &&
			  !raw_is_overflow(&scrape.samples[i]);
	raw_free(&scrape);
	TORTURE_CHECK("P2", series == SAME_SETS, "%zu series of %d sets", series, SAME_SETS);
}

int main(int argc, char **argv)
{
	torture_begin(&defaults, argc, argv);
	if (!torture.threads || torture.threads > 64 || torture.count < CAP)
		torture_broken("--threads goes from 1 to 64, --count from %d", CAP);
	registry = quipu_registry_new(NULL);
	check_flood();
	check_same_sets();
	TORTURE_CHECK("P6", quipu_registry_status(registry, NULL) == QUIPU_OK, "status is not ok");
	quipu_registry_free(registry);
	qt_figure("records", torture.count);
	return torture_end("%" PRIu64 " label sets, %d series", torture.count, CAP);
}
