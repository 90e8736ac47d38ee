/* SPDX-License-Identifier: MIT */
/*
 * web_config.c: any bytes as a web configuration: read or refused with a text, the same each time,
 * and what was read holds what the server relies on.
 */
#include "demand.h"

#include "web_config.h"
#include "web_values.h"

static size_t lines(const char *bytes, size_t size)
{
	size_t n = 1;

	for (size_t i = 0; i < size; i++)
		n += bytes[i] == '\n' || bytes[i] == '\r' || (unsigned char)bytes[i] >= 0x80;
	return n; /* at most: some other characters end lines too */
}

static void check_error(const struct qp_web_error *error, const char *bytes, size_t size)
{
	demand(error->code == QUIPU_EOPTION || error->code == QUIPU_ENOMEM, "an error's code");
	demand(error->text[0] != '\0', "an error without its text");
	demand(strlen(error->text) < sizeof(error->text), "a text without end");
	for (const char *c = error->text; *c; c++)
		demand((unsigned char)*c >= 0x20 && *c != 0x7f, "a text that is not printable");
	demand(error->line <= lines(bytes, size) + 1, "a line beyond the last");
}

static void check_empty(const struct qp_web_config *config)
{
	static const struct qp_web_config empty;

	demand(memcmp(config, &empty, sizeof(empty)) == 0, "refused, but something is left");
}

static void check_tls(const struct qp_web_tls *tls)
{
	bool verifies =
		tls->client_auth == QP_CLIENT_IF_GIVEN || tls->client_auth == QP_CLIENT_VERIFIED;

	demand((tls->cert_file != NULL) == (tls->key_file != NULL), "half a pair of files");
	demand(tls->cert_file || (!tls->client_ca_file && tls->client_auth == QP_CLIENT_NONE),
	       "clients are asked, but nothing is encrypted");
	demand(tls->min_version <= tls->max_version, "no version is left");
	demand(!verifies || tls->client_ca_file, "verified by nobody");
	demand(tls->n_sans == 0 || tls->client_auth == QP_CLIENT_ANY ||
		       tls->client_auth == QP_CLIENT_VERIFIED,
	       "names that nobody has to show");
}

/* A field's text could otherwise end the head, and begin another answer. */
static void check_fields(const char *fields)
{
	size_t len = strnlen(fields, QP_WEB_FIELDS_MAX);

	demand(len < QP_WEB_FIELDS_MAX, "fields without end");
	for (size_t i = 0; i < len; i++) {
		bool end = fields[i] == '\r' && fields[i + 1] == '\n';

		demand(end || (fields[i] >= 0x20 && fields[i] <= 0x7e), "fields of other bytes");
		if (end)
			i++;
	}
	demand(len == 0 || strcmp(fields + len - 2, "\r\n") == 0, "the last field has no end");
	demand(strstr(fields, "\r\n\r\n") == NULL, "an empty line");
}

static void check(const struct qp_web_config *config)
{
	check_tls(&config->tls);
	check_fields(config->fields);
	demand(config->n_users <= QP_WEB_USERS_MAX, "too many users");
	for (size_t i = 0; i < config->n_users; i++) {
		const struct qp_web_user *user = &config->users[i];

		demand(!qp_web_bad_hash(user->hash), "a hash that is none");
		demand(qp_web_config_user(config, user->name, strlen(user->name)) == user,
		       "a user who is not found, or is another");
	}
	demand(config->interval_ns == 0 || config->burst > 0, "a limit that lets nobody in");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *bytes = exactly(data, size);
	struct qp_web_config config, again;
	struct qp_web_error error, same;
	quipu_error code = qp_web_config_parse(bytes, size, &config, &error);

	demand(qp_web_config_parse(bytes, size, &again, &same) == code, "another answer");
	demand(strcmp(error.text, same.text) == 0 && error.line == same.line, "another text");
	demand(config.n_users == again.n_users, "other users");
	if (code == QUIPU_OK) {
		check(&config);
	} else {
		check_error(&error, bytes, size);
		check_empty(&config);
	}
	qp_web_config_free(&again);
	qp_web_config_free(&config);
	free(bytes);
	return 0;
}
