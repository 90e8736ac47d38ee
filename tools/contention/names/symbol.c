/* SPDX-License-Identifier: MIT */
/*
 * symbol.c: tables are read through, a piece at a time, and none is kept: a profiled program's
 * memory is its own, and each address is asked for once.
 */
#include "symbol.h"

#include <stdlib.h>
#include <string.h>

#define PIECE 128     /* symbols read at once */
#define LONGEST 65536 /* of a name */

struct search {
	const struct qc_elf *elf;
	uint64_t address;
	uint64_t nearest; /* where the last function before it begins */
	bool is_found;
	ElfW(Sym) best;
	uint64_t names, names_size; /* the part of the file that has the best one's name */
};

static bool is_function(const ElfW(Sym) * symbol)
{
	unsigned type = ELF64_ST_TYPE(symbol->st_info);

	return (type == STT_FUNC || type == STT_GNU_IFUNC) && symbol->st_shndx != SHN_UNDEF;
}

/* Of several names for one place, the one that others link to. */
static int rank(const ElfW(Sym) * symbol)
{
	switch (ELF64_ST_BIND(symbol->st_info)) {
	case STB_GLOBAL:
		return 2;
	case STB_WEAK:
		return 1;
	default:
		return 0;
	}
}

/* Functions written in assembly may have no size: they end with their section, or where another
 * one begins. */
static bool covers(const struct search *search, const ElfW(Sym) * symbol)
{
	const ElfW(Shdr) * section;

	if (symbol->st_size > 0)
		return search->address - symbol->st_value < symbol->st_size;
	if (symbol->st_shndx >= search->elf->n_sections)
		return false;
	section = &search->elf->sections[symbol->st_shndx];
	return search->address - section->sh_addr < section->sh_size;
}

static bool is_better(const ElfW(Sym) * symbol, const struct search *search)
{
	const ElfW(Sym) *best = &search->best;

	if (!search->is_found || symbol->st_value != best->st_value)
		return !search->is_found || symbol->st_value > best->st_value;
	if ((symbol->st_size == 0) != (best->st_size == 0))
		return symbol->st_size > 0;
	return rank(symbol) > rank(best);
}

static void consider(struct search *search, const ElfW(Sym) * symbol, const ElfW(Shdr) * names)
{
	if (!is_function(symbol) || symbol->st_value > search->address)
		return;
	if (symbol->st_value > search->nearest)
		search->nearest = symbol->st_value;
	if (!covers(search, symbol) || !is_better(symbol, search))
		return;
	search->is_found = true;
	search->best = *symbol;
	search->names = names->sh_offset;
	search->names_size = names->sh_size;
}

static void look_through(struct search *search, const ElfW(Shdr) * table)
{
	const ElfW(Shdr) *names = &search->elf->sections[table->sh_link];
	ElfW(Sym) piece[PIECE];
	uint64_t n = table->sh_size / sizeof(piece[0]);

	for (uint64_t first = 0; first < n; first += PIECE) {
		size_t count = n - first < PIECE ? (size_t)(n - first) : PIECE;

		if (!qc_elf_fill(search->elf, table->sh_offset + first * sizeof(piece[0]), piece,
				 count * sizeof(piece[0])))
			return;
		for (size_t i = 0; i < count; i++)
			consider(search, &piece[i], names);
	}
}

/* A file has at most one of each type. */
static void look_through_type(struct search *search, uint32_t type)
{
	for (size_t i = 0; i < search->elf->n_sections; i++) {
		const ElfW(Shdr) *table = &search->elf->sections[i];

		if (table->sh_type != type)
			continue;
		if (table->sh_entsize == sizeof(ElfW(Sym)) &&
		    table->sh_link < search->elf->n_sections)
			look_through(search, table);
		return;
	}
}

static char *read_name(const struct search *search)
{
	uint64_t place = search->best.st_name, size = search->names_size;
	char *read, *name = NULL;

	if (place == 0 || place >= size)
		return NULL;
	size -= place;
	read = qc_elf_read(search->elf, search->names + place, size < LONGEST ? size : LONGEST);
	if (read && *read)
		name = strdup(read);
	free(read);
	return name;
}

char *qc_symbol_at(const struct qc_elf *elf, uint64_t address)
{
	struct search search = { .elf = elf, .address = address };

	look_through_type(&search, SHT_SYMTAB);
	look_through_type(&search, SHT_DYNSYM);
	if (!search.is_found || (search.best.st_size == 0 && search.best.st_value < search.nearest))
		return NULL;
	return read_name(&search);
}
