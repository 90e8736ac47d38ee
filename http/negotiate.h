/* SPDX-License-Identifier: MIT */
/* negotiate.h: which format a scraper gets. Pure. */
#ifndef QP_HTTP_NEGOTIATE_H
#define QP_HTTP_NEGOTIATE_H

#include "parse.h"

#include <quipu/format.h>

/* Never NULL: who asks for nothing that is there gets text 0.0.4, which all understand. */
const quipu_format *qp_negotiate(const struct qp_request *request);

#endif
