/* SPDX-License-Identifier: MIT */
/*
 * accept_header.h: which format the Accept fields of a request ask for, by name. Pure.
 *
 * The elements are walked by descending q, those of equal q in their order, and the first that
 * names something offered is taken. One whose q is no number from 0 to 1 is left out. Where
 * nothing matches, text 0.0.4 it is: every scraper reads that, and none reads an error.
 */
#ifndef QP_HTTP_ACCEPT_HEADER_H
#define QP_HTTP_ACCEPT_HEADER_H

#include "words.h"

#include <quipu/scrape.h>

struct qp_accepted {
	const char *format; /* as quipu_format_find knows it */
	quipu_escaping escaping;
	bool says_escaping; /* the element had such a parameter, so the answer has one too */
};

/* offered: is there a format of this name? "text-0.0.4" always is. */
struct qp_accepted qp_accept_choose(const struct qp_words *fields, size_t n,
				    bool (*offered)(const char *name));

/* What the parameter says for a scheme. */
const char *qp_escaping_name(quipu_escaping escaping);

#endif
