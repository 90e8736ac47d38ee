/* SPDX-License-Identifier: MIT */
/* scopes.h: the function that an address is in, and what was inlined there. */
#ifndef QC_SCOPES_H
#define QC_SCOPES_H

#include <elfutils/libdw.h>
#include <stddef.h>

#define QC_MAX_SCOPES 64

struct qc_scopes {
	Dwarf_Addr address;
	size_t n;
	Dwarf_Die scope[QC_MAX_SCOPES]; /* the outermost first */
};

/* None: n is 0. */
void qc_scopes_find(struct qc_scopes *scopes, Dwarf_Die *unit, Dwarf_Addr address);

#endif
