/* SPDX-License-Identifier: MIT */
/* url.h: http://host[:port][/path], and nothing else. */
#ifndef URL_H
#define URL_H

#include <stdbool.h>

struct url {
	char host[256]; /* without the brackets of IPv6 */
	char port[6];
	char authority[272]; /* for the Host field */
	const char *path;    /* with the query; points into the text, "/" where there is none */
};

/* Whether it looks like a URL of any kind: a scheme and "://". */
bool url_like(const char *text);

/* NULL, or what is wrong. */
const char *url_parse(const char *text, struct url *url);

#endif
