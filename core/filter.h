/* SPDX-License-Identifier: MIT */
/*
 * filter.h: which families a scrape wants: those that have one of a list of names. One thread at
 * a time.
 */
#ifndef QP_FILTER_H
#define QP_FILTER_H

#include <quipu/collect.h>

#include <stdbool.h>

struct qp_filter {
	char **names; /* NULL: every family is wanted */
	size_t n;
};

/* Copies the names; NULLs are left out, no names at all want everything. False: out of memory. */
bool qp_filter_set(struct qp_filter *filter, const char *const *names, size_t n);
void qp_filter_free(struct qp_filter *filter);

/* A family's name as registered and as this scrape shows it. */
bool qp_filter_wants(const struct qp_filter *filter, quipu_kind kind, quipu_str name,
		     quipu_str shown);

#endif
