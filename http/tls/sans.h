/* SPDX-License-Identifier: MIT */
/* sans.h: the names in a client's certificate. Pure. */
#ifndef QP_TLS_SANS_H
#define QP_TLS_SANS_H

#include "web_config.h"

#include <openssl/types.h>

/* Is one of the allowed names among the certificate's (DNS, e-mail, URI, address)? */
bool qp_sans_match(X509 *cert, const struct qp_web_tls *tls);

#endif
