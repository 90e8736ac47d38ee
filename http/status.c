/* SPDX-License-Identifier: MIT */
/* status.c: see status.h. */
#include "status.h"

const char *qp_status_reason(enum qp_status status)
{
	switch (status) {
#define X(name, code, reason)                                                                      \
	case QP_STATUS_##name:                                                                     \
		return reason;
#include "status.def"
#undef X
	}
	return "";
}
