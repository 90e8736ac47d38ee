/* SPDX-License-Identifier: MIT */
/*
 * slots.h: the process-wide slot space: which bytes of every shard belong to whom.
 *
 * Writers and readers: whoever holds the catalog lock (qp_slots_algebra: see there).
 * Publication:  a range is writable in every shard before its offset is handed out
 *               (shard.c, qp_shards_grow), so no recorder can meet an unmapped slot.
 * Reclamation:  a range is given back only after a grace period and after every snapshot
 *               opened before its series' removal (retire.c), zeroed in every shard first.
 *
 * S1. Two ranges in use never overlap.
 * S2. All ranges of one extent have one algebra and one length: summing an extent needs to
 *     know nothing else, and freeing never fragments it.
 * S3. Bytes not in use are zero in every shard.
 * S4. The first QP_SINK_BYTES bytes belong to nobody and are never summed: the sink.
 */
#ifndef QP_SLOTS_H
#define QP_SLOTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define QP_PAGE_BYTES 4096u
#define QP_SINK_BYTES 16u

/* How the bytes of a range add up over the shards. */
enum qp_algebra {
	QP_WORDS,  /* uint64_t, added */
	QP_REALS,  /* double, added */
	QP_UPDOWN, /* pairs of uint64_t {down, up}: every down is read before any up */
	QP_CELLS,  /* {uint64_t count, double sum}, added pairwise */
	QP_SHARED, /* not added: only the overflow shard's word counts (gauges, statesets) */
	QP_N_ALGEBRAS
};

/* Who owns a range: embedded first in series and grids. */
struct qp_owner;

/* A run of pages, for those who sum: a copy stays valid as long as its ranges are held. */
struct qp_extent_span {
	uint32_t offset;
	uint32_t bytes;
	enum qp_algebra algebra;
};

/* Sets the size of the space, in bytes; before the first range. */
void qp_slots_init(uint32_t space_bytes);

/* Takes a range; false when the space is full or memory is out. */
bool qp_slots_take(enum qp_algebra algebra, uint32_t bytes, struct qp_owner *owner,
		   uint32_t *offset);

/* After a refusal: was it for want of memory (true) or of space (false)? */
bool qp_slots_space_left(void);

/* Gives a range back, whose bytes are zero in every shard. */
void qp_slots_give(uint32_t offset);

/* The owner and length of the range at offset; NULL for the sink and for free ranges. */
struct qp_owner *qp_slots_owner(uint32_t offset);
uint32_t qp_slots_bytes(uint32_t offset);

/* How the range at offset adds up. For readers of a handle they hold: no lock needed, the
 * extent cannot go away while one of its ranges is in use. */
enum qp_algebra qp_slots_algebra(uint32_t offset);

/* The extents in use: how many, and up to n spans that cover them, by offset; neighbours of one
 * algebra are one span. */
size_t qp_slots_count(void);
size_t qp_slots_spans(struct qp_extent_span *spans, size_t n);

/* The bytes of all ranges in use, in each shard. No lock needed. */
size_t qp_slots_used(void);

/* The end of the highest extent ever used: what a snapshot must hold. */
uint32_t qp_slots_end(void);

#endif
