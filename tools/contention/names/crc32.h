/* SPDX-License-Identifier: MIT */
/* crc32.h: the checksum in .gnu_debuglink (that of IEEE 802.3), of a whole file. */
#ifndef QC_CRC32_H
#define QC_CRC32_H

#include "elf_file.h"

/* False: it could not be read. */
bool qc_crc32_of(const struct qc_elf *elf, uint32_t *checksum);

#endif
