/* SPDX-License-Identifier: MIT */
/* build_id.c: the note by which a file and its debug file know each other. */
#include "elf_file.h"

#include <stdlib.h>
#include <string.h>

bool qc_elf_hex(const void *id, size_t size, char hex[2 * QC_MAX_BUILD_ID + 1])
{
	static const char digits[] = "0123456789abcdef";
	const unsigned char *byte = id;

	hex[0] = '\0';
	if (size > QC_MAX_BUILD_ID)
		return false;
	for (size_t i = 0; i < size; i++) {
		*hex++ = digits[byte[i] >> 4];
		*hex++ = digits[byte[i] & 15];
	}
	*hex = '\0';
	return true;
}

static uint64_t aligned(uint64_t size, uint64_t alignment)
{
	return (size + alignment - 1) / alignment * alignment;
}

/* Sizes are of 32 bits, so sums of some of them fit 64. */
static bool find_in_notes(const char *notes, uint64_t size, uint64_t alignment, char *hex)
{
	uint64_t at = 0;

	while (size - at >= sizeof(ElfW(Nhdr))) {
		ElfW(Nhdr) note;
		uint64_t name = at + sizeof(note), id;

		memcpy(&note, notes + at, sizeof(note));
		id = aligned(name + note.n_namesz, alignment);
		if (id > size || note.n_descsz > size - id)
			return false;
		if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == sizeof(ELF_NOTE_GNU) &&
		    memcmp(notes + name, ELF_NOTE_GNU, sizeof(ELF_NOTE_GNU)) == 0)
			return qc_elf_hex(notes + id, note.n_descsz, hex);
		at = aligned(id + note.n_descsz, alignment);
		if (at > size)
			return false;
	}
	return false;
}

static bool find_in_file(const struct qc_elf *elf, uint64_t offset, uint64_t size,
			 uint64_t alignment, char *hex)
{
	char *notes = qc_elf_read(elf, offset, size);
	bool found = notes && find_in_notes(notes, size, alignment == 8 ? 8 : 4, hex);

	free(notes);
	return found;
}

static bool find_by_sections(const struct qc_elf *elf, char *hex)
{
	for (size_t i = 0; i < elf->n_sections; i++) {
		const ElfW(Shdr) *section = &elf->sections[i];

		if (section->sh_type == SHT_NOTE &&
		    find_in_file(elf, section->sh_offset, section->sh_size, section->sh_addralign,
				 hex))
			return true;
	}
	return false;
}

static void find_by_segments(const struct qc_elf *elf, char *hex)
{
	for (unsigned i = 0; i < elf->header.e_phnum; i++) {
		ElfW(Phdr) segment;

		if (!qc_elf_fill(elf, elf->header.e_phoff + i * sizeof(segment), &segment,
				 sizeof(segment)))
			return;
		if (segment.p_type == PT_NOTE &&
		    find_in_file(elf, segment.p_offset, segment.p_filesz, segment.p_align, hex))
			return;
	}
}

/* By sections first: a debug file's segments tell of places in the program, not in itself. */
void qc_elf_build_id(const struct qc_elf *elf, char hex[2 * QC_MAX_BUILD_ID + 1])
{
	hex[0] = '\0';
	if (!find_by_sections(elf, hex) && elf->header.e_phentsize == sizeof(ElfW(Phdr)))
		find_by_segments(elf, hex);
}
