/* SPDX-License-Identifier: MIT */
/* url.c: see url.h. */
#include "url.h"

#include <stdio.h>
#include <string.h>

static const char scheme[] = "http://";

bool url_like(const char *text)
{
	size_t len =
		strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+.-");

	return len > 0 && strncmp(text + len, "://", 3) == 0;
}

static const char *parse_port(const char *text, size_t len, struct url *url)
{
	unsigned port = 0;

	if (len == 0 || len >= sizeof(url->port))
		return "a port is 1 to 65535";
	for (size_t i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return "a port is a number";
		port = port * 10 + (unsigned)(text[i] - '0');
	}
	if (port == 0 || port > 65535)
		return "a port is 1 to 65535";
	snprintf(url->port, sizeof(url->port), "%u", port);
	return NULL;
}

static const char *parse_authority(const char *text, size_t len, struct url *url)
{
	bool brackets = len > 0 && *text == '[';
	const char *close = brackets ? memchr(text, ']', len) : NULL;
	const char *host = brackets ? text + 1 : text, *after;

	if (brackets && !close)
		return "a bracket is missing";
	after = brackets ? close : memchr(text, ':', len);
	if (!after)
		after = text + len;
	if (after == host || (size_t)(after - host) >= sizeof(url->host))
		return "the host is missing or too long";
	memcpy(url->host, host, (size_t)(after - host));
	url->host[after - host] = '\0';
	after += brackets;
	if (after == text + len)
		return parse_port("80", 2, url);
	if (*after != ':')
		return "a port comes after a colon";
	return parse_port(after + 1, (size_t)(text + len - after - 1), url);
}

const char *url_parse(const char *text, struct url *url)
{
	size_t len;

	if (strncmp(text, scheme, sizeof(scheme) - 1) != 0)
		return "only http:// is supported";
	text += sizeof(scheme) - 1;
	len = strcspn(text, "/?#");
	if (memchr(text, '@', len))
		return "names and passwords are not supported";
	if (len >= sizeof(url->authority))
		return "the host is too long";
	if (strpbrk(text, " \t\r\n#"))
		return "blanks, line ends and # do not belong in it";
	memcpy(url->authority, text, len);
	url->authority[len] = '\0';
	url->path = text[len] ? text + len : "/";
	return parse_authority(text, len, url);
}
