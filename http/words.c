/* SPDX-License-Identifier: MIT */
/* words.c: see words.h. */
#include "words.h"

#include <string.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

struct qp_words qp_trim(const char *text, size_t len)
{
	while (len > 0 && is_blank(text[0])) {
		text++;
		len--;
	}
	while (len > 0 && is_blank(text[len - 1]))
		len--;
	return (struct qp_words){ text, len };
}

bool qp_is_token_char(unsigned char c)
{
	static const char marks[] = "!#$%&'*+-.^_`|~";

	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c != '\0' && strchr(marks, c) != NULL);
}

bool qp_is_token(const char *text, size_t len)
{
	if (len == 0)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (!qp_is_token_char((unsigned char)text[i]))
			return false;
	}
	return true;
}

bool qp_same_word(const char *text, size_t len, const char *word)
{
	if (len != strlen(word))
		return false;
	for (size_t i = 0; i < len; i++) {
		char c = text[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if (c != word[i])
			return false;
	}
	return true;
}

int qp_hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

unsigned char qp_percent_decode(const char *text, size_t len, size_t *used)
{
	*used = 1;
	if (text[0] != '%')
		return (unsigned char)text[0];
	if (len < 3 || qp_hex(text[1]) < 0 || qp_hex(text[2]) < 0)
		return 0;
	*used = 3;
	return (unsigned char)(qp_hex(text[1]) * 16 + qp_hex(text[2]));
}
