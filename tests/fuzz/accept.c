/* SPDX-License-Identifier: MIT */
/*
 * accept.c: any bytes as Accept fields: the choice stays within them, names something offered,
 * does not mind what adds nothing, and is what comes first with the greatest weight.
 */
#include "demand.h"

#include "accept_header.h"

#define MOST_FIELDS 8

static bool all(const char *name)
{
	return name[0] != '\0';
}

static bool some(const char *name)
{
	return name[0] == 'o';
}

static bool same(struct qp_accepted a, struct qp_accepted b)
{
	return strcmp(a.format, b.format) == 0 && a.escaping == b.escaping &&
	       a.says_escaping == b.says_escaping;
}

/* A line each; two places are left for what is added. */
static size_t split(struct qp_words *fields, const char *text, size_t len)
{
	size_t n = 0;

	while (len > 0 && n < MOST_FIELDS) {
		const char *end = memchr(text, '\n', len);
		size_t line = end ? (size_t)(end - text) : len;

		fields[n++] = qp_trim(text, line);
		line += end != NULL;
		text += line;
		len -= line;
	}
	return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char first[] = "application/json; escaping=dots";
	static const char nothing[] = "*/*;q=0, text/plain;q=7, , a/b";
	struct qp_words fields[MOST_FIELDS + 2];
	struct qp_accepted chosen;
	char *exact = malloc(size);
	size_t n;

	if (size > 0)
		memcpy(exact, data, size);
	n = split(fields, exact, size);
	chosen = qp_accept_choose(fields, n, some);
	demand(chosen.format[0] == 'o' || strcmp(chosen.format, "text-0.0.4") == 0, "not offered");
	chosen = qp_accept_choose(fields, n, all);
	demand(qp_escaping_name(chosen.escaping)[0] != '\0', "an escaping without a name");
	fields[n] = (struct qp_words){ nothing, strlen(nothing) };
	demand(same(chosen, qp_accept_choose(fields, n + 1, all)), "what adds nothing changes it");
	if (n > 0)
		fields[n + 1] = fields[0];
	demand(same(chosen, qp_accept_choose(fields, n + 1 + (n > 0), all)), "twice is not once");
	memmove(fields + 1, fields, n * sizeof(fields[0]));
	fields[0] = (struct qp_words){ first, strlen(first) };
	chosen = qp_accept_choose(fields, n + 1, all);
	demand(strcmp(chosen.format, "json") == 0 && chosen.escaping == QUIPU_ESCAPE_DOTS,
	       "the first of weight 1 is not taken");
	free(exact);
	return 0;
}
