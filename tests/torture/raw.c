/* SPDX-License-Identifier: MIT */
/* raw.c: a format that writes each series as one struct; see raw.h. */
#include "raw.h"

#include "torture.h"

#include <stdlib.h>
#include <string.h>

static void copy_text(char *to, quipu_str from)
{
	size_t len = from.len < RAW_TEXT - 1 ? from.len : RAW_TEXT - 1;

	if (len)
		memcpy(to, from.data, len);
	to[len] = '\0';
}

static void copy_labels(struct raw_sample *sample, const quipu_series_view *series)
{
	size_t i;

	sample->n_labels = series->n_labels;
	for (i = 0; i < series->n_labels && i < RAW_LABELS; i++) {
		copy_text(sample->label_name[i], series->labels[i].name);
		copy_text(sample->label[i], series->labels[i].value);
	}
}

static void copy_buckets(struct raw_sample *sample, const quipu_family_view *family,
			 const quipu_series_view *series)
{
	size_t n = family->n_bounds + 1;

	sample->n_counts = n < RAW_COUNTS ? n : RAW_COUNTS;
	memcpy(sample->counts, series->counts, sample->n_counts * sizeof *sample->counts);
	sample->count = series->count;
	sample->sum = series->sum;
}

static void write_series(void *state, quipu_out *out, const quipu_family_view *family,
			 const quipu_series_view *series)
{
	struct raw_sample sample;

	(void)state;
	memset(&sample, 0, sizeof sample);
	copy_text(sample.family, family->name);
	copy_labels(&sample, series);
	sample.kind = family->kind;
	sample.integer = series->integer;
	sample.signed_integer = series->signed_integer;
	sample.real = series->real;
	sample.created = series->created;
	if (family->kind == QUIPU_KIND_HISTOGRAM)
		copy_buckets(&sample, family, series);
	quipu_out_write(out, (const char *)&sample, sizeof sample);
}

static void write_family(void *state, quipu_out *out, const quipu_family_view *family)
{
	(void)state;
	(void)out;
	(void)family;
}

static void write_edge(void *state, quipu_out *out)
{
	(void)state;
	(void)out;
}

static const quipu_format raw_format = {
	.name = "raw",
	.content_type = "application/octet-stream",
	.features = QUIPU_FORMAT_CREATED,
	.state_size = 0,
	.begin = write_edge,
	.family = write_family,
	.series = write_series,
	.end = write_edge,
};

static int take_bytes(void *ctx, const char *data, size_t len)
{
	struct raw_scrape *scrape = ctx;

	if (scrape->len + len > scrape->cap) {
		scrape->cap = 2 * (scrape->len + len);
		scrape->bytes = realloc(scrape->bytes, scrape->cap);
		if (!scrape->bytes)
			torture_broken("out of memory for a scrape");
	}
	memcpy(scrape->bytes + scrape->len, data, len);
	scrape->len += len;
	return 0;
}

void raw_take(struct raw_scrape *scrape, quipu_registry *registry)
{
	quipu_error error;

	scrape->len = 0;
	error = quipu_write(registry, &raw_format, take_bytes, scrape);
	TORTURE_CHECK("P6", error == QUIPU_OK, "quipu_write: %s", quipu_strerror(error));
	TORTURE_CHECK("P7", scrape->len % sizeof(struct raw_sample) == 0,
		      "a scrape of %zu bytes is cut off", scrape->len);
	scrape->samples = (const struct raw_sample *)(const void *)scrape->bytes;
	scrape->n = scrape->len / sizeof(struct raw_sample);
}

void raw_free(struct raw_scrape *scrape)
{
	free(scrape->bytes);
	memset(scrape, 0, sizeof *scrape);
}

const struct raw_sample *raw_find(const struct raw_scrape *scrape, const char *family,
				  const char *label)
{
	size_t i;

	for (i = 0; i < scrape->n; i++) {
		const struct raw_sample *sample = &scrape->samples[i];

		if (!strcmp(sample->family, family) &&
		    (!label || (sample->n_labels && !strcmp(sample->label[0], label))))
			return sample;
	}
	return NULL;
}

int raw_is_overflow(const struct raw_sample *sample)
{
	return sample->n_labels && !strcmp(sample->label_name[0], "otel_metric_overflow");
}

int raw_keep(void *ctx, const char *data, size_t len)
{
	struct raw_text *text = ctx;

	if (text->len + len > text->cap) {
		text->cap = 2 * (text->len + len);
		text->bytes = realloc(text->bytes, text->cap);
		if (!text->bytes)
			torture_broken("out of memory");
	}
	memcpy(text->bytes + text->len, data, len);
	text->len += len;
	return 0;
}
