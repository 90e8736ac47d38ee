/* SPDX-License-Identifier: MIT */
/* series.c: see series.h. */
#include "series.h"

#include "common.h"
#include "contents.h"

#include <stdio.h>
#include <string.h>

const char *const bench_kind[] = { "counter", "histogram", "native", NULL };
const char *const bench_kinds[] = { "counters", "histograms", "natives", NULL };

/* --- families ------------------------------------------------------------------------------ */

static void make(struct bench_family *family, quipu_registry *registry, quipu_opts *opts)
{
	switch (family->kind) {
	case BENCH_COUNTERS:
		opts->help = "Requests.";
		family->counters = quipu_counter_family_new(registry, opts);
		return;
	case BENCH_NATIVES:
		opts->native_factor = 1.1;
		opts->native_min = 0.001;
		opts->native_max = 100;
		/* fall through */
	case BENCH_HISTOGRAMS:
		opts->help = "Durations.";
		family->histograms = quipu_histogram_family_new(registry, opts);
	}
}

struct bench_family bench_family_new(quipu_registry *registry, enum bench_kind kind, size_t number,
				     size_t series, double idle_seconds)
{
	struct bench_family family = { .kind = kind };
	char name[64], part[24] = "";

	if (number)
		snprintf(part, sizeof part, "_%zu", number);
	snprintf(name, sizeof name, "llm_request%s%s%s", kind == BENCH_COUNTERS ? "s" : "", part,
		 kind == BENCH_COUNTERS ? "_total" : "_duration_seconds");
	make(&family, registry,
	     &(quipu_opts){ .size = sizeof(quipu_opts),
			    .name = name,
			    .labels = contents_names,
			    .max_series = series,
			    .idle_seconds = idle_seconds });
	bench_check(registry);
	return family;
}

/* --- series -------------------------------------------------------------------------------- */

struct bench_series bench_series_new(enum bench_kind kind, size_t n)
{
	struct bench_series all = { .kind = kind, .n = n };

	if (kind == BENCH_COUNTERS) {
		all.counters = bench_alloc(n, sizeof *all.counters);
		memset(all.counters, 0xff, n * sizeof *all.counters);
	} else {
		all.histograms = bench_alloc(n, sizeof *all.histograms);
		memset(all.histograms, 0xff, n * sizeof *all.histograms);
	}
	return all;
}

void bench_make(struct bench_series *all, const struct bench_family *family, size_t i)
{
	char l[CONTENTS_LABELS][32];
	unsigned k;

	contents_beyond(i, l);
	if (all->kind == BENCH_COUNTERS) {
		all->counters[i] = quipu_at(family->counters, l[0], l[1], l[2]);
		quipu_add(all->counters[i], contents_count(i));
		return;
	}
	all->histograms[i] = quipu_at(family->histograms, l[0], l[1], l[2]);
	for (k = 0; k < CONTENTS_OBSERVATIONS; k++)
		quipu_observe(all->histograms[i], contents_observation(i, k));
}

void bench_make_counters(quipu_registry *registry, size_t n)
{
	struct bench_family family = bench_family_new(registry, BENCH_COUNTERS, 0, n, 0);
	struct bench_series all = bench_series_new(BENCH_COUNTERS, n);
	size_t i;

	for (i = 0; i < n; i++)
		bench_make(&all, &family, i);
	free(all.counters);
	bench_check(registry);
}

void bench_touch(const struct bench_series *all)
{
	size_t i;

	for (i = 0; i < all->n; i++) {
		if (all->kind == BENCH_COUNTERS)
			quipu_inc(all->counters[i]);
		else
			quipu_observe(
				all->histograms[i],
				contents_observation(i, (unsigned)(i % CONTENTS_OBSERVATIONS)));
	}
}

void bench_release(const struct bench_series *all)
{
	size_t i;

	for (i = 0; i < all->n; i++) {
		if (all->kind == BENCH_COUNTERS)
			quipu_release(all->counters[i]);
		else
			quipu_release(all->histograms[i]);
	}
}

/* --- the library's own view ------------------------------------------------------------------ */

struct wanted {
	const char *name;
	uint64_t value;
};

static void look(const char *name, const char *help, uint64_t value, void *ctx)
{
	struct wanted *wanted = ctx;

	(void)help;
	if (!strcmp(name, wanted->name))
		wanted->value = value;
}

uint64_t bench_self(const char *name)
{
	struct wanted wanted = { .name = name };

	quipu_self(look, &wanted);
	return wanted.value;
}

void bench_check(quipu_registry *registry)
{
	const char *where;
	quipu_error error = quipu_registry_status(registry, &where);

	if (error == QUIPU_ESLOTS)
		bench_lack("%s: %s", where, quipu_strerror(error));
	if (error)
		bench_fail("%s: %s", where, quipu_strerror(error));
}
