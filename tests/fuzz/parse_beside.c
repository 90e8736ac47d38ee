/* SPDX-License-Identifier: MIT */
/*
 * parse_beside.c: any bytes as requests, read by our parser and by http-parser: there is never
 * another idea of where a request ends, so that nothing can be smuggled.
 *
 * - What we accept http-parser accepts: the same method, target, version, fields, body, end, and
 *   the same view of whether the connection stays open. Where it has a fault of its own, that has
 *   a name here (its_own_fault).
 * - What http-parser accepts and we refuse has one of the reasons of stricter.c, and the status
 *   that goes with it.
 *
 * QUIPU_FUZZ_SAY=1 prints the reasons.
 */
#include "demand.h"

#include "http/parse.h"
#include "other_parser.h"
#include "stricter.h"

#include <strings.h>

static void show(const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		fprintf(stderr, bytes[i] >= ' ' && bytes[i] <= '~' ? "%c" : "\\x%02x",
			(unsigned char)bytes[i]);
	fputc('\n', stderr);
}

static void same(bool holds, const char *what, const struct other_stream *other)
{
	if (holds)
		return;
	show(other->bytes, other->len);
	demand(false, what);
}

/* --- both accept ----------------------------------------------------------------------------- */

static bool has(const struct other_request *request, const char *name)
{
	for (size_t i = 0; i < request->n_fields; i++) {
		if (slice_is(request->names[i], name))
			return true;
	}
	return false;
}

/* A word of the Connection fields, by commas; blanks do not count. */
static bool connection_says(const struct other_request *request, const char *word)
{
	for (size_t i = 0; i < request->n_fields; i++) {
		struct slice rest = request->values[i];

		while (slice_is(request->names[i], "connection") && rest.len > 0) {
			const char *comma = memchr(rest.text, ',', rest.len);
			size_t len = comma ? (size_t)(comma - rest.text) : rest.len;

			if (slice_is(slice_trim((struct slice){ rest.text, len }), word))
				return true;
			rest.text += len + (comma != NULL);
			rest.len -= len + (comma != NULL);
		}
	}
	return false;
}

/* What RFC 9112 says of it: close wins, 1.1 stays, 1.0 stays where it asks for it. */
static bool should_keep(const struct other_request *request)
{
	return !connection_says(request, "close") &&
	       (request->minor > 0 || connection_says(request, "keep-alive"));
}

/* http-parser takes Proxy-Connection for Connection, knows no tab behind a word, reads
 * on in the word before, and lets keep-alive win in 1.0. The rules are in should_keep. */
static bool keep_is_its_own_fault(const struct other_request *request)
{
	return has(request, "proxy-connection") || has(request, "connection");
}

static void compare_keep(const struct qp_request *ours, const struct other_stream *other)
{
	const struct other_request *theirs = &other->request;

	if (ours->body != QP_NO_BODY) {
		same(!ours->keep, "keeps although a body follows", other);
		return;
	}
	same(ours->keep == should_keep(theirs), "keep-alive is not by the rules", other);
	same(ours->keep == theirs->keep || keep_is_its_own_fault(theirs), "keep-alive", other);
}

static void compare_target(const struct qp_request *ours, const struct other_stream *other,
			   const char *bytes)
{
	const struct slice *target = &other->request.target;
	const char *mark = memchr(target->text, '?', target->len);
	size_t query = mark ? (size_t)(target->text + target->len - mark) - 1 : 0;

	same(ours->query_len == query, "the query's length", other);
	same(!mark || bytes + ours->query_at == mark + 1, "the query's place", other);
	if (target->text[0] == '/' && !memchr(target->text, '%', target->len) &&
	    target->len - query <= sizeof(ours->path)) {
		size_t path = target->len - query - (mark != NULL);

		same(ours->path_len == path && memcmp(ours->path, target->text, path) == 0,
		     "the path", other);
	}
}

/* Every value of theirs is, in order, what ours has by that name; nobody has more. */
static void compare_fields(const struct qp_request *ours, const struct other_stream *other,
			   const char *bytes)
{
	const struct other_request *theirs = &other->request;
	struct qp_words values[QP_FIELDS_COUNT];

	same(ours->n_fields == theirs->n_fields, "the number of fields", other);
	same(!theirs->folded, "folded lines are accepted", other);
	for (size_t i = 0; i < theirs->n_fields; i++) {
		struct slice value = slice_trim(theirs->values[i]);
		char *name = exactly(NULL, theirs->names[i].len + 1);
		size_t n, before = 0;

		for (size_t j = 0; j < theirs->names[i].len; j++)
			name[j] = (char)(theirs->names[i].text[j] |
					 (theirs->names[i].text[j] >= 'A' &&
							  theirs->names[i].text[j] <= 'Z'
						  ? 0x20
						  : 0));
		for (size_t j = 0; j < i; j++)
			before += slice_is(theirs->names[j], name);
		n = qp_request_fields(ours, bytes, name, values, QP_FIELDS_COUNT);
		same(before < n && values[before].len == value.len &&
			     (value.len == 0 ||
			      memcmp(values[before].text, value.text, value.len) == 0),
		     "a field", other);
		free(name);
	}
}

