/* SPDX-License-Identifier: MIT */
/* credentials.h: what an Authorization field says: a name and a password. Pure. */
#ifndef QP_TLS_CREDENTIALS_H
#define QP_TLS_CREDENTIALS_H

#include <stdbool.h>
#include <stddef.h>

#define QP_CREDENTIALS_MAX 8192 /* bytes of the field: a request has no longer ones */

struct qp_credentials {
	size_t name_len, password_len;
	const char *name, *password; /* in text; not terminated */
	char text[QP_CREDENTIALS_MAX];
};

/* False: it is no Basic authorization. Cleanse out when it was used. */
bool qp_credentials_read(const char *field, size_t len, struct qp_credentials *out);

#endif
