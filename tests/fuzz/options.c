/* SPDX-License-Identifier: MIT */
/* options.c: see options.h. */
#include "options.h"

#include <float.h>
#include <math.h>

#define N_OF(array) (sizeof(array) / sizeof((array)[0]))

/* --- texts ----------------------------------------------------------------------------------- */

static const char *const names[] = {
	"a",
	"a_total",
	"a.b",
	"a_b",
	"a_sum",
	"a_count",
	"a_bucket",
	"a_created",
	"a_info",
	"le",
	"a:b",
	"größe",
	"U__a_2e_b",
	"a.total",
	"x_seconds",
	"b.seconds",
	"x_bytes_total",
	"_a",
	"a\n\"\\",
	"9a",
	"a__b",
	"quantile",
	"a_total_total",
	"a.info",
	"a.created",
	"a.b.count",
	"__name__",
	"\xf0\x9f\xa6\x99",
	"otel_metric_overflow",
	"_total",
};

static const char *any_text(struct texts *texts, struct bytes *bytes)
{
	size_t len = take_below(bytes, MOST_BYTES), i;
	char *text;

	if (texts->n == MOST_TEXTS)
		return "";
	text = texts->text[texts->n++];
	for (i = 0; i < len && left(bytes) > 0; i++)
		text[i] = (char)take(bytes);
	text[i] = '\0';
	return text;
}

const char *take_name(struct texts *texts, struct bytes *bytes)
{
	unsigned which = take(bytes);

	return which < 224 ? names[which % N_OF(names)] : any_text(texts, bytes);
}

quipu_str take_value(struct texts *texts, struct bytes *bytes)
{
	static const char *const usual[] = { "", "GET", "/a\\b", "\"", "a\nb", "true" };
	unsigned which = take(bytes);
	bool any = which >= 128 && texts->n < MOST_TEXTS;
	const char *text = any ? any_text(texts, bytes) : usual[which % N_OF(usual)];

	/* sometimes with NULs inside or behind */
	return (quipu_str){ text, any && which >= 240 ? which & 7 : strlen(text) };
}

size_t take_pairs(struct texts *texts, struct bytes *bytes, size_t n)
{
	size_t i;

	n = take_below(bytes, (unsigned)n + 1);
	for (i = 0; i < n; i++) {
		texts->pairs[i].name = take_name(texts, bytes);
		texts->pairs[i].value = take_value(texts, bytes).data;
	}
	return n;
}

/* --- lists ----------------------------------------------------------------------------------- */

static void take_labels(struct texts *texts, struct bytes *bytes, quipu_opts *opts)
{
	static const unsigned usual[] = { 1, 1, 1, 2, 2, 3, 0, QUIPU_MAX_LABELS + 1 };
	static const char *const distinct[] = { "l", "m", "n.o", "p q", "r\xc3\xa9" };
	unsigned n = usual[take_below(bytes, N_OF(usual))], i;

	for (i = 0; i < n; i++)
		texts->labels[i] =
			take(bytes) & 3 ? distinct[i % N_OF(distinct)] : take_name(texts, bytes);
	texts->labels[n] = NULL;
	opts->labels = texts->labels;
}

static void take_states(struct texts *texts, struct bytes *bytes, quipu_opts *opts)
{
	static const char *const usual[] = { "on", "off", "\"\n", "" };

	opts->n_states = take_below(bytes, N_OF(usual) + 1);
	for (size_t i = 0; i < opts->n_states; i++)
		texts->states[i] = take(bytes) & 7 ? usual[i] : take_name(texts, bytes);
	opts->states = texts->states;
}

static void take_axes(struct texts *texts, struct bytes *bytes, quipu_opts *opts)
{
	static const char *const values[] = { "x", "y", "", "\n", "x" };

	opts->n_axes = take_below(bytes, 3);
	for (size_t i = 0; i < opts->n_axes; i++) {
		quipu_axis *axis = &texts->axes[i];

		axis->name = take(bytes) & 3 ? (i ? "k" : "j") : take_name(texts, bytes);
		axis->values = values;
		axis->n_values = take_below(bytes, N_OF(values) + 1);
	}
	opts->axes = texts->axes;
}

/* --- numbers --------------------------------------------------------------------------------- */

