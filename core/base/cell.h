/* SPDX-License-Identifier: MIT */
/*
 * cell.h: a histogram's bucket, 16 bytes {count, sum}, moved whole.
 *
 * Writers:  of a shard's cell its thread alone (record.h: one load, one store); of the
 *           overflow shard's cells anybody, with qp_cell_add_shared.
 * Readers:  anybody, with qp_cell_load.
 * Publication: none; a cell is never seen half-written.
 * Reclamation: none; shards are never unmapped.
 *
 * On x86-64 an aligned 16-byte load or store is single-copy atomic where AVX exists, on
 * AArch64 a pair load or store where LSE2 exists. Elsewhere qp_cell_whole is false, handles
 * carry no inline path, and every access is a locked exchange.
 */
#ifndef QP_BASE_CELL_H
#define QP_BASE_CELL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct qp_cell {
	_Alignas(16) uint64_t count;
	double sum;
};

/* Are plain aligned 16-byte accesses atomic here? Asked once at start-up (qp_cell_detect). */
extern bool qp_cell_whole;
void qp_cell_detect(void);

/* The cell as it was at one moment. */
struct qp_cell qp_cell_load(const struct qp_cell *at);

/* Adds n cells, each as it was at one moment, to sums of nobody else's; what is zero touches
 * nothing, so that memory where nothing was recorded stays untouched. */
void qp_cells_add(struct qp_cell *sums, const struct qp_cell *from, size_t n);

/* Adds to a cell that others write too: lock-free, safe in a signal handler. */
void qp_cell_add_shared(struct qp_cell *at, uint64_t count, double sum);

#endif
