/* SPDX-License-Identifier: MIT */
/* parse_find.c: looking samples up in a parsed exposition. */
#include "parse_internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_PAIRS 64

/* --- keys ------------------------------------------------------------------------------ */

static int compare_labels(const void *a, const void *b)
{
	const struct qt_label *x = a, *y = b;

	return strcmp(x->name, y->name);
}

void qt_sort_labels(struct qt_label *labels, size_t n)
{
	if (n > 1)
		qsort(labels, n, sizeof(*labels), compare_labels);
}

static char *append(char *p, const void *data, size_t len)
{
	memcpy(p, data, len);
	return p + len;
}

/* Lengths stand before values, so that no two label sets have the same key. */
char *qt_key(const char *name, const struct qt_label *labels, size_t n, size_t *len)
{
	size_t size = strlen(name) + 1;
	char *key, *p;

	for (size_t i = 0; i < n; i++)
		size += strlen(labels[i].name) + 1 + sizeof(size_t) + labels[i].value_len;
	key = malloc(size);
	if (!key)
		abort();
	p = append(key, name, strlen(name) + 1);
	for (size_t i = 0; i < n; i++) {
		if (labels[i].value_len == 0)
			continue;
		p = append(p, labels[i].name, strlen(labels[i].name) + 1);
		p = append(p, &labels[i].value_len, sizeof(size_t));
		p = append(p, labels[i].value, labels[i].value_len);
	}
	*len = (size_t)(p - key);
	return key;
}

/* --- what is wanted ---------------------------------------------------------------------- */

struct wanted {
	const char *name;
	struct qt_label labels[MAX_PAIRS];
	size_t n;
};

static struct wanted read_wanted(const char *name, va_list list)
{
	struct wanted wanted = { .name = name };
	const char *label;

	while ((label = va_arg(list, const char *)) != NULL) {
		const char *value = va_arg(list, const char *);

		if (!value || wanted.n == MAX_PAIRS)
			abort();
		wanted.labels[wanted.n++] = (struct qt_label){ label, value, strlen(value) };
	}
	qt_sort_labels(wanted.labels, wanted.n);
	return wanted;
}

static int compare_key(const void *a, const void *b)
{
	const struct qt_sample *key = a;
	const struct qt_sample *const *element = b;
	size_t len = key->key_len < (*element)->key_len ? key->key_len : (*element)->key_len;
	int order = memcmp(key->key, (*element)->key, len);

	return order ? order
		     : (key->key_len > (*element)->key_len) - (key->key_len < (*element)->key_len);
}

static const struct qt_sample *find(const struct qt_exposition *exposition,
				    const struct wanted *wanted)
{
	size_t len;
	char *text = qt_key(wanted->name, wanted->labels, wanted->n, &len);
	struct qt_sample key = { .key = text, .key_len = len };
	const struct qt_sample **found = bsearch(&key, exposition->by_key, exposition->n_samples,
						 sizeof(*exposition->by_key), compare_key);

	free(text);
	return found ? *found : NULL;
}

static void die(const struct wanted *wanted, const char *what)
{
	fprintf(stderr, "exposition: %s{", wanted->name);
	for (size_t i = 0; i < wanted->n; i++)
		fprintf(stderr, "%s%s=\"%s\"", i ? "," : "", wanted->labels[i].name,
			wanted->labels[i].value);
	fprintf(stderr, "}: %s\n", what);
	abort();
}

static const struct qt_sample *find_or_die(const struct qt_exposition *exposition,
					   const struct wanted *wanted)
{
	const struct qt_sample *sample = find(exposition, wanted);

	if (!sample)
		die(wanted, "no such sample");
	return sample;
}

/* --- values -------------------------------------------------------------------------------- */

static uint64_t unsigned_value(const struct qt_sample *sample, const struct wanted *wanted)
{
	uint64_t value = 0;

	for (const char *s = sample->text; *s; s++) {
		uint64_t digit = (uint64_t)(*s - '0');

		if (*s < '0' || *s > '9' || value > (UINT64_MAX - digit) / 10)
			die(wanted, "not an unsigned 64-bit integer");
		value = value * 10 + digit;
	}
	return value;
}

static bool has_label(const struct qt_sample *sample, const struct qt_label *label)
{
	for (size_t i = 0; i < sample->n_labels; i++)
		if (strcmp(sample->labels[i].name, label->name) == 0)
			return sample->labels[i].value_len == label->value_len &&
			       memcmp(sample->labels[i].value, label->value, label->value_len) == 0;
	return label->value_len == 0;
}

static bool matches(const struct qt_sample *sample, const struct wanted *wanted)
{
	if (strcmp(sample->name, wanted->name) != 0)
		return false;
	for (size_t i = 0; i < wanted->n; i++)
		if (!has_label(sample, &wanted->labels[i]))
			return false;
	return true;
}

/* --- public ---------------------------------------------------------------------------------- */

const struct qt_sample *qt_find(const struct qt_exposition *exposition, const char *name, ...)
{
	struct wanted wanted;
	va_list list;

	va_start(list, name);
	wanted = read_wanted(name, list);
	va_end(list);
	return find(exposition, &wanted);
}

double qt_value(const struct qt_exposition *exposition, const char *name, ...)
{
	struct wanted wanted;
	va_list list;

	va_start(list, name);
	wanted = read_wanted(name, list);
	va_end(list);
	return find_or_die(exposition, &wanted)->value;
}

uint64_t qt_u64(const struct qt_exposition *exposition, const char *name, ...)
{
	struct wanted wanted;
	va_list list;

	va_start(list, name);
	wanted = read_wanted(name, list);
	va_end(list);
	return unsigned_value(find_or_die(exposition, &wanted), &wanted);
}

uint64_t qt_sum_u64(const struct qt_exposition *exposition, const char *name, ...)
{
	struct wanted wanted;
	uint64_t sum = 0;
	va_list list;

	va_start(list, name);
	wanted = read_wanted(name, list);
	va_end(list);
	for (size_t i = 0; i < exposition->n_samples; i++)
		if (matches(&exposition->samples[i], &wanted))
			sum += unsigned_value(&exposition->samples[i], &wanted);
	return sum;
}

struct qt_exposition *qt_parse_ok(const char *text, size_t len)
{
	char error[256] = "";
	struct qt_exposition *exposition = qt_parse(text, len, error, sizeof(error));

	if (!exposition) {
		fprintf(stderr, "exposition of %zu bytes: %s\n", len, error);
		abort();
	}
	return exposition;
}
