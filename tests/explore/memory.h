/* SPDX-License-Identifier: MIT */
/*
 * memory.h: all memory that a schedule can change, and how it is put back.
 *
 * That is the program's variables, blocks from malloc and mappings: both have a region of their own
 * at a fixed address and are never used twice within a schedule. A block has pages of its own, which are
 * taken away when it is freed: whoever still uses it faults. What the explorer itself must remember
 * from one schedule to the next comes from memory_keep.
 */
#ifndef TESTS_EXPLORE_MEMORY_H
#define TESTS_EXPLORE_MEMORY_H

#include <stddef.h>

/* Zeroed bytes that are not put back; never freed. */
void *memory_keep(size_t bytes);

/* Before the first block. */
void memory_init(void);

/* Remembers how everything is now; and makes it so again. */
void memory_remember(void);
void memory_put_back(void);

/* What an address belongs to, for a report. */
const char *memory_what(const void *at);

#endif
