/* SPDX-License-Identifier: MIT */
/*
 * scopes.c: the tree of a unit, walked down only where the address can be. A second walk, into
 * types and functions that are elsewhere, is for languages with functions inside of those.
 */
#include "scopes.h"

#include <dwarf.h>
#include <stdbool.h>

struct walk {
	struct qc_scopes *scopes;
	bool everywhere;
	unsigned depth;
};

static bool visit(struct walk *walk, Dwarf_Die *die);

static bool descend(struct walk *walk, Dwarf_Die *parent)
{
	bool found = false;
	Dwarf_Die child;

	if (walk->depth == QC_MAX_SCOPES || dwarf_child(parent, &child) != 0)
		return false;
	walk->depth++;
	do
		found = visit(walk, &child);
	while (!found && dwarf_siblingof(&child, &child) == 0);
	walk->depth--;
	return found;
}

static bool visit_function(struct walk *walk, Dwarf_Die *die)
{
	struct qc_scopes *scopes = walk->scopes;

	if (dwarf_haspc(die, scopes->address) <= 0)
		return walk->everywhere && descend(walk, die);
	if (scopes->n < QC_MAX_SCOPES)
		scopes->scope[scopes->n++] = *die;
	descend(walk, die);
	return true;
}

static bool may_have_it(const struct walk *walk, Dwarf_Die *die)
{
	if (!dwarf_hasattr(die, DW_AT_low_pc) && !dwarf_hasattr(die, DW_AT_ranges))
		return true;
	return dwarf_haspc(die, walk->scopes->address) > 0;
}

static bool visit(struct walk *walk, Dwarf_Die *die)
{
	switch (dwarf_tag(die)) {
	case DW_TAG_subprogram:
	case DW_TAG_inlined_subroutine:
		return visit_function(walk, die);
	case DW_TAG_lexical_block:
	case DW_TAG_try_block:
	case DW_TAG_catch_block:
	case DW_TAG_with_stmt:
		return may_have_it(walk, die) && descend(walk, die);
	case DW_TAG_namespace:
	case DW_TAG_module:
		return descend(walk, die);
	case DW_TAG_class_type:
	case DW_TAG_structure_type:
	case DW_TAG_union_type:
	case DW_TAG_enumeration_type:
		return walk->everywhere && descend(walk, die);
	default:
		return false;
	}
}

void qc_scopes_find(struct qc_scopes *scopes, Dwarf_Die *unit, Dwarf_Addr address)
{
	struct walk walk = { .scopes = scopes };

	scopes->address = address;
	scopes->n = 0;
	if (descend(&walk, unit))
		return;
	walk.everywhere = true;
	descend(&walk, unit);
}
