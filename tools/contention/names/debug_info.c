/* SPDX-License-Identifier: MIT */
/*
 * debug_info.c: elfutils' libdw, and nothing of its libdwfl: that would look for debug files itself,
 * also in the network (debuginfod). Files are mapped, for debug information is large; no descriptor
 * stays open. As with every library that is mapped, writing into such a file ends the program;
 * what installs one puts it in the place of the old one instead.
 */
#include "debug_info.h"

#include "scopes.h"
#include "units.h"

#include <dwarf.h>
#include <elfutils/libdwelf.h>
#include <stdlib.h>
#include <string.h>

/* What is read of one file. */
struct source {
	Elf *elf;
	Dwarf *dwarf;
};

struct qc_dwarf {
	struct source own, shared; /* shared: what dwz took out of it */
	struct qc_units units;
};

bool qc_dwarf_is_built(void)
{
	return true;
}

/* Where it cannot be mapped it is read: either way its descriptor is not needed again. */
static bool open_source(struct source *source, int fd)
{
	source->elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
	if (!source->elf || elf_cntl(source->elf, ELF_C_FDREAD) != 0)
		return false;
	source->dwarf = dwarf_begin_elf(source->elf, DWARF_C_READ, NULL);
	return source->dwarf != NULL;
}

static void close_source(struct source *source)
{
	dwarf_end(source->dwarf);
	elf_end(source->elf);
}

static void open_shared(struct qc_dwarf *dwarf, const char *path, const struct qc_folders *folders,
			struct qc_pool *pool)
{
	const char *name, *found;
	const void *id;
	ssize_t size = dwelf_dwarf_gnu_debugaltlink(dwarf->own.dwarf, &name, &id);
	char build_id[2 * QC_MAX_BUILD_ID + 1];
	struct qc_elf elf;

	if (size <= 0 || !qc_elf_hex(id, (size_t)size, build_id))
		return;
	found = qc_debug_file_shared(folders, pool, path, name, build_id);
	if (!found || qc_elf_open(&elf, found))
		return;
	if (open_source(&dwarf->shared, elf.fd))
		dwarf_setalt(dwarf->own.dwarf, dwarf->shared.dwarf);
	qc_elf_close(&elf);
}

struct qc_dwarf *qc_dwarf_open(const struct qc_elf *elf, const char *path,
			       const struct qc_folders *folders, struct qc_pool *pool)
{
	struct qc_dwarf *dwarf = calloc(1, sizeof(*dwarf));

	if (!dwarf)
		return NULL;
	elf_version(EV_CURRENT);
	if (open_source(&dwarf->own, elf->fd)) {
		open_shared(dwarf, path, folders, pool);
		qc_units_read(&dwarf->units, dwarf->own.dwarf);
	}
	if (dwarf->units.n > 0)
		return dwarf;
	qc_dwarf_close(dwarf);
	return NULL;
}

void qc_dwarf_close(struct qc_dwarf *dwarf)
{
	if (!dwarf)
		return;
	qc_units_free(&dwarf->units);
	close_source(&dwarf->own);
	close_source(&dwarf->shared);
	free(dwarf);
}

static const char *text_of(Dwarf_Die *die, unsigned attribute)
{
	Dwarf_Attribute found;

	return dwarf_formstring(dwarf_attr_integrate(die, attribute, &found));
}

static const char *function_of(Dwarf_Die *die)
{
	const char *name = text_of(die, DW_AT_linkage_name);

	if (!name)
		name = text_of(die, DW_AT_MIPS_linkage_name);
	return name ? name : text_of(die, DW_AT_name);
}

static unsigned number_of(Dwarf_Die *die, unsigned attribute)
{
	Dwarf_Attribute found;
	Dwarf_Word number;

	if (dwarf_formudata(dwarf_attr(die, attribute, &found), &number) != 0)
		return 0;
	return (unsigned)number;
}

static void set_line(struct qc_name *name, Dwarf_Die *unit, Dwarf_Addr address)
{
	Dwarf_Line *line = dwarf_getsrc_die(unit, address);
	int number;

	if (!line || dwarf_lineno(line, &number) != 0 || number <= 0)
		return;
	name->file = dwarf_linesrc(line, NULL, NULL);
	name->line = name->file ? (unsigned)number : 0;
}

/* Where a function is that another was inlined into: at the call of that one. */
static void set_call(struct qc_name *name, Dwarf_Die *inlined)
{
	unsigned file = number_of(inlined, DW_AT_call_file);
	unsigned line = number_of(inlined, DW_AT_call_line);
	Dwarf_Files *files;
	Dwarf_Die unit;

	if (line == 0 || !dwarf_diecu(inlined, &unit, NULL, NULL) ||
	    dwarf_getsrcfiles(&unit, &files, NULL) != 0)
		return;
	name->file = dwarf_filesrc(files, file, NULL, NULL);
	name->line = name->file ? line : 0;
}

/* The tree of a unit whose most part is in another file (-gsplit-dwarf) begins there. */
static Dwarf_Die *tree_of(Dwarf_Die *unit, Dwarf_Die *split)
{
	if (dwarf_cu_info(unit->cu, NULL, NULL, NULL, split, NULL, NULL, NULL) == 0 &&
	    dwarf_tag(split) == DW_TAG_compile_unit)
		return split;
	return unit;
}

size_t qc_dwarf_of(struct qc_dwarf *dwarf, uint64_t address, struct qc_name out[QC_MAX_INLINED])
{
	Dwarf_Die unit, split;
	struct qc_scopes scopes;
	size_t n;

	if (!qc_units_find(&dwarf->units, dwarf->own.dwarf, address, &unit))
		return 0;
	qc_scopes_find(&scopes, tree_of(&unit, &split), address);
	n = scopes.n < QC_MAX_INLINED ? scopes.n : QC_MAX_INLINED;
	memset(out, 0, QC_MAX_INLINED * sizeof(*out));
	set_line(&out[0], &unit, address);
	for (size_t i = 0; i < n; i++) {
		Dwarf_Die *scope = &scopes.scope[scopes.n - 1 - i];

		out[i].function = function_of(scope);
		if (i + 1 < n)
			set_call(&out[i + 1], scope);
	}
	return n > 0 ? n : out[0].line > 0;
}
