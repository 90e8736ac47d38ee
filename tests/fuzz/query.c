/* SPDX-License-Identifier: MIT */
/*
 * query.c: any bytes as a query: what is read of it stays within its memory, and there are no
 * more names than pairs.
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
	if (query)
		check(query, pairs, size);
	free(query);
	free(exact);
	return 0;
}
