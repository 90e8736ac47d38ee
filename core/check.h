/* SPDX-License-Identifier: MIT */
/*
 * check.h: are these options legal? Asked before anything is made, so that nothing illegal can
 * reach the wire: one bad byte there costs a whole scrape. Pure; any thread.
 */
#ifndef QP_CHECK_H
#define QP_CHECK_H

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

/* The native buckets that (legal) options ask for, defaults filled in; false: none. */
bool qp_native_wanted(quipu_kind kind, const quipu_opts *opts, struct qp_native_spec *native);

/* One label name, and one label with its value. */
quipu_error qp_check_label_name(const char *name, const char *of, struct qp_where *where);
quipu_error qp_check_label(const quipu_label *label, const char *of, struct qp_where *where);

/* What the name of a family of this kind must end in and does not: "_info", or "". */
const char *qp_name_suffix(quipu_kind kind, const char *name);

/* Would two families of these kinds and names have a name, or a sample's name, in common? */
bool qp_names_clash(quipu_kind a_kind, const char *a, quipu_kind b_kind, const char *b);

/* Fills where and returns error. */
quipu_error qp_fail(quipu_error error, struct qp_where *where, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
