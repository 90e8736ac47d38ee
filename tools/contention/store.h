/* SPDX-License-Identifier: MIT */
/*
 * store.h: what is recorded, kept by quipu itself: a histogram for each site, in a registry of our
 * own that nobody scrapes.
 *
 * Writers:  the thread that waited, into its own shard; the longest wait of a site, in one word for
 *           all threads, by a compare-and-swap only where it grows.
 * Readers:  the profile.
 * Publication, Reclamation: the library's (quipu/record.h).
 */
#ifndef QC_STORE_H
#define QC_STORE_H

#include "kind.h"
#include "spread.h"

#include <quipu/error.h>
#include <quipu/record.h>

#include <stdbool.h>
#include <stdint.h>

struct qc_store {
	quipu_counter calls[QC_N_KINDS];
	quipu_counter_grid busy;
	quipu_histogram_grid waits;
};

extern struct qc_store qc_store;

struct qc_figures {
	uint64_t waits, ns, max_ns, busy;
	uint64_t buckets[QC_N_BUCKETS];
};

/* Makes them, once. Allocates. Fails: as metrics do. */
quipu_error qc_store_open(void);

/* Records; the thread must be busy (thread.h). errno stays. */
void qc_store_wait(unsigned site, uint64_t ns);
void qc_store_busy(unsigned site);

void qc_store_read(unsigned site, struct qc_figures *figures);
/* Somebody has waited; with no lock and no allocation. */
bool qc_store_has_waits(void);

uint64_t qc_store_read_calls(enum qc_kind kind);

/* What quipu itself does not set to zero. */
void qc_store_after_fork_child(void);

#endif
