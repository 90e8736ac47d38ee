/* SPDX-License-Identifier: MIT */
/* escape.c: the slow way through a text that has something to escape. */
#include "format/escape.h"

char *qp_put_escaped(char *p, quipu_str s, bool quotes)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.data[i];

		if (c == '\\' || c == '\n' || (quotes && c == '"'))
			*p++ = '\\';
		*p++ = c == '\n' ? 'n' : c;
	}
	return p;
}
