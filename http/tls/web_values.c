/* SPDX-License-Identifier: MIT */
/* web_values.c: see web_values.h. */
#include "web_values.h"

#include <stdlib.h>
#include <string.h>

#define YEAR_NS (365ull * 24 * 3600 * 1000000000ull)
#define HASH_LENGTH 60
#define HASH_SALT 7  /* where the salt begins, behind "$2y$10$" */
#define MOST_COST 16 /* some seconds */
#define LEAST_COST 4

struct name {
	const char *text;
	int value;
};

static bool find(const struct name *names, size_t n, const char *text, int *value)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(names[i].text, text) == 0) {
			*value = names[i].value;
			return true;
		}
	}
	return false;
}

bool qp_web_bool(const char *text, bool *value)
{
	static const struct name names[] = {
		{ "true", 1 },	{ "True", 1 }, { "TRUE", 1 }, { "false", 0 }, { "False", 0 },
		{ "FALSE", 0 }, { "yes", 1 },  { "Yes", 1 },  { "YES", 1 },   { "no", 0 },
		{ "No", 0 },	{ "NO", 0 },   { "on", 1 },   { "On", 1 },    { "ON", 1 },
		{ "off", 0 },	{ "Off", 0 },  { "OFF", 0 },
	};
	int found;

	if (!find(names, sizeof(names) / sizeof(names[0]), text, &found))
		return false;
	*value = found != 0;
	return true;
}

bool qp_web_version(const char *text, enum qp_tls_version *version)
{
	static const struct name names[] = { { "TLS12", QP_TLS_12 }, { "TLS13", QP_TLS_13 } };
	int found;

	if (!find(names, sizeof(names) / sizeof(names[0]), text, &found))
		return false;
	*version = (enum qp_tls_version)found;
	return true;
}

bool qp_web_client_auth(const char *text, enum qp_client_auth *auth)
{
	static const struct name names[] = {
		{ "", QP_CLIENT_NONE },
		{ "NoClientCert", QP_CLIENT_NONE },
		{ "RequestClientCert", QP_CLIENT_REQUESTED },
		{ "RequireClientCert", QP_CLIENT_ANY }, /* its old name */
		{ "RequireAnyClientCert", QP_CLIENT_ANY },
		{ "VerifyClientCertIfGiven", QP_CLIENT_IF_GIVEN },
		{ "RequireAndVerifyClientCert", QP_CLIENT_VERIFIED },
	};
	int found;

	if (!find(names, sizeof(names) / sizeof(names[0]), text, &found))
		return false;
	*auth = (enum qp_client_auth)found;
	return true;
}

/* --- numbers ------------------------------------------------------------------------------ */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool qp_web_number(const char *text, unsigned *number)
{
	unsigned long value = 0;

	if (!is_digit(text[0]) || strlen(text) > 9)
		return false;
	for (; is_digit(*text); text++)
		value = value * 10 + (unsigned)(*text - '0');
	*number = (unsigned)value;
	return *text == '\0';
}

/* The unit at the front, in nanoseconds, and its length; 0: none. */
static uint64_t unit(const char *text, size_t *len)
{
	static const struct {
		const char *name;
		uint64_t ns;
	} units[] = {
		{ "ns", 1 },
		{ "us", 1000 },
		{ "\xc2\xb5s", 1000 },
		{ "ms", 1000000 },
		{ "s", 1000000000 },
		{ "m", 60000000000 },
		{ "h", 3600000000000 },
	};

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		*len = strlen(units[i].name);
		if (strncmp(text, units[i].name, *len) == 0)
			return units[i].ns;
	}
	return 0;
}

/* A decimal number and its unit; false: none, or more than a year. */
static bool part(const char **text, double *sum)
{
	double number = 0, place = 1;
	size_t len = 0, digits = 0;
	uint64_t ns;

	for (; is_digit(**text); (*text)++, digits++)
		number = number * 10 + (**text - '0');
	if (**text == '.') {
		for ((*text)++; is_digit(**text); (*text)++, digits++)
			number += (place /= 10) * (**text - '0');
	}
	ns = digits > 0 && digits < 20 ? unit(*text, &len) : 0;
	if (ns == 0)
		return false;
	*text += len;
	*sum += number * (double)ns;
	return *sum <= (double)YEAR_NS;
}

