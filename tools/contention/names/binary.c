/* SPDX-License-Identifier: MIT */
/*
 * binary.c: debug information is the file's own, or its debug file's; symbols are both files'.
 * No descriptor stays open from one call to the next: a profiled program may close all it finds,
 * and open others in their place.
 */
#include "binary.h"

#include "demangle.h"
#include "symbol.h"

#include <stdlib.h>
#include <string.h>

/* Where we are while a binary is opened. */
struct opening {
	struct qc_binary *binary;
	const struct qc_folders *folders;
	struct qc_pool *pool;
};

/* Why not, or NULL. */
static const char *open_as_it_was(struct qc_pool *pool, struct qc_elf *elf, const char *path,
				  const char *build_id)
{
	char found[2 * QC_MAX_BUILD_ID + 1];
	const char *why;

	if (!*path)
		return "code that no file has";
	why = qc_elf_open(elf, path);
	if (why)
		return qc_pool_print(pool, "%s: %s", path, why);
	qc_elf_build_id(elf, found);
	if (strcmp(found, build_id) == 0)
		return NULL;
	qc_elf_close(elf);
	return qc_pool_print(pool, "%s is another file now: its build-id is %s, and was %s", path,
			     *found ? found : "none", *build_id ? build_id : "none");
}

static bool has_debug_information(const struct qc_elf *elf)
{
	return qc_elf_section(elf, ".debug_info") || qc_elf_section(elf, ".zdebug_info");
}

static void open_debug_file(const struct opening *opening)
{
	struct qc_binary *binary = opening->binary;
	struct qc_elf elf;

	if (qc_elf_open(&elf, binary->debug_file))
		return;
	binary->dwarf = qc_dwarf_open(&elf, binary->debug_file, opening->folders, opening->pool);
	qc_elf_close(&elf);
}

static void open_own(const struct opening *opening, const struct qc_elf *elf)
{
	struct qc_binary *binary = opening->binary;

	binary->is_as_it_was = true;
	if (has_debug_information(elf))
		binary->dwarf = qc_dwarf_open(elf, binary->path, opening->folders, opening->pool);
	else if (!binary->debug_file)
		binary->debug_file =
			qc_debug_file_by_link(opening->folders, opening->pool, binary->path, elf);
}

static const char *why_no_lines(const struct opening *opening, const char *why)
{
	const struct qc_binary *binary = opening->binary;

	if (why)
		return why;
	if (!qc_dwarf_is_built())
		return "built without libdw: functions only, by symbols";
	if (binary->debug_file)
		return qc_pool_print(opening->pool, "%s: no debug information in it",
				     binary->debug_file);
	return qc_pool_print(opening->pool, "%s: no debug information, and no debug file for it",
			     binary->path);
}

static void open_files(const struct opening *opening)
{
	struct qc_binary *binary = opening->binary;
	struct qc_elf elf;
	const char *why = open_as_it_was(opening->pool, &elf, binary->path, binary->build_id);

	if (!why) {
		open_own(opening, &elf);
		qc_elf_close(&elf);
	}
	if (!binary->dwarf && !binary->debug_file)
		binary->debug_file =
			qc_debug_file_by_id(opening->folders, opening->pool, binary->build_id);
	if (!binary->dwarf && binary->debug_file)
		open_debug_file(opening);
	if (!binary->dwarf)
		binary->why = why_no_lines(opening, why);
}

struct qc_binary *qc_binary_open(const struct qc_folders *folders, struct qc_pool *pool,
				 const char *path, const char *build_id)
{
	struct qc_binary *binary = qc_pool_new(pool, sizeof(*binary));
	struct opening opening = { binary, folders, pool };

	if (!binary)
		return NULL;
	binary->path = qc_pool_copy(pool, path);
	binary->build_id = qc_pool_copy(pool, build_id);
	if (!binary->path || !binary->build_id)
		return NULL;
	open_files(&opening);
	return binary;
}

void qc_binary_close(struct qc_binary *binary)
{
	qc_dwarf_close(binary->dwarf);
}

/* NULL: none, or it is another file by now. */
static char *symbol_in(struct qc_pool *pool, const char *path, const char *build_id,
		       uint64_t address)
{
	struct qc_elf elf;
	char *symbol;

	if (open_as_it_was(pool, &elf, path, build_id))
		return NULL;
	symbol = qc_symbol_at(&elf, address);
	qc_elf_close(&elf);
	return symbol;
}

/* The debug file's are more: a stripped program has only those that others link to. */
static const char *symbol_of(const struct qc_binary *binary, struct qc_pool *pool, uint64_t address)
{
	const char *kept;
	char *symbol = NULL;

	if (binary->debug_file)
		symbol = symbol_in(pool, binary->debug_file, binary->build_id, address);
	if (!symbol && binary->is_as_it_was)
		symbol = symbol_in(pool, binary->path, binary->build_id, address);
	kept = symbol ? qc_pool_copy(pool, symbol) : NULL;
	free(symbol);
	return kept;
}

static const char *demangled(struct qc_pool *pool, const char *name)
{
	char *plain = name ? qc_demangle(name) : NULL;
	const char *kept = plain ? qc_pool_copy(pool, plain) : NULL;

	free(plain);
	return kept ? kept : name;
}

static bool is_mangled(const char *name)
{
	return strncmp(name, "_Z", 2) == 0;
}

/* A symbol tells more than debug information that has but a function's last name, which is so for
 * lambdas, and for all of C++ where there is little of it (-g1). */
static void name_by_symbol(const struct qc_binary *binary, struct qc_pool *pool, uint64_t address,
			   struct qc_name *name)
{
	const char *symbol;

	if (name->function && is_mangled(name->function))
		return;
	symbol = symbol_of(binary, pool, address);
	if (symbol && (!name->function || is_mangled(symbol)))
		name->function = symbol;
}

/* Symbols are of functions that were not inlined: of the outermost. */
size_t qc_binary_of(struct qc_binary *binary, struct qc_pool *pool, uint64_t address,
		    struct qc_name out[QC_MAX_INLINED])
{
	size_t n = binary->dwarf ? qc_dwarf_of(binary->dwarf, address, out) : 0;

	if (n == 0) {
		out[0] = (struct qc_name){ NULL, NULL, 0 };
		name_by_symbol(binary, pool, address, &out[0]);
		n = out[0].function != NULL;
	} else {
		name_by_symbol(binary, pool, address, &out[n - 1]);
	}
	for (size_t i = 0; i < n; i++)
		out[i].function = demangled(pool, out[i].function);
	return n;
}
