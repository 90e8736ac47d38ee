/* SPDX-License-Identifier: MIT */
/* save.h: the file that a run is saved in: opened before the run, so that nothing is lost in the
 * end, and in its place only when it is whole. */
#ifndef CONTEND_SAVE_H
#define CONTEND_SAVE_H

#include "saved.h"

/* Zeroed is none. */
struct save {
	const char *path;
	char *made; /* until it is in its place; NULL: written to path itself */
	FILE *file;
};

/* Each is false, told on stderr. */
bool save_open(struct save *save, const char *path);
bool save_write(struct save *save, const struct saved_run *run);

/* Without a write nothing is left. */
void save_free(struct save *save);

#endif
