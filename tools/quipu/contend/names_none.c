/* SPDX-License-Identifier: MIT */
/* names_none.c: names where the profiler's own library of them is not built: none. */
#include "contention/names/names.h"

struct qc_names *qc_names_open(const char *debug_path)
{
	(void)debug_path;
	return NULL;
}

void qc_names_close(struct qc_names *names)
{
	(void)names;
}

size_t qc_names_of(struct qc_names *names, const char *path, const char *build_id, uint64_t offset,
		   struct qc_name out[QC_MAX_INLINED], const char **why)
{
	(void)names;
	(void)path;
	(void)build_id;
	(void)offset;
	(void)out;
	*why = "built without names";
	return 0;
}

bool qc_name_is_wrapper(const struct qc_name *name)
{
	(void)name;
	return false;
}
