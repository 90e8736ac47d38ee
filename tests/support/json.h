/* SPDX-License-Identifier: MIT */
/*
 * json.h: a strict reader of JSON (RFC 8259), the tests' oracle; it shares no code with the
 * library. Texts must be whole, without blanks before or behind; names of one object differ.
 */
#ifndef QT_JSON_H
#define QT_JSON_H

#include <stdbool.h>
#include <stddef.h>

/* Is this one value, up to its last byte? */
bool qt_json_valid(const char *text, size_t len);

/* What a string (with its quotes) says, into to, which has room for len bytes; how many there
 * are is in *n. False where it is no string up to its last byte. */
bool qt_json_string(const char *text, size_t len, char *to, size_t *n);

#endif
