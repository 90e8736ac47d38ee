/* SPDX-License-Identifier: MIT */
/*
 * parse_request.c: any bytes as requests: the parser stays within them, keeps its word about
 * what it fills in, and says the same however the bytes are cut.
 *
 * With libFuzzer: clang -fsanitize=fuzzer,address,undefined -D_GNU_SOURCE -Ihttp
 * -Icore/include -Ihttp/include tests/fuzz/parse_request.c http/parse*.c http/words.c; as a
 * test: replay.c.
 */
#include "parse.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "parse_request: %s\n", what);
	abort();
}

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

/* Cut where the bytes themselves say, so that a finding can be replayed. */
static int parse_cut(struct qp_request *request, const char *bytes, size_t len, unsigned salt)
{
	int status = QP_INCOMPLETE;
	size_t have = 0;

	memset(request, 0, sizeof(*request));
	while (have < len && status == QP_INCOMPLETE) {
		salt = salt * 1103515245u + 12345u + (unsigned char)bytes[have];
		have += 1 + (salt >> 16) % 40;
		status = qp_request_parse(request, bytes, have < len ? have : len);
	}
	return status;
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
	return status == QP_STATUS_OK ? whole.at : 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t used = 1;

	for (size_t at = 0; at < size && used > 0; at += used) {
		size_t len = size - at < QP_HEAD_MAX ? size - at : QP_HEAD_MAX;
		char *exact = malloc(len);

		memcpy(exact, data + at, len);
		used = check_one(exact, len);
		free(exact);
	}
	return 0;
}
