/* SPDX-License-Identifier: MIT */
/* stricter.c: see stricter.h. */
#include "stricter.h"

#include "pattern.h"

#include <strings.h>

#define LINE_MAX_BYTES 8192 /* as http/README.md and parse.h promise */
#define FIELDS_MAX_BYTES 8192
#define FIELDS_MAX 64

/* What http-parser takes as one request, and its raw lines. */
struct seen {
	const struct other_request *request;
	struct slice raw, line, fields; /* all; request line without its end; what follows that */
	unsigned n_blank;		/* lines before it */
	size_t n_more; /* bytes up to the line feed, where a bare CR ended the head in a line */
};

struct slice slice_trim(struct slice slice)
{
	while (slice.len > 0 && strchr(" \t", slice.text[0]) && slice.text[0]) {
		slice.text++;
		slice.len--;
	}
	while (slice.len > 0 && strchr(" \t", slice.text[slice.len - 1]) &&
	       slice.text[slice.len - 1])
		slice.len--;
	return slice;
}

bool slice_is(struct slice slice, const char *text)
{
	return slice.len == strlen(text) && strncasecmp(slice.text, text, slice.len) == 0;
}

/* --- the grammar, once more ------------------------------------------------------------------ */

#define TRIPLET "%([1-9A-Fa-f][0-9A-Fa-f]|0[1-9A-Fa-f])"
#define SOME_NAME "([A-Za-z0-9._~!$&'()*+;=-]|" TRIPLET ")+"
#define NAME "(" SOME_NAME ")?"
#define LITERAL "\\[[A-Za-z0-9._~!$&'()*+;=:-]+\\]"
#define AUTHORITY "(" LITERAL "|" NAME ")(:[0-9]*)?"
#define SOME_AUTHORITY "((" LITERAL "|" SOME_NAME ")(:[0-9]*)?|:[0-9]*)"
/* any visible character but '#'; a '%' begins a triplet */
#define REST "([!\"$&-~]|" TRIPLET ")*"
#define ORIGIN "/" REST
#define ABSOLUTE "[Hh][Tt][Tt][Pp][Ss]?://" SOME_AUTHORITY "([/?]" REST ")?"

static struct pattern authority = { .text = "^" AUTHORITY "$" };
static struct pattern some_authority = { .text = "^" SOME_AUTHORITY "$" };
static struct pattern origin_or_absolute = { .text = "^(" ORIGIN "|" ABSOLUTE ")$" };
static struct pattern chunked = { .text = "^[Cc][Hh][Uu][Nn][Kk][Ee][Dd]$" };
static struct pattern digits = { .text = "^[0-9]+$" };

static bool is(struct slice slice, struct pattern *pattern)
{
	return matches(pattern, slice.text, slice.len);
}

static bool good_target(const struct other_request *request)
{
	if (strcmp(request->method, "CONNECT") == 0)
		return is(request->target, &some_authority);
	if (strcmp(request->method, "OPTIONS") == 0 && slice_is(request->target, "*"))
		return true;
	return is(request->target, &origin_or_absolute);
}

/* The values of the fields of this name, the last of them in *value. */
static size_t count(const struct seen *seen, const char *name, struct slice *value)
{
	size_t n = 0;

	for (size_t i = 0; i < seen->request->n_fields; i++) {
		if (!slice_is(seen->request->names[i], name))
			continue;
		*value = slice_trim(seen->request->values[i]);
		n++;
	}
	return n;
}

/* --- reasons --------------------------------------------------------------------------------- */

static bool version(const struct seen *seen)
{
	return seen->request->major != 1;
}

static bool long_line(const struct seen *seen)
{
	return seen->line.len > LINE_MAX_BYTES;
}

static bool long_fields(const struct seen *seen)
{
	return seen->fields.len + seen->n_more > FIELDS_MAX_BYTES;
}

/* Lines, not fields: where they are counted nobody knows yet that one goes on in the next, or that a
 * bare CR, which ends no line, is to others the end of one, or of the head. */
static bool many_fields(const struct seen *seen)
{
	const char *at = seen->fields.text, *end = at + seen->fields.len, *feed;
	size_t n = 0;

	while (at < end) {
		feed = memchr(at, '\n', (size_t)(end - at));
		n += !feed || feed - at > 1 || (feed > at && *at != '\r');
		at = feed ? feed + 1 : end;
	}
	return n > FIELDS_MAX;
}

static bool method(const struct seen *seen)
{
	static const char *const known[] = { "GET",	"HEAD",	   "POST",  "PUT",  "DELETE",
					     "CONNECT", "OPTIONS", "TRACE", "PATCH" };

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strcmp(seen->request->method, known[i]) == 0)
			return false;
	}
	return true;
}

static bool expect(const struct seen *seen)
{
	for (size_t i = 0; i < seen->request->n_fields; i++) {
		if (slice_is(seen->request->names[i], "expect") &&
		    !slice_is(slice_trim(seen->request->values[i]), "100-continue"))
			return seen->request->minor > 0;
	}
	return false;
}

static bool host(const struct seen *seen)
{
	struct slice value = { "", 0 };
	size_t n = count(seen, "host", &value);

	return n > 1 || (n == 0 && seen->request->minor > 0) || (n == 1 && !is(value, &authority));
}

