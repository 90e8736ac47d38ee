/* SPDX-License-Identifier: MIT */
/*
 * other_parser.h: what http-parser makes of a stream of requests, one head after the other. It is
 * the parser that node and much else used to have: more lenient than ours, written by others.
 */
#ifndef FUZZ_OTHER_PARSER_H
#define FUZZ_OTHER_PARSER_H

#include <http_parser.h>

#include <stdbool.h>
#include <stddef.h>

#define OTHER_FIELDS 256

struct slice {
	const char *text;
	size_t len;
};

/* One head; slices of the stream. */
struct other_request {
	size_t start, end; /* where its bytes begin (blank lines too) and where its fields end */
	const char *method;
	struct slice target;
	unsigned major, minor;
	struct slice names[OTHER_FIELDS], values[OTHER_FIELDS];
	size_t n_fields;
	bool folded; /* a value goes on in another line, and is not whole here */
	bool upgrade, keep;
	bool chunked;
	uint64_t length; /* 0: no body, or chunked */
};

enum other_result { OTHER_REQUEST, OTHER_INCOMPLETE, OTHER_ERROR };

struct other_stream {
	http_parser parser;
	const char *bytes;
	size_t len, at;
	bool in_value;
	struct other_request request; /* the last one */
	const char *error;	      /* its name, after OTHER_ERROR */
};

void other_begin(struct other_stream *stream, const char *bytes, size_t len);

/* The next head. A body is read over; what is upgraded goes on as HTTP, as where it is declined. */
enum other_result other_next(struct other_stream *stream);

#endif