bool qp_web_duration(const char *text, uint64_t *ns)
{
	double sum = 0;

	if (strcmp(text, "0") == 0) {
		*ns = 0;
		return true;
	}
	do {
		if (!part(&text, &sum))
			return false;
	} while (*text);
	*ns = (uint64_t)(sum + 0.5);
	return true;
}

/* --- names -------------------------------------------------------------------------------- */

struct other_name {
	const char *go, *openssl;
};

static const char *translate(const struct other_name *names, size_t n, const char *text)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(names[i].go, text) == 0)
			return names[i].openssl;
	}
	return NULL;
}

const char *qp_web_cipher(const char *text)
{
	static const struct other_name names[] = {
		{ "TLS_AES_128_GCM_SHA256", "" },
		{ "TLS_AES_256_GCM_SHA384", "" },
		{ "TLS_CHACHA20_POLY1305_SHA256", "" },
		{ "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA", "ECDHE-ECDSA-AES128-SHA" },
		{ "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA", "ECDHE-ECDSA-AES256-SHA" },
		{ "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", "ECDHE-RSA-AES128-SHA" },
		{ "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA", "ECDHE-RSA-AES256-SHA" },
		{ "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "ECDHE-ECDSA-AES128-GCM-SHA256" },
		{ "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "ECDHE-ECDSA-AES256-GCM-SHA384" },
		{ "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "ECDHE-RSA-AES128-GCM-SHA256" },
		{ "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "ECDHE-RSA-AES256-GCM-SHA384" },
		{ "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", "ECDHE-RSA-CHACHA20-POLY1305" },
		{ "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
		  "ECDHE-ECDSA-CHACHA20-POLY1305" },
	};

	return translate(names, sizeof(names) / sizeof(names[0]), text);
}

const char *qp_web_curve(const char *text)
{
	static const struct other_name names[] = {
		{ "CurveP256", "P-256" },
		{ "CurveP384", "P-384" },
		{ "CurveP521", "P-521" },
		{ "X25519", "X25519" },
	};

	return translate(names, sizeof(names) / sizeof(names[0]), text);
}

/* --- hashes ------------------------------------------------------------------------------- */

static bool all_of(const char *text, const char *allowed)
{
	return text[strspn(text, allowed)] == '\0';
}

const char *qp_web_bad_hash(const char *text)
{
	int cost;

	if (strlen(text) != HASH_LENGTH || strncmp(text, "$2", 2) != 0 || !strchr("aby", text[2]) ||
	    text[3] != '$' || !is_digit(text[4]) || !is_digit(text[5]) || text[6] != '$' ||
	    !all_of(text + HASH_SALT, "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				      "0123456789"))
		return "is not a bcrypt hash ($2y$..., 60 characters)";
	cost = (text[4] - '0') * 10 + (text[5] - '0');
	if (cost < LEAST_COST || cost > MOST_COST)
		return "has a bcrypt cost that is not from 4 to 16";
	return NULL;
}

/* --- header fields ------------------------------------------------------------------------ */

static bool may_be_set(const char *name)
{
	static const char *const names[] = { "Content-Security-Policy", "Strict-Transport-Security",
					     "X-Content-Type-Options", "X-Frame-Options",
					     "X-XSS-Protection" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(names[i], name) == 0)
			return true;
	}
	return false;
}

const char *qp_web_bad_field(const char *name, const char *value)
{
	if (!may_be_set(name))
		return "is not a header field that can be set";
	for (const char *c = value; *c; c++) {
		if (*c < 0x20 || *c > 0x7e)
			return "has a character that is not printable ASCII";
	}
	if (strcmp(name, "X-Content-Type-Options") == 0 && strcmp(value, "nosniff") != 0)
		return "can only be nosniff";
	if (strcmp(name, "X-Frame-Options") == 0 && strcmp(value, "deny") != 0 &&
	    strcmp(value, "sameorigin") != 0)
		return "can only be deny or sameorigin";
	return NULL;
}
