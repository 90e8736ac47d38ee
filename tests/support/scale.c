/* SPDX-License-Identifier: MIT */
/* scale.c: see scale.h. */
#include "scale.h"

#include "sanitized.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define SANITIZED (QT_TSAN || QT_ASAN ? 10 : 1)

double qt_scale(void)
{
	const char *text = getenv("QUIPU_TEST_SCALE");
	char *end;
	double scale;

	if (!text)
		return 1;
	scale = strtod(text, &end);
	if (end == text || *end || !(scale > 0) || scale > 1e6) {
		fprintf(stderr, "QUIPU_TEST_SCALE=%s is no positive number\n", text);
		exit(2);
	}
	return scale;
}

static uint64_t scaled(uint64_t n, double scale)
{
	uint64_t result = (uint64_t)((double)n * scale);

	return n > 0 && result == 0 ? 1 : result;
}

uint64_t qt_scaled_count(uint64_t n)
{
	return scaled(n, qt_scale() / SANITIZED);
}

unsigned qt_scaled_seconds(unsigned seconds)
{
	return (unsigned)scaled(seconds, qt_scale());
}

bool qt_under_memcheck(void)
{
	return getenv("QUIPU_UNDER_MEMCHECK") != NULL;
}

bool qt_watched(void)
{
	return QT_TSAN || QT_ASAN || qt_under_memcheck();
}

void qt_figure(const char *what, uint64_t n)
{
	printf("figure %s %" PRIu64 "\n", what, n);
	fflush(stdout);
}
