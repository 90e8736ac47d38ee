/* SPDX-License-Identifier: MIT */
/* accept_encoding.c: see accept_encoding.h. */
#include "accept_encoding.h"

#include "elements.h"

#include <string.h>

struct fields {
	const struct qp_words *list;
	size_t n;
};

/* What is said about a coding by this name; the last time counts. False: nothing. */
static bool find(struct fields fields, const char *name, unsigned *weight)
{
	bool found = false;

	for (size_t i = 0; i < fields.n; i++) {
		struct qp_words list = fields.list[i];
		struct qp_element element;

		while (qp_element_next(&list, &element)) {
			if (!qp_same_word(element.value.text, element.value.len, name))
				continue;
			*weight = element.weight;
			found = true;
		}
	}
	return found;
}

static unsigned weight_of(struct fields fields, const char *name)
{
	bool gzip = strcmp(name, "gzip") == 0;
	unsigned weight = 0;

	if (!find(fields, name, &weight) && gzip && !find(fields, "x-gzip", &weight))
		find(fields, "*", &weight);
	return weight;
}

const char *qp_encoding_choose(const struct qp_words *list, size_t n, const char *const *offered)
{
	struct fields fields = { list, n };
	const char *best = NULL;
	unsigned most = 0;

	find(fields, "identity", &most);
	for (size_t i = 0; offered[i]; i++) {
		unsigned weight = weight_of(fields, offered[i]);

		if (weight > most || (weight > 0 && weight == most && !best)) {
			most = weight;
			best = offered[i];
		}
	}
	return best;
}
