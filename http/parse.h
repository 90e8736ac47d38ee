/* SPDX-License-Identifier: MIT */
/*
 * parse.h: the head of an HTTP request, out of a buffer that may not hold all of it yet.
 *
 * Pure: the answer depends on the bytes alone. It digests whole lines and remembers how far
 * it came, so it may be called again whenever there is more, and says the same however the
 * bytes were cut.
 *
 * Strict where leniency lets requests be smuggled (framing, Host, blanks before colons, folded
 * fields, bare CR), lenient in one thing: a line may end in LF alone, all of them.
 */
#ifndef QP_HTTP_PARSE_H
#define QP_HTTP_PARSE_H

#include "options.h"
#include "status.h"
#include "words.h"

#include <stdbool.h>
#include <stddef.h>

#define QP_LINE_MAX 8192   /* of the request line, its end not counted */
#define QP_FIELDS_MAX 8192 /* of all fields together */
#define QP_FIELDS_COUNT 64 /* fields in one request */
#define QP_INCOMPLETE 0	   /* "more bytes, please" */
/* Room for the longest request and one byte that makes it too long. */
#define QP_HEAD_MAX (2 + QP_LINE_MAX + 2 + QP_FIELDS_MAX + 1)

enum qp_method {
	QP_METHOD_UNKNOWN,
	QP_METHOD_GET,
	QP_METHOD_HEAD,
	QP_METHOD_OTHER, /* a known one that nothing here is done with */
};

/* A body is never read; what is announced decides the answer. */
enum qp_announced { QP_NO_BODY, QP_SIZED_BODY, QP_CHUNKED_BODY };

/* Begin with all zero. */
struct qp_request {
	size_t at;	  /* bytes digested: whole lines */
	size_t fields_at; /* where the fields begin */
	unsigned n_fields;
	bool blank_skipped;
	bool line_done;

	enum qp_method method;
	bool connect, options;	/* which of the others, for their own forms of target */
	unsigned minor;		/* of HTTP/1.x; what is above 1 counts as 1 */
	char path[QP_PATH_MAX]; /* decoded; not terminated */
	size_t path_len;	/* 0: matches nothing */
	size_t query_at;	/* what is behind the '?', not decoded, but decodable */
	size_t query_len;

	unsigned n_hosts;
	bool says_close, says_keep_alive;
	bool expects_else; /* something else than 100-continue, which any final answer serves */
	bool has_length, has_codings;
	bool bad_codings; /* Transfer-Encoding: chunked is not the last, or twice; empty members */
	bool unknown_codings; /* Transfer-Encoding: something else than chunked */
	unsigned n_chunked;

	enum qp_announced body;
	bool keep;	       /* the connection may stay open after the answer */
	double scrape_timeout; /* what the scraper allows, in seconds; 0: it did not say */
};

/* QP_STATUS_OK: a request, request->at bytes long. QP_INCOMPLETE, or the status to refuse it
 * with; after that the connection is of no further use. */
int qp_request_parse(struct qp_request *request, const char *bytes, size_t len);

/* The values of all fields with this name, in lower case; how many, at most max, in order. The
 * request was accepted and is still at the front of bytes. */
size_t qp_request_fields(const struct qp_request *request, const char *bytes, const char *name,
			 struct qp_words *values, size_t max);

/* Parts of it, each in a file of its own; all return whether they liked what they saw. */
bool qp_target_parse(struct qp_request *request, const char *target, size_t len);
bool qp_authority_valid(const char *text, size_t len);
enum qp_status qp_field_parse(struct qp_request *request, const char *line, size_t len);
enum qp_status qp_fields_conclude(struct qp_request *request);

#endif
