/* SPDX-License-Identifier: MIT */
/*
 * collectors.h: metrics about the process, its allocator and quipu itself, ready to add.
 *
 *   quipu_standard_collectors(quipu_default_registry());
 *
 * Each is a collector as collect.h has them: it runs when a scrape asks, and is taken away with
 * quipu_callback_remove. A registry has each at most once: asked again, the functions give the
 * callback that is there. A registry's prefix comes before these names too.
 *
 * Threads: any. Cost: a lock, allocates. Fails: zero value, registry's status ENOMEM.
 */
#ifndef QUIPU_COLLECTORS_H
#define QUIPU_COLLECTORS_H

#include <quipu/collect.h>
#include <quipu/error.h>
#include <quipu/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The process as the kernel sees it, under the names that all client libraries use:
 *
 *   process_cpu_seconds_total           process_open_fds
 *   process_start_time_seconds          process_max_fds
 *   process_resident_memory_bytes       process_threads
 *   process_virtual_memory_bytes        process_virtual_memory_max_bytes
 *   process_heap_bytes                  (where the program runs on jemalloc)
 *
 * What cannot be read, and a limit that is none, is left out.
 */
quipu_callback quipu_process_collector(quipu_registry *registry);

/*
 * jemalloc's statistics, where the program runs on it; elsewhere the collector shows nothing.
 *
 *   jemalloc_allocated_bytes   jemalloc_active_bytes     jemalloc_metadata_bytes
 *   jemalloc_resident_bytes    jemalloc_mapped_bytes     jemalloc_retained_bytes
 *   jemalloc_arenas
 *
 * and how its mutexes are waited for, by mutex (ctl, prof, … for the process; arena_base,
 * arena_bins, … for those of all arenas together):
 *
 *   jemalloc_mutex_operations_total           jemalloc_mutex_waits_total
 *   jemalloc_mutex_spin_acquisitions_total    jemalloc_mutex_owner_switches_total
 *   jemalloc_mutex_wait_seconds_total         jemalloc_mutex_max_wait_seconds
 *   jemalloc_mutex_max_waiting_threads
 */
quipu_callback quipu_jemalloc_collector(quipu_registry *registry);

/*
 * quipu's own figures: those of self.h, how long scrapes took from opening to closing
 * (quipu_scrape_duration_seconds; a scrape is not in its own), and, for each family of this
 * registry that has a cap:
 *
 *   quipu_family_series{family="…"}
 *   quipu_family_max_series{family="…"}
 *   quipu_family_rejected_label_sets_total{family="…"}
 */
quipu_callback quipu_self_collector(quipu_registry *registry);

/*
 * All of the above.
 * Fails: QUIPU_ENOMEM; those that could be added are there.
 */
quipu_error quipu_standard_collectors(quipu_registry *registry);

#ifdef __cplusplus
}
#endif
#endif
