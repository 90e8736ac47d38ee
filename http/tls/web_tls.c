/* SPDX-License-Identifier: MIT */
/* web_tls.c: tls_server_config of a web configuration (web_sections.h). */
#include "web_sections.h"
#include "web_values.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct qp_web_tls *tls_of(struct qp_yaml *yaml)
{
	struct qp_web_config *config = yaml->out;

	return &config->tls;
}

static bool read_cert_file(struct qp_yaml *yaml, const char *key)
{
	return qp_yaml_string(yaml, key, &tls_of(yaml)->cert_file);
}

static bool read_key_file(struct qp_yaml *yaml, const char *key)
{
	return qp_yaml_string(yaml, key, &tls_of(yaml)->key_file);
}

static bool read_client_ca_file(struct qp_yaml *yaml, const char *key)
{
	return qp_yaml_string(yaml, key, &tls_of(yaml)->client_ca_file);
}

static bool read_client_auth(struct qp_yaml *yaml, const char *key)
{
	const char *text = qp_yaml_scalar(yaml, key);

	if (!text)
		return false;
	return qp_web_client_auth(text, &tls_of(yaml)->client_auth) ||
	       qp_yaml_refuse_value(yaml, key, "is none of the types");
}

static bool read_san(struct qp_yaml *yaml, const char *key)
{
	struct qp_web_tls *tls = tls_of(yaml);
	const char *text = qp_yaml_scalar(yaml, key);

	if (!text)
		return false;
	if (tls->n_sans == QP_WEB_SANS_MAX)
		return qp_yaml_refuse(yaml, "%s has more than %d entries", key, QP_WEB_SANS_MAX);
	tls->sans[tls->n_sans] = strdup(text);
	if (!tls->sans[tls->n_sans])
		return qp_yaml_no_memory(yaml);
	tls->n_sans++;
	return true;
}

static bool read_sans(struct qp_yaml *yaml, const char *key)
{
	return qp_yaml_sequence(yaml, key, read_san);
}

static bool read_version(struct qp_yaml *yaml, const char *key, enum qp_tls_version *version)
{
	const char *text = qp_yaml_scalar(yaml, key);

	if (!text)
		return false;
	return qp_web_version(text, version) ||
	       qp_yaml_refuse_value(yaml, key, "is neither TLS12 nor TLS13");
}

static bool read_min_version(struct qp_yaml *yaml, const char *key)
{
	return read_version(yaml, key, &tls_of(yaml)->min_version);
}

static bool read_max_version(struct qp_yaml *yaml, const char *key)
{
	return read_version(yaml, key, &tls_of(yaml)->max_version);
}

/* Adds a name to a list as OpenSSL has it: "a:b". */
static bool add_name(struct qp_yaml *yaml, char **list, const char *name)
{
	size_t len = *list ? strlen(*list) : 0;
	char *longer = realloc(*list, len + strlen(name) + 2);

	if (!longer)
		return qp_yaml_no_memory(yaml);
	sprintf(longer + len, "%s%s", len > 0 ? ":" : "", name);
	*list = longer;
	return true;
}

static bool read_cipher(struct qp_yaml *yaml, const char *key)
{
	const char *text = qp_yaml_scalar(yaml, key);
	const char *name = text ? qp_web_cipher(text) : NULL;

	if (!text)
		return false;
	if (!name)
		return qp_yaml_refuse_value(yaml, key, "is none of the suites");
	return name[0] == '\0' || add_name(yaml, &tls_of(yaml)->ciphers, name);
}

static bool read_ciphers(struct qp_yaml *yaml, const char *key)
{
	return qp_yaml_sequence(yaml, key, read_cipher);
}

static bool read_curve(struct qp_yaml *yaml, const char *key)
{
	const char *text = qp_yaml_scalar(yaml, key);
	const char *name = text ? qp_web_curve(text) : NULL;

	if (!text)
		return false;
	return name ? add_name(yaml, &tls_of(yaml)->curves, name)
		    : qp_yaml_refuse_value(yaml, key, "is none of the curves");
}

static bool read_curves(struct qp_yaml *yaml, const char *key)
{
	return qp_yaml_sequence(yaml, key, read_curve);
}

static bool read_preference(struct qp_yaml *yaml, const char *key)
{
	bool server = true;

	if (!qp_yaml_bool(yaml, key, &server))
		return false;
	tls_of(yaml)->client_chooses_cipher = !server;
	return true;
}

static bool read_tls_key(struct qp_yaml *yaml, const char *key)
{
	static const struct qp_yaml_key keys[] = {
		{ "cert_file", read_cert_file },
		{ "key_file", read_key_file },
		{ "client_ca_file", read_client_ca_file },
		{ "client_auth_type", read_client_auth },
		{ "client_allowed_sans", read_sans },
		{ "min_version", read_min_version },
		{ "max_version", read_max_version },
		{ "cipher_suites", read_ciphers },
		{ "curve_preferences", read_curves },
		{ "prefer_server_cipher_suites", read_preference },
		{ "cert", NULL },
		{ "key", NULL },
		{ "client_ca", NULL },
	};

	return qp_yaml_key(yaml, key, keys, sizeof(keys) / sizeof(keys[0]));
}

/* What a mapping that says something about TLS must come to. */
static const char *tls_lacks(const struct qp_web_tls *tls)
{
	enum qp_client_auth auth = tls->client_auth;

	if (!tls->cert_file || !tls->cert_file[0])
		return "cert_file is missing";
	if (!tls->key_file || !tls->key_file[0])
		return "key_file is missing";
	if (tls->client_ca_file && !qp_client_verifies(auth))
		return "client_ca_file without a client_auth_type that verifies certificates";
	if (!tls->client_ca_file && qp_client_verifies(auth))
		return "client_auth_type verifies certificates, but client_ca_file is missing";
	if (tls->n_sans > 0 && auth != QP_CLIENT_VERIFIED) /* anybody can say he is anybody */
		return "client_allowed_sans needs client_auth_type RequireAndVerifyClientCert";
	if (tls->max_version < tls->min_version)
		return "max_version is below min_version";
	return NULL;
}

bool qp_web_read_tls(struct qp_yaml *yaml, const char *key)
{
	yaml_mark_t mark = yaml->event.start_mark;
	bool empty = qp_yaml_is_null(yaml);
	const char *lacks;

	if (!qp_yaml_mapping(yaml, key, read_tls_key))
		return false;
	lacks = empty ? NULL : tls_lacks(tls_of(yaml));
	if (!lacks)
		return true;
	yaml->event.start_mark = mark;
	return qp_yaml_refuse(yaml, "%s: %s", key, lacks);
}
