/* SPDX-License-Identifier: MIT */
/*
 * page.h: the live page as it was built: one document with a hole where the metrics' path goes.
 * Its sources are beside this file, page/build joins them. Constant.
 */
#ifndef QP_HTTP_PAGE_PAGE_H
#define QP_HTTP_PAGE_PAGE_H

#include "words.h"

struct qp_live_page {
	const char *fields;    /* as qp_reply's: what the browser may do with it */
	const char *before;    /* up to the path */
	struct qp_words after; /* the path's end to the document's; len 0: built without */
};

extern const struct qp_live_page qp_live_page;

#endif
