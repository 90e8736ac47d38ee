/* SPDX-License-Identifier: MIT */
/* composite.c: the grammar of composite values: keys in one order, no blanks. */
#include "composite.h"

#include <stdlib.h>

enum shape { NUMBER, NUMBERS, PAIRS };

#define H 1u << QX_HISTOGRAM
#define G 1u << QX_GAUGE_HISTOGRAM
#define S 1u << QX_SUMMARY

static const struct known {
	const char *name;
	enum qx_key key;
	enum shape shape;
	unsigned types;
} keys[] = { { "count", QX_KEY_COUNT, NUMBER, H | S },
	     { "gcount", QX_KEY_COUNT, NUMBER, G },
	     { "sum", QX_KEY_SUM, NUMBER, H | S },
	     { "gsum", QX_KEY_SUM, NUMBER, G },
	     { "schema", QX_KEY_SCHEMA, NUMBER, H | G },
	     { "zero_threshold", QX_KEY_ZERO_THRESHOLD, NUMBER, H | G },
	     { "zero_count", QX_KEY_ZERO_COUNT, NUMBER, H | G },
	     { "negative_spans", QX_KEY_NEGATIVE_SPANS, PAIRS, H | G },
	     { "negative_buckets", QX_KEY_NEGATIVE_BUCKETS, NUMBERS, H | G },
	     { "positive_spans", QX_KEY_POSITIVE_SPANS, PAIRS, H | G },
	     { "positive_buckets", QX_KEY_POSITIVE_BUCKETS, NUMBERS, H | G },
	     { "bucket", QX_KEY_BUCKET, PAIRS, H | G },
	     { "quantile", QX_KEY_QUANTILE, PAIRS, S } };

#undef H
#undef G
#undef S

static bool element(struct qx_scan *scan, enum shape shape, struct qx_list *list)
{
	struct qx_pair pair = { .offset = qx_scan_offset(scan), .spelling = { scan->at, 0 } };

	if (!qx_scan_number(scan, ":,]}", &pair.a))
		return false;
	pair.spelling.len = (size_t)(scan->at - pair.spelling.data);
	if (shape == PAIRS) {
		if (!qx_scan_take(scan, ":"))
			return qx_scan_fail(scan, "no \":\" in a pair");
		if (!qx_scan_number(scan, ":,]}", &pair.b))
			return false;
	}
	list->pairs = qx_grow(list->pairs, list->n, &list->capacity, sizeof(pair));
	list->pairs[list->n++] = pair;
	return true;
}

static bool list(struct qx_scan *scan, enum shape shape, struct qx_list *list)
{
	if (!qx_scan_take(scan, "["))
		return qx_scan_fail(scan, "no \"[\" before a list");
	if (qx_scan_take(scan, "]"))
		return true;
	do {
		if (!element(scan, shape, list))
			return false;
	} while (qx_scan_take(scan, ","));
	return qx_scan_take(scan, "]") || qx_scan_fail(scan, "no \",\" or \"]\" in a list");
}

static const struct known *find(struct qx_text name, enum qx_type type)
{
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (qx_text_is(name, keys[i].name) && keys[i].types >> type & 1)
			return &keys[i];
	}
	return NULL;
}

static bool field(struct qx_scan *scan, enum qx_type type, struct qx_composite *composite,
		  int *last)
{
	const char *start = scan->at;
	struct qx_text name = qx_scan_token(scan, ":,}[]{");
	const struct known *known = find(name, type);
	size_t offset = qx_offset(scan->exposition, start);

	if (!known || (int)known->key <= *last) {
		scan->at = start;
		return qx_scan_fail(scan,
				    known ? "\"%.*s\" twice or out of order"
					  : "\"%.*s\" is no key of such a value",
				    QX_SHOW(name));
	}
	*last = (int)known->key;
	composite->has[known->key] = true;
	composite->offsets[known->key] = offset;
	if (!qx_scan_take(scan, ":"))
		return qx_scan_fail(scan, "no \":\" after \"%.*s\"", QX_SHOW(name));
	if (known->shape == NUMBER)
		return qx_scan_number(scan, ",}", &composite->numbers[known->key]);
	return list(scan, known->shape, &composite->lists[known->key]);
}

bool qx_composite_scan(struct qx_scan *scan, enum qx_type type, struct qx_composite *composite)
{
	int last = -1;

	if (!qx_scan_take(scan, "{"))
		return qx_scan_fail(scan, "a %s needs a value in braces", qx_type_word(type));
	do {
		if (!field(scan, type, composite, &last))
			return false;
	} while (qx_scan_take(scan, ","));
	return qx_scan_take(scan, "}") || qx_scan_fail(scan, "no \",\" or \"}\" in a value");
}

void qx_composite_free(struct qx_composite *composite)
{
	for (int i = 0; i < QX_KEYS; i++)
		free(composite->lists[i].pairs);
}
