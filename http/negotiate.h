/* SPDX-License-Identifier: MIT */
/* negotiate.h: what a scraper gets: its request and the server's options, taken together. */
#ifndef QP_HTTP_NEGOTIATE_H
#define QP_HTTP_NEGOTIATE_H

#include "coding.h"
#include "options.h"
#include "parse.h"
#include "query.h"

#include <quipu/scrape.h>

/* Two requests that want the same may share a body. */
struct qp_wanted {
	const quipu_format *format;
	quipu_escaping escaping;
	bool says_escaping; /* the answer's type names the scheme */
	bool created;
	const struct qp_coding *coding; /* NULL: as it is */
	struct qp_query *query;		/* names of families, or NULL: all; for its owner to free */
};

/* QP_STATUS_OK, or what to say instead; then nothing has to be freed. The request is at the
 * front of bytes. */
enum qp_status qp_negotiate(struct qp_wanted *wanted, const struct qp_options *options,
			    const struct qp_request *request, const char *bytes);

/* Is it the same, and all families? */
bool qp_wanted_alike(const struct qp_wanted *a, const struct qp_wanted *b);

#endif
