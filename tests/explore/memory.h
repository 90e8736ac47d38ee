/* SPDX-License-Identifier: MIT */
/*
 * memory.h: all memory that a schedule can change, and how it is put back.
 *
 *   variables  of the whole program: copied
 *   blocks     from malloc: each has pages of its own, never used twice in a schedule; they are
 *              taken away when it is freed: whoever still uses it faults
 *   spaces     mapped without access, as shards are: whether a word may be used is looked
 *              at before it is (memory_use), and only pages that were written are put back
 *   mappings   with access: mapped anew
 *
 * What the explorer itself must remember from one schedule to the next comes from memory_keep.
 */
#ifndef TESTS_EXPLORE_MEMORY_H
#define TESTS_EXPLORE_MEMORY_H

#include "points.h"

#include <stddef.h>

/* Zeroed bytes that are not put back; never freed. */
void *memory_keep(size_t bytes);

/* Before the first block. */
void memory_init(void);

/* Before every use of a word: may it be used? */
void memory_use(const volatile void *at, enum explore_use use);

/* Remembers how everything is now; and makes it so again. */
void memory_remember(void);
void memory_put_back(void);

/* What an address belongs to, for a report. */
const char *memory_what(const volatile void *at);

#endif
