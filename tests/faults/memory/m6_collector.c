/* SPDX-License-Identifier: MIT */
/*
 * m6_collector.c: a collector that makes series without end.
 *
 * M6, P5: what collectors may make for one scrape is bounded (64 MiB): beyond it each sample is
 * ENOMEM, counted as failed, and the scrape goes out with all that were taken. Afterwards the memory
 * is given back.
 */
#include "torture.h"

#include <inttypes.h>
#include <quipu/quipu.h>
#include <stdio.h>
#include <string.h>

#define BOUND ((size_t)64 << 20)
#define REFUSED 1000 /* samples asked for beyond the first that is refused */

static const struct torture defaults = {
	.name = "collector",
	.promises = "P5 M6: a collector that makes series without end",
	.count = 10000000, /* samples at most: it is refused long before */
};

static uint64_t taken, lines;
static size_t most;

static void emit(quipu_emitter *emitter, void *ctx)
{
	char text[128];
	const char *const values[] = { text };
	uint64_t i, refused = 0;

	(void)ctx;
	taken = 0;
	quipu_emit_family(
		emitter, QUIPU_KIND_COUNTER,
		QUIPU_OPTS(.name = "endless_total", .help = "E.", .labels = QUIPU_NAMES("n")));
	for (i = 0; i < torture.count && refused < REFUSED; i++) {
		snprintf(text, sizeof text, "%090" PRIu64, i);
		if (quipu_emit_integer(emitter, 1, values) == QUIPU_OK)
			taken++;
		else
			refused++;
	}
	TORTURE_CHECK("P5", refused == REFUSED, "%" PRIu64 " samples and no end", taken);
	most = torture_resident();
}

static int count_lines(void *ctx, const char *data, size_t len)
{
	size_t i;

	(void)ctx;
	for (i = 0; i < len; i++)
		lines += data[i] == '\n';
	return 0;
}

static void note_failed(const char *name, const char *help, uint64_t value, void *failed)
{
	(void)help;
	if (!strcmp(name, "failed_samples"))
		*(uint64_t *)failed = value;
}

int main(int argc, char **argv)
{
	quipu_registry *registry;
	size_t before;
	uint64_t failed = 0;

	torture_begin(&defaults, argc, argv);
	registry = quipu_registry_new(NULL);
	quipu_collector_add(registry, emit, NULL);
	before = torture_resident();
	TORTURE_CHECK("P5",
		      quipu_write_with(registry, NULL, QUIPU_SCRAPE_OPTS(.timeout_seconds = 600),
				       count_lines, NULL) == QUIPU_OK,
		      "no scrape");
	quipu_self(note_failed, &failed);
	TORTURE_CHECK("P5", lines == taken + 2, "%" PRIu64 " lines of %" PRIu64 " samples", lines,
		      taken);
	TORTURE_CHECK("P5", failed == REFUSED, "%" PRIu64 " counted as failed", failed);
	printf("collector: %" PRIu64 " samples, %zu KiB\n", taken, (most - before) >> 10);
#ifndef TORTURE_SANITIZED
	TORTURE_CHECK("M6", most - before < BOUND + BOUND / 2, "%zu KiB", (most - before) >> 10);
	TORTURE_CHECK("M6", most - before > BOUND / 2, "cut off at %zu KiB", (most - before) >> 10);
#endif
	quipu_registry_free(registry);
	return torture_end("%" PRIu64 " samples", taken);
}