static void take_bounds(struct bytes *bytes, quipu_opts *opts)
{
	static const double one[] = { 1 }, several[] = { -2.5, 0, 1e-9, 0.1, 1e300, INFINITY };
	static const double infinite[] = { INFINITY }, falling[] = { 1, 1 }, odd[] = { 0, NAN };
	static const struct {
		const double *bounds;
		size_t n;
	} table[] = { { NULL, 0 },    { one, 1 },      { several, N_OF(several) },
		      { several, 5 }, { infinite, 1 }, { falling, 2 },
		      { odd, 2 },     { NULL, 3 },     { one, 0 } };
	unsigned which = take_below(bytes, N_OF(table));

	opts->bounds = table[which].bounds;
	opts->n_bounds = table[which].n;
}

static void take_native(struct bytes *bytes, quipu_opts *opts)
{
	static const double factors[] = { 1.1, 2, 65536, 1.0001, 1, NAN, 0 };
	static const double limits[][2] = { { 0, 0 },	    { 1e-3, 1e3 }, { 0.5, 0 },
					    { DBL_MIN, 1 }, { 4, 2 },	   { NAN, 0 } };
	unsigned range = take_below(bytes, N_OF(limits));

	opts->native_factor = factors[take_below(bytes, N_OF(factors))];
	opts->native_min = limits[range][0];
	opts->native_max = limits[range][1];
	opts->native_negative = take(bytes) & 1;
	opts->native_max_buckets = take_below(bytes, 20);
}

static void take_quantiles(struct bytes *bytes, quipu_opts *opts)
{
	static const double usual[] = { 0, 0.25, 0.5, 0.999, 1 }, bad[] = { 0.5, 0.5 };
	static const double windows[] = { 0, 600, 1e6, 0.5, -1, NAN };
	unsigned which = take_below(bytes, 8);

	opts->quantiles = which < 6 ? usual : bad;
	opts->n_quantiles = which < 6 ? which : 2;
	opts->window_seconds = windows[take_below(bytes, N_OF(windows))];
}

/* A series that expires would make two scrapes differ. */
static void take_numbers(struct bytes *bytes, quipu_opts *opts)
{
	static const double idle[] = { 0, 0, 1000, -1, NAN };

	opts->max_series = take_below(bytes, 6);
	opts->idle_seconds = idle[take_below(bytes, N_OF(idle))];
	opts->exemplars = take(bytes) & 1;
}

/* --- all of it ------------------------------------------------------------------------------- */

void keep_useful(quipu_opts *opts, enum use use, bool family, bool grid)
{
	if (!family)
		opts->labels = NULL;
	if (!grid)
		opts->axes = NULL, opts->n_axes = 0;
	if (use != USE_STATES)
		opts->states = NULL, opts->n_states = 0;
	if (use != USE_HISTOGRAM)
		opts->bounds = NULL, opts->n_bounds = 0;
	if (use != USE_SUMMARY)
		opts->quantiles = NULL, opts->n_quantiles = 0, opts->window_seconds = 0;
	if (use != USE_HISTOGRAM && use != USE_SUMMARY) {
		opts->native_factor = opts->native_min = opts->native_max = 0;
		opts->native_negative = 0;
		opts->native_max_buckets = 0;
	}
	if (use == USE_STATES || use == USE_SUMMARY)
		opts->exemplars = 0;
}

quipu_opts take_options(struct texts *texts, struct bytes *bytes)
{
	static const char *const units[] = { "seconds", "bytes", "b", "Bad", "" };
	quipu_opts opts = { .size = sizeof(opts) };
	unsigned fields = take(bytes);

	opts.name = take_name(texts, bytes);
	opts.help = fields & 1 ? any_text(texts, bytes) : "Help\\ \"it\"\nis.";
	if ((fields & 6) == 6)
		opts.unit = units[take_below(bytes, N_OF(units))];
	take_labels(texts, bytes, &opts);
	take_states(texts, bytes, &opts);
	take_axes(texts, bytes, &opts);
	if (fields & 8)
		take_bounds(bytes, &opts);
	if (fields & 16)
		take_native(bytes, &opts);
	if (fields & 32)
		take_quantiles(bytes, &opts);
	if (fields & 64)
		take_numbers(bytes, &opts);
	return opts;
}
