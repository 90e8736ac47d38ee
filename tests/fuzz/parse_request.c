/* SPDX-License-Identifier: MIT */
/*
 * parse_request.c: any bytes as requests: the parser stays within them, keeps its word about
 * what it fills in, and says the same however the bytes are cut, whatever follows, and where the
 * request is written in another way that means the same.
 */
#include "demand.h"

#include "http/parse.h"

static void check_status(int status)
{
	static const int known[] = { 0, 200, 400, 414, 417, 431, 501, 505 };

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (status == known[i])
			return;
	}
	demand(false, "a status that the parser does not give");
}

static void check_request(const struct qp_request *request, int status, size_t len)
{
	check_status(status);
	demand(request->at <= len, "digested more than there was");
	demand(request->path_len <= sizeof(request->path), "path longer than its place");
	demand(request->n_fields <= QP_FIELDS_COUNT + 1, "more fields than allowed");
	demand(len < QP_HEAD_MAX || status != QP_INCOMPLETE, "a full buffer and no verdict");
	if (status != QP_STATUS_OK)
		return;
	demand(!request->keep || request->body == QP_NO_BODY, "keeps although a body follows");
	demand(request->n_hosts == 1 || request->minor == 0, "Host is missing");
	demand(request->method != QP_METHOD_UNKNOWN, "accepted an unknown method");
}

/* Cut where the bytes themselves say, so that a finding can be replayed; salt 0: everywhere, if
 * there are not so many. */
static int parse_cut(struct qp_request *request, const char *bytes, size_t len, unsigned salt)
{
	int status = QP_INCOMPLETE;
	bool singly = salt == 0 && len <= 512;
	size_t have = 0;

	memset(request, 0, sizeof(*request));
	while (have < len && status == QP_INCOMPLETE) {
		salt = salt * 1103515245u + 12345u + (unsigned char)bytes[have];
		have += singly ? 1 : 1 + (salt >> 16) % (40 + len / 16);
		status = qp_request_parse(request, bytes, have < len ? have : len);
	}
	return status;
}

/* --- the same request, written anew ---------------------------------------------------------- */

enum style { SHORTEST, LOUD }; /* no blanks and LF; blanks, CRLF and capitals */

static size_t put(char *to, struct qp_words text, bool capitals)
{
	for (size_t i = 0; i < text.len; i++)
		to[i] = capitals && text.text[i] >= 'a' && text.text[i] <= 'z'
				? (char)(text.text[i] - 'a' + 'A')
				: text.text[i];
	return text.len;
}

static size_t put_text(char *to, const char *text)
{
	return put(to, (struct qp_words){ text, strlen(text) }, false);
}

static size_t put_field(char *to, struct qp_words line, enum style style)
{
	const char *colon = memchr(line.text, ':', line.len);
	struct qp_words name = { line.text, (size_t)(colon - line.text) };
	size_t n = put(to, name, style == LOUD);

	n += put_text(to + n, style == LOUD ? ": \t" : ":");
	n += put(to + n, qp_trim(colon + 1, line.len - name.len - 1), false);
	return n + put_text(to + n, style == LOUD ? " \t" : "");
}

/* An accepted request, line by line; the blank line before it is left out. */
static size_t write_anew(char *to, const struct qp_request *request, const char *bytes,
			 enum style style)
{
	size_t n = 0, end;

	for (size_t at = 0; at < request->at; at = end) {
		const char *feed = memchr(bytes + at, '\n', request->at - at);
		struct qp_words line = { bytes + at, (size_t)(feed - bytes) - at };

		end = (size_t)(feed - bytes) + 1;
		line.len -= line.len > 0 && line.text[line.len - 1] == '\r';
		if (at == 0 && line.len == 0)
			continue;
		if (at >= request->fields_at && line.len > 0)
			n += put_field(to + n, line, style);
		else
			n += put(to + n, line, false);
		n += put_text(to + n, style == LOUD ? "\r\n" : "\n");
	}
	return n;
}

static void check_same(const struct qp_request *a, const struct qp_request *b)
{
	demand(a->method == b->method && a->minor == b->minor, "anew: method or version");
	demand(a->path_len == b->path_len && memcmp(a->path, b->path, a->path_len) == 0,
	       "anew: the path");
	demand(a->query_len == b->query_len, "anew: the query");
	demand(a->n_fields == b->n_fields, "anew: how many fields");
	demand(a->body == b->body && a->keep == b->keep, "anew: body or keep");
	demand(a->scrape_timeout == b->scrape_timeout, "anew: the scraper's time");
}

static void check_anew(const struct qp_request *request, const char *bytes, enum style style)
{
	char *text = exactly(NULL, request->at + 6 * ((size_t)request->n_fields + 2));
	size_t n = write_anew(text, request, bytes, style);
	struct qp_request anew = { 0 };
	int status;

	status = qp_request_parse(&anew, text, n);
	/* blanks and CR may make it too long */
	if (status == QP_STATUS_OK || style == SHORTEST || n <= QP_FIELDS_MAX) {
		demand(status == QP_STATUS_OK && anew.at == n, "anew: not accepted");
		check_same(request, &anew);
	}
	free(text);
}

/* --- one request ----------------------------------------------------------------------------- */

/* What follows is not looked at, and nothing less is a request. */
static void check_bounds(const struct qp_request *request, const char *bytes)
{
	char *exact = exactly(bytes, request->at);
	struct qp_request alone, less;

	memset(&alone, 0, sizeof(alone));
	memset(&less, 0, sizeof(less));
	demand(qp_request_parse(&less, exact, request->at - 1) == QP_INCOMPLETE,
	       "a request before its end");
	demand(qp_request_parse(&alone, exact, request->at) == QP_STATUS_OK, "it needs more");
	demand(memcmp(request, &alone, sizeof(alone)) == 0, "what follows changes it");
	free(exact);
}

/* Fields by name lie within the request, and are as many as there are. */
static void check_fields(const struct qp_request *request, const char *bytes)
{
	struct qp_words values[QP_FIELDS_COUNT + 1];
	size_t n = qp_request_fields(request, bytes, "host", values, QP_FIELDS_COUNT + 1);

	demand(n == request->n_hosts, "another number of Host fields");
	for (size_t i = 0; i < n; i++)
		demand(values[i].text >= bytes + request->fields_at &&
			       values[i].text + values[i].len < bytes + request->at,
		       "a field outside of the request");
}

/* One request at the front; how long it is, 0 where there is none. */
static size_t check_one(const char *bytes, size_t len)
{
	struct qp_request whole, cut;
	int status;

	memset(&whole, 0, sizeof(whole));
	status = qp_request_parse(&whole, bytes, len);
	check_request(&whole, status, len);
	for (unsigned salt = 0; salt < 3; salt++) {
		demand(parse_cut(&cut, bytes, len, salt) == status, "cuts change the status");
		demand(cut.method == whole.method, "cuts change the method");
		demand(status != QP_STATUS_OK || memcmp(&cut, &whole, sizeof(cut)) == 0,
		       "cuts change the request");
	}
	if (status != QP_STATUS_OK)
		return 0;
	check_bounds(&whole, bytes);
	check_fields(&whole, bytes);
	check_anew(&whole, bytes, SHORTEST);
	check_anew(&whole, bytes, LOUD);
	return whole.at;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t used = 1;

	for (size_t at = 0; at < size && used > 0; at += used) {
		size_t len = size - at < QP_HEAD_MAX ? size - at : QP_HEAD_MAX;
		char *exact = exactly(data + at, len);

		used = check_one(exact, len);
		free(exact);
	}
	return 0;
}
