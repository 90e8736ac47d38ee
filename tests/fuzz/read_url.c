/* SPDX-License-Identifier: MIT */
/*
 * read_url.c: any text as a URL: put together again it is the same; what http-parser's reader of
 * URLs takes as http, without a name or fragment, is taken with the same host, port and path.
 */
#include "demand.h"

#include "url.h"

#include <http_parser.h>
#include <strings.h>

static void check_taken(const struct url *url)
{
	char *text = exactly(NULL, strlen(url->authority) + strlen(url->path) + 8);
	long port = strtol(url->port, NULL, 10);
	struct url again;

	demand(port >= 1 && port <= 65535, "no port");
	demand(url->host[0] != '\0' && !strchr(url->authority, '@'), "no host");
	demand(url->path[0] == '/' || url->path[0] == '?', "no path");
	sprintf(text, "http://%s%s", url->authority, url->path);
	demand(url_like(text) && !url_parse(text, &again), "together again it is refused");
	demand(strcmp(url->host, again.host) == 0 && strcmp(url->port, again.port) == 0 &&
		       strcmp(url->path, again.path) == 0,
	       "together again it is another");
	free(text);
}

static bool is_part(const struct http_parser_url *theirs, const char *text,
		    enum http_parser_url_fields field, const char *part)
{
	return strlen(part) == theirs->field_data[field].len &&
	       memcmp(text + theirs->field_data[field].off, part, strlen(part)) == 0;
}

static bool has(const struct http_parser_url *theirs, enum http_parser_url_fields field)
{
	return theirs->field_set & 1u << field;
}

/* Would it be one of ours, by what http-parser says? */
static bool should_be(const char *text, struct http_parser_url *theirs)
{
	http_parser_url_init(theirs);
	return strncmp(text, "http://", 7) == 0 && strlen(text) < 250 &&
	       http_parser_parse_url(text, strlen(text), 0, theirs) == 0 &&
	       !has(theirs, UF_USERINFO) && !has(theirs, UF_FRAGMENT) && !strchr(text, '#') &&
	       !strchr(text, '@') && !strpbrk(text, " \t\r\n") && has(theirs, UF_HOST) &&
	       theirs->field_data[UF_HOST].len > 0 &&
	       (!has(theirs, UF_PORT) ||
		(theirs->port > 0 && theirs->field_data[UF_PORT].len <= 5));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = exactly(NULL, size + 1);
	struct http_parser_url theirs;
	struct url url = { 0 };
	const char *wrong;

	memcpy(text, data, size);
	wrong = url_parse(text, &url);
	demand(!wrong || *wrong, "no reason");
	if (!wrong)
		check_taken(&url);
	if (should_be(text, &theirs)) {
		if (wrong)
			fprintf(stderr, "%s\n", wrong);
		demand(!wrong, "refused");
		demand(is_part(&theirs, text, UF_HOST, url.host), "another host");
		demand(strtol(url.port, NULL, 10) == (has(&theirs, UF_PORT) ? theirs.port : 80),
		       "another port");
		demand(!has(&theirs, UF_PATH) || url.path == text + theirs.field_data[UF_PATH].off,
		       "another path");
	}
	free(text);
	return 0;
}
