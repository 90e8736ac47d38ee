/* SPDX-License-Identifier: MIT */
/*
 * scrapes.h: counts the scrapes of a registry: a collector that makes no family.
 *
 * Writers:     the library's callback thread
 * Readers:     the main thread
 * Publication: one word
 * Reclamation: scrapes_close waits until the callback runs no more
 */
#ifndef DISPATCH_SCRAPES_H
#define DISPATCH_SCRAPES_H

#include <quipu/quipu.h>

#include <stdatomic.h>

struct scrapes {
	quipu_registry *registry;
	quipu_callback callback;
	atomic_ulong n;
};

/* Begins to count. Fails: the registry's status. */
void scrapes_open(struct scrapes *scrapes, quipu_registry *registry);

void scrapes_close(struct scrapes *scrapes);

/* How many have begun. */
unsigned long scrapes_count(struct scrapes *scrapes);

#endif
