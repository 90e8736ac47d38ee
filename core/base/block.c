/* SPDX-License-Identifier: MIT */
/* block.c: see block.h. */
#include "block.h"

#if !QP_BLOCK_EXACT
#include <link.h>
#endif

#define PAGE_BYTES 4096 /* the smallest there is; larger ones only make it careful too often */

/* The words of a mask, as they lie in memory. */
#define ONES(bytes) (~UINT64_C(0) >> (64 - 8 * (bytes)))
#define LOW(bytes)                                                                                 \
	{                                                                                          \
		ONES(bytes), 0                                                                     \
	}
#define HIGH(bytes)                                                                                \
	{                                                                                          \
		ONES(8), ONES(bytes)                                                               \
	}

const qp_block qp_block_masks[QP_BLOCK_BYTES + 1] = {
	{ 0, 0 }, LOW(1),  LOW(2),  LOW(3),  LOW(4),  LOW(5),  LOW(6),	LOW(7),	 LOW(8),
	HIGH(1),  HIGH(2), HIGH(3), HIGH(4), HIGH(5), HIGH(6), HIGH(7), HIGH(8),
};

size_t qp_block_whole;

qp_block qp_block_exact(const char *at, size_t len)
{
	qp_block block = { 0, 0 };

	if (len)
		memcpy(&block, at, len < sizeof block ? len : sizeof block);
	return block;
}

#if QP_BLOCK_EXACT
void qp_block_init(void)
{
}
#else
/* Valgrind's tools that watch memory bring an object along; those that only count do not. */
static int is_a_watcher(struct dl_phdr_info *object, size_t size, void *unused)
{
	(void)size, (void)unused;
	return strstr(object->dlpi_name, "/vgpreload_") &&
	       !strstr(object->dlpi_name, "/vgpreload_core");
}

void qp_block_init(void)
{
	bool watched = dl_iterate_phdr(is_a_watcher, NULL) != 0;

	qp_block_whole = watched ? 0 : PAGE_BYTES - QP_BLOCK_BYTES;
}
#endif
