/* SPDX-License-Identifier: MIT */
/* text.h: a piece of the input, or of the arena: bytes with a length, no NUL at the end. */
#ifndef QX_TEXT_H
#define QX_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct qx_text {
	const char *data;
	size_t len;
};

/* For "%.*s"; what is very long is cut. */
#define QX_SHOW(text) ((text).len < 200 ? (int)(text).len : 200), (text).data

struct qx_text qx_text_of(const char *string);

bool qx_text_is(struct qx_text text, const char *string);
bool qx_text_same(struct qx_text a, struct qx_text b);

/* By bytes, as memcmp, the shorter first. */
int qx_text_compare(struct qx_text a, struct qx_text b);

bool qx_text_ends(struct qx_text text, const char *suffix);

uint64_t qx_text_hash(uint64_t seed, struct qx_text text);

/* [a-zA-Z_:][a-zA-Z0-9_:]* or, without colon, what a label may be called. */
bool qx_legal_name(struct qx_text name, bool colon);

/* How many bytes from the start are whole, legal characters. */
size_t qx_utf8_valid(struct qx_text text);

/* In place, for a terminal that must not be commanded: a question mark for each byte of control
 * characters, those of U+0080 to U+009F too, and of what is no UTF-8. */
void qx_defuse(char *text, size_t len);

/* Characters of a valid text. */
size_t qx_utf8_count(struct qx_text text);

#endif
