/* SPDX-License-Identifier: MIT */
/* page.c: see page.h. */
#include "page/page.h"

/* QP_PAGE_POLICY, QP_PAGE_BEFORE: string literals; QP_PAGE_AFTER: bytes, the last one is NUL. */
#include <quipu_page.def>

static const unsigned char after[] = { QP_PAGE_AFTER };

const struct qp_live_page qp_live_page = {
	.fields = "Content-Security-Policy: " QP_PAGE_POLICY "\r\n"
		  "Referrer-Policy: no-referrer\r\n",
	.before = QP_PAGE_BEFORE,
	.after = { (const char *)after, sizeof(after) - 1 },
};
