/* SPDX-License-Identifier: MIT */
/*
 * labels.h: what a series is called: the labels of a place.
 *
 * site is the file's last path component and the line, or object+0x1199 where those are not
 * known; object the last component of its path. Where a function is but the way to a lock
 * (std::mutex::lock), it is its caller that waits: the one that it was inlined in, or the next frame.
 */
#ifndef QC_LABELS_H
#define QC_LABELS_H

#include "namer.h"
#include "location.h"

/* Strings of its own, UTF-8; none NULL. */
struct qc_labels {
	enum qc_kind kind;
	char *site, *function, *object, *lock;
};

/* namer NULL: nothing has a name. false: out of memory, and nothing to free. */
bool qc_labels_of(const struct qc_location *place, const struct qc_namer *namer,
		  struct qc_labels *labels);

bool qc_labels_equal(const struct qc_labels *a, const struct qc_labels *b);
void qc_labels_free(struct qc_labels *labels);

#endif
