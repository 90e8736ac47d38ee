/* SPDX-License-Identifier: MIT */
/* negotiate.c: see negotiate.h. */
#include "negotiate.h"

#include "accept_header.h"

#include <stdlib.h>
#include <string.h>

static bool is_offered(const char *name)
{
	return quipu_format_find(name) != NULL;
}

static void choose_format(struct qp_wanted *wanted, const struct qp_words *fields, size_t n)
{
	struct qp_accepted accepted = qp_accept_choose(fields, n, is_offered);

	wanted->format = quipu_format_find(accepted.format);
	if (!wanted->format)
		wanted->format = &quipu_format_text;
	wanted->escaping = accepted.escaping;
	/* what is said is what is done */
	if (accepted.escaping == QUIPU_ESCAPE_NONE &&
	    !(wanted->format->features & QUIPU_FORMAT_UTF8_NAMES))
		wanted->escaping = QUIPU_ESCAPE_UNDERSCORES;
	wanted->says_escaping =
		accepted.says_escaping || strcmp(wanted->format->name, "text-1.0.0") == 0;
}

/* A query that names no family is not kept. */
static enum qp_status read_query(struct qp_wanted *wanted, struct qp_words text)
{
	enum qp_status status = qp_query_read(text, &wanted->query);

	if (status != QP_STATUS_OK || !wanted->query)
		return status;
	wanted->created = wanted->created || wanted->query->created;
	if (wanted->query->n_names == 0) {
		free(wanted->query);
		wanted->query = NULL;
	}
	return QP_STATUS_OK;
}

enum qp_status qp_negotiate(struct qp_wanted *wanted, const struct qp_options *options,
			    const struct qp_request *request, const char *bytes)
{
	struct qp_words query = { bytes + request->query_at, request->query_len };
	struct qp_words fields[QP_FIELDS_COUNT];
	size_t n = qp_request_fields(request, bytes, "accept", fields, QP_FIELDS_COUNT);

	memset(wanted, 0, sizeof(*wanted));
	wanted->created = options->created;
	choose_format(wanted, fields, n);
	n = qp_request_fields(request, bytes, "accept-encoding", fields, QP_FIELDS_COUNT);
	if (options->compression)
		wanted->coding = qp_coding_choose(fields, n);
	return read_query(wanted, query);
}

bool qp_wanted_alike(const struct qp_wanted *a, const struct qp_wanted *b)
{
	return a->format == b->format && a->escaping == b->escaping &&
	       a->says_escaping == b->says_escaping && a->created == b->created &&
	       a->coding == b->coding && !a->query && !b->query;
}
