/* SPDX-License-Identifier: MIT */
/* roles.c: the tables of suffixes, and which family a sample belongs to. */
#include "roles.h"

#include <string.h>

static const struct qx_suffix text_suffixes[] = {
	{ QX_UNTYPED, "", QX_VALUE },	    { QX_COUNTER, "", QX_VALUE },
	{ QX_GAUGE, "", QX_VALUE },	    { QX_HISTOGRAM, "_bucket", QX_BUCKET },
	{ QX_HISTOGRAM, "_sum", QX_SUM },   { QX_HISTOGRAM, "_count", QX_COUNT },
	{ QX_SUMMARY, "", QX_QUANTILE },    { QX_SUMMARY, "_sum", QX_SUM },
	{ QX_SUMMARY, "_count", QX_COUNT }, { QX_UNTYPED, NULL, QX_VALUE },
};

static const struct qx_suffix openmetrics_suffixes[] = {
	{ QX_UNTYPED, "", QX_VALUE },
	{ QX_COUNTER, "_total", QX_VALUE },
	{ QX_COUNTER, "_created", QX_CREATED },
	{ QX_GAUGE, "", QX_VALUE },
	{ QX_HISTOGRAM, "_bucket", QX_BUCKET },
	{ QX_HISTOGRAM, "_sum", QX_SUM },
	{ QX_HISTOGRAM, "_count", QX_COUNT },
	{ QX_HISTOGRAM, "_created", QX_CREATED },
	{ QX_GAUGE_HISTOGRAM, "_bucket", QX_BUCKET },
	{ QX_GAUGE_HISTOGRAM, "_gsum", QX_SUM },
	{ QX_GAUGE_HISTOGRAM, "_gcount", QX_COUNT },
	{ QX_SUMMARY, "", QX_QUANTILE },
	{ QX_SUMMARY, "_sum", QX_SUM },
	{ QX_SUMMARY, "_count", QX_COUNT },
	{ QX_SUMMARY, "_created", QX_CREATED },
	{ QX_INFO, "_info", QX_VALUE },
	{ QX_STATESET, "", QX_STATE },
	{ QX_UNTYPED, NULL, QX_VALUE },
};

/* Values in one piece: every sample goes by the family's name. The others only say what the
 * parts of a value would be called one by one. */
static const struct qx_suffix whole_suffixes[] = {
	{ QX_UNTYPED, "", QX_VALUE },
	{ QX_COUNTER, "", QX_VALUE },
	{ QX_GAUGE, "", QX_VALUE },
	{ QX_HISTOGRAM, "", QX_VALUE },
	{ QX_HISTOGRAM, "_bucket", QX_BUCKET },
	{ QX_HISTOGRAM, "_sum", QX_SUM },
	{ QX_HISTOGRAM, "_count", QX_COUNT },
	{ QX_GAUGE_HISTOGRAM, "", QX_VALUE },
	{ QX_GAUGE_HISTOGRAM, "_bucket", QX_BUCKET },
	{ QX_GAUGE_HISTOGRAM, "_sum", QX_SUM },
	{ QX_GAUGE_HISTOGRAM, "_count", QX_COUNT },
	{ QX_GAUGE_HISTOGRAM, "_gsum", QX_SUM },
	{ QX_GAUGE_HISTOGRAM, "_gcount", QX_COUNT },
	{ QX_SUMMARY, "", QX_QUANTILE },
	{ QX_SUMMARY, "_sum", QX_SUM },
	{ QX_SUMMARY, "_count", QX_COUNT },
	{ QX_INFO, "", QX_VALUE },
	{ QX_STATESET, "", QX_STATE },
	{ QX_UNTYPED, NULL, QX_VALUE },
};

const struct qx_suffix *qx_suffixes(enum qx_format format)
{
	if (format == QX_TEXT || format == QX_TEXT_UTF8)
		return text_suffixes;
	if (format == QX_OPENMETRICS_0 || format == QX_OPENMETRICS)
		return openmetrics_suffixes;
	return whole_suffixes;
}

static bool owns(const struct qx_family *family, const struct qx_suffix *suffix,
		 struct qx_text sample)
{
	size_t len = strlen(suffix->suffix);

	return family->type == suffix->type && sample.len == family->name.len + len &&
	       memcmp(sample.data, family->name.data, family->name.len) == 0 &&
	       qx_text_ends(sample, suffix->suffix);
}

static bool role_in(const struct qx_exposition *exposition, const struct qx_family *family,
		    struct qx_text sample, enum qx_role *role)
{
	for (const struct qx_suffix *s = qx_suffixes(exposition->format); s->suffix; s++) {
		if (owns(family, s, sample)) {
			*role = s->role;
			return true;
		}
	}
	return false;
}

static struct qx_family *by_suffix(const struct qx_exposition *exposition,
				   const struct qx_suffix *suffix, struct qx_text sample)
{
	size_t len = strlen(suffix->suffix);
	struct qx_family *family;

	if (len == 0 || !qx_text_ends(sample, suffix->suffix))
		return NULL;
	family = qx_family_find(exposition, (struct qx_text){ sample.data, sample.len - len });
	return family && family->type == suffix->type ? family : NULL;
}

struct qx_family *qx_family_of_sample(const struct qx_exposition *exposition,
				      struct qx_family *current, struct qx_text sample,
				      enum qx_role *role)
{
	struct qx_family *family;

	if (current && role_in(exposition, current, sample, role))
		return current;
	family = qx_family_find(exposition, sample);
	if (family && role_in(exposition, family, sample, role))
		return family;
	for (const struct qx_suffix *s = qx_suffixes(exposition->format); s->suffix; s++) {
		family = by_suffix(exposition, s, sample);
		if (!family)
			continue;
		*role = s->role;
		return family;
	}
	return NULL;
}

struct qx_text qx_own_label(const struct qx_family *family, enum qx_role role)
{
	if (role == QX_BUCKET)
		return qx_text_of("le");
	if (role == QX_QUANTILE)
		return qx_text_of("quantile");
	return role == QX_STATE ? family->name : (struct qx_text){ NULL, 0 };
}

static const char *const words[] = { [QX_UNTYPED] = "unknown",
				     [QX_COUNTER] = "counter",
				     [QX_GAUGE] = "gauge",
				     [QX_HISTOGRAM] = "histogram",
				     [QX_GAUGE_HISTOGRAM] = "gaugehistogram",
				     [QX_SUMMARY] = "summary",
				     [QX_INFO] = "info",
				     [QX_STATESET] = "stateset" };

const char *qx_type_word(enum qx_type type)
{
	return words[type];
}

static bool in_text(enum qx_type type)
{
	return type == QX_COUNTER || type == QX_GAUGE || type == QX_HISTOGRAM || type == QX_SUMMARY;
}

bool qx_type_find(struct qx_text word, bool openmetrics, enum qx_type *type)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		*type = (enum qx_type)i;
		if (qx_text_is(word, words[i]) && (openmetrics || in_text(*type)))
			return true;
	}
	*type = QX_UNTYPED;
	return !openmetrics && qx_text_is(word, "untyped");
}
