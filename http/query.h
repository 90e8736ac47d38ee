/* SPDX-License-Identifier: MIT */
/*
 * query.h: what a scrape's URL asks for behind its question mark: name[]=FAMILY, as often as
 * there are families wanted, and created=1. Anything else is for somebody else. Pure.
 */
#ifndef QP_HTTP_QUERY_H
#define QP_HTTP_QUERY_H

#include "status.h"
#include "words.h"

#define QP_NAMES_MAX 64

struct qp_query {
	bool created;
	size_t n_names;
	const char *names[QP_NAMES_MAX];
	char text[]; /* the names, decoded and terminated */
};

/* QP_STATUS_OK, and a query to be freed, or NULL where there is none. BAD_REQUEST: more than
 * QP_NAMES_MAX names. UNAVAILABLE: out of memory. Its percent signs were checked before. */
enum qp_status qp_query_read(struct qp_words text, struct qp_query **query);

#endif
