/* SPDX-License-Identifier: MIT */
/* memory.c: see memory.h. The linker sends malloc and mmap of the library here. */
#include "memory.h"

#include "explore.h"
#include "thread.h"

#include <string.h>
#include <sys/mman.h>

#define PAGE 4096u
#define BLOCKS_BASE ((char *)0x100000000000)
#define BLOCKS_BYTES (64u << 20)
#define MAPS_BASE ((char *)0x110000000000)
#define MAPS_BYTES (1u << 30)
#define MAX_BLOCKS 512
#define MAX_MAPS 64
#define GARBAGE 0xa5

void *__real_mmap(void *at, size_t bytes, int access, int flags, int file, off_t offset);
int __real_mprotect(void *at, size_t bytes, int access);
int __real_madvise(void *at, size_t bytes, int advice);

/* A block or a mapping. Of a mapping the first `open` bytes can be used. */
struct piece {
	char *at;
	size_t bytes, open;
	bool freed;
	char *copy; /* how it was; NULL: it was not there */
};

/* Put back like everything else: */
static struct piece blocks[MAX_BLOCKS], maps[MAX_MAPS];
static size_t n_blocks, n_maps;
static char *blocks_end = BLOCKS_BASE, *maps_end = MAPS_BASE;

/* Kept: */
struct kept {
	char *next, *end;
	char *variables; /* a copy of them */
};
static struct kept *kept;

extern char __data_start[], _end[]; /* the linker's */

/* --- kept --------------------------------------------------------------------------------- */

static char *map_new(size_t bytes)
{
	char *at = __real_mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (at == MAP_FAILED)
		explore_broken("out of memory");
	return at;
}

void *memory_keep(size_t bytes)
{
	return map_new((bytes + PAGE - 1) / PAGE * PAGE);
}

static void reserve(char *at, size_t bytes, int access)
{
	if (__real_mmap(at, bytes, access,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0) != at)
		explore_broken("no room at %p", (void *)at);
}

void memory_init(void)
{
	kept = memory_keep(sizeof *kept);
	reserve(BLOCKS_BASE, BLOCKS_BYTES, PROT_READ | PROT_WRITE);
	reserve(MAPS_BASE, MAPS_BYTES, PROT_NONE);
}

/* --- blocks -------------------------------------------------------------------------------- */

static size_t whole_pages(size_t bytes)
{
	return (bytes + PAGE - 1) / PAGE * PAGE;
}

static char *block_new(size_t bytes, int fill)
{
	struct piece *block = &blocks[n_blocks];

	if (n_blocks == sizeof blocks / sizeof blocks[0] ||
	    (size_t)(BLOCKS_BASE + BLOCKS_BYTES - blocks_end) < whole_pages(bytes))
		explore_broken("a schedule uses too much memory");
	n_blocks++;
	*block = (struct piece){ .at = blocks_end, .bytes = bytes ? bytes : 1 };
	blocks_end += whole_pages(block->bytes);
	memset(block->at, fill, bytes);
	return block->at;
}

static struct piece *block_at(const void *at)
{
	size_t low = 0, high = n_blocks;

	while (low + 1 < high) {
		size_t middle = low + (high - low) / 2;

		if (blocks[middle].at <= (const char *)at)
			low = middle;
		else
			high = middle;
	}
	return &blocks[low];
}

void *__wrap_malloc(size_t bytes);
void *__wrap_malloc(size_t bytes)
{
	return block_new(bytes, GARBAGE);
}

void *__wrap_calloc(size_t n, size_t bytes);
void *__wrap_calloc(size_t n, size_t bytes)
{
	return block_new(n * bytes, 0);
}

void __wrap_free(void *at);
void __wrap_free(void *at)
{
	struct piece *block = block_at(at);

	if (!at)
		return;
	if (!n_blocks || block->at != at || block->freed)
		explore_violation("memory", "%p is freed, which is %s", at, memory_what(at));
	block->freed = true;
	__real_mprotect(block->at, whole_pages(block->bytes), PROT_NONE);
}

void *__wrap_realloc(void *at, size_t bytes);
void *__wrap_realloc(void *at, size_t bytes)
{
	char *new = block_new(bytes, GARBAGE);
	size_t old = at ? block_at(at)->bytes : 0;

	if (at)
		memcpy(new, at, old < bytes ? old : bytes);
	__wrap_free(at);
	return new;
}

/* --- mappings ------------------------------------------------------------------------------ */

static struct piece *mapping_at(const void *at)
{
	size_t i;

	for (i = 0; i < n_maps; i++) {
		if (maps[i].at <= (const char *)at && (const char *)at < maps[i].at + maps[i].bytes)
			return &maps[i];
	}
	return NULL;
}

