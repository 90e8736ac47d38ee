/* SPDX-License-Identifier: MIT */
/*
 * ledger.h: which series each wait belongs to, once and for all.
 *
 * Places with the same labels are a group. Of the groups of each class (contention, idle waits)
 * the `top` with the longest waits have series of their own; all others share the series "other" of
 * their kind. What has come since the last booking goes to the series that the group has now, and
 * stays there: so no series ever falls, rates are right in all of them, and nothing is counted
 * twice.
 *
 * - A group gets a series of its own before what is new is booked: as long as there is room for it,
 *   all its waits are in that series.
 * - Where there is no room, it takes that of the group with the least, if it has waited for more
 *   than twice as long: who has a series keeps it but for good reason, and the choice does not flap.
 * - A group that lost its series counts into "other" from then on. If it gets one again it goes on
 *   where it ended. Until then what it had shown is in no series: the series together are short of
 *   the total by that.
 * - A place whose name is not known yet is held back: its waits are booked when it is, all at once.
 * - The place of what the recorder had no room for counts into "other".
 *
 * Threads: one at a time. Bounded by the places there are, which the recorder bounds.
 */
#ifndef QC_LEDGER_H
#define QC_LEDGER_H

#include "counts.h"
#include "labels.h"

struct qc_ledger;
struct qc_ledger_entry; /* a place; lives as long as the ledger */

/* One group. */
struct qc_group {
	struct qc_labels labels;
	struct qc_counts own; /* what its own series shows */
	uint64_t ns;	      /* what all its places have waited, wherever that was booked */
	bool shown;
};

/* NULL: out of memory. */
struct qc_ledger *qc_ledger_new(void);
void qc_ledger_free(struct qc_ledger *ledger);

/* How many groups of each class have series of their own from the next booking on; at first none. */
void qc_ledger_set_top(struct qc_ledger *ledger, size_t top);

/* Takes note of what the profile has. false: out of memory; places that are new are left for the
 * next time. */
bool qc_ledger_learn(struct qc_ledger *ledger, const struct qc_profile *profile);

/* A place that has no name yet; NULL: there is none. */
struct qc_ledger_entry *qc_ledger_unnamed(struct qc_ledger *ledger);
const struct qc_location *qc_ledger_where(const struct qc_ledger_entry *place);

/* Gives it one; the labels become the ledger's. false: out of memory, they are still the
 * caller's. */
bool qc_ledger_name(struct qc_ledger *ledger, struct qc_ledger_entry *place,
		    const struct qc_labels *labels);

/* Chooses who has a series and books what was learnt. */
void qc_ledger_book(struct qc_ledger *ledger);

/* The groups, shown or not, in the order in which they came. */
size_t qc_ledger_n_groups(const struct qc_ledger *ledger);
const struct qc_group *qc_ledger_group(const struct qc_ledger *ledger, size_t i);

const struct qc_counts *qc_ledger_other(const struct qc_ledger *ledger, enum qc_kind kind);

#endif
