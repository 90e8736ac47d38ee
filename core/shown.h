/* SPDX-License-Identifier: MIT */
/*
 * shown.h: a name and its labels' names as scrapes show them, made once under every scheme, so
 * that no scrape escapes anything. Plain names need none of this. Never changes; any thread.
 */
#ifndef QP_SHOWN_H
#define QP_SHOWN_H

#include "escaping.h"

/* The schemes that change something; QUIPU_ESCAPE_NONE comes after them. */
#define QP_N_ESCAPING QUIPU_ESCAPE_NONE

struct qp_shown {
	size_t n; /* of one scheme: the name, and the labels' names */
	quipu_str names[];
};

/* *made NULL: everything is plain. False: out of memory. The name may be empty. */
bool qp_shown_make(struct qp_shown **made, quipu_str name, const quipu_str *labels, size_t n);

/* What to show for the name and for the labels that shown was made of; shown may be NULL. */
quipu_str qp_shown_name(const struct qp_shown *shown, quipu_escaping scheme, quipu_str name);
const quipu_str *qp_shown_labels(const struct qp_shown *shown, quipu_escaping scheme,
				 const quipu_str *labels);

/* The unit, if the name still ends in it (or in it and _total), as readers of units want it. */
quipu_str qp_shown_unit(const struct qp_shown *shown, quipu_escaping scheme, quipu_str unit);

#endif
