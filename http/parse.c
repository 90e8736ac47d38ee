/* SPDX-License-Identifier: MIT */
/* parse.c: see parse.h. Lines, the request line, and limits. */
#include "parse.h"

#include <string.h>

static enum qp_method known_method(struct qp_request *request, const char *name, size_t len)
{
	static const char *const others[] = { "POST",	 "PUT",	  "DELETE", "CONNECT",
					      "OPTIONS", "TRACE", "PATCH" };

	if (len == 3 && memcmp(name, "GET", len) == 0)
		return QP_METHOD_GET;
	if (len == 4 && memcmp(name, "HEAD", len) == 0)
		return QP_METHOD_HEAD;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		if (len != strlen(others[i]) || memcmp(name, others[i], len) != 0)
			continue;
		request->connect = strcmp(others[i], "CONNECT") == 0;
		request->options = strcmp(others[i], "OPTIONS") == 0;
		return QP_METHOD_OTHER;
	}
	return QP_METHOD_UNKNOWN;
}

/* Sets the method, also of a line that is refused for its length: HEAD gets no body. */
static size_t read_method(struct qp_request *request, struct qp_words line)
{
	const char *space = memchr(line.text, ' ', line.len);
	size_t len = space ? (size_t)(space - line.text) : 0;

	request->method = known_method(request, line.text, len);
	return len;
}

/* "HTTP/1.x": the status that its numbers deserve. */
static enum qp_status read_version(struct qp_request *request, struct qp_words text)
{
	const char *c = text.text;

	if (text.len != 8 || memcmp(c, "HTTP/", 5) != 0 || c[6] != '.' || c[5] < '0' ||
	    c[5] > '9' || c[7] < '0' || c[7] > '9')
		return QP_STATUS_BAD_REQUEST;
	request->minor = c[7] == '0' ? 0 : 1;
	return c[5] == '1' ? QP_STATUS_OK : QP_STATUS_VERSION;
}

/* Whichever form the target has, its first question mark is where the query begins. */
static void note_query(struct qp_request *request, const char *target, size_t len, size_t at)
{
	const char *mark = memchr(target, '?', len);

	if (!mark)
		return;
	request->query_at = at + (size_t)(mark - target) + 1;
	request->query_len = len - (size_t)(mark - target) - 1;
}

/* method SP target SP version: one blank each. at: where the line is. */
static enum qp_status read_request_line(struct qp_request *request, struct qp_words line, size_t at)
{
	size_t method = read_method(request, line);
	const char *target = line.text + method + 1;
	const char *space;
	enum qp_status status;

	if (!qp_is_token(line.text, method))
		return QP_STATUS_BAD_REQUEST;
	space = memchr(target, ' ', line.len - method - 1);
	if (!space)
		return QP_STATUS_BAD_REQUEST;
	status = read_version(request, (struct qp_words){ space + 1, (size_t)(line.text + line.len -
									      space - 1) });
	if (status != QP_STATUS_OK)
		return status;
	if (!qp_target_parse(request, target, (size_t)(space - target)))
		return QP_STATUS_BAD_REQUEST;
	note_query(request, target, (size_t)(space - target), at + method + 1);
	return QP_STATUS_OK;
}

/* The limits hold for a line that is still coming in as for one that is there. */
static enum qp_status check_limits(struct qp_request *request, struct qp_words line, size_t raw)
{
	if (!request->line_done) {
		if (line.len > 0 && !qp_is_token_char((unsigned char)line.text[0]))
			return QP_STATUS_BAD_REQUEST; /* TLS, or nothing of this world */
		if (line.len <= QP_LINE_MAX)
			return QP_STATUS_OK;
		read_method(request, line);
		return QP_STATUS_URI_TOO_LONG;
	}
	if (request->at - request->fields_at + raw > QP_FIELDS_MAX)
		return QP_STATUS_FIELDS_TOO_LARGE;
	return QP_STATUS_OK;
}

static bool ends_in_cr(struct qp_words line)
{
	return line.len > 0 && line.text[line.len - 1] == '\r';
}

static int digest_first(struct qp_request *request, struct qp_words line, size_t at)
{
	enum qp_status status;

	if (line.len == 0) {
		if (request->blank_skipped)
			return QP_STATUS_BAD_REQUEST;
		request->blank_skipped = true;
		return QP_INCOMPLETE;
	}
	status = read_request_line(request, line, at);
	request->line_done = true;
	return status == QP_STATUS_OK ? QP_INCOMPLETE : (int)status;
}

static int digest_field(struct qp_request *request, struct qp_words line)
{
	enum qp_status status;

	if (line.len == 0)
		return (int)qp_fields_conclude(request);
	if (++request->n_fields > QP_FIELDS_COUNT)
		return QP_STATUS_FIELDS_TOO_LARGE;
	status = qp_field_parse(request, line.text, line.len);
	return status == QP_STATUS_OK ? QP_INCOMPLETE : (int)status;
}

/* A line that has ended, raw bytes of it. */
static int digest(struct qp_request *request, struct qp_words line, size_t raw)
{
	enum qp_status status = check_limits(request, line, raw);
	size_t at = request->at;

	if (status != QP_STATUS_OK)
		return (int)status;
	request->at += raw;
	if (request->line_done)
		return digest_field(request, line);
	request->fields_at = request->at;
	return digest_first(request, line, at);
}

int qp_request_parse(struct qp_request *request, const char *bytes, size_t len)
{
	int status = QP_INCOMPLETE;

	while (status == QP_INCOMPLETE && request->at < len) {
		struct qp_words line = { bytes + request->at, len - request->at };
		const char *end = memchr(line.text, '\n', line.len);
		size_t raw = end ? (size_t)(end - line.text) + 1 : line.len;

		line.len = end ? raw - 1 : raw;
		if (ends_in_cr(line))
			line.len--;
		if (!end) {
			enum qp_status limit = check_limits(request, line, raw);

			return limit == QP_STATUS_OK ? QP_INCOMPLETE : (int)limit;
		}
		status = digest(request, line, raw);
	}
	return status;
}
