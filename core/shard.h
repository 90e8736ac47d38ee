/* SPDX-License-Identifier: MIT */
/*
 * shard.h: one block of slots per thread, and one that everybody shares.
 *
 * Writers:  a shard's owner alone, the thread that holds its robust mutex; the overflow shard
 *           anybody, with atomic operations. When a range is recycled nobody writes it any
 *           more, and the reaper zeroes it (qp_shards_zero).
 * Readers:  anybody, at any time, by loads only.
 * Publication: a new shard is appended to the list with a release store, its memory mapped
 *           and its mutex held; readers walk the list with acquire loads.
 * Reclamation: none. A shard lives as long as the process; when its thread ends the kernel
 *           marks the mutex, and the next thread that attaches adopts the shard as it is.
 *
 * H1. A slot's address is base + offset for ever; offsets handed out are writable everywhere.
 * H2. A count is in exactly one shard and stays there: no folding, no window in which it is
 *     in neither place or in two, however its thread ended (P2).
 * H3. There are never more shards than threads were alive at once, and the overflow shard (P5).
 * H4. The list only grows at its end, so sums are made in one order for ever (P3).
 * H5. Attaching is safe in a signal handler: no malloc, no lock waited for. Who cannot attach
 *     records into the overflow shard. The lock is held for no system call but at every 64 KiB
 *     of headers, or where the space has grown since, so that few ever find it taken.
 */
#ifndef QP_SHARD_H
#define QP_SHARD_H

#include "base/cell.h"
#include "slots.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Maps the overflow shard; once, catalog lock held. False: out of memory, may be tried again. */
bool qp_shards_init(uint32_t space_bytes);

/* Makes the first end bytes writable in every shard, present and future. */
bool qp_shards_grow(uint32_t end);

/* Gives this thread a shard; its base, or NULL where it must use the overflow shard. */
char *qp_shard_attach(void);

/* The base of the overflow shard: words there are shared by all. NULL before init. */
char *qp_shard_overflow(void);

/* Sums of one range over all shards, in the order of the list. */
uint64_t qp_shards_sum_word(uint32_t offset);
double qp_shards_sum_real(uint32_t offset);
struct qp_cell qp_shards_sum_cell(uint32_t offset);

/* The same for a span, or a part of one that begins and ends at a multiple of 16 bytes: added
 * into sums, which mirrors the slot space and is zero before. Of an up-down pair every down is
 * read before any up. */
void qp_shards_sum(const struct qp_extent_span *span, char *sums);

/* Zeroes bytes that nobody writes any more, in every shard; touches no page that is zero. */
void qp_shards_zero(uint32_t offset, uint32_t bytes);

/* How many shards there are, the overflow shard not counted. */
size_t qp_shards_count(void);

/* In a forked child: every value is zero, other threads' shards are free, this thread keeps
 * its own. Called with the shards lock held. */
void qp_shards_after_fork_child(void);

#endif
