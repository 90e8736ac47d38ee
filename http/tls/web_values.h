/* SPDX-License-Identifier: MIT */
/* web_values.h: what single values of a web configuration mean. Pure. */
#ifndef QP_WEB_VALUES_H
#define QP_WEB_VALUES_H

#include "web_config.h"

/* All: false where the text is none. */
bool qp_web_bool(const char *text, bool *value);
bool qp_web_version(const char *text, enum qp_tls_version *version);
bool qp_web_client_auth(const char *text, enum qp_client_auth *auth);

/* "1m30s", "250ms", as Go writes durations; at most a year. */
bool qp_web_duration(const char *text, uint64_t *ns);
bool qp_web_number(const char *text, unsigned *number);

/* OpenSSL's name of what Go calls so; NULL: none. "" for the suites of TLS 1.3, which are always
 * offered. */
const char *qp_web_cipher(const char *text);
const char *qp_web_curve(const char *text);

/* A bcrypt hash of a cost that can be borne; why not, or NULL. */
const char *qp_web_bad_hash(const char *text);

/* A header field that may be set, to this value; why not, or NULL. */
const char *qp_web_bad_field(const char *name, const char *value);

#endif
