/* SPDX-License-Identifier: MIT */
/* flavours.h: what a program does with one flavour of liburcu; one file for each flavour. */
#ifndef TESTS_LOADER_FLAVOURS_H
#define TESTS_LOADER_FLAVOURS_H

#include <stdint.h>

struct flavour {
	const char *name;
	void (*begin)(void);
	void (*begin_thread)(void);
	void (*end_thread)(void);
	void (*lock)(void);
	void (*unlock)(void);
	int (*look)(void);     /* in a section: 0: what is published was freed */
	void (*replace)(void); /* publishes another; the old one is freed a grace period later */
	void (*finish)(void);  /* waits until all that was replaced is freed */
	uint64_t (*replaced)(void);
	uint64_t (*freed)(void);
};

extern const struct flavour flavour_memb, flavour_qsbr, flavour_bp;

#endif
