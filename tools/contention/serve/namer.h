/* SPDX-License-Identifier: MIT */
/*
 * namer.h: who knows the names of places: the plug-in beside this library, which reads debug
 * information, or what is linked in, which reads symbols.
 *
 * Threads: one at a time. Reads files, allocates; may take long.
 */
#ifndef QC_NAMER_H
#define QC_NAMER_H

#include "../names/names.h"

struct qc_namer {
	struct qc_names *names;
	void (*close)(struct qc_names *names);
	size_t (*of)(struct qc_names *names, const char *path, const char *build_id,
		     uint64_t offset, struct qc_name out[QC_MAX_INLINED], const char **why);
	bool (*is_wrapper)(const struct qc_name *name);
};

/* false: out of memory. */
bool qc_namer_open(struct qc_namer *namer);
void qc_namer_close(struct qc_namer *namer);

#endif
