/* SPDX-License-Identifier: MIT */
/* options_values.c: see options_values.h. */
#include "options_values.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

bool options_whole(const char *text, uint64_t max, uint64_t *value)
{
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	*value = strtoull(text, &end, 10);
	return !errno && !*end && *value <= max;
}

bool options_real(const char *text, double min, double max, double *value)
{
	char *end;

	if ((*text < '0' || *text > '9') && *text != '.')
		return false;
	*value = strtod(text, &end);
	return end != text && !*end && isfinite(*value) && *value >= min && *value <= max;
}
