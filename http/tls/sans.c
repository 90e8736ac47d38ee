/* SPDX-License-Identifier: MIT */
/* sans.c: see sans.h. */
#include "sans.h"

#include <openssl/x509v3.h>

#include <arpa/inet.h>
#include <string.h>

/* Names are compared whole: one with a byte of 0 in it equals none. */
static bool allowed(const struct qp_web_tls *tls, const char *name, size_t len)
{
	for (size_t i = 0; i < tls->n_sans; i++) {
		if (strlen(tls->sans[i]) == len && memcmp(tls->sans[i], name, len) == 0)
			return true;
	}
	return false;
}

static bool allowed_string(const struct qp_web_tls *tls, const ASN1_STRING *string)
{
	return allowed(tls, (const char *)ASN1_STRING_get0_data(string),
		       (size_t)ASN1_STRING_length(string));
}

static bool allowed_address(const struct qp_web_tls *tls, const ASN1_STRING *bytes)
{
	int family = ASN1_STRING_length(bytes) == 4 ? AF_INET : AF_INET6;
	char text[INET6_ADDRSTRLEN];

	if (ASN1_STRING_length(bytes) != 4 && ASN1_STRING_length(bytes) != 16)
		return false;
	return inet_ntop(family, ASN1_STRING_get0_data(bytes), text, sizeof(text)) &&
	       allowed(tls, text, strlen(text));
}

static bool allowed_name(const struct qp_web_tls *tls, const GENERAL_NAME *name)
{
	switch (name->type) {
	case GEN_DNS:
		return allowed_string(tls, name->d.dNSName);
	case GEN_EMAIL:
		return allowed_string(tls, name->d.rfc822Name);
	case GEN_URI:
		return allowed_string(tls, name->d.uniformResourceIdentifier);
	case GEN_IPADD:
		return allowed_address(tls, name->d.iPAddress);
	default:
		return false;
	}
}

bool qp_sans_match(X509 *cert, const struct qp_web_tls *tls)
{
	GENERAL_NAMES *names = X509_get_ext_d2i(cert, NID_subject_alt_name, NULL, NULL);
	bool found = false;

	for (int i = 0; i < sk_GENERAL_NAME_num(names) && !found; i++)
		found = allowed_name(tls, sk_GENERAL_NAME_value(names, i));
	GENERAL_NAMES_free(names);
	return found;
}
