/* SPDX-License-Identifier: MIT */
/* annex.c: see annex.h. */
#include "annex.h"

#include "base/atomic.h"
#include "base/lock.h"

#include <assert.h>
#include <stddef.h>
#include <sys/mman.h>

#define GROW_STEP (64u * 1024)

static uint32_t space;
static char *base;
static uint32_t writable; /* atomic: pointers below this offset may be read */

void qp_annex_init(uint32_t space_bytes)
{
	space = space_bytes;
}

/* Address space only, for the reasons in shard.c. */
static bool reserve(void)
{
	void *mapped =
		mmap(NULL, space, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (mapped == MAP_FAILED)
		return false;
	munlock(mapped, space);
	madvise(mapped, space, MADV_NOHUGEPAGE);
	madvise(mapped, space, MADV_DONTDUMP);
	base = mapped;
	return true;
}

static bool grow(uint32_t offset)
{
	uint32_t end = (offset / GROW_STEP + 1) * GROW_STEP;

	if (!base && !reserve())
		return false;
	if (end > space)
		end = space;
	if (mprotect(base + writable, end - writable, PROT_READ | PROT_WRITE) != 0)
		return false;
	/* release: pairs with the load in qp_annex_get, for readers without the lock */
	qp_store_release(&writable, end);
	return true;
}

static void **place(uint32_t offset)
{
	return (void **)(void *)(base + offset);
}

bool qp_annex_set(uint32_t offset, void *pointer)
{
	assert(qp_lock_held(&qp_catalog_lock));
	if (offset >= writable) {
		if (!pointer)
			return true;
		if (!grow(offset))
			return false;
	}
	/* release: pairs with qp_annex_get; what it points to is complete */
	qp_store_release(place(offset), pointer);
	return true;
}

void *qp_annex_get(uint32_t offset)
{
	/* acquire: pairs with grow; the page is there, and base */
	if (offset >= qp_load_acquire(&writable))
		return NULL;
	/* acquire: pairs with qp_annex_set */
	return qp_load_acquire(place(offset));
}
