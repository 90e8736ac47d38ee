/* SPDX-License-Identifier: MIT */
/* words.h: stretches of a request's text, and what they are, whatever the locale. Pure. */
#ifndef QP_HTTP_WORDS_H
#define QP_HTTP_WORDS_H

#include <stdbool.h>
#include <stddef.h>

/* Not terminated; belongs to somebody else. */
struct qp_words {
	const char *text;
	size_t len;
};

/* Without the blanks around it. */
struct qp_words qp_trim(const char *text, size_t len);

/* One or more of the characters that names and methods are made of? */
bool qp_is_token(const char *text, size_t len);
bool qp_is_token_char(unsigned char c);

/* Are they the same, letters of either case? word is in lower case. */
bool qp_same_word(const char *text, size_t len, const char *word);

/* The value of a hexadecimal digit; -1 where it is none. */
int qp_hex(char c);

/* The byte at the front, a percent triplet decoded; 0 where it is none that may be there. */
unsigned char qp_percent_decode(const char *text, size_t len, size_t *used);

#endif
