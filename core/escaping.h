/* SPDX-License-Identifier: MIT */
/*
 * escaping.h: names that are not plain, for readers that know no others: the schemes that
 * Prometheus defines. Names only, never values. Pure functions; any thread.
 */
#ifndef QP_ESCAPING_H
#define QP_ESCAPING_H

#include <quipu/scrape.h>

#include <stdbool.h>

/* The most bytes that a name of len bytes can become. */
#define QP_ESCAPED_MAX(len) (5 * (len) + 3)

/* The rule for names: the metrics' also takes colons as they are. */
enum qp_name_rule { QP_METRIC_NAME, QP_LABEL_NAME };

/* Is there nothing to escape? */
bool qp_name_plain(quipu_str name, enum qp_name_rule rule);

/* The scheme, to the letter: dots also doubles the underscores of plain names. name is valid;
 * returns how many bytes came to be. */
size_t qp_escape(char *to, quipu_str name, quipu_escaping scheme, enum qp_name_rule rule);

/* What a scrape shows: plain names as they are under every scheme, others escaped. */
size_t qp_escape_shown(char *to, quipu_str name, quipu_escaping scheme, enum qp_name_rule rule);

/* Are these two labels one, as they are or under some scheme? */
bool qp_labels_collapse(const char *a, const char *b);

#endif
