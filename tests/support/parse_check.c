/* SPDX-License-Identifier: MIT */
/*
 * parse_check.c: the strict parser's rules that span lines: names that clash, series that
 * occur twice, labels and values that a type forbids, histograms that do not add up.
 */
#include "parse_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- families ------------------------------------------------------------------------- */

static int compare_families(const void *a, const void *b)
{
	const struct qt_family *const *x = a, *const *y = b;
	int order = strcmp((*x)->name, (*y)->name);

	return order ? order : ((*x)->line > (*y)->line) - ((*x)->line < (*y)->line);
}

static int compare_name(const void *key, const void *element)
{
	const struct qt_family *const *family = element;

	return strcmp(key, (*family)->name);
}

static bool has_suffixes(const struct qt_family *family)
{
	return strcmp(family->type, "histogram") == 0 || strcmp(family->type, "summary") == 0;
}

/* Does another family have the name of one of this histogram's or summary's samples? */
static bool clashes(const struct qt_family *family, const struct qt_family **sorted, size_t n)
{
	static const char *const suffixes[] = { "_sum", "_count", "_bucket" };
	size_t n_suffixes = strcmp(family->type, "histogram") == 0 ? 3 : 2;
	size_t size = strlen(family->name) + sizeof("_bucket");
	char *name = malloc(size);
	bool found = false;

	if (!name)
		abort();
	for (size_t i = 0; i < n_suffixes; i++) {
		snprintf(name, size, "%s%s", family->name, suffixes[i]);
		found |= bsearch(name, sorted, n, sizeof(*sorted), compare_name) != NULL;
	}
	free(name);
	return found;
}

static bool check_names(struct qt_parser *parser, const struct qt_family **sorted, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (strcmp(sorted[i - 1]->name, sorted[i]->name) == 0)
			return qt_fault(parser, sorted[i]->line, "family a second time");
	for (size_t i = 0; i < n; i++)
		if (has_suffixes(sorted[i]) && clashes(sorted[i], sorted, n))
			return qt_fault(parser, sorted[i]->line,
					"another family is named like a sample of this one");
	return true;
}

static bool check_families(struct qt_parser *parser)
{
	struct qt_exposition *x = parser->exposition;
	const struct qt_family **sorted =
		qt_take(x, (x->n_families + 1) * sizeof(struct qt_family *));

	for (size_t i = 0; i < x->n_families; i++)
		sorted[i] = &x->families[i];
	qsort(sorted, x->n_families, sizeof(*sorted), compare_families);
	return check_names(parser, sorted, x->n_families);
}

/* --- series ----------------------------------------------------------------------------- */

static int compare_keys(const void *a, const void *b)
{
	const struct qt_sample *const *x = a, *const *y = b;
	size_t len = (*x)->key_len < (*y)->key_len ? (*x)->key_len : (*y)->key_len;
	int order = memcmp((*x)->key, (*y)->key, len);

	if (order == 0)
		order = ((*x)->key_len > (*y)->key_len) - ((*x)->key_len < (*y)->key_len);
	if (order == 0)
		order = ((*x)->line > (*y)->line) - ((*x)->line < (*y)->line);
	return order;
}

/* Makes the sample's key; false if two of its labels have the same name. */
static bool make_key(struct qt_exposition *exposition, struct qt_sample *sample)
{
	size_t n = sample->n_labels;
	struct qt_label *sorted = qt_take(exposition, (n + 1) * sizeof(*sorted));
	char *key;

	for (size_t i = 0; i < n; i++)
		sorted[i] = sample->labels[i];
	qt_sort_labels(sorted, n);
	for (size_t i = 1; i < n; i++)
		if (strcmp(sorted[i - 1].name, sorted[i].name) == 0)
			return false;
	key = qt_key(sample->name, sorted, n, &sample->key_len);
	sample->key = memcpy(qt_take(exposition, sample->key_len), key, sample->key_len);
	free(key);
	return true;
}

static bool same_key(const struct qt_sample *a, const struct qt_sample *b)
{
	return a->key_len == b->key_len && memcmp(a->key, b->key, a->key_len) == 0;
}

static bool check_series(struct qt_parser *parser)
{
	struct qt_exposition *x = parser->exposition;

	x->by_key = qt_take(x, (x->n_samples + 1) * sizeof(*x->by_key));
	for (size_t i = 0; i < x->n_samples; i++) {
		x->by_key[i] = &x->samples[i];
		if (!make_key(x, &x->samples[i]))
			return qt_fault(parser, x->samples[i].line, "label name twice");
	}
	qsort(x->by_key, x->n_samples, sizeof(*x->by_key), compare_keys);
	for (size_t i = 1; i < x->n_samples; i++)
		if (same_key(x->by_key[i - 1], x->by_key[i]))
			return qt_fault(parser, x->by_key[i]->line, "series a second time");
	return true;
}

/* --- what a type allows ------------------------------------------------------------------ */

static const struct qt_label *label_named(const struct qt_sample *sample, const char *name)
{
	for (size_t i = 0; i < sample->n_labels; i++)
		if (strcmp(sample->labels[i].name, name) == 0)
			return &sample->labels[i];
	return NULL;
}

/* Is the sample named family name and suffix? */
static bool named(const struct qt_sample *sample, const struct qt_family *family,
		  const char *suffix)
{
	size_t len = strlen(family->name);

	return strncmp(sample->name, family->name, len) == 0 &&
	       strcmp(sample->name + len, suffix) == 0;
}

