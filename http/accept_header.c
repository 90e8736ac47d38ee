/* SPDX-License-Identifier: MIT */
/* accept_header.c: see accept_header.h. */
#include "accept_header.h"

#include "elements.h"

#include <string.h>

#define FALLBACK "text-0.0.4"
#define OPENMETRICS "application/openmetrics-text"
#define PROTOBUF "application/vnd.google.protobuf"
#define ANY "*" /* whatever the version, and without one */

/* What an element can be. version NULL: it says none. */
static const struct offer {
	const char *type;
	const char *version;
	const char *format;
} offers[] = {
	{ "text/plain", "0.0.4", FALLBACK },
	{ "text/plain", NULL, FALLBACK },
	{ "text/plain", "1.0.0", "text-1.0.0" },
	{ OPENMETRICS, "1.0.0", "openmetrics-1.0.0" },
	{ OPENMETRICS, NULL, "openmetrics-1.0.0" },
	{ OPENMETRICS, NULL, "openmetrics-0.0.1" },
	{ OPENMETRICS, "0.0.1", "openmetrics-0.0.1" },
	{ OPENMETRICS, "2.0.0", "openmetrics-2.0.0" },
	{ PROTOBUF, ANY, "protobuf" },
	{ "application/json", ANY, "json" },
	{ "text/*", ANY, FALLBACK },
	{ "*/*", ANY, FALLBACK },
};

static const char *const escapings[] = {
	[QUIPU_ESCAPE_UNDERSCORES] = "underscores",
	[QUIPU_ESCAPE_DOTS] = "dots",
	[QUIPU_ESCAPE_VALUES] = "values",
	[QUIPU_ESCAPE_NONE] = "allow-utf-8",
};

const char *qp_escaping_name(quipu_escaping escaping)
{
	return escapings[escaping];
}

/* The parameters that matter; the last of each name counts. */
struct details {
	struct qp_param version, escaping;
	bool has_version, has_escaping;
	bool is_family, is_delimited; /* protobuf: which message, and how they follow each other */
};

static bool is_named(const struct qp_param *param, const char *name)
{
	return qp_same_word(param->name.text, param->name.len, name);
}

static struct details read_details(struct qp_words params)
{
	struct details details = { 0 };
	struct qp_param param;

	while (qp_param_next(&params, &param)) {
		if (is_named(&param, "version")) {
			details.version = param;
			details.has_version = true;
		} else if (is_named(&param, "escaping")) {
			details.escaping = param;
			details.has_escaping = true;
		} else if (is_named(&param, "proto")) {
			details.is_family =
				qp_param_says(&param, "io.prometheus.client.MetricFamily");
		} else if (is_named(&param, "encoding")) {
			details.is_delimited = qp_param_says(&param, "delimited");
		}
	}
	return details;
}

static bool fits(const struct offer *offer, struct qp_words type, const struct details *details)
{
	if (!qp_same_word(type.text, type.len, offer->type))
		return false;
	if (strcmp(offer->type, PROTOBUF) == 0)
		return details->is_family && details->is_delimited;
	if (!offer->version)
		return !details->has_version;
	return strcmp(offer->version, ANY) == 0 ||
	       (details->has_version && qp_param_says(&details->version, offer->version));
}

static const char *format_for(const struct qp_element *element, const struct details *details,
			      bool (*offered)(const char *name))
{
	for (size_t i = 0; i < sizeof(offers) / sizeof(offers[0]); i++) {
		const char *format = offers[i].format;

		if (fits(&offers[i], element->value, details) &&
		    (strcmp(format, FALLBACK) == 0 || offered(format)))
			return format;
	}
	return NULL;
}

/* An unknown scheme is the one that every scraper can read. */
static quipu_escaping escaping_for(const struct details *details)
{
	for (size_t i = 0; i < sizeof(escapings) / sizeof(escapings[0]); i++) {
		if (details->has_escaping && qp_param_says(&details->escaping, escapings[i]))
			return (quipu_escaping)i;
	}
	return QUIPU_ESCAPE_UNDERSCORES;
}

struct qp_accepted qp_accept_choose(const struct qp_words *fields, size_t n,
				    bool (*offered)(const char *name))
{
	struct qp_accepted best = { FALLBACK, QUIPU_ESCAPE_UNDERSCORES, false };
	unsigned weight = 0;

	for (size_t i = 0; i < n; i++) {
		struct qp_words list = fields[i];
		struct qp_element element;

		while (qp_element_next(&list, &element)) {
			struct details details = read_details(element.params);
			const char *format = element.weight > weight
						     ? format_for(&element, &details, offered)
						     : NULL;

			if (!format)
				continue;
			weight = element.weight;
			best = (struct qp_accepted){ format, escaping_for(&details),
						     details.has_escaping };
		}
	}
	return best;
}
