/* SPDX-License-Identifier: MIT */
/* binary.h: a program or library as it was when it ran, and what can still be known of it. */
#ifndef QC_BINARY_H
#define QC_BINARY_H

#include "debug_info.h"

struct qc_binary {
	struct qc_binary *next;
	const char *path, *build_id;
	const char *debug_file; /* NULL: none, or none needed */
	bool is_as_it_was;	/* whether the file at path is the one that ran */
	struct qc_dwarf *dwarf; /* NULL: none */
	const char *why;	/* no lines are known; NULL: some are */
};

/* NULL: out of memory. It and its texts are in the pool. */
struct qc_binary *qc_binary_open(const struct qc_folders *folders, struct qc_pool *pool,
				 const char *path, const char *build_id);
void qc_binary_close(struct qc_binary *binary);

/* The names at an address, innermost first, demangled; texts in the pool or the binary's. */
size_t qc_binary_of(struct qc_binary *binary, struct qc_pool *pool, uint64_t address,
		    struct qc_name out[QC_MAX_INLINED]);

#endif
