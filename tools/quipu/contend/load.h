/* SPDX-License-Identifier: MIT */
/* load.h: saved runs from files; what is wrong with one is told on stderr. */
#ifndef CONTEND_LOAD_H
#define CONTEND_LOAD_H

#include "saved.h"

/* A run and the bytes that it points into. Zeroed is empty. */
struct loaded {
	struct saved_run run;
	char **bytes;
	size_t n, capacity;
};

/* Adds what a file has. False, told where who is not NULL ("quipu contend report"). */
bool load_file(struct loaded *loaded, const char *path, const char *who);

void load_free(struct loaded *loaded);

#endif
