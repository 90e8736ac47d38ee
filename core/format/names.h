/* SPDX-License-Identifier: MIT */
/*
 * names.h: the name that a family has in its metadata, and the one that its samples have.
 *
 * Both are a base, the beginning of the registered name, and an ending. An ending is never
 * cut off where nothing would be left.
 */
#ifndef QP_FORMAT_NAMES_H
#define QP_FORMAT_NAMES_H

#include <quipu/format.h>

struct qp_names {
	size_t base;	  /* bytes of the registered name */
	quipu_str family; /* what the metadata have after it: "" or "_info" */
	quipu_str sample; /* what samples have after it: "", "_info" or "_total" */
};

/* As registered, but that an info's name always ends in _info. */
struct qp_names qp_names_registered(const quipu_family_view *family);

/* OpenMetrics 1.0: metadata have neither _total nor _info, samples always have. */
struct qp_names qp_names_openmetrics(const quipu_family_view *family);

static inline quipu_str qp_base(const quipu_family_view *family, const struct qp_names *names)
{
	return (quipu_str){ family->name.data, names->base };
}

/* Does the text end in this, with something before it? */
int qp_ends_in(quipu_str text, quipu_str end);

/* The name of a stateset's own label, which may not have the colons that its family's may. */
char *qp_put_state_label(char *p, quipu_str name);

#endif
