/* SPDX-License-Identifier: MIT */
/* random_views.c: see random_views.h. */
#include "random_views.h"

#include <math.h>
#include <string.h>

/* --- texts --------------------------------------------------------------------------------- */

/* A random code point: often one that matters to a format, never a surrogate. */
static uint32_t random_code(struct seeded *random)
{
	static const char hard[] = "\\\"\n\r\t{}=,# \0nN";
	uint32_t code;

	switch (seeded_below(random, 4)) {
	case 0:
		return (unsigned char)hard[seeded_below(random, sizeof(hard))];
	case 1:
		return (uint32_t)seeded_below(random, 0x80);
	case 2:
		return (uint32_t)seeded_below(random, 0x800);
	default:
		code = (uint32_t)seeded_below(random, 0x110000 - 0x800);
		return code < 0xd800 ? code : code + 0x800;
	}
}

static size_t put_code(char *out, uint32_t code)
{
	static const unsigned char marks[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
	size_t n = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;

	for (size_t i = n; i-- > 1; code >>= 6)
		out[i] = (char)(0x80 | (code & 0x3f));
	out[0] = (char)(n == 1 ? code : marks[n] | code);
	return n;
}

static quipu_str random_text(struct seeded *random, char *buffer)
{
	size_t count = seeded_below(random, seeded_below(random, 8) ? 12 : QT_MAX_TEXT / 4);
	size_t len = 0;

	while (count-- > 0)
		len += put_code(buffer + len, random_code(random));
	return (quipu_str){ buffer, len };
}

/* Any characters but NUL, then a letter that makes it unique. */
static quipu_str random_name(struct seeded *random, char *buffer, size_t number)
{
	quipu_str name = random_text(random, buffer);

	for (size_t i = 0; i < name.len; i++)
		if (buffer[i] == 0)
			buffer[i] = '0';
	buffer[name.len++] = (char)('a' + number);
	buffer[name.len] = 0;
	return name;
}

/* --- one series ---------------------------------------------------------------------------- */

static void fill_labels(struct qt_random *r, struct seeded *random, bool rich)
{
	static const char *const names[QT_RANDOM_LABELS] = { "a",    "bb",    "ccc",
							     "dddd", "eeeee", "ff_ff_ff" };

	r->series.labels = r->labels;
	r->series.n_labels = seeded_below(random, QT_RANDOM_LABELS + 1);
	for (size_t i = 0; i < r->series.n_labels; i++) {
		r->labels[i].name = (quipu_str){ names[i], strlen(names[i]) };
		r->labels[i].value = random_text(random, r->values[i]);
		if (rich && seeded_below(random, 3) == 0)
			r->labels[i].name = random_name(random, r->names[i], i);
	}
}

static void fill_buckets(struct qt_random *r, struct seeded *random)
{
	static const double steps[QT_RANDOM_BOUNDS] = { -0.001, 0, 0.3, 1e5, 1e6 };
	size_t skip = seeded_below(random, 3);

	memcpy(r->bounds, steps, sizeof(steps));
	r->family.bounds = r->bounds + skip;
	r->family.n_bounds = QT_RANDOM_BOUNDS - skip;
	r->series.counts = r->counts;
	for (size_t i = 0; i <= r->family.n_bounds; i++) {
		r->counts[i] = seeded_below(random, 1000);
		r->series.count += r->counts[i];
	}
}

static void fill_numbers(struct qt_random *r, struct seeded *random)
{
	static const double quantiles[QT_RANDOM_QUANTILES] = { 0, 0.5, 1 };
	uint64_t bits = seeded_next(random);

	r->series.integer = seeded_next(random) >> seeded_below(random, 64);
	r->series.signed_integer = (int64_t)seeded_next(random);
	memcpy(&r->series.real, &bits, sizeof(bits));
	r->series.sum = (double)seeded_below(random, 1 << 30) / 1000;
	r->family.quantiles = quantiles;
	r->family.n_quantiles = seeded_below(random, QT_RANDOM_QUANTILES + 1);
	r->series.quantile_values = r->quantile_values;
	for (size_t i = 0; i < QT_RANDOM_QUANTILES; i++)
		r->quantile_values[i] = ldexp((double)seeded_next(random), -40) * (double)i;
}

void qt_random_plain(struct qt_random *r, struct seeded *random, quipu_kind kind)
{
	memset(r, 0, sizeof(*r));
	r->family = (quipu_family_view){ .name = STR("name_info"), .kind = kind };
	fill_labels(r, random, false);
	fill_buckets(r, random);
	fill_numbers(r, random);
	r->family.help = random_text(random, r->help);
	if (r->family.help.len == 0)
		r->family.help = (quipu_str)STR("h");
}

/* --- everything ---------------------------------------------------------------------------- */

/* Milliseconds exactly, so that all formats can hold it; sometimes none. */
static double random_moment(struct seeded *random)
{
	return (double)(seeded_below(random, 2) * seeded_below(random, UINT64_C(1) << 41)) / 1000;
}

/* One exemplar; in histograms one in some of the buckets. */
static void fill_exemplars(struct qt_random *r, struct seeded *random)
{
	size_t most = r->family.kind == QUIPU_KIND_HISTOGRAM ? r->family.n_bounds + 1 : 1;

	r->series.exemplars = r->exemplars;
	for (size_t bucket = 0; bucket < most; bucket++) {
		if (seeded_below(random, 2))
			continue;
		r->exemplars[r->series.n_exemplars++] = (quipu_exemplar_view){
			.labels = r->labels,
			.n_labels = seeded_below(random, r->series.n_labels + 1),
			.value = (double)(int64_t)seeded_next(random) / 1024,
			.timestamp = random_moment(random),
			.bucket = bucket,
		};
	}
}

static void fill_sign(struct seeded *random, quipu_native_buckets *buckets, quipu_span *spans,
		      uint64_t *counts, uint64_t *total)
{
	buckets->spans = spans;
	buckets->counts = counts;
	buckets->n_spans = seeded_below(random, QT_RANDOM_SPANS + 1);
	for (size_t i = 0; i < buckets->n_spans; i++) {
		spans[i].offset = (int32_t)seeded_below(random, 5000) - (i == 0 ? 2500 : 0);
		spans[i].length =
			(uint32_t)seeded_below(random, QT_RANDOM_NATIVE / QT_RANDOM_SPANS + 1);
		for (uint32_t k = 0; k < spans[i].length; k++) {
			counts[buckets->n_counts] =
				seeded_next(random) >> (24 + seeded_below(random, 40));
			*total += counts[buckets->n_counts++];
		}
	}
}

static void fill_native(struct qt_random *r, struct seeded *random)
{
	r->family.native = 1;
	r->series.native = &r->native;
	r->native.schema = (int)seeded_below(random, 13) - 4;
	r->native.zero_threshold = (double)seeded_below(random, 3) / 4;
	r->native.zero_count = seeded_below(random, 3);
	r->series.count = r->native.zero_count;
	fill_sign(random, &r->native.positive, r->spans[0], r->native_counts[0], &r->series.count);
	fill_sign(random, &r->native.negative, r->spans[1], r->native_counts[1], &r->series.count);
	r->family.n_bounds = 0;
	r->counts[0] = r->series.count;
}

void qt_random_rich(struct qt_random *r, struct seeded *random, quipu_kind kind)
{
	qt_random_plain(r, random, kind);
	fill_labels(r, random, true);
	if (seeded_below(random, 2))
		r->family.name = random_name(random, r->name, 0);
	if (kind == QUIPU_KIND_HISTOGRAM && seeded_below(random, 2))
		fill_native(r, random);
	if (seeded_below(random, 4) == 0)
		r->series.sum = -r->series.sum;
	fill_exemplars(r, random);
	r->series.created = random_moment(random);
}
