/* SPDX-License-Identifier: MIT */
/*
 * elf_file.h: an ELF file of this machine's kind, of which nothing is believed: whatever it says
 * of places and sizes is held against the file's own size. It is read, not mapped: a file that is
 * cut short meanwhile ends a read, not the program.
 */
#ifndef QC_ELF_FILE_H
#define QC_ELF_FILE_H

#include <link.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define QC_MAX_BUILD_ID 64 /* bytes of one; a digest has 20 */

struct qc_elf {
	int fd;
	uint64_t size;
	ElfW(Ehdr) header;
	ElfW(Shdr) * sections;
	size_t n_sections;
	char *section_names;
	size_t section_names_size;
};

/* NULL, or why not: a text that lives for ever. */
const char *qc_elf_open(struct qc_elf *elf, const char *path);
void qc_elf_close(struct qc_elf *elf);

/* Bytes of the file, all or none; read copies them to new memory, behind them a zero. */
bool qc_elf_fill(const struct qc_elf *elf, uint64_t offset, void *to, size_t size);
char *qc_elf_read(const struct qc_elf *elf, uint64_t offset, uint64_t size);

/* NULL where it has no such section, or one without contents. */
const ElfW(Shdr) * qc_elf_section(const struct qc_elf *elf, const char *name);
char *qc_elf_read_section(const struct qc_elf *elf, const ElfW(Shdr) * section);

/* Hexadecimal; "" where it has none. */
void qc_elf_build_id(const struct qc_elf *elf, char hex[2 * QC_MAX_BUILD_ID + 1]);
/* False: longer than any. */
bool qc_elf_hex(const void *id, size_t size, char hex[2 * QC_MAX_BUILD_ID + 1]);

#endif
