/* SPDX-License-Identifier: MIT */
/*
 * elf_look.c: see elf_look.h. A file may be anything: nothing in it is believed to lie within it.
 *
 * A sanitizer shows as a library that is needed, or, linked into the program, as a name in the
 * table of strings for dynamic linking.
 */
#include "elf_look.h"

#include <elf.h>
#include <link.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MOST_STRINGS ((size_t)64 << 20)
#define MOST_ENTRIES 4096

typedef ElfW(Ehdr) elf_header;
typedef ElfW(Phdr) elf_segment;
typedef ElfW(Dyn) elf_entry;

static bool read_at(int fd, uint64_t offset, void *out, size_t size)
{
	return offset <= INT64_MAX && pread(fd, out, size, (off_t)offset) == (ssize_t)size;
}

/* --- machines --------------------------------------------------------------------------------- */

static const struct {
	unsigned char class, data;
	uint16_t number;
	const char *name;
} machines[] = {
	{ ELFCLASS64, ELFDATA2LSB, EM_X86_64, "x86-64" },
	{ ELFCLASS32, ELFDATA2LSB, EM_X86_64, "x32" },
	{ ELFCLASS32, ELFDATA2LSB, EM_386, "32-bit x86" },
	{ ELFCLASS64, ELFDATA2LSB, EM_AARCH64, "AArch64" },
	{ ELFCLASS32, ELFDATA2LSB, EM_ARM, "32-bit Arm" },
	{ ELFCLASS64, ELFDATA2LSB, EM_RISCV, "RISC-V" },
	{ ELFCLASS64, ELFDATA2MSB, EM_S390, "s390x" },
	{ ELFCLASS64, ELFDATA2LSB, EM_PPC64, "ppc64le" },
};

static const char *machine_of(const elf_header *header)
{
	for (size_t i = 0; i < sizeof(machines) / sizeof(machines[0]); i++) {
		if (machines[i].class == header->e_ident[EI_CLASS] &&
		    machines[i].data == header->e_ident[EI_DATA] &&
		    machines[i].number == header->e_machine)
			return machines[i].name;
	}
	return "another machine";
}

static bool read_own(elf_header *header)
{
	FILE *file = fopen("/proc/self/exe", "rb");
	bool ok = file && fread(header, sizeof(*header), 1, file) == 1;

	if (file)
		fclose(file);
	return ok;
}

const char *elf_own_machine(void)
{
	elf_header own;

	return read_own(&own) ? machine_of(&own) : "this machine";
}

static bool is_own(const elf_header *header)
{
	elf_header own;

	return !read_own(&own) || (own.e_ident[EI_CLASS] == header->e_ident[EI_CLASS] &&
				   own.e_ident[EI_DATA] == header->e_ident[EI_DATA] &&
				   own.e_machine == header->e_machine);
}

/* --- segments --------------------------------------------------------------------------------- */

static bool read_segment(int fd, const elf_header *header, unsigned i, elf_segment *segment)
{
	return header->e_phentsize == sizeof(*segment) &&
	       read_at(fd, header->e_phoff + (uint64_t)i * sizeof(*segment), segment,
		       sizeof(*segment));
}

static bool find_segment(int fd, const elf_header *header, uint32_t type, elf_segment *segment)
{
	for (unsigned i = 0; i < header->e_phnum; i++) {
		if (read_segment(fd, header, i, segment) && segment->p_type == type)
			return true;
	}
	return false;
}

/* Where in the file an address is; 0: nowhere. */
static uint64_t offset_of(int fd, const elf_header *header, uint64_t address)
{
	elf_segment segment;

	for (unsigned i = 0; i < header->e_phnum; i++) {
		if (read_segment(fd, header, i, &segment) && segment.p_type == PT_LOAD &&
		    address >= segment.p_vaddr && address - segment.p_vaddr < segment.p_filesz)
			return segment.p_offset + (address - segment.p_vaddr);
	}
	return 0;
}

static void read_loader(int fd, const elf_segment *segment, char loader[ELF_LOADER_SIZE])
{
	size_t size =
		segment->p_filesz < ELF_LOADER_SIZE - 1 ? segment->p_filesz : ELF_LOADER_SIZE - 1;

	if (!read_at(fd, segment->p_offset, loader, size))
		size = 0;
	loader[size] = '\0';
}

/* --- sanitizers ------------------------------------------------------------------------------- */

static const struct {
	const char *name, *library, *runtime, *symbol;
} sanitizers[] = {
	{ "AddressSanitizer", "libasan.so", "libclang_rt.asan", "__asan_init" },
	{ "ThreadSanitizer", "libtsan.so", "libclang_rt.tsan", "__tsan_init" },
	{ "MemorySanitizer", "libmsan.so", "libclang_rt.msan", "__msan_init" },
	{ "HWAddressSanitizer", "libhwasan.so", "libclang_rt.hwasan", "__hwasan_init" },
};

static bool begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

static const char *sanitizer_of(const char *string)
{
	for (size_t i = 0; i < sizeof(sanitizers) / sizeof(sanitizers[0]); i++) {
		if (begins(string, sanitizers[i].library) ||
		    begins(string, sanitizers[i].runtime) ||
		    strcmp(string, sanitizers[i].symbol) == 0)
			return sanitizers[i].name;
	}
	return NULL;
}

/* Strings lie one after the other, each with its NUL. */
static const char *search(const char *strings, size_t size)
{
	const char *found = NULL;

	for (size_t at = 0; at < size && !found; at += strlen(strings + at) + 1)
		found = sanitizer_of(strings + at);
	return found;
}

static bool find_strings(int fd, const elf_header *header, uint64_t *offset, uint64_t *size)
{
	elf_segment dynamic;
	elf_entry entry;
	uint64_t address = 0;

	*size = 0;
	if (!find_segment(fd, header, PT_DYNAMIC, &dynamic))
		return false;
	for (unsigned i = 0; i < MOST_ENTRIES && (i + 1) * sizeof(entry) <= dynamic.p_filesz; i++) {
		if (!read_at(fd, dynamic.p_offset + i * sizeof(entry), &entry, sizeof(entry)) ||
		    entry.d_tag == DT_NULL)
			break;
		if (entry.d_tag == DT_STRTAB)
			address = entry.d_un.d_ptr;
		else if (entry.d_tag == DT_STRSZ)
			*size = entry.d_un.d_val;
	}
	*offset = offset_of(fd, header, address);
	return *offset > 0 && *size > 0 && *size <= MOST_STRINGS;
}

static const char *find_sanitizer(int fd, const elf_header *header)
{
	uint64_t offset, size;
	const char *found = NULL;
	char *strings;

	if (!find_strings(fd, header, &offset, &size))
		return NULL;
	strings = malloc(size + 1);
	if (strings && read_at(fd, offset, strings, size)) {
		strings[size] = '\0';
		found = search(strings, size);
	}
	free(strings);
	return found;
}

/* --- the whole -------------------------------------------------------------------------------- */

struct elf_look elf_look(int fd)
{
	struct elf_look look = { .is_elf = false };
	elf_header header;
	elf_segment loader;

	if (!read_at(fd, 0, &header, sizeof(header)) ||
	    memcmp(header.e_ident, ELFMAG, SELFMAG) != 0)
		return look;
	look.is_elf = true;
	if (!is_own(&header)) {
		look.machine = machine_of(&header);
		return look;
	}
	look.is_static = !find_segment(fd, &header, PT_INTERP, &loader);
	if (!look.is_static)
		read_loader(fd, &loader, look.loader);
	look.sanitizer = find_sanitizer(fd, &header);
	return look;
}
