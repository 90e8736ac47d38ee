/* SPDX-License-Identifier: MIT */
/* parse_field.c: the fields of a request: the few that matter, and what they add up to. */
#include "parse.h"

#include <stdint.h>
#include <string.h>

/* The next member of a comma-separated list, without what is around it. */
static struct qp_words next_member(struct qp_words *list)
{
	const char *comma = memchr(list->text, ',', list->len);
	size_t len = comma ? (size_t)(comma - list->text) : list->len;
	struct qp_words member = qp_trim(list->text, len);

	list->text += comma ? len + 1 : len;
	list->len -= comma ? len + 1 : len;
	return member;
}

/* NUL, bare CR and other control characters are refused; bytes above 127 are opaque. */
static bool is_text(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if ((c < ' ' && c != '\t') || c == 0x7f)
			return false;
	}
	return true;
}

static enum qp_status read_host(struct qp_request *request, struct qp_words value)
{
	request->n_hosts++;
	return qp_authority_valid(value.text, value.len) ? QP_STATUS_OK : QP_STATUS_BAD_REQUEST;
}

static enum qp_status read_connection(struct qp_request *request, struct qp_words value)
{
	while (value.len > 0) {
		struct qp_words token = next_member(&value);

		if (qp_same_word(token.text, token.len, "close"))
			request->says_close = true;
		if (qp_same_word(token.text, token.len, "keep-alive"))
			request->says_keep_alive = true;
	}
	return QP_STATUS_OK;
}

/* Digits only, and once: whatever else somebody could read differently is refused. */
static enum qp_status read_length(struct qp_request *request, struct qp_words value)
{
	uint64_t length = 0;

	if (request->has_length || value.len == 0)
		return QP_STATUS_BAD_REQUEST;
	for (size_t i = 0; i < value.len; i++) {
		unsigned digit = (unsigned)value.text[i] - '0';

		if (digit > 9 || length > (UINT64_MAX - digit) / 10)
			return QP_STATUS_BAD_REQUEST;
		length = length * 10 + digit;
	}
	request->has_length = true;
	if (length > 0)
		request->body = QP_SIZED_BODY;
	return QP_STATUS_OK;
}

/* An empty member is nothing by the rules, and to others it is a coding, or the end of the list. */
static enum qp_status read_codings(struct qp_request *request, struct qp_words value)
{
	for (bool more = true; more;) {
		struct qp_words coding;

		more = memchr(value.text, ',', value.len) != NULL;
		coding = next_member(&value);
		if (coding.len == 0 || request->n_chunked > 0)
			request->bad_codings = true;
		if (qp_same_word(coding.text, coding.len, "chunked"))
			request->n_chunked++;
		else
			request->unknown_codings = true;
	}
	request->has_codings = true;
	return QP_STATUS_OK;
}

static enum qp_status read_expect(struct qp_request *request, struct qp_words value)
{
	if (!qp_same_word(value.text, value.len, "100-continue"))
		request->expects_else = true;
	return QP_STATUS_OK;
}

/* Seconds as a plain decimal number; what is not one was not said. */
static enum qp_status read_timeout(struct qp_request *request, struct qp_words value)
{
	double seconds = 0, place = 1;
	bool fraction = false;

	for (size_t i = 0; i < value.len; i++) {
		unsigned digit = (unsigned)value.text[i] - '0';

		if (value.text[i] == '.' && !fraction && i > 0 && i + 1 < value.len) {
			fraction = true;
			continue;
		}
		if (digit > 9)
			return QP_STATUS_OK;
		if (fraction)
			place /= 10;
		seconds = fraction ? seconds + place * digit : seconds * 10 + digit;
	}
	request->scrape_timeout = seconds;
	return QP_STATUS_OK;
}

static const struct known {
	const char *name;
	enum qp_status (*read)(struct qp_request *request, struct qp_words value);
} known[] = {
	{ "host", read_host },
	{ "connection", read_connection },
	{ "content-length", read_length },
	{ "transfer-encoding", read_codings },
	{ "expect", read_expect },
	{ "x-prometheus-scrape-timeout-seconds", read_timeout },
};

/* name ":" value. A blank before the name is a folded line, one behind it a trick. */
enum qp_status qp_field_parse(struct qp_request *request, const char *line, size_t len)
{
	const char *colon = memchr(line, ':', len);
	size_t name = colon ? (size_t)(colon - line) : 0;
	struct qp_words value;

	if (!qp_is_token(line, name) || !is_text(line + name, len - name))
		return QP_STATUS_BAD_REQUEST;
	value = qp_trim(colon + 1, len - name - 1);
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (qp_same_word(line, name, known[i].name))
			return known[i].read(request, value);
	}
	return QP_STATUS_OK;
}

/* A body that could be framed in two ways, or by rules that 1.0 does not have. */
static enum qp_status check_codings(struct qp_request *request)
{
	if (!request->has_codings)
		return QP_STATUS_OK;
	if (request->has_length || request->minor == 0 || request->bad_codings)
		return QP_STATUS_BAD_REQUEST;
	request->body = QP_CHUNKED_BODY;
	return request->unknown_codings ? QP_STATUS_NOT_IMPLEMENTED : QP_STATUS_OK;
}

enum qp_status qp_fields_conclude(struct qp_request *request)
{
	enum qp_status status = check_codings(request);
	bool modern = request->minor > 0;

	if (request->n_hosts > 1 || (modern && request->n_hosts == 0))
		return QP_STATUS_BAD_REQUEST;
	if (status != QP_STATUS_OK)
		return status;
	if (request->method == QP_METHOD_UNKNOWN)
		return QP_STATUS_NOT_IMPLEMENTED;
	if (modern && request->expects_else)
		return QP_STATUS_EXPECTATION_FAILED;
	request->keep = request->body == QP_NO_BODY && !request->says_close &&
			(modern || request->says_keep_alive);
	return QP_STATUS_OK;
}

size_t qp_request_fields(const struct qp_request *request, const char *bytes, const char *name,
			 struct qp_words *values, size_t max)
{
	const char *line = bytes + request->fields_at, *end = bytes + request->at;
	size_t n = 0;

	while (line < end && n < max) {
		const char *next = (const char *)memchr(line, '\n', (size_t)(end - line)) + 1;
		const char *colon = memchr(line, ':', (size_t)(next - line));
		size_t len = (size_t)(next - line) - 1;

		len -= len > 0 && line[len - 1] == '\r';
		if (colon && qp_same_word(line, (size_t)(colon - line), name))
			values[n++] = qp_trim(colon + 1, (size_t)(line + len - colon) - 1);
		line = next;
	}
	return n;
}
