/* SPDX-License-Identifier: MIT */
/*
 * units.c: the ranges of every unit, read once. There may be an index of them in the file
 * (.debug_aranges), but clang writes none.
 */
#include "units.h"

#include <stdlib.h>

static bool has_room(struct qc_units *units)
{
	size_t capacity = units->capacity ? units->capacity * 2 : 64;
	struct qc_unit_range *grown;

	if (units->n < units->capacity)
		return true;
	grown = reallocarray(units->ranges, capacity, sizeof(*grown));
	if (!grown)
		return false;
	units->ranges = grown;
	units->capacity = capacity;
	return true;
}

static void add_unit(struct qc_units *units, Dwarf_Die *unit)
{
	struct qc_unit_range range = { .unit = dwarf_dieoffset(unit) };
	Dwarf_Addr base;
	ptrdiff_t next = 0;

	while ((next = dwarf_ranges(unit, next, &base, &range.low, &range.high)) > 0) {
		if (range.low < range.high && has_room(units))
			units->ranges[units->n++] = range;
	}
}

static int compare(const void *left, const void *right)
{
	const struct qc_unit_range *a = left, *b = right;

	return (a->low > b->low) - (a->low < b->low);
}

static void order(struct qc_units *units)
{
	Dwarf_Addr reach = 0;

	if (units->n > 0)
		qsort(units->ranges, units->n, sizeof(*units->ranges), compare);
	for (size_t i = 0; i < units->n; i++) {
		if (units->ranges[i].high > reach)
			reach = units->ranges[i].high;
		units->ranges[i].reach = reach;
	}
}

void qc_units_read(struct qc_units *units, Dwarf *dwarf)
{
	Dwarf_CU *unit = NULL;
	Dwarf_Die die;

	while (dwarf_get_units(dwarf, unit, &unit, NULL, NULL, &die, NULL) == 0)
		add_unit(units, &die);
	order(units);
}

static size_t count_up_to(const struct qc_units *units, Dwarf_Addr address)
{
	size_t low = 0, high = units->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (units->ranges[middle].low <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Ranges of code that the linker dropped may overlap others: the one that begins last is meant. */
bool qc_units_find(const struct qc_units *units, Dwarf *dwarf, Dwarf_Addr address, Dwarf_Die *unit)
{
	for (size_t i = count_up_to(units, address); i > 0; i--) {
		const struct qc_unit_range *range = &units->ranges[i - 1];

		if (range->reach <= address)
			return false;
		if (address < range->high)
			return dwarf_offdie(dwarf, range->unit, unit) != NULL;
	}
	return false;
}

void qc_units_free(struct qc_units *units)
{
	free(units->ranges);
}
