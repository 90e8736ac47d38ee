/* SPDX-License-Identifier: MIT */
/* elf_look.h: what a program's file tells of how it is loaded. */
#ifndef CONTEND_ELF_LOOK_H
#define CONTEND_ELF_LOOK_H

#include <stdbool.h>
#include <stddef.h>

#define ELF_LOADER_SIZE 256

struct elf_look {
	bool is_elf;
	const char *machine; /* "AArch64"; NULL: the one of this program */
	bool is_static;	     /* no loader is asked for */
	char loader[ELF_LOADER_SIZE];
	const char *sanitizer; /* "AddressSanitizer"; NULL: none */
};

/* Of an open file, whatever it is. */
struct elf_look elf_look(int fd);

/* The machine of this program. */
const char *elf_own_machine(void);

#endif
