/* SPDX-License-Identifier: MIT */
/* elf_file.c: the head of the file, its table of sections, their names. */
#include "elf_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#if __SIZEOF_POINTER__ == 8
#define CLASS ELFCLASS64
#else
#define CLASS ELFCLASS32
#endif
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define ORDER ELFDATA2LSB
#else
#define ORDER ELFDATA2MSB
#endif

bool qc_elf_fill(const struct qc_elf *elf, uint64_t offset, void *to, size_t size)
{
	char *at = to;

	if (offset > elf->size || size > elf->size - offset)
		return false;
	while (size > 0) {
		ssize_t n = pread(elf->fd, at, size, (off_t)offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		at += n;
		offset += (uint64_t)n;
		size -= (size_t)n;
	}
	return true;
}

char *qc_elf_read(const struct qc_elf *elf, uint64_t offset, uint64_t size)
{
	char *data;

	if (offset > elf->size || size > elf->size - offset || size >= SIZE_MAX)
		return NULL;
	data = malloc((size_t)size + 1);
	if (!data)
		return NULL;
	if (!qc_elf_fill(elf, offset, data, (size_t)size)) {
		free(data);
		return NULL;
	}
	data[size] = '\0';
	return data;
}

static bool is_ours(const ElfW(Ehdr) * header)
{
	return memcmp(header->e_ident, ELFMAG, SELFMAG) == 0 &&
	       header->e_ident[EI_CLASS] == CLASS && header->e_ident[EI_DATA] == ORDER &&
	       (header->e_type == ET_EXEC || header->e_type == ET_DYN || header->e_type == ET_REL);
}

/* Where there are more than the head can say, the first section says it. */
static uint64_t count_sections(const struct qc_elf *elf)
{
	ElfW(Shdr) first;

	if (elf->header.e_shoff == 0 || elf->header.e_shentsize != sizeof(first))
		return 0;
	if (elf->header.e_shnum > 0)
		return elf->header.e_shnum;
	return qc_elf_fill(elf, elf->header.e_shoff, &first, sizeof(first)) ? first.sh_size : 0;
}

static void read_section_names(struct qc_elf *elf)
{
	size_t place = elf->header.e_shstrndx;

	if (place == SHN_XINDEX && elf->n_sections > 0)
		place = elf->sections[0].sh_link;
	if (place >= elf->n_sections)
		return;
	elf->section_names = qc_elf_read_section(elf, &elf->sections[place]);
	if (elf->section_names)
		elf->section_names_size = (size_t)elf->sections[place].sh_size;
}

/* A file without them is one all the same. */
static void read_sections(struct qc_elf *elf)
{
	uint64_t n = count_sections(elf);

	if (n == 0 || n > elf->size / sizeof(*elf->sections))
		return;
	elf->sections = (void *)qc_elf_read(elf, elf->header.e_shoff, n * sizeof(*elf->sections));
	if (!elf->sections)
		return;
	elf->n_sections = (size_t)n;
	read_section_names(elf);
}

static const char *read_head(struct qc_elf *elf)
{
	struct stat status;

	if (fstat(elf->fd, &status) != 0)
		return strerror(errno);
	if (!S_ISREG(status.st_mode))
		return "not a file";
	elf->size = (uint64_t)status.st_size;
	if (!qc_elf_fill(elf, 0, &elf->header, sizeof(elf->header)) || !is_ours(&elf->header))
		return "not a program or library of this kind of machine";
	return NULL;
}

/* Without O_NONBLOCK a pipe of that name would keep us waiting. */
const char *qc_elf_open(struct qc_elf *elf, const char *path)
{
	const char *why;

	memset(elf, 0, sizeof(*elf));
	elf->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (elf->fd < 0)
		return strerror(errno);
	why = read_head(elf);
	if (why)
		qc_elf_close(elf);
	else
		read_sections(elf);
	return why;
}

void qc_elf_close(struct qc_elf *elf)
{
	free(elf->section_names);
	free(elf->sections);
	close(elf->fd);
	memset(elf, 0, sizeof(*elf));
	elf->fd = -1;
}

const ElfW(Shdr) * qc_elf_section(const struct qc_elf *elf, const char *name)
{
	for (size_t i = 0; i < elf->n_sections; i++) {
		const ElfW(Shdr) *section = &elf->sections[i];

		if (section->sh_type != SHT_NOBITS && section->sh_name < elf->section_names_size &&
		    strcmp(elf->section_names + section->sh_name, name) == 0)
			return section;
	}
	return NULL;
}

char *qc_elf_read_section(const struct qc_elf *elf, const ElfW(Shdr) * section)
{
	if (section->sh_type == SHT_NOBITS)
		return NULL;
	return qc_elf_read(elf, section->sh_offset, section->sh_size);
}
