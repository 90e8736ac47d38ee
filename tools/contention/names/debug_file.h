/* SPDX-License-Identifier: MIT */
/*
 * debug_file.h: where the debug information of a program or library is that does not have it
 * itself. Only files of this machine are looked at, and only such as prove to belong to it.
 */
#ifndef QC_DEBUG_FILE_H
#define QC_DEBUG_FILE_H

#include "elf_file.h"
#include "pool.h"

/* Folders laid out like /usr/lib/debug, which is the last of them. */
struct qc_folders {
	const char *const *folder;
	size_t n;
};

/* False: out of memory. path: separated by ':'; NULL: none but the system's. */
bool qc_folders_read(struct qc_folders *folders, struct qc_pool *pool, const char *path);

/* The file with that build-id; what it is called in a pool; NULL: none. */
const char *qc_debug_file_by_id(const struct qc_folders *folders, struct qc_pool *pool,
				const char *build_id);

/* The one that the section .gnu_debuglink of the program at path names. */
const char *qc_debug_file_by_link(const struct qc_folders *folders, struct qc_pool *pool,
				  const char *path, const struct qc_elf *elf);

/* What dwz took out of several debug files because they share it (.gnu_debugaltlink): by the name
 * that the debug file at path has for it, or by its build-id. */
const char *qc_debug_file_shared(const struct qc_folders *folders, struct qc_pool *pool,
				 const char *path, const char *name, const char *build_id);

#endif
