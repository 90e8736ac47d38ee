/* SPDX-License-Identifier: MIT */
/* debug_info.h: functions and lines by a file's debug information. */
#ifndef QC_DEBUG_INFO_H
#define QC_DEBUG_INFO_H

#include "debug_file.h"
#include "names.h"

struct qc_dwarf;

/* Whether this was built with a reader of it (elfutils' libdw). */
bool qc_dwarf_is_built(void);

/* NULL: it has none that can be read. The file may be closed at once; path is what it is called. */
struct qc_dwarf *qc_dwarf_open(const struct qc_elf *elf, const char *path,
			       const struct qc_folders *folders, struct qc_pool *pool);
void qc_dwarf_close(struct qc_dwarf *dwarf);

/* Those at an address as the file counts them, the innermost first, as names.h says, but that
 * they are not demangled. One without a function: only its line is known. */
size_t qc_dwarf_of(struct qc_dwarf *dwarf, uint64_t address, struct qc_name out[QC_MAX_INLINED]);

#endif