static const char *method_of(const struct qp_request *ours)
{
	static const char *const names[] = { "", "GET", "HEAD", NULL };

	return ours->connect ? "CONNECT" : ours->options ? "OPTIONS" : names[ours->method];
}

static bool is_longer(struct slice name, const char *beginning)
{
	struct slice front = { name.text, strlen(beginning) };

	return name.len > front.len && slice_is(front, beginning);
}

/* "Transfer-Encodings" is Transfer-Encoding to http-parser: it is an error with a length, or without
 * chunked, and makes it forget that chunked was the last. */
static bool has_longer_name(const struct other_request *theirs)
{
	for (size_t i = 0; i < theirs->n_fields; i++) {
		if (is_longer(theirs->names[i], "transfer-encoding"))
			return true;
	}
	return false;
}

/* http-parser knows no tab behind a coding, and goes on to refuse it; we close in any case. */
static bool has_tab_in_codings(const struct other_request *theirs)
{
	for (size_t i = 0; i < theirs->n_fields; i++) {
		if (slice_is(theirs->names[i], "transfer-encoding") && theirs->values[i].len > 0 &&
		    memchr(theirs->values[i].text, '\t', theirs->values[i].len))
			return true;
	}
	return false;
}

static enum qp_announced body_of(const struct other_request *theirs)
{
	bool misread = has_tab_in_codings(theirs) || has_longer_name(theirs);

	if (theirs->chunked || (misread && has(theirs, "transfer-encoding")))
		return QP_CHUNKED_BODY;
	return theirs->length > 0 ? QP_SIZED_BODY : QP_NO_BODY;
}

static void compare(const struct qp_request *ours, const struct other_stream *other,
		    const char *bytes)
{
	const struct other_request *theirs = &other->request;
	const char *method = method_of(ours);

	same(!method || strcmp(method, theirs->method) == 0, "the method", other);
	same(method || strncmp(bytes + (bytes[0] == '\r') + (bytes[0] == '\r' || bytes[0] == '\n'),
			       theirs->method, strlen(theirs->method)) == 0,
	     "another method", other);
	same(theirs->major == 1 && ours->minor == (theirs->minor > 0), "the version", other);
	same(ours->body == body_of(theirs), "the body", other);
	compare_target(ours, other, bytes);
	compare_fields(ours, other, bytes);
	compare_keep(ours, other);
}

/* --- one does not ---------------------------------------------------------------------------- */

/* What http-parser refuses although it may be accepted. */
static bool its_own_fault(const struct qp_request *ours, const struct other_stream *other)
{
	/* it does not count up to the last number that 64 bits hold; with a body we close; and
	 * knows no tab behind a number */
	if (strcmp(other->error, "HPE_INVALID_CONTENT_LENGTH") == 0)
		return ours->body == QP_SIZED_BODY || other->bytes[other->at] == '\t';
	return has_longer_name(&other->request) &&
	       (strcmp(other->error, "HPE_UNEXPECTED_CONTENT_LENGTH") == 0 ||
		strcmp(other->error, "HPE_INVALID_TRANSFER_ENCODING") == 0);
}

static void refused(const struct other_stream *other, int status)
{
	const char *reason = stricter_reason(other, status);

	if (getenv("QUIPU_FUZZ_SAY"))
		fprintf(stderr, "%d: %s\n", status, reason ? reason : "-");
	if (!reason)
		fprintf(stderr, "status %d: ", status);
	same(reason != NULL, "refused without a reason", other);
}

/* A bare CR ends the head for http-parser, and ends nothing for us: so we wait, then refuse. */
static bool bare_cr(const struct other_request *request, const char *bytes)
{
	for (size_t i = request->start; i + 1 < request->end; i++) {
		if (bytes[i] == '\r' && bytes[i + 1] != '\n')
			return true;
	}
	return false;
}

/* The request at `at`; where the next one begins, 0 where there is none to compare. */
static size_t step(struct other_stream *other, size_t at)
{
	enum other_result result = other_next(other);
	struct qp_request ours = { 0 };
	int status = qp_request_parse(&ours, other->bytes + at, other->len - at);

	if (status == QP_INCOMPLETE) {
		same(result != OTHER_REQUEST || bare_cr(&other->request, other->bytes),
		     "http-parser needs no more", other);
		return 0;
	}
	if (status != QP_STATUS_OK) {
		if (result == OTHER_REQUEST)
			refused(other, status);
		return 0;
	}
	if (result == OTHER_ERROR) {
		if (!its_own_fault(&ours, other))
			fprintf(stderr, "%s: ", other->error);
		same(its_own_fault(&ours, other), "http-parser refuses it", other);
		return 0;
	}
	same(result == OTHER_REQUEST, "http-parser needs more", other);
	same(other->request.end == at + ours.at, "the end", other);
	compare(&ours, other, other->bytes + at);
	return ours.keep ? at + ours.at : 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct other_stream *other = malloc(sizeof(*other));
	char *exact = exactly(data, size);
	size_t at = 0;

	demand(other, "memory is out");
	other_begin(other, exact, size);
	do
		at = step(other, at);
	while (at > 0 && at < size);
	free(exact);
	free(other);
	return 0;
}
