/* SPDX-License-Identifier: MIT */
/* debug_info_none.c: built without libdw: no debug information is read. */
#include "debug_info.h"

bool qc_dwarf_is_built(void)
{
	return false;
}

struct qc_dwarf *qc_dwarf_open(const struct qc_elf *elf, const char *path,
			       const struct qc_folders *folders, struct qc_pool *pool)
{
	(void)elf, (void)path, (void)folders, (void)pool;
	return NULL;
}

void qc_dwarf_close(struct qc_dwarf *dwarf)
{
	(void)dwarf;
}

size_t qc_dwarf_of(struct qc_dwarf *dwarf, uint64_t address, struct qc_name out[QC_MAX_INLINED])
{
	(void)dwarf, (void)address, (void)out;
	return 0;
}
