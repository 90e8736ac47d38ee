/* SPDX-License-Identifier: MIT */
/*
 * negotiate.c: any bytes as a request, and what its sender gets: a format that there is, a coding
 * that was offered, the same a second time, and as on its own when another request follows.
 */
#include "demand.h"

#include "http/accept_header.h"
#include "http/negotiate.h"

static bool known(const quipu_format *format)
{
	for (const quipu_format *const *at = quipu_formats(); *at; at++) {
		if (*at == format)
			return true;
	}
	return false;
}

static void check(const struct qp_wanted *wanted)
{
	demand(known(wanted->format), "a format that there is not");
	demand(qp_escaping_name(wanted->escaping) != NULL, "a scheme without a name");
	demand(!wanted->query || wanted->query->n_names <= QP_NAMES_MAX, "too many names");
	demand(wanted->query || qp_wanted_alike(wanted, wanted), "it is not like itself");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct qp_options options = { .compression = size % 2 == 0 };
	char *exact = exactly(data, size);
	struct qp_wanted wanted, again;
	struct qp_request request;
	enum qp_status status;

	memset(&request, 0, sizeof(request));
	if (qp_request_parse(&request, exact, size) == QP_STATUS_OK) {
		status = qp_negotiate(&wanted, &options, &request, exact);
		demand(status == QP_STATUS_OK || status == QP_STATUS_BAD_REQUEST, "the status");
		demand(qp_negotiate(&again, &options, &request, exact) == status, "not again");
		if (status == QP_STATUS_OK) {
			check(&wanted);
			demand(wanted.format == again.format && wanted.coding == again.coding &&
				       wanted.escaping == again.escaping,
			       "something else the second time");
			demand(options.compression || !wanted.coding, "compressed all the same");
			free(wanted.query);
			free(again.query);
		}
	}
	free(exact);
	return 0;
}
