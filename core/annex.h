/* SPDX-License-Identifier: MIT */
/*
 * annex.h: a pointer beside each slot, for what few series have; found from a handle's offset
 * without a lock and in signal handlers.
 *
 * Writers:  qp_annex_set, catalog lock held.
 * Readers:  anybody, by loads.
 * Publication: the end of the part that may be read is stored after the part was made writable;
 *           a pointer is stored after what it points to is complete.
 * Reclamation: the mapping stays; pointers are cleared when their range is given back. What they
 *           point to must bear late visitors (exemplar.h).
 */
#ifndef QP_ANNEX_H
#define QP_ANNEX_H

#include "base/atomic.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The size of the slot space; before the first pointer. */
void qp_annex_init(uint32_t space_bytes);

/* False: out of memory. NULL takes a pointer away and never fails. */
bool qp_annex_set(uint32_t offset, void *pointer);

/* For the function below: the mapping, and up to where it may be read. */
extern char *qp_annex_base;
extern uint32_t qp_annex_end;

static inline void *qp_annex_get(uint32_t offset)
{
	/* acquire: pairs with grow in annex.c; the page is there, and the base */
	if (offset >= qp_load_acquire(&qp_annex_end))
		return NULL;
	/* acquire: pairs with qp_annex_set */
	return qp_load_acquire((void **)(void *)(qp_annex_base + offset));
}

#endif
