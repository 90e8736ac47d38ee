/* SPDX-License-Identifier: MIT */
/* allocator.c: see allocator.h. jemalloc is asked by the names in its documentation. */
#include "allocator.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LEAST_ROOM 32
#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

typedef int control(const char *name, void *old, size_t *old_len, void *new, size_t new_len);

/* Under its own name, or with the prefix that it was built with; NULL: it is not there. */
extern control mallctl __attribute__((weak));
extern control je_mallctl __attribute__((weak));
extern control _rjem_mallctl __attribute__((weak));

static const char *const of_process[] = {
	"background_thread",
	"max_per_bg_thd",
	"ctl",
	"prof",
	"prof_thds_data",
	"prof_dump",
	"prof_recent_alloc",
	"prof_recent_dump",
	"prof_stats",
};

static const char *const of_arena[] = {
	"large",	  "extent_avail", "extents_dirty", "extents_muzzy", "extents_retained",
	"decay_dirty",	  "decay_muzzy",  "base",	   "tcache_list",   "hpa_shard",
	"hpa_shard_grow", "hpa_sec",
};

static control *find_control(void)
{
	if (mallctl)
		return mallctl;
	return je_mallctl ? je_mallctl : _rjem_mallctl;
}

static bool refresh(control *ask)
{
	uint64_t epoch = 1;
	size_t len = sizeof epoch;

	return ask("epoch", &epoch, &len, &epoch, len) == 0;
}

/* Figures are of 8 bytes or of 4; a wrong length is refused. */
static bool figure(control *ask, const char *name, uint64_t *value)
{
	uint32_t small;
	size_t len = sizeof *value;

	if (ask(name, value, &len, NULL, 0) == 0)
		return true;
	len = sizeof small;
	if (ask(name, &small, &len, NULL, 0) != 0)
		return false;
	*value = small;
	return true;
}

static uint64_t figure_of(control *ask, const char *mutex, const char *of)
{
	uint64_t value = 0;
	char name[128];

	snprintf(name, sizeof name, "%s.%s", mutex, of);
	figure(ask, name, &value);
	return value;
}

static void ask_mutex(control *ask, const char *path, struct qc_allocator_mutex *mutex)
{
	uint64_t max_ns = figure_of(ask, path, "max_wait_time");

	mutex->ops += figure_of(ask, path, "num_ops");
	mutex->waits += figure_of(ask, path, "num_wait");
	mutex->spins += figure_of(ask, path, "num_spin_acq");
	mutex->ns += figure_of(ask, path, "total_wait_time");
	if (max_ns > mutex->max_ns)
		mutex->max_ns = max_ns;
}

/* What there is no memory for is left out. */
static void keep(struct qc_allocator *allocator, const struct qc_allocator_mutex *mutex)
{
	struct qc_allocator_mutex *mutexes = allocator->mutexes;
	size_t room = allocator->room ? 2 * allocator->room : LEAST_ROOM;

	if (!mutex->ops)
		return;
	if (allocator->n == allocator->room) {
		mutexes = realloc(mutexes, room * sizeof mutexes[0]);
		if (!mutexes)
			return;
		allocator->mutexes = mutexes;
		allocator->room = room;
	}
	mutexes[allocator->n++] = *mutex;
}

/* --- the mutexes --------------------------------------------------------------------------- */

static void add_of_process(struct qc_allocator *allocator, control *ask)
{
	char path[64];
	size_t i;

	for (i = 0; i < LENGTH(of_process); i++) {
		struct qc_allocator_mutex mutex = { 0 };

		snprintf(mutex.name, sizeof mutex.name, "%s", of_process[i]);
		snprintf(path, sizeof path, "stats.mutexes.%s", of_process[i]);
		ask_mutex(ask, path, &mutex);
		keep(allocator, &mutex);
	}
}

static void add_bins(struct qc_allocator *allocator, control *ask, unsigned arena)
{
	struct qc_allocator_mutex mutex = { 0 };
	uint64_t n = 0, i;
	char path[64];

	figure(ask, "arenas.nbins", &n);
	snprintf(mutex.name, sizeof mutex.name, "arena %u bins", arena);
	for (i = 0; i < n; i++) {
		snprintf(path, sizeof path, "stats.arenas.%u.bins.%u.mutex", arena, (unsigned)i);
		ask_mutex(ask, path, &mutex);
	}
	keep(allocator, &mutex);
}

static void add_of_arena(struct qc_allocator *allocator, control *ask, unsigned arena)
{
	char path[64];
	size_t i;

	for (i = 0; i < LENGTH(of_arena); i++) {
		struct qc_allocator_mutex mutex = { 0 };

		snprintf(mutex.name, sizeof mutex.name, "arena %u %s", arena, of_arena[i]);
		snprintf(path, sizeof path, "stats.arenas.%u.mutexes.%s", arena, of_arena[i]);
		ask_mutex(ask, path, &mutex);
		keep(allocator, &mutex);
	}
	add_bins(allocator, ask, arena);
}

static bool is_in_use(control *ask, unsigned arena)
{
	bool in_use = false;
	size_t len = sizeof in_use;
	char name[64];

	snprintf(name, sizeof name, "arena.%u.initialized", arena);
	return ask(name, &in_use, &len, NULL, 0) == 0 && in_use;
}

void qc_allocator_read(struct qc_allocator *allocator)
{
	control *ask = find_control();
	uint64_t n = 0, arena;

	*allocator = (struct qc_allocator){ 0 };
	if (!ask || !refresh(ask))
		return;
	allocator->name = "jemalloc";
	add_of_process(allocator, ask);
	figure(ask, "arenas.narenas", &n);
	for (arena = 0; arena < n; arena++) {
		if (is_in_use(ask, (unsigned)arena))
			add_of_arena(allocator, ask, (unsigned)arena);
	}
}

void qc_allocator_free(struct qc_allocator *allocator)
{
	free(allocator->mutexes);
	*allocator = (struct qc_allocator){ 0 };
}

void qc_allocator_class(const char *name, char class_name[48])
{
	const char *space = strrchr(name, ' ');

	snprintf(class_name, 48, "%s%s", space ? "arena_" : "", space ? space + 1 : name);
}
