/* SPDX-License-Identifier: MIT */
/*
 * cells.h: a distribution of nanoseconds in fixed memory: 128 cells an octave, so that what is read
 * from it is off by less than 0.5 %, and below 256 ns not at all. No part of quipu: a yardstick of its
 * own.
 *
 * Writers: one thread. Readers: whoever joined it.
 */
#ifndef BENCH_CELLS_H
#define BENCH_CELLS_H

#include <stddef.h>
#include <stdint.h>

#define BENCH_CELL_BITS 7
#define BENCH_CELLS ((40u - BENCH_CELL_BITS) << BENCH_CELL_BITS) /* up to 2^39 ns */

struct bench_cells {
	uint64_t n, most;
	uint64_t count[BENCH_CELLS];
};

static inline size_t bench_cell_of(uint64_t ns)
{
	unsigned shift = 0;
	size_t cell;

	if (ns >> (BENCH_CELL_BITS + 1))
		shift = 63u - (unsigned)__builtin_clzll(ns) - BENCH_CELL_BITS;
	cell = ((size_t)shift << BENCH_CELL_BITS) + (size_t)(ns >> shift);
	return cell < BENCH_CELLS ? cell : BENCH_CELLS - 1;
}

static inline void bench_cells_add(struct bench_cells *cells, uint64_t ns)
{
	cells->count[bench_cell_of(ns)]++;
	cells->n++;
	if (ns > cells->most)
		cells->most = ns;
}

void bench_cells_merge(struct bench_cells *into, const struct bench_cells *from);

/* The middle of the cell that so great a share of all lies in or below; 0 where there are none. */
double bench_cells_share(const struct bench_cells *cells, double share);

#endif
