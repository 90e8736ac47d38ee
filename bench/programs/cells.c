/* SPDX-License-Identifier: MIT */
/* cells.c: see cells.h. */
#include "cells.h"

#include <math.h>

void bench_cells_merge(struct bench_cells *into, const struct bench_cells *from)
{
	size_t i;

	into->n += from->n;
	if (from->most > into->most)
		into->most = from->most;
	for (i = 0; i < BENCH_CELLS; i++)
		into->count[i] += from->count[i];
}

/* Cells of one width lie from 2^7 to 2^8 of them; the first 2^8 are a nanosecond wide. */
static double middle(size_t cell)
{
	size_t half = (size_t)1 << BENCH_CELL_BITS;
	size_t shift = cell < 2 * half ? 0 : (cell >> BENCH_CELL_BITS) - 1;
	double width = ldexp(1, (int)shift);

	return width * (double)(cell - shift * half) + (width - 1) / 2;
}

double bench_cells_share(const struct bench_cells *cells, double share)
{
	uint64_t rank = (uint64_t)ceil(share * (double)cells->n), seen = 0;
	size_t i;

	for (i = 0; i < BENCH_CELLS; i++) {
		seen += cells->count[i];
		if (seen >= rank && seen > 0) {
			double ns = middle(i);

			return ns < (double)cells->most ? ns : (double)cells->most;
		}
	}
	return 0;
}
