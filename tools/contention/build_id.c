/* SPDX-License-Identifier: MIT */
/* build_id.c: see build_id.h. */
#include "build_id.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static size_t round_up(size_t n, size_t to)
{
	return (n + to - 1) / to * to;
}

static bool is_build_id(const ElfW(Nhdr) * note)
{
	return note->n_type == NT_GNU_BUILD_ID && note->n_namesz == 4 &&
	       memcmp(note + 1, "GNU", 4) == 0 && note->n_descsz <= (QC_MAX_BUILD_ID - 1) / 2;
}

static void write_hex(const unsigned char *bytes, size_t n, char *out)
{
	static const char digits[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < n; i++) {
		*out++ = digits[bytes[i] >> 4];
		*out++ = digits[bytes[i] & 15];
	}
	*out = 0;
}

/* The notes of one segment; false: it is not among them. */
static bool find_in(const char *at, size_t left, size_t align, char *id)
{
	while (left >= sizeof(ElfW(Nhdr))) {
		const ElfW(Nhdr) *note = (const void *)at;
		size_t text = round_up(sizeof *note + note->n_namesz, align);
		size_t whole = round_up(text + note->n_descsz, align);

		if (whole > left && text + note->n_descsz > left)
			return false;
		if (is_build_id(note)) {
			write_hex((const unsigned char *)at + text, note->n_descsz, id);
			return true;
		}
		at += whole;
		left -= whole < left ? whole : left;
	}
	return false;
}

void qc_build_id_of(const struct dl_phdr_info *info, char id[QC_MAX_BUILD_ID])
{
	unsigned i;

	id[0] = 0;
	for (i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *part = &info->dlpi_phdr[i];
		const char *at = (const char *)(info->dlpi_addr + part->p_vaddr);

		if (part->p_type == PT_NOTE &&
		    find_in(at, part->p_memsz, part->p_align == 8 ? 8 : 4, id))
			return;
	}
}
