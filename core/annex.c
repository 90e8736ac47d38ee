/* SPDX-License-Identifier: MIT */
/* annex.c: see annex.h. */
#include "annex.h"

#include "base/lock.h"

#include <assert.h>
#include <stddef.h>
#include <sys/mman.h>

#define GROW_STEP (64u * 1024)

static uint32_t space;
char *qp_annex_base;
uint32_t qp_annex_end; /* atomic */

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
	qp_annex_base = mapped;
	return true;
}

static bool grow(uint32_t offset)
{
	uint32_t end = (offset / GROW_STEP + 1) * GROW_STEP;

	if (!qp_annex_base && !reserve())
		return false;
	if (end > space)
		end = space;
	if (mprotect(qp_annex_base + qp_annex_end, end - qp_annex_end, PROT_READ | PROT_WRITE) != 0)
		return false;
	/* release: pairs with qp_annex_get, for readers without the lock */
	qp_store_release(&qp_annex_end, end);
	return true;
}

static void **place(uint32_t offset)
{
	return (void **)(void *)(qp_annex_base + offset);
}

bool qp_annex_set(uint32_t offset, void *pointer)
{
	assert(qp_lock_held(&qp_catalog_lock));
	if (offset >= qp_annex_end) {
		if (!pointer)
			return true;
		if (!grow(offset))
			return false;
	}
	/* release: pairs with qp_annex_get; what it points to is complete */
	qp_store_release(place(offset), pointer);
	return true;
}
