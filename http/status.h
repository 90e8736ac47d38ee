/* SPDX-License-Identifier: MIT */
/* status.h: the HTTP statuses in use, from one list (status.def). */
#ifndef QP_HTTP_STATUS_H
#define QP_HTTP_STATUS_H

enum qp_status {
#define X(name, code, reason) QP_STATUS_##name = (code),
#include "status.def"
#undef X
};

/* The reason phrase; never NULL. */
const char *qp_status_reason(enum qp_status status);

#endif
