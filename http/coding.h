/* SPDX-License-Identifier: MIT */
/*
 * coding.h: content codings: compression as bytes stream through it. One file each in coding/,
 * there only where its library was found; codings.c has the list.
 *
 * A coder belongs to one scrape. Its memory is asked for when it is opened and bounded: little
 * is gained by larger windows, and a scrape is to work in less than 1 MiB.
 */
#ifndef QP_HTTP_CODING_H
#define QP_HTTP_CODING_H

#include <stdbool.h>
#include <stddef.h>

/* What goes in and where it comes out; a step moves both on. */
struct qp_flow {
	const char *in;
	size_t in_len;
	char *out;
	size_t room;
	bool last; /* nothing comes after what is in */
	bool done; /* last, and everything is out */
};

struct qp_coding {
	const char *name;	    /* in Accept-Encoding and in Content-Encoding */
	void *(*open)(void);	    /* NULL: out of memory */
	void (*close)(void *coder); /* NULL is ignored */
	/* Takes what it can and gives what there is room for. False: it failed. */
	bool (*step)(void *coder, struct qp_flow *flow);
};

/* The best that the values of the Accept-Encoding fields allow; NULL: none. */
struct qp_words;
const struct qp_coding *qp_coding_choose(const struct qp_words *fields, size_t n);

#endif
