/* SPDX-License-Identifier: MIT */
/* credentials.c: see credentials.h. */
#include "credentials.h"

#include <string.h>
#include <strings.h>

#define SCHEME "basic "

/* -1: none of the 64. */
static int digit(char c)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				     "0123456789+/";
	const char *found = c ? strchr(digits, c) : NULL;

	return found ? (int)(found - digits) : -1;
}

/* Strict base64, of which the last bits are nothing. How many bytes; -1: it is not. */
static long decode(const char *text, size_t len, char *to)
{
	unsigned bits = 0, have = 0;
	size_t n = 0, padding = 0;

	if (len % 4 != 0)
		return -1;
	while (padding < 2 && padding < len && text[len - 1 - padding] == '=')
		padding++;
	for (size_t i = 0; i < len - padding; i++) {
		int value = digit(text[i]);

		if (value < 0)
			return -1;
		bits = (bits << 6 | (unsigned)value) & 0xffff;
		have += 6;
		if (have >= 8) {
			have -= 8;
			to[n++] = (char)(bits >> have);
		}
	}
	return (bits & ((1u << have) - 1)) == 0 ? (long)n : -1;
}

bool qp_credentials_read(const char *field, size_t len, struct qp_credentials *out)
{
	size_t scheme = sizeof(SCHEME) - 1;
	const char *colon;
	long n;

	if (len > sizeof(out->text) || len < scheme || strncasecmp(field, SCHEME, scheme) != 0)
		return false;
	while (scheme < len && field[scheme] == ' ')
		scheme++;
	n = decode(field + scheme, len - scheme, out->text);
	colon = n > 0 ? memchr(out->text, ':', (size_t)n) : NULL;
	if (!colon)
		return false;
	out->name = out->text;
	out->name_len = (size_t)(colon - out->text);
	out->password = colon + 1;
	out->password_len = (size_t)n - out->name_len - 1;
	return true;
}
