/* SPDX-License-Identifier: MIT */
/*
 * r9_families.c: very many families, families without series, and a family of very many.
 *
 * R9, P7: the exposition is valid for a strict reader, sorted by name, with one HELP and one TYPE
 * for each family, also for those that have no series, and every series is there once.
 */
#include "parse.h"
#include "scale.h"
#include "raw.h"
#include "torture.h"

#include <inttypes.h>
#include <quipu/quipu.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_COUNT 500000 /* however far it is scaled */

static const struct torture defaults = {
	.name = "families",
	.promises = "P7 R9: many families, empty families, huge families",
	.count = 100000, /* series of one family; a tenth of it families, half of them empty */
};

static quipu_registry *registry;

static void make_families(uint64_t n)
{
	uint64_t i, at, step = 7919; /* in an order that is none */
	char name[64];

	for (i = 0, at = 0; i < n; i++, at = (at + step) % n) {
		snprintf(name, sizeof name,
			 at % 2 ? "f_%" PRIu64 "_total" : "f_%" PRIu64 "_seconds", at);
		if (at % 2)
			quipu_counter_family_new(registry,
						 QUIPU_OPTS(.name = name, .help = "Empty.",
							    .labels = QUIPU_NAMES("l")));
		else
			quipu_histogram_new(registry, QUIPU_OPTS(.name = name, .help = "One."));
	}
}

static void make_series(uint64_t n)
{
	quipu_counter_family family = quipu_counter_family_new(
		registry, QUIPU_OPTS(.name = "huge_total", .help = "Huge.",
				     .labels = QUIPU_NAMES("n"), .max_series = n));
	char value[32];
	uint64_t i;

	for (i = 0; i < n; i++) {
		snprintf(value, sizeof value, "%" PRIu64, i);
		quipu_add_at(family, i, value);
	}
	quipu_add_at(family, 12345, "one too many");
}

/* The strict reader has seen to one HELP, one TYPE and one place for each. */
static void check_families(const struct qt_exposition *seen, uint64_t families)
{
	uint64_t empty = 0;
	size_t i;

	for (i = 0; i < seen->n_families; i++) {
		TORTURE_CHECK("P7",
			      !i || strcmp(seen->families[i - 1].name, seen->families[i].name) < 0,
			      "%s comes too late", seen->families[i].name);
		TORTURE_CHECK("P7", seen->families[i].type, "%s has no TYPE",
			      seen->families[i].name);
		empty += seen->families[i].n_samples == 0;
	}
	TORTURE_CHECK("P7", seen->n_families == families + 1, "%zu families", seen->n_families);
	TORTURE_CHECK("P7", empty == families / 2, "%" PRIu64 " are empty", empty);
}

static void check_series(const struct qt_exposition *seen, uint64_t n)
{
	unsigned char *shown = calloc(1, n);
	uint64_t i, found = 0;

	if (!shown)
		torture_broken("out of memory");
	for (i = 0; i < seen->n_samples; i++) {
		const struct qt_sample *sample = &seen->samples[i];
		uint64_t own;

		if (strcmp(sample->name, "huge_total") || strcmp(sample->labels[0].name, "n"))
			continue;
		own = strtoull(sample->labels[0].value, NULL, 10);
		TORTURE_CHECK("P7", own < n && !shown[own] && sample->value == (double)own,
			      "series %" PRIu64 " shows %s", own, sample->text);
		shown[own] = 1;
		found++;
	}
	free(shown);
	TORTURE_CHECK("P7", found == n, "%" PRIu64 " series of %" PRIu64, found, n);
	TORTURE_CHECK("P2",
		      qt_value(seen, "huge_total", "otel_metric_overflow", "true", NULL) == 12345,
		      "the one beyond the cap is lost");
}

int main(int argc, char **argv)
{
	const uint64_t prime = 7919; /* the number of families must have no common part with it */
	struct qt_exposition *seen;
	struct raw_text text = { 0 };
	uint64_t families;

	torture_begin(&defaults, argc, argv);
	if (torture.count > MOST_COUNT)
		torture.count = MOST_COUNT;
	families = torture.count / 20 * 2;
	if (families < 2 || families % prime == 0)
		torture_broken("--count from 20");
	registry = quipu_registry_new(NULL);
	make_families(families);
	make_series(torture.count);
	if (quipu_registry_status(registry, NULL) != QUIPU_OK)
		torture_broken("set-up failed");
	TORTURE_CHECK("P6", quipu_write(registry, NULL, raw_keep, &text) == QUIPU_OK, "no scrape");
	seen = qt_parse_ok(text.bytes, text.len);
	check_families(seen, families);
	check_series(seen, torture.count);
	qt_free(seen);
	free(text.bytes);
	quipu_registry_free(registry);
	qt_figure("series", torture.count + families / 2);
	return torture_end("%" PRIu64 " families, %" PRIu64 " series of one", families + 1,
			   torture.count);
}
