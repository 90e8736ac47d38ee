/* SPDX-License-Identifier: MIT */
/* slots.c: see slots.h. Pages are found first-fit in a map of pages; ranges inside an extent. */
#include "slots.h"

#include "base/alloc.h"
#include "base/atomic.h"
#include "base/lock.h"
#include "shard.h"

#include <assert.h>

/* An extent longer than a page may waste at most one part in so many at its end. */
#define MAX_WASTE 8
#define MAX_SHARED_PAGES 16
#define AHEAD 8

struct extent {
	struct qp_extent_span span;
	uint32_t range_bytes;
	uint32_t n_ranges;
	uint32_t n_used;
	uint32_t hint;				  /* where to look for a free range */
	size_t room;				  /* index of its class */
	struct extent *next, *previous;		  /* in the list of all */
	struct extent *next_free, *previous_free; /* in its class's list of those with room */
	struct qp_owner *owner[];		  /* by range; NULL: free */
};

static struct extent *extents; /* all, newest first */
static size_t n_extents, used_bytes;
static struct extent **page_extent; /* by page; NULL: free */
static uint32_t n_pages, pages_end, pages_hint;
static bool space_left = true;

void qp_slots_init(uint32_t space_bytes)
{
	n_pages = space_bytes / QP_PAGE_BYTES;
	pages_end = 1; /* page 0 is the sink's */
	pages_hint = 1;
}

/* --- pages ------------------------------------------------------------------------- */

static bool page_map_ready(void)
{
	if (!page_extent)
		page_extent = qp_alloc(n_pages * sizeof page_extent[0]);
	return page_extent != NULL;
}

/* The first page of a free run of n, from the hint on; 0 if there is none. */
static uint32_t find_pages(uint32_t n)
{
	uint32_t page, run = 0;

	for (page = pages_hint; page < n_pages; page++) {
		run = page_extent[page] ? 0 : run + 1;
		if (run == n)
			return page + 1 - n;
	}
	return 0;
}

static void mark_pages(struct extent *extent, struct extent *mark)
{
	uint32_t page = extent->span.offset / QP_PAGE_BYTES;
	uint32_t end = page + extent->span.bytes / QP_PAGE_BYTES;

	if (!mark && page < pages_hint)
		pages_hint = page;
	if (mark && page == pages_hint)
		pages_hint = end;
	if (end > pages_end)
		pages_end = end;
	/* release: readers of a handle look here without the lock (qp_slots_algebra) */
	for (; page < end; page++)
		qp_store_release(&page_extent[page], mark);
}

/* --- extents ------------------------------------------------------------------------ */

/* How many pages make an extent for ranges of this length: few, and little waste. */
static uint32_t extent_pages(uint32_t range_bytes)
{
	uint32_t pages = (range_bytes + QP_PAGE_BYTES - 1) / QP_PAGE_BYTES;
	uint32_t try;

	for (try = pages; try <= MAX_SHARED_PAGES; try++) {
		if (try * QP_PAGE_BYTES % range_bytes * MAX_WASTE <= try * QP_PAGE_BYTES)
			return try;
	}
	return pages;
}

static struct extent *extent_new(enum qp_algebra algebra, uint32_t range_bytes)
{
	uint32_t pages = extent_pages(range_bytes);
	uint32_t n_ranges = (uint32_t)((uint64_t)pages * QP_PAGE_BYTES / range_bytes);
	struct extent *extent;
	uint32_t first;

	if (!page_map_ready())
		return NULL;
	first = find_pages(pages);
	space_left = first != 0;
	if (!first)
		return NULL;
	if (!qp_shards_grow((first + pages) * QP_PAGE_BYTES))
		return NULL;
	extent = qp_alloc(sizeof *extent + n_ranges * sizeof extent->owner[0]);
	if (!extent)
		return NULL;
	extent->span.offset = first * QP_PAGE_BYTES;
	extent->span.bytes = pages * QP_PAGE_BYTES;
	extent->span.algebra = algebra;
	extent->range_bytes = range_bytes;
	extent->n_ranges = n_ranges;
	extent->next = extents;
	if (extents)
		extents->previous = extent;
	extents = extent;
	n_extents++;
	mark_pages(extent, extent);
	return extent;
}

static void extent_free(struct extent *extent)
{
	mark_pages(extent, NULL);
	if (extent->previous)
		extent->previous->next = extent->next;
	else
		extents = extent->next;
	if (extent->next)
		extent->next->previous = extent->previous;
	n_extents--;
	qp_free(extent);
}

/* --- classes: the extents of one algebra and length that have room ----------------------- */

struct room {
	enum qp_algebra algebra;
	uint32_t range_bytes;
	struct extent *first;
};

static struct room *rooms;
static size_t n_rooms;

/* The index of a class, made if it is new; n_rooms when memory is out. */
static size_t room_for(enum qp_algebra algebra, uint32_t range_bytes)
{
	struct room *more;
	size_t i;

	for (i = 0; i < n_rooms; i++) {
		if (rooms[i].algebra == algebra && rooms[i].range_bytes == range_bytes)
			return i;
	}
	more = qp_realloc(rooms, (n_rooms + 1) * sizeof rooms[0]);
	if (!more)
		return n_rooms;
	rooms = more;
	rooms[n_rooms] = (struct room){ algebra, range_bytes, NULL };
	return n_rooms++;
}

