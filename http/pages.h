/* SPDX-License-Identifier: MIT */
/* pages.h: every answer that is not a scrape: live page, links, health, errors. Pure. */
#ifndef QP_HTTP_PAGES_H
#define QP_HTTP_PAGES_H

#include "route.h"

#define QP_PAGE_MAX 4096

struct qp_page {
	enum qp_status status;
	const char *type;
	const char *fields; /* as qp_reply's */
	size_t len;
	char body[QP_PAGE_MAX];
	struct qp_words rest; /* what comes behind it, constant memory; len 0: nothing */
};

/* The page of a status: one line that says it again. */
void qp_page_status(struct qp_page *page, enum qp_status status);

/* The page of a route other than the metrics; may call the readiness callback. */
void qp_page_route(struct qp_page *page, enum qp_route route, const struct qp_options *options);

#endif
