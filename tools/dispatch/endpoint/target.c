/* SPDX-License-Identifier: MIT */
/* target.c: see target.h. */
#include "target.h"

#include "span.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <strings.h>

#define COMPLETIONS "/chat/completions"

static bool take_scheme(struct span *text, struct target *target)
{
	static const char http[] = "http://", https[] = "https://";
	size_t len;

	target->encrypted = !strncasecmp(text->at, https, sizeof https - 1);
	len = target->encrypted ? sizeof https - 1 : sizeof http - 1;
	if (!target->encrypted && strncasecmp(text->at, http, len) != 0)
		return false;
	text->at += len;
	text->len -= len;
	return true;
}

/* Only what a URL may consist of, and nothing that would come before or after its path. */
static const char *check_characters(const char *text)
{
	for (; *text; text++) {
		if (*text <= ' ' || *text == 0x7f || strchr("\"<>\\^`{|}", *text))
			return "want a URL without blanks and other characters it cannot have";
		if (*text == '?' || *text == '#')
			return "want a URL without a query or a fragment";
		if (*text == '@')
			return "want a URL without names and passwords: a key comes from the "
			       "environment";
	}
	return NULL;
}

static bool is_port(const char *text, size_t len)
{
	unsigned port = 0;
	size_t i;

	for (i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9' || i > 4)
			return false;
		port = port * 10 + (unsigned)(text[i] - '0');
	}
	return port >= 1 && port <= 65535;
}

/* Cuts the host off, and sees to it that a port comes after it or nothing. */
static const char *take_host(struct span authority, struct target *target)
{
	bool brackets = authority.len && *authority.at == '[';
	const char *start = authority.at + brackets, *end = authority.at + authority.len;
	const char *stop = memchr(start, brackets ? ']' : ':', (size_t)(end - start));
	const char *after = stop ? stop + brackets : end;

	if (!stop)
		stop = brackets ? start : end;
	if (stop == start || (size_t)(stop - start) >= sizeof target->host)
		return "want a host in the URL";
	if (after < end && (*after != ':' || !is_port(after + 1, (size_t)(end - after - 1))))
		return "want a port from 1 to 65535 in the URL";
	memcpy(target->host, start, (size_t)(stop - start));
	target->host[stop - start] = '\0';
	return NULL;
}

static bool is_loopback(const char *host)
{
	struct in6_addr six;
	struct in_addr four;

	if (inet_pton(AF_INET, host, &four) == 1)
		return ntohl(four.s_addr) >> 24 == 127;
	if (inet_pton(AF_INET6, host, &six) == 1)
		return IN6_IS_ADDR_LOOPBACK(&six);
	return !strcasecmp(host, "localhost");
}

/* What is missing after the URL; trailing slashes are cut off first. */
static const char *missing(size_t *len, const char *text, size_t path)
{
	size_t end = strlen(COMPLETIONS);

	while (*len > path && text[*len - 1] == '/')
		(*len)--;
	if (*len == path)
		return "/v1" COMPLETIONS;
	return *len - path >= end && !memcmp(text + *len - end, COMPLETIONS, end) ? ""
										  : COMPLETIONS;
}

const char *target_parse(const char *text, struct target *target)
{
	struct span rest = { text, strlen(text) };
	const char *wrong = check_characters(text), *end;
	size_t host, len = rest.len;

	if (wrong)
		return wrong;
	if (rest.len > TARGET_LONGEST)
		return "want a shorter URL";
	if (!take_scheme(&rest, target))
		return "want a URL that begins with http:// or https://";
	host = strcspn(rest.at, "/");
	wrong = take_host((struct span){ rest.at, host }, target);
	if (wrong)
		return wrong;
	end = missing(&len, text, (size_t)(rest.at - text) + host);
	snprintf(target->url, sizeof target->url, "%.*s%s", (int)len, text, end);
	target->loopback = is_loopback(target->host);
	return NULL;
}
