/* SPDX-License-Identifier: MIT */
/*
 * query.c: any bytes as a query: what is read of it stays within its memory, and is what a plain
 * reading of forms gives.
 */
#include "demand.h"

#include "query.h"

static void check(const struct qp_query *query, size_t pairs, size_t size)
{
	const char *at = query->text;

	demand(query->n_names <= pairs && query->n_names <= QP_NAMES_MAX, "too many names");
	for (size_t i = 0; i < query->n_names; i++) {
		demand(query->names[i] == at, "names do not follow each other");
		at += strlen(at) + 1;
		demand((size_t)(at - query->text) <= size + 1, "longer than it was");
	}
}

/* --- forms, read plainly --------------------------------------------------------------------- */

/* Terminated, into to. */
static void decode(char *to, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		char digits[3] = { 0 };

		*to = text[i] == '+' ? ' ' : text[i];
		if (text[i] == '%') {
			memcpy(digits, text + i + 1, 2);
			*to = (char)strtoul(digits, NULL, 16);
			i += 2;
		}
		to++;
	}
	*to = '\0';
}

/* The names and the flag have to be those of the query, one after the other. */
static void check_plainly(const struct qp_query *query, const char *text, size_t size)
{
	char *key = exactly(NULL, size + 1), *value = exactly(NULL, size + 1);
	bool created = false;
	size_t n = 0, end;

	for (size_t at = 0; at < size; at = end + 1) {
		size_t equals = at;

		for (end = at; end < size && text[end] != '&'; end++)
			;
		while (equals < end && text[equals] != '=')
			equals++;
		decode(key, text + at, equals - at);
		decode(value, text + equals + (equals < end), end - equals - (equals < end));
		if (strcmp(key, "created") == 0)
			created = strcmp(value, "1") == 0 || strcmp(value, "true") == 0;
		if (strcmp(key, "name[]") != 0)
			continue;
		demand(n < query->n_names && strcmp(query->names[n], value) == 0, "another name");
		n++;
	}
	demand(n == query->n_names && created == query->created, "more names, or created");
	free(key);
	free(value);
}

/* --- one query ------------------------------------------------------------------------------- */

/* As the target's parser lets it through: nothing that decodes to a byte of 0. */
static char *accepted(const uint8_t *data, size_t size)
{
	char *exact = malloc(size);
	size_t used;

	if (size > 0)
		memcpy(exact, data, size);
	for (size_t i = 0; i < size; i++) {
		if (qp_percent_decode(exact + i, size - i, &used) == 0)
			exact[i] = '&';
	}
	return exact;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct qp_query *query = NULL;
	char *exact = accepted(data, size);
	enum qp_status status;
	size_t pairs = 1;

	for (size_t i = 0; i < size; i++)
		pairs += exact[i] == '&';
	status = qp_query_read((struct qp_words){ exact, size }, &query);
	demand(status == QP_STATUS_OK || (status == QP_STATUS_BAD_REQUEST && !query), "status");
	demand(status == QP_STATUS_OK || pairs > QP_NAMES_MAX, "refused without a reason");
	demand((query != NULL) == (size > 0 && status == QP_STATUS_OK), "a query of nothing");
	if (query) {
		check(query, pairs, size);
		check_plainly(query, exact, size);
	}
	free(query);
	free(exact);
	return 0;
}
