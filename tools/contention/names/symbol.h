/* SPDX-License-Identifier: MIT */
/* symbol.h: the function at an address, by an ELF file's tables of symbols. */
#ifndef QC_SYMBOL_H
#define QC_SYMBOL_H

#include "elf_file.h"

/* Its name, to be freed; NULL: none, or out of memory. */
char *qc_symbol_at(const struct qc_elf *elf, uint64_t address);

#endif
