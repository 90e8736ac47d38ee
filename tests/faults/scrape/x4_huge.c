/* SPDX-License-Identifier: MIT */
/*
 * x4_huge.c: a body of more than two gigabytes.
 *
 * X4, P5, P7: read in pieces, and served by the responder, it has exactly the bytes that it must
 * have, counted in 64 bits; its last lines are right; and it takes no memory in either way. Its size
 * comes from a constant label of a megabyte that every series shows.
 */
#include "torture.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <quipu/http.h>
#include <quipu/quipu.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define VALUE_BYTES ((size_t)1 << 20)
#define TAIL 256
#define MOST_RESIDENT ((size_t)64 << 20)

#define MOST_COUNT 10000 /* 10 GB */

static const struct torture defaults = {
	.name = "huge",
	.promises = "P5 P7 X4: a body beyond 2^31 bytes",
	.count = 2060, /* series, a megabyte each: 2^31 has 2048 */
};

static quipu_registry *registry;

/* What was read: how much, and how it ends. */
struct body {
	uint64_t bytes, lines;
	char tail[TAIL + 1];
};

static void take(struct body *body, const char *data, size_t len)
{
	const char *at = data, *line;

	while ((line = memchr(at, '\n', len - (size_t)(at - data)))) {
		body->lines++;
		at = line + 1;
	}
	body->bytes += len;
	if (len >= TAIL) {
		memcpy(body->tail, data + len - TAIL, TAIL);
		return;
	}
	memmove(body->tail, body->tail + len, TAIL - len);
	memcpy(body->tail + TAIL - len, data, len);
}

/* --- what it must be ---------------------------------------------------------------------------- */

#define HEAD "# HELP huge_total Huge.\n# TYPE huge_total counter\n"

static uint64_t expected_bytes(void)
{
	uint64_t i, bytes = sizeof HEAD - 1;
	char line[64];

	for (i = 0; i < torture.count; i++)
		bytes += VALUE_BYTES + (uint64_t)snprintf(line, sizeof line,
							  "huge_total{c=\"\",n=\"%" PRIu64
							  "\"} %" PRIu64 "\n",
							  i, i + 1);
	return bytes;
}

static void check(const char *how, const struct body *body)
{
	char last[64];

	TORTURE_CHECK("X4", body->bytes == expected_bytes(), "%s: %" PRIu64 " bytes, not %" PRIu64,
		      how, body->bytes, expected_bytes());
	TORTURE_CHECK("X4", body->lines == torture.count + 2, "%s: %" PRIu64 " lines", how,
		      body->lines);
	snprintf(last, sizeof last, "xxx\",n=\"%" PRIu64 "\"} %" PRIu64 "\n", torture.count - 1,
		 torture.count);
	TORTURE_CHECK("X4", !strcmp(body->tail + TAIL - strlen(last), last), "%s: ends in %s", how,
		      body->tail + TAIL - 40);
}

/* --- the two ways to get it --------------------------------------------------------------------- */

static void read_pieces(struct body *body)
{
	quipu_scrape *scrape = quipu_scrape_open(registry, NULL, NULL, NULL);
	static char piece[1 << 16];
	quipu_error error = QUIPU_OK;
	size_t len;

	while (scrape && error != QUIPU_END) {
		error = quipu_scrape_read(scrape, piece, sizeof piece, &len);
		if (error != QUIPU_OK && error != QUIPU_END)
			torture_broken("reading says %s", quipu_strerror(error));
		take(body, piece, len);
	}
	quipu_scrape_close(scrape);
}

/* In chunks: the size in hexadecimal, a line's end, so many bytes, a line's end. */
static void read_chunks(FILE *from, struct body *body)
{
	static char piece[1 << 16];
	char line[64];
	size_t left, n;

	while (fgets(line, sizeof line, from) && (left = strtoul(line, NULL, 16)) > 0) {
		for (; left; left -= n) {
			n = fread(piece, 1, left < sizeof piece ? left : sizeof piece, from);
			if (!n)
				torture_violation("X4", "the body breaks off at %" PRIu64 " bytes",
						  body->bytes);
			take(body, piece, n);
		}
		if (!fgets(line, sizeof line, from))
			return;
	}
}

static void get(struct body *body)
{
	quipu_http *server = quipu_http_start(
		registry, QUIPU_HTTP_OPTS(.listen = "127.0.0.1:0", .write_timeout_seconds = 600),
		NULL);
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_port = htons((uint16_t)quipu_http_port(server)),
				  .sin_addr = { htonl(INADDR_LOOPBACK) } };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), chunked = 0;
	char line[256] = "";
	FILE *from;

	if (!server || fd < 0 || connect(fd, (struct sockaddr *)&at, sizeof at) != 0)
		torture_broken("no server");
	if (dprintf(fd, "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n") < 0)
		torture_broken("cannot ask");
	from = fdopen(fd, "r");
	while (from && fgets(line, sizeof line, from) && strcmp(line, "\r\n") != 0)
		chunked |= !strcmp(line, "Transfer-Encoding: chunked\r\n");
	TORTURE_CHECK("X4", chunked, "not in chunks");
	read_chunks(from, body);
	fclose(from);
	quipu_http_stop(server);
}

static void make_series(void)
{
	char *value = malloc(VALUE_BYTES + 1), n[24];
	quipu_label label = { "c", value };
	quipu_counter_family family;
	uint64_t i;

	if (!value)
		torture_broken("out of memory");
	memset(value, 'x', VALUE_BYTES);
	value[VALUE_BYTES] = '\0';
	registry = quipu_registry_new(
		QUIPU_REGISTRY_OPTS(.const_labels = &label, .n_const_labels = 1));
	family = quipu_counter_family_new(
		registry, QUIPU_OPTS(.name = "huge_total", .help = "Huge.",
				     .labels = QUIPU_NAMES("n"), .max_series = torture.count));
	for (i = 0; i < torture.count; i++) {
		snprintf(n, sizeof n, "%" PRIu64, i);
		quipu_add_at(family, i + 1, n);
	}
	free(value);
	if (quipu_registry_status(registry, NULL) != QUIPU_OK)
		torture_broken("set-up failed");
}

int main(int argc, char **argv)
{
	static struct body pieces, chunks;
	size_t before, after;

	torture_begin(&defaults, argc, argv);
	if (torture.count > MOST_COUNT)
		torture.count = MOST_COUNT;
	make_series();
	before = torture_resident();
	read_pieces(&pieces);
	check("in pieces", &pieces);
	get(&chunks);
	check("in chunks", &chunks);
	after = torture_resident();
	printf("huge: resident memory grew by %zd KiB\n", (ssize_t)(after - before) / 1024);
#ifndef TORTURE_SANITIZED
	TORTURE_CHECK("P5", after < before + MOST_RESIDENT, "resident memory grew by %zu bytes",
		      after - before);
#endif
	quipu_registry_free(registry);
	return torture_end("%" PRIu64 " bytes, twice", pieces.bytes);
}
