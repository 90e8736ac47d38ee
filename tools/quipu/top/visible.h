/* SPDX-License-Identifier: MIT */
/*
 * visible.h: foreign bytes as characters that a terminal may be given.
 *
 * Names, labels and errors come from a server that may be hostile. What is not a printable
 * character of one or two cells is spelled out: \x1b, \xff for bytes that are no UTF-8, \u{301}.
 * A terminal with another encoding than UTF-8 is given ASCII only.
 */
#ifndef TOP_VISIBLE_H
#define TOP_VISIBLE_H

#include "text.h"

#include <stdint.h>
#include <stdio.h>

#define VISIBLE_MOST 12

struct visible {
	uint32_t characters[VISIBLE_MOST];
	int n;
};

/* Takes what is next off the text, which is not empty. quoted: a double quote is escaped too. */
struct visible visible_next(struct qx_text *rest, bool utf8, bool quoted);

/* Cells of a printable character: 1 or 2. Asks the locale, as the terminal's library does. */
int visible_width(uint32_t character);

/* Cells of a whole text. */
int visible_columns(struct qx_text text, bool utf8, bool quoted);

#define VISIBLE_BYTES 4

/* A character in UTF-8; returns how many bytes. */
int visible_encode(uint32_t character, char out[VISIBLE_BYTES]);

/* Where there is no canvas. */
void visible_print(FILE *out, struct qx_text text, bool utf8);

#endif
