/* SPDX-License-Identifier: MIT */
/*
 * text.h: what may be a name, a label, a unit, and what is UTF-8. Used where things are
 * created, so that nothing illegal can reach the wire. No function here knows a locale.
 */
#ifndef QP_BASE_TEXT_H
#define QP_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* The longest name of a metric or of a label. */
#define QP_NAME_MAX 1024

/* Strict UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF. NUL is legal. */
bool qp_utf8_valid(const char *data, size_t len);

/* What a name may be: UTF-8 without NUL, 1 to QP_NAME_MAX bytes. */
bool qp_name_valid(const char *data, size_t len);

/* Is the character c plain in a label's name, at its beginning or further on? Metrics' names may
 * have ':' too, anywhere. */
bool qp_char_plain(unsigned char c, bool first);

/* Plain names, which every format shows as they are: [a-zA-Z_:][a-zA-Z0-9_:]* for metrics and
 * [a-zA-Z_][a-zA-Z0-9_]* for labels, at most QP_NAME_MAX bytes. */
bool qp_metric_name_plain(const char *data, size_t len);
bool qp_label_name_plain(const char *data, size_t len);

/* [a-z0-9_]+, at most QP_NAME_MAX bytes. */
bool qp_unit_valid(const char *data, size_t len);

#endif
