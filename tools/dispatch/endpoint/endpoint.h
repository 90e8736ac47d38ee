/* SPDX-License-Identifier: MIT */
/*
 * endpoint.h: a load of calls to a real server, from the options to the table at the end.
 *
 * For the main thread; what other threads do is in engine.h.
 */
#ifndef ENDPOINT_H
#define ENDPOINT_H

#include "engine.h"

#include "../progress.h"

#include <stdio.h>

struct endpoint {
	const struct options *options;
	struct plan plan;
	struct key key;
	struct engine engine;
	bool opened;
	bool started;
};

/* Takes the API key out of the environment, looks whether it may be sent there, and makes the
 * metrics. 0, or the exit status; then it has said on report what is wrong. */
int endpoint_open(struct endpoint *endpoint, const struct options *options,
		  quipu_registry *registry, FILE *report);

/* Begins to make calls. */
bool endpoint_start(struct endpoint *endpoint, const struct workload *workload, FILE *report);

bool endpoint_running(struct endpoint *endpoint);

/* Ends it: calls on their way are broken off, counted as cancelled. */
void endpoint_stop(struct endpoint *endpoint);

/* One line of how far it is. */
void endpoint_show(struct endpoint *endpoint, struct progress *progress);

/* The table. */
void endpoint_report(struct endpoint *endpoint, FILE *out);

void endpoint_close(struct endpoint *endpoint);

#endif
