/* SPDX-License-Identifier: MIT */
/*
 * live.h: the report in the terminal while the program runs.
 *
 * The program's own output waits in files until the view is closed and it is over, and its input
 * is empty: the terminal is the view's.
 */
#ifndef CONTEND_LIVE_H
#define CONTEND_LIVE_H

#include "child.h"
#include "folder.h"
#include "options.h"

struct live {
	const struct folder *folder;
	const struct contend_options *options;
	struct places *places;
	FILE *out, *err; /* what the program has said */
};

/* Takes the terminal and makes the streams. False, told on stderr. */
bool live_open(struct live *live, struct child_streams *streams);

/* Shows until the program is over, or the user has seen enough. */
void live_show(struct live *live, struct child *child);

/* Gives the terminal back. */
void live_close(void);

/* Says what the program has said. */
void live_replay(struct live *live);

#endif
