/* SPDX-License-Identifier: MIT */
/*
 * exemplar.h: places for single events of a series, one for each bucket of a histogram.
 *
 * Writers:  recorders. Who finds a place that wants an event claims it by one compare-and-swap,
 *           writes, and publishes; whoever else comes meanwhile goes on without.
 * Readers:  scrapes: they copy, look whether the state is still the same, and, when they have
 *           shown what they copied, make the place want another.
 * Publication: the state's release store after writing; a reader's acquire load before copying.
 * Reclamation: none. Sets of places are used again for other series with as many, never freed,
 *           so a record through a handle that was given back is lost or shown elsewhere, and harms
 *           nobody: a place in which it is being written stays taken until it is complete.
 *
 * A thread that is cancelled asynchronously in the tenth of a microsecond in which it writes takes
 * its place along: nobody can tell it from a slow one. (Disabling cancellation, state and type as
 * base/cancel.h has it, would cost every exemplar more than that is worth.)
 *
 * E1. Nobody waits: not the recorder (one CAS, no loop), not the scrape (it shows nothing where
 *     a place is being written).
 * E2. What is shown was written whole by one recorder.
 * E3. A place is written once between two scrapes that can show it; for the rest an event costs
 *     two loads, and no clock is read.
 */
#ifndef QP_EXEMPLAR_H
#define QP_EXEMPLAR_H

#include "annex.h"

#include <quipu/exemplar.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define QP_EXEMPLAR_TEXT 512 /* 128 code points */

/* One event. */
struct qp_event {
	double value;
	double timestamp; /* Unix seconds */
	uint32_t n_labels;
	uint32_t text_len;
	uint16_t len[2 * QUIPU_MAX_EXEMPLAR_LABELS]; /* of name and value by turns, in text */
	char text[QP_EXEMPLAR_TEXT];
};

/* A place's state: whether it wants an event, whether one is being written, how many were; and
 * above these 32 bits in which process, by the number of forks that led to it. */
#define QP_PLACE_WANTING 1u
#define QP_PLACE_WRITING 2u
#define QP_PLACE_STEP 4u
#define QP_PLACE_FORK (UINT64_C(1) << 32)

#define QP_EVENT_WORDS ((sizeof(struct qp_event) + 7) / 8)

struct qp_place {
	uint64_t state;			/* atomic */
	uint64_t words[QP_EVENT_WORDS]; /* atomic, one by one: a struct qp_event */
};

struct qp_exemplars {
	struct qp_exemplars *next_made; /* all there are, for those who look for leaks */
	struct qp_exemplars *next_free;
	uint32_t n;
	struct qp_place places[];
};

/* Gives the range at offset a set of n places that want an event, but for those in which a late
 * visitor writes. Catalog lock held; false: out of memory. */
bool qp_exemplars_add(uint32_t offset, uint32_t n);

/* Takes away all sets of a range that is given back. Catalog lock held. */
void qp_exemplars_remove(uint32_t offset, uint32_t bytes);

/* The set of the range at offset, or NULL; no lock. */
static inline struct qp_exemplars *qp_exemplars_at(uint32_t offset)
{
	return qp_annex_get(offset);
}

/* The empty state in this process; changes in a forked child before it has a second thread. */
extern uint64_t qp_place_empty;

/* What a state means here: in a forked child its parent's places are empty, which costs the fork
 * nothing, and nobody is writing. */
static inline uint64_t qp_place_here(uint64_t state)
{
	return state / QP_PLACE_FORK == qp_place_empty / QP_PLACE_FORK ? state : qp_place_empty;
}

/* Does place i of the set want an event? There is none for those who come by a handle that was
 * given back, if the set is another's now and has fewer. */
static inline bool qp_exemplar_wanted(struct qp_exemplars *set, uint32_t i)
{
	/* relaxed: a hint; the claim decides */
	return i < set->n &&
	       (qp_place_here(qp_load_relaxed(&set->places[i].state)) & QP_PLACE_WANTING) != 0;
}

/* Offers it one. */
void qp_exemplar_offer(struct qp_exemplars *set, uint32_t i, const struct qp_event *event);

/* Copies the event of place i, which from then on wants another; false: there is none. */
bool qp_exemplar_take(struct qp_exemplars *set, uint32_t i, struct qp_event *event);

/* From what a program says to an event, without value and time; false: it breaks the rules. */
bool qp_event_make(struct qp_event *event, const quipu_exemplar *exemplar);

/* In a forked child: no events, and nobody is writing one. */
void qp_exemplars_after_fork_child(void);

#endif
