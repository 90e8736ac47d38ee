/* SPDX-License-Identifier: MIT */
/* session.h: one run of the demo: serve, wait for scrapes, load, table, linger. */
#ifndef DISPATCH_SESSION_H
#define DISPATCH_SESSION_H

#include "options.h"

/* Runs it all on the calling thread and returns the exit status: 0 done or interrupted, 1
 * cannot run, 2 bad option. */
int session_run(const struct options *options);

#endif