/* With a page between two that nobody may touch. */
void *__wrap_mmap(void *at, size_t bytes, int access, int flags, int file, off_t offset);
void *__wrap_mmap(void *at, size_t bytes, int access, int flags, int file, off_t offset)
{
	struct piece *map;

	(void)at, (void)flags, (void)file, (void)offset;
	thread_point(MAPS_BASE, EXPLORE_WRITES, "mmap", "the kernel");
	map = &maps[n_maps];
	if (n_maps == MAX_MAPS ||
	    (size_t)(MAPS_BASE + MAPS_BYTES - maps_end) < whole_pages(bytes) + PAGE)
		explore_broken("a schedule maps too much");
	n_maps++;
	*map = (struct piece){ .at = maps_end, .bytes = whole_pages(bytes) };
	map->open = access == PROT_NONE ? 0 : map->bytes;
	maps_end += map->bytes + PAGE;
	if (map->open)
		reserve(map->at, map->open, access);
	return map->at;
}

int __wrap_mprotect(void *at, size_t bytes, int access);
int __wrap_mprotect(void *at, size_t bytes, int access)
{
	struct piece *map;

	thread_point(MAPS_BASE, EXPLORE_WRITES, "mprotect", "the kernel");
	map = mapping_at(at);
	if (!map)
		explore_violation("memory", "%p is made accessible, which is %s", at,
				  memory_what(at));
	if ((char *)at + bytes > map->at + map->open)
		map->open = (size_t)((char *)at + bytes - map->at);
	return __real_mprotect(at, bytes, access);
}

int __wrap_munmap(void *at, size_t bytes);
int __wrap_munmap(void *at, size_t bytes)
{
	thread_point(MAPS_BASE, EXPLORE_WRITES, "munmap", "the kernel");
	if (!mapping_at(at))
		explore_violation("memory", "%p is unmapped, which is %s", at, memory_what(at));
	return __real_mprotect(at, whole_pages(bytes), PROT_NONE);
}

/* Advice about what is all zero, and about fork and core files: nothing to do. */
int __wrap_madvise(void *at, size_t bytes, int advice);
int __wrap_madvise(void *at, size_t bytes, int advice)
{
	(void)at, (void)bytes, (void)advice;
	return 0;
}

int __wrap_munlock(const void *at, size_t bytes);
int __wrap_munlock(const void *at, size_t bytes)
{
	(void)at, (void)bytes;
	return 0;
}

/* --- remembering ------------------------------------------------------------------------------- */

static void copy_piece(struct piece *piece, size_t bytes)
{
	if (piece->freed || bytes == 0)
		return;
	piece->copy = memory_keep(bytes);
	memcpy(piece->copy, piece->at, bytes);
}

void memory_remember(void)
{
	size_t bytes = (size_t)(_end - __data_start), i;

	for (i = 0; i < n_blocks; i++)
		copy_piece(&blocks[i], blocks[i].bytes);
	for (i = 0; i < n_maps; i++)
		copy_piece(&maps[i], maps[i].open);
	kept->variables = memory_keep(bytes);
	memcpy(kept->variables, __data_start, bytes);
}

/* What has been freed can be used again; what was not there is forgotten. */
static void reopen_blocks(void)
{
	size_t i;

	for (i = 0; i < n_blocks; i++) {
		if (blocks[i].freed)
			__real_mprotect(blocks[i].at, whole_pages(blocks[i].bytes),
					PROT_READ | PROT_WRITE);
	}
}

/* The compiler must not think that it knows what is at __data_start. */
static void put_back_variables(void)
{
	char *at = __data_start;

	__asm__ volatile("" : "+r"(at) : : "memory");
	memcpy(at, kept->variables, (size_t)(_end - __data_start));
	__asm__ volatile("" : : : "memory");
}

static void put_back_pieces(struct piece *pieces, size_t n, bool mapped)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (pieces[i].copy)
			memcpy(pieces[i].at, pieces[i].copy,
			       mapped ? pieces[i].open : pieces[i].bytes);
	}
}

void memory_put_back(void)
{
	size_t opened[MAX_MAPS], i;
	char *end = maps_end;

	for (i = 0; i < n_maps; i++)
		opened[i] = maps[i].open;
	reopen_blocks();
	put_back_variables();
	if (end > maps_end)
		reserve(maps_end, (size_t)(end - maps_end), PROT_NONE);
	for (i = 0; i < n_maps; i++) {
		if (opened[i] > maps[i].open)
			reserve(maps[i].at + maps[i].open, opened[i] - maps[i].open, PROT_NONE);
	}
	put_back_pieces(blocks, n_blocks, false);
	put_back_pieces(maps, n_maps, true);
}

const char *memory_what(const void *at)
{
	const char *byte = at;

	if (byte >= BLOCKS_BASE && byte < BLOCKS_BASE + BLOCKS_BYTES)
		return n_blocks && block_at(at)->freed ? "in a block that was freed"
						       : "in or behind a block";
	if (byte >= MAPS_BASE && byte < MAPS_BASE + MAPS_BYTES)
		return "in a mapping, or beyond what is writable of it";
	return "nothing of the library's";
}