static const char *plain_fault(const struct qt_family *family, const struct qt_sample *sample)
{
	if (!named(sample, family, ""))
		return "sample of another family";
	if (label_named(sample, "le") || label_named(sample, "quantile"))
		return "le or quantile where the type has none";
	if (strcmp(family->type, "counter") == 0 && !(sample->value >= 0))
		return "negative or NaN counter";
	return NULL;
}

static const char *summary_fault(const struct qt_family *family, const struct qt_sample *sample)
{
	if (named(sample, family, ""))
		return label_named(sample, "quantile") ? NULL : "summary sample without quantile";
	if (!named(sample, family, "_sum") && !named(sample, family, "_count"))
		return "sample of another family";
	return label_named(sample, "quantile") ? "quantile on a summary's sum or count" : NULL;
}

/* --- histograms ---------------------------------------------------------------------------- */

/* Where we are in one histogram: buckets, then sum, then count. */
struct histogram {
	const struct qt_sample *first; /* bucket; NULL before it */
	const struct qt_sample *last;  /* bucket so far */
	bool infinite;		       /* last was le="+Inf" */
	bool summed;
};

/* Equal labels, in the same order, le (which comes last) left out. */
static bool same_series(const struct qt_sample *bucket, const struct qt_sample *other)
{
	size_t n = other->n_labels - (label_named(other, "le") ? 1 : 0);

	if (bucket->n_labels != n + 1)
		return false;
	for (size_t i = 0; i < n; i++) {
		const struct qt_label *a = &bucket->labels[i], *b = &other->labels[i];

		if (strcmp(a->name, b->name) != 0 || a->value_len != b->value_len ||
		    memcmp(a->value, b->value, a->value_len) != 0)
			return false;
	}
	return true;
}

static double bound_of(const struct qt_sample *bucket)
{
	return strtod(bucket->labels[bucket->n_labels - 1].value, NULL);
}

static const char *next_bucket_fault(const struct histogram *h, const struct qt_sample *sample)
{
	if (h->infinite)
		return "no _sum after the +Inf bucket";
	if (!same_series(h->first, sample))
		return "no +Inf bucket";
	if (!(bound_of(sample) > bound_of(h->last)))
		return "buckets not increasing";
	return sample->value >= h->last->value ? NULL : "buckets not cumulative";
}

static const char *bucket_fault(struct histogram *h, const struct qt_sample *sample)
{
	const struct qt_label *le = label_named(sample, "le");
	const char *reason = NULL;

	if (!le || le != &sample->labels[sample->n_labels - 1])
		return "bucket without le as its last label";
	if (strlen(le->value) != le->value_len || !qt_canonical(le->value) || le->value[0] == 'N')
		return "le not in its shortest form";
	if (!qt_integer(sample->text) || sample->text[0] == '-')
		return "bucket not an unsigned integer";
	if (h->first)
		reason = next_bucket_fault(h, sample);
	else
		h->first = sample;
	h->last = sample;
	h->infinite = strcmp(le->value, "+Inf") == 0;
	return reason;
}

static const char *sum_fault(struct histogram *h, const struct qt_sample *sample)
{
	if (!h->infinite)
		return "no +Inf bucket before _sum";
	if (h->summed)
		return "_sum twice";
	h->summed = true;
	if (!qt_canonical(sample->text))
		return "_sum not in its shortest form";
	return same_series(h->first, sample) ? NULL : "labels of _sum differ from the buckets'";
}

static const char *count_fault(struct histogram *h, const struct qt_sample *sample)
{
	const struct qt_sample *last = h->last;
	const struct qt_sample *first = h->first;
	bool summed = h->summed;

	memset(h, 0, sizeof(*h));
	if (!summed)
		return "no _sum before _count";
	if (!same_series(first, sample))
		return "labels of _count differ from the buckets'";
	return strcmp(last->text, sample->text) == 0 ? NULL : "_count is not the +Inf bucket";
}

static const char *histogram_fault(struct histogram *h, const struct qt_family *family,
				   const struct qt_sample *sample)
{
	if (named(sample, family, "_bucket"))
		return bucket_fault(h, sample);
	if (!named(sample, family, "_sum") && !named(sample, family, "_count"))
		return "sample of another family";
	if (label_named(sample, "le"))
		return "le on a histogram's sum or count";
	return named(sample, family, "_sum") ? sum_fault(h, sample) : count_fault(h, sample);
}

/* --- all of it ------------------------------------------------------------------------------ */

static const char *sample_fault(struct histogram *h, const struct qt_family *family,
				const struct qt_sample *sample)
{
	if (strcmp(family->type, "histogram") == 0)
		return histogram_fault(h, family, sample);
	if (strcmp(family->type, "summary") == 0)
		return summary_fault(family, sample);
	return plain_fault(family, sample);
}

static bool check_samples(struct qt_parser *parser, const struct qt_family *family)
{
	struct histogram h = { 0 };

	for (size_t i = 0; i < family->n_samples; i++) {
		const struct qt_sample *sample = &parser->exposition->samples[family->first + i];
		const char *reason = sample_fault(&h, family, sample);

		if (reason)
			return qt_fault(parser, sample->line, reason);
	}
	if (h.first)
		return qt_fault(parser, h.first->line, "histogram without +Inf, _sum or _count");
	return true;
}

bool qt_check(struct qt_parser *parser)
{
	struct qt_exposition *x = parser->exposition;

	for (size_t i = 0; i < x->n_families; i++)
		if (!check_samples(parser, &x->families[i]))
			return false;
	return check_families(parser) && check_series(parser);
}
