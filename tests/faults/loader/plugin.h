/* SPDX-License-Identifier: MIT */
/* plugin.h: what the loadable objects of these tests offer, whichever copy of quipu they have. */
#ifndef TESTS_LOADER_PLUGIN_H
#define TESTS_LOADER_PLUGIN_H

#include <stdint.h>

struct plugin {
	/* Adds to the counter of that name in the plug-in's default registry, each time by the
	 * handle that it keeps. */
	void (*add)(const char *name, uint64_t n);
	/* What a scrape of the plug-in's default registry shows of it; -1: there is none. */
	int64_t (*scraped)(const char *name);
	/* Starts a server, asks it, stops it; makes, finds and removes series; adds and removes a
	 * callback: every thread that the library has runs then. 0: all of it worked. */
	int (*use_everything)(void);
	/* The address of the function that recording falls back to: which copy this is. */
	void *(*copy)(void);
};

/* The one symbol that is shown. */
typedef const struct plugin *plugin_get(void);

#endif
