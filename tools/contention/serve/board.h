/* SPDX-License-Identifier: MIT */
/* board.h: the groups, and which of them have series of their own (ledger.h has the rule). */
#ifndef QC_BOARD_H
#define QC_BOARD_H

#include "ledger.h"

struct qc_board {
	size_t top; /* groups that may be shown, in each class */
	struct qc_group **groups;
	size_t n_groups, room;
};

void qc_board_free(struct qc_board *board);

/* The group with these labels, which become its own if it is new and are freed if not. NULL: out
 * of memory, and they are still the caller's. */
struct qc_group *qc_board_group(struct qc_board *board, const struct qc_labels *labels);

void qc_board_choose(struct qc_board *board);

#endif
