/* SPDX-License-Identifier: MIT */
/*
 * elf_file.c: any bytes as a program or library: what is read of it is in it, the same every time,
 * and a function that is named has a symbol that covers the address.
 */
#include "demand.h"

#include "names.h"
#include "symbol.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#define MOST_SYMBOLS 8 /* that are asked for */

/* The piece of the input that a section is, NULL: it is not all in it. */
static const uint8_t *piece_of(const uint8_t *data, size_t size, const ElfW(Shdr) * section)
{
	if (section->sh_offset > size || section->sh_size > size - section->sh_offset)
		return NULL;
	return data + section->sh_offset;
}

static bool covers(const ElfW(Sym) * symbol, uint64_t address)
{
	return symbol->st_value <= address &&
	       (symbol->st_size == 0 || address - symbol->st_value < symbol->st_size);
}

static bool is_named(const uint8_t *data, size_t size, const struct qc_elf *elf,
		     const ElfW(Shdr) * table, uint64_t address, const char *name)
{
	const uint8_t *symbols = piece_of(data, size, table);

	for (uint64_t i = 0; symbols && i < table->sh_size / sizeof(ElfW(Sym)); i++) {
		ElfW(Sym) symbol;
		const ElfW(Shdr) *names = &elf->sections[table->sh_link];
		uint64_t at;

		memcpy(&symbol, symbols + i * sizeof(symbol), sizeof(symbol));
		at = names->sh_offset + symbol.st_name;
		if (covers(&symbol, address) && at < size && strlen(name) < size - at &&
		    memcmp(data + at, name, strlen(name)) == 0)
			return true;
	}
	/* Read as far as it goes. */
	return !symbols;
}

static bool is_known(const uint8_t *data, size_t size, const struct qc_elf *elf, uint64_t address,
		     const char *name)
{
	for (size_t i = 0; i < elf->n_sections; i++) {
		const ElfW(Shdr) *table = &elf->sections[i];

		if ((table->sh_type == SHT_SYMTAB || table->sh_type == SHT_DYNSYM) &&
		    table->sh_link < elf->n_sections &&
		    is_named(data, size, elf, table, address, name))
			return true;
	}
	return false;
}

static void check_address(const uint8_t *data, size_t size, const struct qc_elf *elf,
			  uint64_t address)
{
	char *name = qc_symbol_at(elf, address), *again = qc_symbol_at(elf, address);

	demand(!name == !again && (!name || strcmp(name, again) == 0), "another name");
	demand(!name || *name, "a name of nothing");
	demand(!name || is_known(data, size, elf, address, name), "a function that is not there");
	free(name);
	free(again);
}

static void check_symbols(const uint8_t *data, size_t size, const struct qc_elf *elf,
			  const ElfW(Shdr) * table)
{
	const uint8_t *symbols = piece_of(data, size, table);

	for (uint64_t i = 0; symbols && i < table->sh_size / sizeof(ElfW(Sym)) && i < MOST_SYMBOLS;
	     i++) {
		ElfW(Sym) symbol;

		memcpy(&symbol, symbols + i * sizeof(symbol), sizeof(symbol));
		check_address(data, size, elf, symbol.st_value);
		check_address(data, size, elf, symbol.st_value + symbol.st_size - 1);
		check_address(data, size, elf, symbol.st_value + symbol.st_size);
	}
}

static void check_build_id(const struct qc_elf *elf)
{
	char hex[2 * QC_MAX_BUILD_ID + 1];

	memset(hex, 'x', sizeof(hex));
	qc_elf_build_id(elf, hex);
	demand(strspn(hex, "0123456789abcdef") == strlen(hex), "a build-id of other digits");
	demand(strlen(hex) % 2 == 0, "half a byte");
}

static void check_sections(const uint8_t *data, size_t size, const struct qc_elf *elf)
{
	demand(elf->n_sections <= size / sizeof(ElfW(Shdr)),
	       "more sections than there is room for");
	for (size_t i = 0; i < elf->n_sections; i++) {
		char *read = qc_elf_read_section(elf, &elf->sections[i]);
		const uint8_t *piece = piece_of(data, size, &elf->sections[i]);

		demand(!read || piece, "bytes that are not there");
		demand(!read || memcmp(read, piece, elf->sections[i].sh_size) == 0, "other bytes");
		free(read);
		if (elf->sections[i].sh_type == SHT_SYMTAB)
			check_symbols(data, size, elf, &elf->sections[i]);
	}
}

static void check_names(const char *path)
{
	struct qc_names *names = qc_names_open(NULL);
	struct qc_name out[QC_MAX_INLINED];
	const char *why;

	demand(names != NULL, "memory is out");
	demand(qc_names_of(names, path, "", 4097, out, &why) <= 1 && why, "lines without libdw");
	qc_names_close(names);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("elf_file", MFD_CLOEXEC);
	struct qc_elf elf;
	char path[64];

	demand(fd >= 0 && write(fd, data, size) == (ssize_t)size, "no file in memory");
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (!qc_elf_open(&elf, path)) {
		check_build_id(&elf);
		check_sections(data, size, &elf);
		qc_elf_close(&elf);
	}
	check_names(path);
	close(fd);
	return 0;
}
