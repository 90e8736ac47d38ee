/* SPDX-License-Identifier: MIT */
/* locks.c: see locks.h. */
#include "locks.h"

#include <stdint.h>

#define HOSTILE "<img src=x onerror=\"document.title='hit'\">"

QUIPU_LABELS(place, site, function, object, kind, lock);
QUIPU_LABELS(type, type);
QUIPU_LABELS(kind, kind);

/* mean: seconds. */
static const struct {
	const char *site, *function, *object, *kind, *lock;
	unsigned waits;
	double mean;
} sites[] = {
	{ "pool.c:123", "pool_take", "server", "mutex", "pool", 120, 0.004 },
	{ "cache.c:88", "cache_find", "server", "rdlock", "cache", 400, 0.0005 },
	{ "cache.c:131", "cache_put", "server", "wrlock", "cache", 90, 0.006 },
	{ "libz.so.1+0x1199", "", "libz.so.1", "mutex", "", 7, 0.00002 },
	{ "deque.h:77",
	  "std::deque<std::unique_ptr<work::item>, std::allocator<std::unique_ptr<"
	  "work::item>>>::pop_front() const",
	  "libwork.so", "spin", "", 900, 0.000003 },
	{ HOSTILE, HOSTILE, HOSTILE, "mutex", HOSTILE, 3, 0.001 },
	{ "other", "", "", "mutex", "", 11, 0.0002 },
	{ "worker.c:50", "worker_next", "server", "cond", "", 40, 0.3 },
	{ "gate.c:12", "gate_pass", "server", "sem", "", 20, 0.01 },
};
#define N_SITES (sizeof(sites) / sizeof(sites[0]))

static struct {
	quipu_histogram_family waits;
	quipu_counter_family switches;
	quipu_float_counter_family pressure;
	quipu_float_counter run_queue, allocator;
	quipu_counter overflowed;
	quipu_gauge n_sites, capacity;
	uint64_t seed;
} made = { .seed = 7 };

/* From 0 to 1, always the same sequence. */
static double draw(void)
{
	made.seed = made.seed * 6364136223846793005u + 1442695040888963407u;
	return (double)(made.seed >> 11) / 9007199254740992.0;
}

static void make_outside(quipu_registry *registry)
{
	made.switches = quipu_counter_family_new(
		registry, QUIPU_OPTS(.name = "quipu_context_switches_total",
				     .help = "Context switches.", .labels = type_names));
	made.run_queue = quipu_float_counter_new(
		registry, QUIPU_OPTS(.name = "quipu_run_queue_wait_seconds_total",
				     .help = "Waited for a processor.", .unit = "seconds"));
	made.pressure = quipu_float_counter_family_new(
		registry, QUIPU_OPTS(.name = "quipu_cpu_pressure_seconds_total",
				     .help = "Short of processors.", .unit = "seconds",
				     .labels = kind_names));
	made.allocator = quipu_float_counter_new(
		registry, QUIPU_OPTS(.name = "jemalloc_mutex_wait_seconds_total",
				     .help = "Waited for the allocator.", .unit = "seconds"));
}

void locks_make(quipu_registry *registry)
{
	static const double bounds[] = { 1e-6, 4e-6,  16e-6, 64e-6, 256e-6, 1e-3,
					 4e-3, 16e-3, 64e-3, 0.26,  1 };

	made.waits = quipu_histogram_family_new(
		registry, QUIPU_OPTS(.name = "quipu_lock_wait_seconds", .help = "Waits, by place.",
				     .unit = "seconds", .labels = place_names, .bounds = bounds,
				     .n_bounds = sizeof(bounds) / sizeof(bounds[0])));
	made.n_sites = quipu_gauge_new(registry,
				       QUIPU_OPTS(.name = "quipu_lock_sites", .help = "Places."));
	made.capacity = quipu_gauge_new(
		registry, QUIPU_OPTS(.name = "quipu_lock_site_capacity", .help = "Room."));
	made.overflowed =
		quipu_counter_new(registry, QUIPU_OPTS(.name = "quipu_lock_overflowed_waits_total",
						       .help = "Waits at places without room."));
	quipu_observe_at(made.waits, 0.00001, "quiet.c:9", "quiet", "server", "mutex", "");
	make_outside(registry);
}

static void step_site(size_t i)
{
	for (unsigned n = 0; n < sites[i].waits; n++)
		quipu_observe_at(made.waits, 2 * sites[i].mean * draw(), sites[i].site,
				 sites[i].function, sites[i].object, sites[i].kind, sites[i].lock);
}

void locks_step(void)
{
	for (size_t i = 0; i < N_SITES; i++)
		step_site(i);
	quipu_set(made.n_sites, N_SITES);
	quipu_set(made.capacity, 1024);
	quipu_add(made.overflowed, 3);
	quipu_add_at(made.switches, 250, "voluntary");
	quipu_add_at(made.switches, 40, "involuntary");
	quipu_add_at(made.pressure, 0.5 + draw(), "some");
	quipu_add_at(made.pressure, 0.1, "full");
	quipu_add(made.run_queue, 0.3 + draw() / 2);
	quipu_add(made.allocator, 0.05);
}
