/* SPDX-License-Identifier: MIT */
/* folder.h: a folder for the time of a run, where its processes write what they waited for. */
#ifndef CONTEND_FOLDER_H
#define CONTEND_FOLDER_H

#include "load.h"

struct folder {
	char *path;
};

/* 0 or errno. */
int folder_make(struct folder *folder);

/* The path of a file in it; to be freed. */
char *folder_file(const struct folder *folder, const char *name);

/* What has been written so far; one that does not read is told on stderr. A
 * process that is gone without having said so was killed. */
void folder_read(const struct folder *folder, struct loaded *loaded);

/* With all that is in it. */
void folder_remove(struct folder *folder);

#endif
