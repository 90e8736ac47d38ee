/* SPDX-License-Identifier: MIT */
/*
 * accept_encoding.h: which content coding the Accept-Encoding fields of a request ask for, by
 * name. Pure.
 *
 * The greatest q wins, at equal q whoever is first among those offered. A star stands for gzip,
 * which every client that sends one can read, unless gzip is listed itself. Identity wins where
 * it is listed with a greater q. An element whose q is no number from 0 to 1 is not wanted.
 */
#ifndef QP_HTTP_ACCEPT_ENCODING_H
#define QP_HTTP_ACCEPT_ENCODING_H

#include "words.h"

/* One of the names offered (ending in NULL), or NULL: as it is. */
const char *qp_encoding_choose(const struct qp_words *fields, size_t n, const char *const *offered);

#endif
