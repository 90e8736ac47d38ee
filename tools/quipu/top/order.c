/* SPDX-License-Identifier: MIT */
/* order.c: see order.h. */
#include "order.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const words[ORDERS] = { "name", "rate", "change", "series" };

const char *order_word(enum order order)
{
	return words[order];
}

bool order_find(const char *word, enum order *order)
{
	for (int i = 0; i < ORDERS; i++) {
		*order = (enum order)i;
		if (strcmp(word, words[i]) == 0)
			return true;
	}
	return false;
}

/* --- comparing -------------------------------------------------------------------------------- */

struct how {
	enum order order;
	bool reversed;
};

static int by_number(double a, double b, bool reversed)
{
	if (isnan(a) || isnan(b))
		return isnan(a) - isnan(b);
	return reversed ? (a > b) - (a < b) : (a < b) - (a > b);
}

static double family_number(const struct family *family, enum order order)
{
	if (order == ORDER_RATE)
		return family->rate;
	return order == ORDER_CHANGE ? family->change
				     : (double)(family->n_series + family->n_unkept);
}

static int compare_families(const void *a, const void *b, void *how)
{
	const struct family *x = *(struct family *const *)a, *y = *(struct family *const *)b;
	const struct how *h = how;
	int names = qx_text_compare(x->name, y->name), numbers = 0;

	if (h->order == ORDER_NAME)
		return h->reversed ? -names : names;
	numbers = by_number(family_number(x, h->order), family_number(y, h->order), h->reversed);
	return numbers ? numbers : names;
}

void order_families(struct family **families, size_t n, enum order order, bool reversed)
{
	struct how how = { order, reversed };

	if (n > 0)
		qsort_r(families, n, sizeof(*families), compare_families, &how);
}

static int by_labels(const struct series *a, const struct series *b)
{
	int names = 0;

	for (size_t i = 0; names == 0 && i < a->n_labels && i < b->n_labels; i++) {
		names = qx_text_compare(a->labels[i].name, b->labels[i].name);
		if (names == 0)
			names = qx_text_compare(a->labels[i].value, b->labels[i].value);
	}
	return names ? names : (a->n_labels > b->n_labels) - (a->n_labels < b->n_labels);
}

static double series_number(const struct series *series, enum order order)
{
	if (order == ORDER_RATE)
		return type_grows(series->type) ? series->rate : series->value;
	return order == ORDER_CHANGE ? series->change : series->value;
}

static int compare_series(const void *a, const void *b, void *how)
{
	const struct series *x = *(struct series *const *)a, *y = *(struct series *const *)b;
	const struct how *h = how;
	int names = by_labels(x, y), numbers = 0;

	if (h->order == ORDER_NAME)
		return h->reversed ? -names : names;
	numbers = by_number(series_number(x, h->order), series_number(y, h->order), h->reversed);
	return numbers ? numbers : names;
}

void order_series(struct series **series, size_t n, enum order order, bool reversed)
{
	struct how how = { order, reversed };

	if (n > 0)
		qsort_r(series, n, sizeof(*series), compare_series, &how);
}

/* --- filtering -------------------------------------------------------------------------------- */

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool starts(struct qx_text text, const char *word, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (i >= text.len || lower(text.data[i]) != lower(word[i]))
			return false;
	}
	return true;
}

static bool has_word(struct qx_text text, const char *word, size_t len)
{
	for (; text.len >= len; text.data++, text.len--) {
		if (starts(text, word, len))
			return true;
		if (text.len == 0)
			break;
	}
	return false;
}

/* Calls has(of, word) for each word; true if all have. */
static bool all_words(const char *filter, bool (*has)(const void *of, const char *word, size_t len),
		      const void *of)
{
	for (size_t len; *(filter += strspn(filter, " ")); filter += len) {
		len = strcspn(filter, " ");
		if (!has(of, filter, len))
			return false;
	}
	return true;
}

static bool text_has(const void *of, const char *word, size_t len)
{
	return has_word(*(const struct qx_text *)of, word, len);
}

static bool series_has(const void *of, const char *word, size_t len)
{
	const struct series *series = of;

	for (size_t i = 0; i < series->n_labels; i++) {
		if (has_word(series->labels[i].name, word, len) ||
		    has_word(series->labels[i].value, word, len))
			return true;
	}
	return false;
}

static bool family_has(const void *of, const char *word, size_t len)
{
	const struct family *family = of;

	return has_word(family->name, word, len) || has_word(family->help, word, len);
}

bool filter_text(const char *filter, struct qx_text text)
{
	return all_words(filter, text_has, &text);
}

bool filter_series(const char *filter, const struct series *series)
{
	return all_words(filter, series_has, series);
}

bool filter_family(const char *filter, const struct family *family)
{
	return all_words(filter, family_has, family);
}
