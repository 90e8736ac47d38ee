/* SPDX-License-Identifier: MIT */
/* contents.c: see contents.h. */
#include "contents.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SCATTERED_MAX 64

const char *const contents_names[CONTENTS_LABELS + 1] = { "model", "provider", "status", NULL };

static uint64_t draw(uint64_t *x)
{
	*x = *x * 6364136223846793005u + 1442695040888963407u;
	return *x;
}

void contents_values(double values[CONTENTS_N])
{
	uint64_t x = 20231;

	for (size_t i = 0; i < CONTENTS_N; i++) {
		double u = (double)(draw(&x) >> 11) * 0x1p-53;

		values[i] = 0.0025 * exp(u * log(12 / 0.0025));
	}
}

void contents_order(uint32_t order[CONTENTS_N], size_t series)
{
	uint64_t x = 20231;

	for (size_t i = 0; i < CONTENTS_N; i++)
		order[i] = (uint32_t)((draw(&x) >> 33) % series);
}

/* --- the few, scattered ----------------------------------------------------------------- */

/* At an address of its own, at any alignment, as strings in a program are. */
static char *place(const char *text, uint64_t *x)
{
	size_t length = strlen(text) + 1, skew = (draw(x) >> 33) % 64;
	char *memory = malloc(length + skew + (draw(x) >> 33) % 512);

	return memory ? memcpy(memory + skew, text, length) : NULL;
}

static bool scatter(struct contents_labels *sets, size_t series)
{
	static const char *const models[] = { "gpt-4o",	      "gpt-4o-mini",   "claude-3-5-sonnet",
					      "claude-haiku", "llama-3.1-70b", "llama-3.1-8b",
					      "mixtral-8x7b", "gemini-1.5-pro" };
	static const char *const providers[] = { "openai", "anthropic", "azure", "self-hosted" };
	static const char *const statuses[] = { "success", "rate_limited" };
	uint64_t x = 7;

	for (size_t i = 0; i < series; i++) {
		const char *text[CONTENTS_LABELS] = { models[i % 8], providers[i / 8 % 4],
						      statuses[i / 32] };

		for (size_t j = 0; j < CONTENTS_LABELS; j++) {
			sets[i].value[j] = place(text[j], &x);
			if (!sets[i].value[j])
				return false;
			sets[i].length[j] = strlen(text[j]);
		}
	}
	return true;
}

/* --- the many, in one piece --------------------------------------------------------------- */

void contents_beyond(size_t i, char text[CONTENTS_LABELS][32])
{
	snprintf(text[0], 32, "model-%zu", i % 100);
	snprintf(text[1], 32, "provider-%zu", i / 100 % 10);
	snprintf(text[2], 32, "status-%zu", i / 1000);
}

static bool line_up(struct contents_labels *sets, size_t series)
{
	char text[CONTENTS_LABELS][32], *memory = malloc(series * sizeof text), *p = memory;

	for (size_t i = 0; memory && i < series; i++) {
		contents_beyond(i, text);
		for (size_t j = 0; j < CONTENTS_LABELS; j++) {
			sets[i].length[j] = strlen(text[j]);
			sets[i].value[j] = memcpy(p, text[j], sets[i].length[j] + 1);
			p += sets[i].length[j] + 1;
		}
	}
	return memory;
}

struct contents_labels *contents_sets(size_t series)
{
	struct contents_labels *sets = calloc(series, sizeof *sets);

	if (!sets || !(series <= SCATTERED_MAX ? scatter : line_up)(sets, series))
		return NULL;
	return sets;
}

uint64_t contents_count(size_t i)
{
	return 1 + 7 * (uint64_t)i;
}

double contents_observation(size_t i, unsigned k)
{
	return 0.004 * (double)(1u << k) * (1 + (double)(i % 7) * 0.1);
}
