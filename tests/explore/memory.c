/* SPDX-License-Identifier: MIT */
/* memory.c: see memory.h. The linker sends malloc and mmap of the library here. */
#include "memory.h"

#include "explore.h"
#include "thread.h"

#include <string.h>
#include <sys/mman.h>

#define PAGE 4096u
#define GARBAGE 0xa5

#define BLOCKS_BASE ((char *)0x100000000000)
#define BLOCKS_BYTES (64u << 20)
#define MAX_BLOCKS 512

#define SPACES_BASE ((char *)0x110000000000)
#define SPACE_BYTES (1u << 20)	/* of a shard */
#define SPACE_STRIDE (2u << 20) /* so that nobody runs from one into the next */
#define MAX_SPACES 16

#define MAPS_BASE ((char *)0x120000000000)
#define MAPS_BYTES (1u << 30)
#define MAX_MAPS 16

void *__real_mmap(void *at, size_t bytes, int access, int flags, int file, off_t offset);
int __real_mprotect(void *at, size_t bytes, int access);

/* A block or a mapping. */
struct piece {
	char *at;
	size_t bytes;
	bool freed, gone; /* freed before the first schedule */
	char *copy;	  /* how it was; NULL: it was not there */
};

struct space {
	size_t open; /* so many bytes may be used */
	bool freed;
	char *copy;
	bool written[SPACE_BYTES / PAGE];
};

/* Put back like every variable: */
static struct piece blocks[MAX_BLOCKS], maps[MAX_MAPS];
static struct space spaces[MAX_SPACES];
static size_t n_blocks, n_maps, n_spaces;
static char *blocks_end = BLOCKS_BASE, *maps_end = MAPS_BASE;

/* Set once: */
static char *variables; /* a copy of them */

extern char __data_start[], _end[]; /* the linker's */

static size_t whole_pages(size_t bytes)
{
	return (bytes + PAGE - 1) / PAGE * PAGE;
}

static void *map_anew(void *at, size_t bytes, int access, int more)
{
	void *map = __real_mmap(at, bytes, access,
				MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | more, -1, 0);

	if (map == MAP_FAILED || (at && map != at))
		explore_broken("no memory at %p", at);
	return map;
}

void *memory_keep(size_t bytes)
{
	return map_anew(NULL, whole_pages(bytes), PROT_READ | PROT_WRITE, 0);
}

void memory_init(void)
{
	map_anew(BLOCKS_BASE, BLOCKS_BYTES, PROT_READ | PROT_WRITE, MAP_FIXED);
	map_anew(SPACES_BASE, MAX_SPACES * (size_t)SPACE_STRIDE, PROT_READ | PROT_WRITE, MAP_FIXED);
	map_anew(MAPS_BASE, MAPS_BYTES, PROT_NONE, MAP_FIXED);
}

/* --- blocks --------------------------------------------------------------------------------- */

static char *block_new(size_t bytes, int fill)
{
	struct piece *block = &blocks[n_blocks];

	if (n_blocks == MAX_BLOCKS ||
	    (size_t)(BLOCKS_BASE + BLOCKS_BYTES - blocks_end) < whole_pages(bytes + 1))
		explore_broken("a schedule uses too much memory");
	n_blocks++;
	*block = (struct piece){ .at = blocks_end, .bytes = bytes };
	blocks_end += whole_pages(bytes + 1);
	memset(block->at, fill, bytes);
	return block->at;
}

/* The last that begins there or before; NULL: none. */
static struct piece *block_at(const volatile void *at)
{
	size_t low = 0, high = n_blocks;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (blocks[middle].at <= (const volatile char *)at)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 ? &blocks[low - 1] : NULL;
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
	if (!block || block->at != at || block->freed)
		explore_violation("memory", "%p is freed, which is %s", at, memory_what(at));
	block->freed = true;
	__real_mprotect(block->at, whole_pages(block->bytes + 1), PROT_NONE);
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

/* --- spaces --------------------------------------------------------------------------------- */

static struct space *space_of(const volatile void *at)
{
	size_t i = (size_t)((const volatile char *)at - SPACES_BASE) / SPACE_STRIDE;

	return i < n_spaces ? &spaces[i] : NULL;
}

static char *space_at(const struct space *space)
{
	return SPACES_BASE + (size_t)(space - spaces) * SPACE_STRIDE;
}

static void *space_new(size_t bytes)
{
	if (bytes > SPACE_BYTES || n_spaces == MAX_SPACES)
		explore_broken("no room for a space of %zu bytes", bytes);
	return space_at(&spaces[n_spaces++]);
}

void memory_use(const volatile void *at, enum explore_use use)
{
	struct space *space = space_of(at);
	size_t offset;

	if (!space)
		return;
	offset = (size_t)((const volatile char *)at - space_at(space));
	if (offset >= space->open || space->freed)
		explore_violation("memory",
				  "%s uses byte %zu of a shard, of which %zu are writable",
				  threads[current].name, offset, space->freed ? 0 : space->open);
	if (use == EXPLORE_WRITES)
		space->written[offset / PAGE] = true;
}

static void put_back_space(struct space *space)
{
	size_t i;

	for (i = 0; i < SPACE_BYTES / PAGE; i++) {
		if (!space->written[i])
			continue;
		if (space->copy)
			memcpy(space_at(space) + i * PAGE, space->copy + i * PAGE, PAGE);
		else
			memset(space_at(space) + i * PAGE, 0, PAGE);
	}
}

static void copy_space(struct space *space)
{
	size_t i;

	space->copy = memory_keep(SPACE_BYTES);
	for (i = 0; i < SPACE_BYTES / PAGE; i++) {
		if (space->written[i])
			memcpy(space->copy + i * PAGE, space_at(space) + i * PAGE, PAGE);
		space->written[i] = false;
	}
}

/* --- mappings ------------------------------------------------------------------------------- */

static struct piece *mapping_at(const volatile void *at)
{
	size_t i;

