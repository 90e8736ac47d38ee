/* SPDX-License-Identifier: MIT */
/* negotiate.c: see negotiate.h. Text 0.0.4 is the one format, so nothing is weighed. */
#include "negotiate.h"

const quipu_format *qp_negotiate(const struct qp_request *request)
{
	(void)request;
	return &quipu_format_text;
}
