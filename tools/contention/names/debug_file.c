/* SPDX-License-Identifier: MIT */
/* debug_file.c: the places where debuggers look, in their order. */
#include "debug_file.h"

#include "crc32.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char system_folder[] = "/usr/lib/debug";

/* What a program says of its debug file: its name, and a checksum of all of it. */
struct link {
	char *name;
	uint32_t checksum;
};

struct search {
	struct qc_pool *pool;
	const char *build_id;	 /* what a file must have; "": none is known */
	const struct link *link; /* what it must be then */
};

static size_t count_parts(const char *path)
{
	size_t n = 1;

	while (*path)
		n += *path++ == ':';
	return n;
}

bool qc_folders_read(struct qc_folders *folders, struct qc_pool *pool, const char *path)
{
	char *parts = qc_pool_copy(pool, path ? path : ""), *part;
	const char **all =
		parts ? qc_pool_new(pool, (count_parts(parts) + 1) * sizeof(*all)) : NULL;
	size_t n = 0;

	if (!all)
		return false;
	while ((part = strsep(&parts, ":"))) {
		if (*part)
			all[n++] = part;
	}
	all[n++] = system_folder;
	*folders = (struct qc_folders){ all, n };
	return true;
}

/* By its build-id: for its checksum all of the file has to be read. */
static bool fits(const struct search *search, const struct qc_elf *elf)
{
	char build_id[2 * QC_MAX_BUILD_ID + 1];
	uint32_t checksum;

	if (!*search->build_id)
		return search->link && qc_crc32_of(elf, &checksum) &&
		       checksum == search->link->checksum;
	qc_elf_build_id(elf, build_id);
	return strcmp(build_id, search->build_id) == 0;
}

/* The place if the file there is the one. */
__attribute__((format(printf, 2, 3))) static const char *look(const struct search *search,
							      const char *format, ...)
{
	const char *found = NULL;
	struct qc_elf elf;
	va_list list;
	char *path;
	int length;

	va_start(list, format);
	length = vasprintf(&path, format, list);
	va_end(list);
	if (length < 0)
		return NULL;
	if (!qc_elf_open(&elf, path)) {
		if (fits(search, &elf))
			found = qc_pool_copy(search->pool, path);
		qc_elf_close(&elf);
	}
	free(path);
	return found;
}

/* The first byte of the id names a folder. Some distributions have the program itself there, too. */
const char *qc_debug_file_by_id(const struct qc_folders *folders, struct qc_pool *pool,
				const char *build_id)
{
	struct search search = { .pool = pool, .build_id = build_id };
	const char *found = NULL, *rest = build_id + 2;

	if (strlen(build_id) <= 2 || strchr(build_id, '/'))
		return NULL;
	for (size_t i = 0; i < folders->n && !found; i++) {
		const char *folder = folders->folder[i];

		found = look(&search, "%s/.build-id/%.2s/%s.debug", folder, build_id, rest);
		if (!found)
			found = look(&search, "%s/.build-id/%.2s/%s", folder, build_id, rest);
	}
	return found;
}

/* A name, zeros up to a multiple of four, the checksum. */
static bool read_link(const struct qc_elf *elf, struct link *link)
{
	const ElfW(Shdr) *section = qc_elf_section(elf, ".gnu_debuglink");
	uint64_t place;

	link->name = section ? qc_elf_read_section(elf, section) : NULL;
	if (!link->name)
		return false;
	place = (strlen(link->name) + 4) / 4 * 4;
	if (*link->name && !strchr(link->name, '/') && section->sh_size >= 4 &&
	    place <= section->sh_size - 4) {
		memcpy(&link->checksum, link->name + place, sizeof(link->checksum));
		return true;
	}
	free(link->name);
	return false;
}

static int length_of_folder(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? (int)(slash - path) + 1 : 0;
}

static const char *find_linked(const struct search *search, const struct qc_folders *folders,
			       const char *path)
{
	const char *name = search->link->name;
	int n = length_of_folder(path);
	const char *found = look(search, "%.*s%s", n, path, name);

	if (!found)
		found = look(search, "%.*s.debug/%s", n, path, name);
	for (size_t i = 0; i < folders->n && !found; i++) {
		found = look(search, "%s/%.*s%s", folders->folder[i], n, path, name);
		if (!found)
			found = look(search, "%s/%s", folders->folder[i], name);
	}
	return found;
}

const char *qc_debug_file_by_link(const struct qc_folders *folders, struct qc_pool *pool,
				  const char *path, const struct qc_elf *elf)
{
	char build_id[2 * QC_MAX_BUILD_ID + 1];
	struct link link;
	struct search search = { pool, build_id, &link };
	const char *found;

	if (!read_link(elf, &link))
		return NULL;
	qc_elf_build_id(elf, build_id);
	found = find_linked(&search, folders, path);
	free(link.name);
	return found;
}

/* Below other folders it lies as it does below the system's. */
const char *qc_debug_file_shared(const struct qc_folders *folders, struct qc_pool *pool,
				 const char *path, const char *name, const char *build_id)
{
	struct search search = { .pool = pool, .build_id = build_id };
	size_t system_length = sizeof(system_folder) - 1;
	int n = *name == '/' ? 0 : length_of_folder(path);
	const char *found = look(&search, "%.*s%s", n, path, name);

	if (strncmp(name, system_folder, system_length) == 0)
		name += system_length;
	for (size_t i = 0; i < folders->n && !found; i++)
		found = look(&search, "%s/%s", folders->folder[i], name);
	return found ? found : qc_debug_file_by_id(folders, pool, build_id);
}