static void room_add(struct extent *extent)
{
	struct room *room = &rooms[extent->room];

	extent->previous_free = NULL;
	extent->next_free = room->first;
	if (room->first)
		room->first->previous_free = extent;
	room->first = extent;
}

static void room_remove(struct extent *extent)
{
	if (extent->previous_free)
		extent->previous_free->next_free = extent->next_free;
	else
		rooms[extent->room].first = extent->next_free;
	if (extent->next_free)
		extent->next_free->previous_free = extent->previous_free;
}

static struct extent *find_extent(enum qp_algebra algebra, uint32_t range_bytes)
{
	size_t before = n_rooms;
	size_t room = room_for(algebra, range_bytes);
	struct extent *extent;

	if (room == before && n_rooms == before)
		return NULL;
	extent = rooms[room].first;
	if (extent)
		return extent;
	extent = extent_new(algebra, range_bytes);
	if (!extent)
		return NULL;
	extent->room = room;
	room_add(extent);
	return extent;
}

static uint32_t free_range(struct extent *extent)
{
	uint32_t i = extent->hint;

	while (extent->owner[i])
		i = i + 1 == extent->n_ranges ? 0 : i + 1;
	extent->hint = i + 1 == extent->n_ranges ? 0 : i + 1;
	return i;
}

bool qp_slots_take(enum qp_algebra algebra, uint32_t bytes, struct qp_owner *owner,
		   uint32_t *offset)
{
	struct extent *extent;
	uint32_t i;

	assert(qp_lock_held(&qp_catalog_lock));
	space_left = true;
	extent = find_extent(algebra, bytes);
	if (!extent)
		return false;
	i = free_range(extent);
	extent->owner[i] = owner;
	/* relaxed: a figure for humans, written under the lock */
	qp_store_relaxed(&used_bytes, used_bytes + bytes);
	if (++extent->n_used == extent->n_ranges)
		room_remove(extent);
	*offset = extent->span.offset + i * bytes;
	return true;
}

bool qp_slots_space_left(void)
{
	return space_left;
}

static struct extent *extent_at(uint32_t offset)
{
	uint32_t page = offset / QP_PAGE_BYTES;

	if (offset < QP_PAGE_BYTES || page >= n_pages || !page_extent)
		return NULL;
	/* acquire: pairs with mark_pages, for callers without the lock */
	return qp_load_acquire(&page_extent[page]);
}

static uint32_t range_at(const struct extent *extent, uint32_t offset)
{
	return (offset - extent->span.offset) / extent->range_bytes;
}

void qp_slots_give(uint32_t offset)
{
	struct extent *extent = extent_at(offset);

	assert(qp_lock_held(&qp_catalog_lock));
	if (!extent)
		return;
	extent->owner[range_at(extent, offset)] = NULL;
	/* relaxed: as above */
	qp_store_relaxed(&used_bytes, used_bytes - extent->range_bytes);
	if (extent->n_used-- == extent->n_ranges)
		room_add(extent);
	if (extent->n_used > 0)
		return;
	room_remove(extent);
	extent_free(extent);
}

struct qp_owner *qp_slots_owner(uint32_t offset)
{
	struct extent *extent = extent_at(offset);

	return extent ? extent->owner[range_at(extent, offset)] : NULL;
}

uint32_t qp_slots_bytes(uint32_t offset)
{
	struct extent *extent = extent_at(offset);

	return extent ? extent->range_bytes : 0;
}

enum qp_algebra qp_slots_algebra(uint32_t offset)
{
	struct extent *extent = extent_at(offset);

	return extent ? extent->span.algebra : QP_SHARED;
}

size_t qp_slots_count(void)
{
	return n_extents;
}

/* Does next go on where span ends, and add up like it? */
static bool continues(const struct qp_extent_span *span, const struct qp_extent_span *next)
{
	return span->algebra == next->algebra && span->offset + span->bytes == next->offset;
}

size_t qp_slots_spans(struct qp_extent_span *spans, size_t n)
{
	uint32_t page;
	size_t i = 0;

	for (page = 1; page_extent && page < pages_end; page++) {
		const struct extent *extent = page_extent[page];

		if (page + AHEAD < pages_end)
			qp_prefetch(page_extent[page + AHEAD]);
		if (!extent || extent->span.offset != page * QP_PAGE_BYTES)
			continue;
		if (i > 0 && continues(&spans[i - 1], &extent->span))
			spans[i - 1].bytes += extent->span.bytes;
		else if (i < n)
			spans[i++] = extent->span;
	}
	return i;
}

size_t qp_slots_used(void)
{
	/* relaxed: as above */
	return qp_load_relaxed(&used_bytes);
}

uint32_t qp_slots_end(void)
{
	return pages_end * QP_PAGE_BYTES;
}
