/* SPDX-License-Identifier: MIT */
/* web_config.c: see web_config.h. */
#include "web_config.h"

#include "web_sections.h"
#include "web_values.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct qp_web_config *config_of(struct qp_yaml *yaml)
{
	return yaml->out;
}

/* --- http_server_config -------------------------------------------------------------------- */

/* This server speaks HTTP/1.1 whatever is said here, as every client can. */
static bool read_http2(struct qp_yaml *yaml, const char *key)
{
	bool ignored;

	return qp_yaml_bool(yaml, key, &ignored);
}

static bool read_field(struct qp_yaml *yaml, const char *name)
{
	char *fields = config_of(yaml)->fields;
	size_t len = strlen(fields), room = sizeof(config_of(yaml)->fields) - len;
	const char *value = qp_yaml_scalar(yaml, name);
	const char *bad = value ? qp_web_bad_field(name, value) : NULL;

	if (!value)
		return false;
	if (bad)
		return qp_yaml_refuse(yaml, "%.64s %s", name, bad);
	if (strcmp(name, "X-Content-Type-Options") == 0)
		return true; /* which every answer has */
	if (strlen(name) + strlen(value) + sizeof(": \r\n") > room)
		return qp_yaml_refuse(yaml, "%s makes the header fields longer than %d bytes", name,
				      QP_WEB_FIELDS_MAX - 1);
	sprintf(fields + len, "%s: %s\r\n", name, value);
	return true;
}

static bool read_fields(struct qp_yaml *yaml, const char *key)
{
	return qp_yaml_mapping(yaml, key, read_field);
}

static bool read_http_key(struct qp_yaml *yaml, const char *key)
{
	static const struct qp_yaml_key keys[] = { { "http2", read_http2 },
						   { "headers", read_fields } };

	return qp_yaml_key(yaml, key, keys, sizeof(keys) / sizeof(keys[0]));
}

static bool read_http(struct qp_yaml *yaml, const char *key)
{
	return qp_yaml_mapping(yaml, key, read_http_key);
}

/* --- basic_auth_users ---------------------------------------------------------------------- */

static bool read_user(struct qp_yaml *yaml, const char *name)
{
	struct qp_web_config *config = config_of(yaml);
	const char *hash = qp_yaml_scalar(yaml, name);
	const char *bad = hash ? qp_web_bad_hash(hash) : NULL;
	struct qp_web_user *user;

	if (!hash)
		return false;
	if (strchr(name, ':'))
		return qp_yaml_refuse(yaml, "user %.64s has a colon, so nobody can be it", name);
	if (bad) /* which is not shown: it may be a password */
		return qp_yaml_refuse(yaml, "the hash of user %.64s %s", name, bad);
	if (!config->users)
		config->users = calloc(QP_WEB_USERS_MAX, sizeof(config->users[0]));
	if (!config->users)
		return qp_yaml_no_memory(yaml);
	user = &config->users[config->n_users++];
	user->name = strdup(name);
	user->hash = strdup(hash);
	return (user->name && user->hash) || qp_yaml_no_memory(yaml);
}

static bool read_users(struct qp_yaml *yaml, const char *key)
{
	return qp_yaml_mapping(yaml, key, read_user);
}

/* --- rate_limit ----------------------------------------------------------------------------- */

static bool read_interval(struct qp_yaml *yaml, const char *key)
{
	const char *text = qp_yaml_scalar(yaml, key);

	if (!text)
		return false;
	return qp_web_duration(text, &config_of(yaml)->interval_ns) ||
	       qp_yaml_refuse_value(yaml, key, "is not a duration, as \"1s\" is");
}

static bool read_burst(struct qp_yaml *yaml, const char *key)
{
	const char *text = qp_yaml_scalar(yaml, key);

	if (!text)
		return false;
	return qp_web_number(text, &config_of(yaml)->burst) ||
	       qp_yaml_refuse_value(yaml, key, "is not a number of requests");
}

static bool read_limit_key(struct qp_yaml *yaml, const char *key)
{
	static const struct qp_yaml_key keys[] = { { "interval", read_interval },
						   { "burst", read_burst } };

	return qp_yaml_key(yaml, key, keys, sizeof(keys) / sizeof(keys[0]));
}

static bool read_limit(struct qp_yaml *yaml, const char *key)
{
	const struct qp_web_config *config = config_of(yaml);

	if (!qp_yaml_mapping(yaml, key, read_limit_key))
		return false;
	if (config->interval_ns > 0 && config->burst == 0)
		return qp_yaml_refuse(yaml, "%s: a burst of 0 would refuse every request", key);
	return true;
}

/* --- the file -------------------------------------------------------------------------------- */

static bool read_section(struct qp_yaml *yaml, const char *key)
{
	static const struct qp_yaml_key keys[] = {
		{ "tls_server_config", qp_web_read_tls },
		{ "http_server_config", read_http },
		{ "basic_auth_users", read_users },
		{ "rate_limit", read_limit },
	};

	return qp_yaml_key(yaml, key, keys, sizeof(keys) / sizeof(keys[0]));
}

static bool read_file(struct qp_yaml *yaml, const char *key)
{
	return qp_yaml_mapping(yaml, key, read_section);
}

quipu_error qp_web_config_parse(const char *bytes, size_t len, struct qp_web_config *out,
				struct qp_web_error *error)
{
	struct qp_yaml yaml = { .error = error, .out = out };

	memset(out, 0, sizeof(*out));
	memset(error, 0, sizeof(*error));
	out->tls.min_version = QP_TLS_12;
	out->tls.max_version = QP_TLS_13;
	if (len > QP_WEB_CONFIG_MAX) {
		error->code = QUIPU_EOPTION;
		snprintf(error->text, sizeof(error->text), "more than %u bytes", QP_WEB_CONFIG_MAX);
	} else if (qp_yaml_read(&yaml, bytes, len, read_file)) {
		return QUIPU_OK;
	}
	qp_web_config_free(out);
	return error->code;
}

static void cleanse(char *text)
{
	if (text)
		explicit_bzero(text, strlen(text));
	free(text);
}

void qp_web_config_free(struct qp_web_config *config)
{
	struct qp_web_tls *tls = &config->tls;

	free(tls->cert_file);
	free(tls->key_file);
	free(tls->client_ca_file);
	free(tls->ciphers);
	free(tls->curves);
	for (size_t i = 0; i < tls->n_sans; i++)
		free(tls->sans[i]);
	for (size_t i = 0; i < config->n_users; i++) {
		free(config->users[i].name);
		cleanse(config->users[i].hash);
	}
	free(config->users);
	memset(config, 0, sizeof(*config));
}

const struct qp_web_user *qp_web_config_user(const struct qp_web_config *config, const char *name,
					     size_t len)
{
	for (size_t i = 0; i < config->n_users; i++) {
		if (strlen(config->users[i].name) == len &&
		    memcmp(config->users[i].name, name, len) == 0)
			return &config->users[i];
	}
	return NULL;
}
