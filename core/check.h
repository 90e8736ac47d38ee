/* SPDX-License-Identifier: MIT */
/*
 * check.h: are these options legal? Asked before anything is made, so that nothing illegal can
 * reach the wire: one bad byte there costs a whole scrape. Pure; any thread.
 */
#ifndef QP_CHECK_H
#define QP_CHECK_H

#include "claims.h"
#include "family.h"

/* Options of any version of the library's callers, completed with zeros. */
quipu_opts qp_opts_complete(const quipu_opts *opts);

/* Checks everything about a family except what is registered already. full_name is its name
 * with the registry's prefix. */
quipu_error qp_check_family(const struct qp_family_spec *spec, const char *full_name,
			    const quipu_label *const_labels, size_t n_const_labels,
			    struct qp_where *where);

/* The same of what only histograms, summaries and exemplars have. */
quipu_error qp_check_histogram(const struct qp_family_spec *spec, const char *name,
			       struct qp_where *where);

/* One label name, and one label with its value. */
quipu_error qp_check_label_name(const char *name, const char *of, struct qp_where *where);
quipu_error qp_check_label(const quipu_label *label, const char *of, struct qp_where *where);

/* What the name of a family of this kind must end in and does not: "_info", or "". */
const char *qp_name_suffix(quipu_kind kind, const char *name);

/* Two labels that are to be on one series: ELABEL when they are one, as they are or escaped. */
quipu_error qp_check_twins(const char *a, const char *b, const char *of, struct qp_where *where);

/* The names of a family, and those of its labels, its stateset's own among them. */
quipu_error qp_check_name(const char *name, struct qp_where *where);
quipu_error qp_check_labels(const struct qp_family_spec *spec, const char *metric,
			    const quipu_label *const_labels, size_t n_const,
			    struct qp_where *where);
quipu_error qp_check_stateset_name(const char *name, struct qp_where *where);

/* EDUPLICATE when a family of this kind and name would show a name that another shows. */
quipu_error qp_check_clash(const struct qp_claims *claims, quipu_kind kind, const char *name,
			   struct qp_where *where);

/* Fills where and returns error. */
quipu_error qp_fail(quipu_error error, struct qp_where *where, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