static bool target(const struct seen *seen)
{
	return !good_target(seen->request);
}

static bool blank_lines(const struct seen *seen)
{
	return seen->n_blank > 1;
}

/* Exactly one blank before the target and before the version, none behind it. */
static bool request_line(const struct seen *seen)
{
	const struct other_request *request = seen->request;
	struct slice rest = seen->line;
	size_t n = strlen(request->method);

	if (rest.len != n + request->target.len + 10 || rest.text[n] != ' ')
		return true;
	rest.text += n + 1;
	return memcmp(rest.text, request->target.text, request->target.len) != 0 ||
	       memcmp(rest.text + request->target.len, " HTTP/", 6) != 0;
}

/* A line of them without a colon, or with something before it that is no name. */
static bool names(const struct seen *seen)
{
	static const char tchar[] = "!#$%&'*+-.^_`|~0123456789"
				    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
	const char *at = seen->fields.text, *end = at + seen->fields.len;

	while (at < end && *at != '\n' && *at != '\r') {
		const char *name = at;

		while (at < end && *at != '\0' && strchr(tchar, *at))
			at++;
		if (at == name || at == end || *at != ':')
			return true;
		at = memchr(at, '\n', (size_t)(end - at));
		at = at ? at + 1 : end;
	}
	return false;
}

/* A control character anywhere but where a line ends. */
static bool controls(const struct seen *seen)
{
	for (size_t i = 0; i < seen->raw.len; i++) {
		unsigned char c = (unsigned char)seen->raw.text[i];
		bool line_end = c == '\n' || (c == '\r' && i + 1 < seen->raw.len &&
					      seen->raw.text[i + 1] == '\n');

		if ((c < ' ' && c != '\t' && !line_end) || c == 0x7f)
			return true;
	}
	return false;
}

static bool folded(const struct seen *seen)
{
	for (size_t i = 1; i < seen->raw.len; i++) {
		if (seen->raw.text[i - 1] == '\n' && strchr(" \t", seen->raw.text[i]))
			return true;
	}
	return false;
}

/* Announced twice, or by what 1.0 does not have, or not by chunked as the last. */
static bool framing(const struct seen *seen)
{
	struct slice value = { "", 0 }, length = { "", 0 };
	size_t n = count(seen, "transfer-encoding", &value);

	if (n == 0)
		return false;
	return seen->request->minor == 0 || count(seen, "content-length", &length) > 0 || n > 1 ||
	       !is(value, &chunked);
}

static bool codings(const struct seen *seen)
{
	for (size_t i = 0; i < seen->request->n_fields; i++) {
		if (slice_is(seen->request->names[i], "transfer-encoding") &&
		    !is(slice_trim(seen->request->values[i]), &chunked))
			return true;
	}
	return false;
}

static bool length(const struct seen *seen)
{
	struct slice value = { "", 0 };
	size_t n = count(seen, "content-length", &value);

	return n > 1 || (n == 1 && !is(value, &digits));
}

static const struct reason {
	const char *name;
	int status;
	bool (*holds)(const struct seen *seen);
} reasons[] = {
	{ "the version is not 1.x", 505, version },
	{ "the request line is too long", 414, long_line },
	{ "the fields are too long", 431, long_fields },
	{ "the fields are too many", 431, many_fields },
	{ "the method is not known", 501, method },
	{ "another coding than chunked", 501, codings },
	{ "something else than 100-continue is expected", 417, expect },
	{ "Host is missing, there twice or no host", 400, host },
	{ "the target has none of its forms", 400, target },
	{ "more than one blank line before it", 400, blank_lines },
	{ "blanks in the request line", 400, request_line },
	{ "a field without a name or colon", 400, names },
	{ "control characters", 400, controls },
	{ "folded lines", 400, folded },
	{ "framed in two ways", 400, framing },
	{ "Content-Length is no number or there twice", 400, length },
};

/* --- lines ----------------------------------------------------------------------------------- */

static struct seen look(const struct other_stream *stream)
{
	const struct other_request *request = &stream->request;
	struct seen seen = {
		.request = request,
		.raw = { stream->bytes + request->start, request->end - request->start },
	};
	const char *at = seen.raw.text, *end = at + seen.raw.len, *feed;
	const char *last = stream->bytes + stream->len;

	for (; at < end && (*at == '\r' || *at == '\n'); at++)
		seen.n_blank += *at == '\n';
	feed = memchr(at, '\n', (size_t)(end - at));
	if (!feed)
		feed = end - 1;
	seen.line = (struct slice){ at, (size_t)(feed - at) };
	seen.line.len -= seen.line.len > 0 && feed[-1] == '\r';
	seen.fields = (struct slice){ feed + 1, (size_t)(end - feed) - 1 };
	if (end[-1] != '\n' && end < last) {
		feed = memchr(end, '\n', (size_t)(last - end));
		seen.n_more = (size_t)((feed ? feed + 1 : last) - end);
	}
	return seen;
}

const char *stricter_reason(const struct other_stream *stream, int status)
{
	struct seen seen = look(stream);

	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
		if (reasons[i].status == status && reasons[i].holds(&seen))
			return reasons[i].name;
	}
	return NULL;
}
