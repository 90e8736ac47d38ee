/* SPDX-License-Identifier: MIT */
/*
 * claims.h: which names families take up in any format, under any escaping, and who would clash.
 *
 * A family is shown under its name and, by kind and format, under others: a histogram h has
 * samples h_bucket, h_sum, h_count and h_created; OpenMetrics calls a counter c_total the family
 * c, and has c_created too. All of them are a root with or without one of a kind's endings, so
 * one entry for each root is enough (four for a name that is not plain). No two families may
 * have one of these names in common: an exposition that says a name twice is refused whole.
 *
 * Writers, readers: whoever has the list; a registry's under the catalog lock.
 * Reclamation: entries point into the family's texts; drop them first.
 */
#ifndef QP_CLAIMS_H
#define QP_CLAIMS_H

#include "shown.h"

#include <quipu/collect.h>

struct qp_claim {
	quipu_str root;
	int scheme; /* under which it is shown so; -1: under any */
	quipu_kind kind;
	const char *family; /* its name as registered */
};

struct qp_claims {
	struct qp_claim *list; /* by root */
	size_t n, capacity;
};

/* Who has which name already. */
struct qp_clash {
	const char *family;
	char shown[72]; /* what both would show, perhaps cut */
};

/* Would a family of this kind and name clash? */
bool qp_claims_find(const struct qp_claims *claims, quipu_kind kind, const char *name,
		    struct qp_clash *clash);

/* Room for one family more; false: out of memory. */
bool qp_claims_reserve(struct qp_claims *claims);

/* Adds a family, for which there is room, and drops it again by the address of its name. */
void qp_claims_add(struct qp_claims *claims, quipu_kind kind, const char *name,
		   const struct qp_shown *shown);
void qp_claims_drop(struct qp_claims *claims, quipu_kind kind, const char *name,
		    const struct qp_shown *shown);

/* The list's memory; it is empty then. */
void qp_claims_free(struct qp_claims *claims);

/* Is asked a name of a family of this kind that is shown under this one? */
bool qp_claims_is(quipu_kind kind, quipu_str shown, const char *asked);

#endif