	for (i = 0; i < n_maps; i++) {
		if ((size_t)((const volatile char *)at - maps[i].at) < maps[i].bytes)
			return &maps[i];
	}
	return NULL;
}

/* With a page between two that nobody may touch. */
void *__wrap_mmap(void *at, size_t bytes, int access, int flags, int file, off_t offset);
void *__wrap_mmap(void *at, size_t bytes, int access, int flags, int file, off_t offset)
{
	struct piece *map = &maps[n_maps];

	(void)at, (void)flags, (void)file, (void)offset;
	if (access == PROT_NONE)
		return space_new(bytes);
	if (n_maps == MAX_MAPS ||
	    (size_t)(MAPS_BASE + MAPS_BYTES - maps_end) < whole_pages(bytes) + PAGE)
		explore_broken("a schedule maps too much");
	n_maps++;
	*map = (struct piece){ .at = maps_end, .bytes = whole_pages(bytes) };
	maps_end += map->bytes + PAGE;
	return map_anew(map->at, map->bytes, access, MAP_FIXED);
}

/* Of a space, the part behind what is open. */
int __wrap_mprotect(void *at, size_t bytes, int access);
int __wrap_mprotect(void *at, size_t bytes, int access)
{
	struct space *space = space_of(at);
	size_t offset;

	(void)access;
	if (!space || space->freed)
		explore_violation("memory", "%p is made accessible, which is %s", at,
				  memory_what(at));
	offset = (size_t)((char *)at - space_at(space));
	if (offset > space->open)
		explore_violation("memory", "a gap in what is writable of a shard");
	if (offset + bytes > space->open)
		space->open = offset + bytes;
	return 0;
}

int __wrap_munmap(void *at, size_t bytes);
int __wrap_munmap(void *at, size_t bytes)
{
	struct space *space = space_of(at);
	struct piece *map = mapping_at(at);

	if (space && !space->freed)
		space->freed = true;
	else if (map && at == map->at)
		map->freed = true;
	else if (!map)
		explore_violation("memory", "%p is unmapped, which is %s", at, memory_what(at));
	return map ? __real_mprotect(at, whole_pages(bytes), PROT_NONE) : 0;
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

/* --- remembering ---------------------------------------------------------------------------- */

static void copy_piece(struct piece *piece)
{
	piece->copy = memory_keep(piece->bytes + 1);
	piece->gone = piece->freed;
	if (!piece->gone)
		memcpy(piece->copy, piece->at, piece->bytes);
}

void memory_remember(void)
{
	size_t bytes = (size_t)(_end - __data_start), i;

	for (i = 0; i < n_blocks; i++)
		copy_piece(&blocks[i]);
	for (i = 0; i < n_maps; i++)
		copy_piece(&maps[i]);
	for (i = 0; i < n_spaces; i++)
		copy_space(&spaces[i]);
	variables = memory_keep(bytes);
	memcpy(variables, __data_start, bytes);
}

static void reopen(char *at, size_t bytes)
{
	__real_mprotect(at, bytes, PROT_READ | PROT_WRITE);
}

/* What has been freed can be used again: one by one, and what the schedule made at once. */
static void reopen_blocks(void)
{
	bool any = false;
	size_t i, n = n_blocks;

	for (i = 0; i < n && blocks[i].copy; i++) {
		if (blocks[i].freed && !blocks[i].gone)
			reopen(blocks[i].at, whole_pages(blocks[i].bytes + 1));
	}
	for (n = i; i < n_blocks; i++)
		any |= blocks[i].freed;
	if (any)
		reopen(blocks[n].at, (size_t)(blocks_end - blocks[n].at));
}

/* The compiler must not think that it knows what is at __data_start. */
static void put_back_variables(void)
{
	char *at = __data_start;

	__asm__ volatile("" : "+r"(at) : : "memory");
	memcpy(at, variables, (size_t)(_end - __data_start));
	__asm__ volatile("" : : : "memory");
}

static void put_back_pieces(const struct piece *pieces, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (!pieces[i].gone)
			memcpy(pieces[i].at, pieces[i].copy, pieces[i].bytes);
	}
}

void memory_put_back(void)
{
	char *end = maps_end;
	size_t i;

	for (i = 0; i < n_spaces; i++)
		put_back_space(&spaces[i]);
	reopen_blocks();
	put_back_variables();
	if (end > maps_end)
		map_anew(maps_end, (size_t)(end - maps_end), PROT_NONE, MAP_FIXED);
	put_back_pieces(blocks, n_blocks);
	put_back_pieces(maps, n_maps);
}

const char *memory_what(const volatile void *at)
{
	const struct piece *block = block_at(at);

	if (space_of(at))
		return "in a shard";
	if (mapping_at(at))
		return "in a mapping";
	if (block && (const volatile char *)at < blocks_end)
		return block->freed ? "in a block that was freed" : "in or behind a block";
	return "nothing of the library's";
}
