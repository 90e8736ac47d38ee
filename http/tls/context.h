/* SPDX-License-Identifier: MIT */
/* context.h: what OpenSSL makes connections from, out of a configuration and its files. */
#ifndef QP_TLS_CONTEXT_H
#define QP_TLS_CONTEXT_H

#include "files.h"
#include "web_config.h"

#include <openssl/types.h>

/* NULL: the text says why. The configuration must stay as long as the connections do. */
SSL_CTX *qp_context_new(const struct qp_web_tls *tls, const struct qp_files *files,
			struct qp_refusal *refusal);

#endif
