/* SPDX-License-Identifier: MIT */
/* units.c: see units.h. */
#include "units.h"

#include <stdio.h>

const char *show_ns(uint64_t ns, char out[FIGURE_SIZE])
{
	return figure((double)ns / 1e9, UNIT_SECONDS, out);
}

const char *show_count(uint64_t count, char out[FIGURE_SIZE])
{
	return figure((double)count, UNIT_NONE, out);
}

const char *show_share(double share, char out[FIGURE_SIZE])
{
	if (share > 0 && share < 0.0005)
		snprintf(out, FIGURE_SIZE, "<0.1%%");
	else
		snprintf(out, FIGURE_SIZE, "%.1f%%", share * 100);
	return out;
}

const char *plural(uint64_t count, const char *one, const char *many)
{
	return count == 1 ? one : many;
}
