/* SPDX-License-Identifier: MIT */
/*
 * jemalloc.c: the jemalloc_* metrics of collectors.h.
 *
 * Writers and readers: the callback thread.
 *
 * What jemalloc tells is asked for by name (base/alloc.h), so the library needs neither its
 * header nor the library; a statistic that its version does not have is left out.
 */
#include "base/alloc.h"
#include "callback.h"

#include <quipu/collectors.h>
#include <quipu/verbs.h>

#include <stdio.h>

#define ALL_ARENAS "stats.arenas.4096." /* this index stands for all of them together */
#define NAME_CHARS 96
#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* --- bytes --------------------------------------------------------------------------------- */

static const struct {
	const char *stat, *metric, *unit, *help;
} totals[] = {
	{ "stats.allocated", "jemalloc_allocated_bytes", "bytes",
	  "Bytes that the program has allocated." },
	{ "stats.active", "jemalloc_active_bytes", "bytes",
	  "Bytes in pages with something allocated in them." },
	{ "stats.metadata", "jemalloc_metadata_bytes", "bytes",
	  "Bytes that the allocator uses for itself." },
	{ "stats.resident", "jemalloc_resident_bytes", "bytes",
	  "Bytes in pages of the allocator that are resident." },
	{ "stats.mapped", "jemalloc_mapped_bytes", "bytes",
	  "Bytes in extents that the allocator has mapped and in use." },
	{ "stats.retained", "jemalloc_retained_bytes", "bytes",
	  "Bytes of address space that the allocator keeps for later." },
	{ "arenas.narenas", "jemalloc_arenas", NULL, "Arenas that there are." },
};

static void emit_totals(quipu_emitter *emitter)
{
	uint64_t value;
	size_t i;

	for (i = 0; i < LENGTH(totals); i++) {
		if (qp_alloc_stat(totals[i].stat, &value) &&
		    quipu_emit_family(emitter, QUIPU_KIND_GAUGE,
				      QUIPU_OPTS(.name = totals[i].metric, .help = totals[i].help,
						 .unit = totals[i].unit)) == QUIPU_OK)
			quipu_emit_integer(emitter, value, NULL);
	}
}

/* --- mutexes ------------------------------------------------------------------------------------ */

/* How a mutex is called here, and there. */
static const struct {
	const char *label, *stat;
} mutexes[] = {
#define GLOBAL(name)                                                                               \
	{                                                                                          \
#name, "stats.mutexes." #name                                                      \
	}
	GLOBAL(background_thread),
	GLOBAL(max_per_bg_thd),
	GLOBAL(ctl),
	GLOBAL(prof),
	GLOBAL(prof_thds_data),
	GLOBAL(prof_dump),
	GLOBAL(prof_recent_alloc),
	GLOBAL(prof_recent_dump),
	GLOBAL(prof_stats),
#undef GLOBAL
#define ARENAS(name)                                                                               \
	{                                                                                          \
		"arena_" #name, ALL_ARENAS "mutexes." #name                                        \
	}
	ARENAS(large),
	ARENAS(extent_avail),
	ARENAS(extents_dirty),
	ARENAS(extents_muzzy),
	ARENAS(extents_retained),
	ARENAS(decay_dirty),
	ARENAS(decay_muzzy),
	ARENAS(base),
	ARENAS(tcache_list),
	ARENAS(hpa_shard),
	ARENAS(hpa_shard_grow),
	ARENAS(hpa_sec),
#undef ARENAS
};

struct column {
	const char *stat, *metric, *unit, *help;
	quipu_kind kind;
	double scale; /* nanoseconds to seconds, or 1 */
};

static const struct column columns[] = {
	{ "num_ops", "jemalloc_mutex_operations_total", NULL, "Times that the mutex was taken.",
	  QUIPU_KIND_COUNTER, 1 },
	{ "num_wait", "jemalloc_mutex_waits_total", NULL,
	  "Times that somebody had to wait for the mutex.", QUIPU_KIND_COUNTER, 1 },
	{ "num_spin_acq", "jemalloc_mutex_spin_acquisitions_total", NULL,
	  "Times that the mutex was had after spinning only.", QUIPU_KIND_COUNTER, 1 },
	{ "num_owner_switch", "jemalloc_mutex_owner_switches_total", NULL,
	  "Times that another thread took the mutex than the last.", QUIPU_KIND_COUNTER, 1 },
	{ "total_wait_time", "jemalloc_mutex_wait_seconds_total", "seconds",
	  "Time that was waited for the mutex, in seconds.", QUIPU_KIND_FLOAT_COUNTER, 1e9 },
	{ "max_wait_time", "jemalloc_mutex_max_wait_seconds", "seconds",
	  "The longest single wait for the mutex, in seconds.", QUIPU_KIND_GAUGE, 1e9 },
	{ "max_num_thds", "jemalloc_mutex_max_waiting_threads", NULL,
	  "Threads that at most waited for the mutex at once.", QUIPU_KIND_GAUGE, 1 },
};

static void emit_mutex(quipu_emitter *emitter, const struct column *column, const char *label,
		       uint64_t value)
{
	const char *const values[] = { label };

	if (column->kind == QUIPU_KIND_COUNTER)
		quipu_emit_integer(emitter, value, values);
	else
		quipu_emit_value(emitter, (double)value / column->scale, values);
}

/* Each size class has a bin with a mutex: what they have together, or the most that one has. */
static bool bins_stat(const struct column *column, uint64_t *value)
{
	bool most = column->kind == QUIPU_KIND_GAUGE;
	uint64_t n = 0, i, one;
	char name[NAME_CHARS];

	*value = 0;
	qp_alloc_stat("arenas.nbins", &n);
	for (i = 0; i < n; i++) {
		snprintf(name, sizeof name, ALL_ARENAS "bins.%u.mutex.%s", (unsigned)i,
			 column->stat);
		if (!qp_alloc_stat(name, &one))
			return false;
		*value = most ? (one > *value ? one : *value) : *value + one;
	}
	return n > 0;
}

static void emit_column(quipu_emitter *emitter, const struct column *column)
{
	char name[NAME_CHARS];
	uint64_t value;
	size_t i;

	if (quipu_emit_family(emitter, column->kind,
			      QUIPU_OPTS(.name = column->metric, .help = column->help,
					 .unit = column->unit, .labels = QUIPU_NAMES("mutex"))) !=
	    QUIPU_OK)
		return;
	for (i = 0; i < LENGTH(mutexes); i++) {
		snprintf(name, sizeof name, "%s.%s", mutexes[i].stat, column->stat);
		if (qp_alloc_stat(name, &value))
			emit_mutex(emitter, column, mutexes[i].label, value);
	}
	if (bins_stat(column, &value))
		emit_mutex(emitter, column, "arena_bins", value);
}

static void collect(quipu_emitter *emitter, void *unused)
{
	uint64_t value;
	size_t i;

	(void)unused;
	if (!qp_alloc_refresh() || !qp_alloc_stat("stats.allocated", &value))
		return; /* not on jemalloc, or on one that keeps no statistics */
	emit_totals(emitter);
	for (i = 0; i < LENGTH(columns); i++)
		emit_column(emitter, &columns[i]);
}

quipu_callback quipu_jemalloc_collector(quipu_registry *registry)
{
	return qp_collector_once(registry, collect, NULL);
}
