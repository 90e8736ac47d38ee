/* SPDX-License-Identifier: MIT */
/* look.h: what scenarios share: a small registry, and scrapes of counter families with one
 * label. */
#ifndef TESTS_EXPLORE_LOOK_H
#define TESTS_EXPLORE_LOOK_H

#include "idle.h"
#include "snapshot.h"

#include <quipu/quipu.h>

/* Sets the library up, with small shards; this thread owns one. */
quipu_registry *look_set_up(void);

/* Gives this thread a shard, and lets it read; not what the scenario is about. */
void look_attach(void);

/* A counter family with the label "set". */
quipu_counter_family look_family(quipu_registry *registry, const char *name, double idle_seconds);

/* Takes all slots of counters that there are, so that the next free one is that of a series that
 * went, once it has been reclaimed. */
void look_fill(void);

/* What a scrape is asked for, and what it found. */
struct look {
	const char *family, *set;
	bool shown;
	uint64_t value;
};

/* One scrape, as formats see it: the snapshot, its sums, the look for idle series, every series'
 * text. A label set that is there twice is a violation. */
void look_at(quipu_registry *registry, struct look *looks, size_t n);

/* The value of one series at the end; it must be there. */
uint64_t look_value(quipu_registry *registry, const char *family, const char *set);

#endif
