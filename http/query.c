/* SPDX-License-Identifier: MIT */
/* query.c: see query.h. */
#include "query.h"

#include <stdlib.h>
#include <string.h>

/* Decodes as forms do, where a plus is a blank; terminated, never longer than it was. */
static size_t decode(char *out, struct qp_words text)
{
	size_t n = 0, used;

	for (size_t i = 0; i < text.len; i += used) {
		char c = (char)qp_percent_decode(text.text + i, text.len - i, &used);

		out[n++] = c == '+' && used == 1 ? ' ' : c;
	}
	out[n] = '\0';
	return n + 1;
}

/* The next "name=value" off the front; value is empty where there is none. */
static struct qp_words next_pair(struct qp_words *text, struct qp_words *value)
{
	const char *end = memchr(text->text, '&', text->len);
	size_t len = end ? (size_t)(end - text->text) : text->len;
	const char *equals = memchr(text->text, '=', len);
	struct qp_words name = { text->text, equals ? (size_t)(equals - text->text) : len };

	*value = (struct qp_words){ name.text + name.len, 0 };
	if (equals)
		*value = (struct qp_words){ equals + 1, len - name.len - 1 };
	text->text += end ? len + 1 : len;
	text->len -= end ? len + 1 : len;
	return name;
}

/* One pair, decoded behind the query's names; how many bytes of it stay there. */
static size_t read_pair(struct qp_query *query, char *at, struct qp_words name,
			struct qp_words value)
{
	size_t len;

	decode(at, name);
	if (strcmp(at, "name[]") == 0) {
		len = decode(at, value);
		if (query->n_names < QP_NAMES_MAX)
			query->names[query->n_names] = at;
		query->n_names++;
		return len;
	}
	if (strcmp(at, "created") == 0) {
		decode(at, value);
		query->created = strcmp(at, "1") == 0 || strcmp(at, "true") == 0;
	}
	return 0;
}

enum qp_status qp_query_read(struct qp_words text, struct qp_query **result)
{
	struct qp_query *query = text.len > 0 ? malloc(sizeof(*query) + text.len + 1) : NULL;
	char *at;

	*result = query;
	if (!query)
		return text.len > 0 ? QP_STATUS_UNAVAILABLE : QP_STATUS_OK;
	query->created = false;
	query->n_names = 0;
	at = query->text;
	while (text.len > 0) {
		struct qp_words value, name = next_pair(&text, &value);

		at += read_pair(query, at, name, value);
	}
	if (query->n_names <= QP_NAMES_MAX)
		return QP_STATUS_OK;
	free(query);
	*result = NULL;
	return QP_STATUS_BAD_REQUEST;
}
