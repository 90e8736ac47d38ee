/* SPDX-License-Identifier: MIT */
/* units.h: which compilation unit an address belongs to. */
#ifndef QC_UNITS_H
#define QC_UNITS_H

#include <elfutils/libdw.h>
#include <stdbool.h>
#include <stddef.h>

struct qc_unit_range {
	Dwarf_Addr low, high;
	Dwarf_Addr reach; /* the furthest end of this and all before it */
	Dwarf_Off unit;
};

struct qc_units {
	struct qc_unit_range *ranges; /* by where they begin */
	size_t n, capacity;
};

/* What cannot be read, or kept, is left out. */
void qc_units_read(struct qc_units *units, Dwarf *dwarf);
bool qc_units_find(const struct qc_units *units, Dwarf *dwarf, Dwarf_Addr address, Dwarf_Die *unit);
void qc_units_free(struct qc_units *units);

#endif
