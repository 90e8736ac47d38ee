/* SPDX-License-Identifier: MIT */
/*
 * format_random_protobuf_test.c: random families of every kind through protobuf and the tests'
 * reader: its text must be the one that this file makes of the same view, plainly.
 */
#include "support/protobuf.h"
#include "support/random_views.h"
#include "support/scale.h"

#include <criterion/criterion.h>

#include <string.h>

/* --- the expected text ---------------------------------------------------------------------- */

static FILE *want;
static int depth;

static void begin(const char *name)
{
	fprintf(want, "%*s%s {\n", 2 * depth++, "", name);
}

static void end(void)
{
	fprintf(want, "%*s}\n", 2 * --depth, "");
}

static void put_text(const char *name, quipu_str text)
{
	fprintf(want, "%*s%s: \"", 2 * depth, "", name);
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.data[i];

		if (c == '\n' || c == '\r' || c == '\t')
			fprintf(want, "\\%c", c == '\n' ? 'n' : c == '\r' ? 'r' : 't');
		else if (c == '"' || c == '\'' || c == '\\')
			fprintf(want, "\\%c", c);
		else
			fprintf(want, c < ' ' || c > '~' ? "\\%03o" : "%c", c);
	}
	fprintf(want, "\"\n");
}

static void put_real(const char *name, double value)
{
	if (value != value)
		fprintf(want, "%*s%s: nan\n", 2 * depth, "", name);
	else
		fprintf(want, "%*s%s: %.17g\n", 2 * depth, "", name, value);
}

static void put_integer(const char *name, uint64_t value)
{
	fprintf(want, "%*s%s: %" PRIu64 "\n", 2 * depth, "", name, value);
}

static void put_signed(const char *name, int64_t value)
{
	fprintf(want, "%*s%s: %" PRId64 "\n", 2 * depth, "", name, value);
}

static void put_labels(const quipu_label_view *labels, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		begin("label");
		put_text("name", labels[i].name);
		put_text("value", labels[i].value);
		end();
	}
}

static void put_moment(const char *name, double seconds)
{
	uint64_t moment = (uint64_t)(seconds * 1000 + 0.5);

	if (moment == 0)
		return;
	begin(name);
	put_integer("seconds", moment / 1000);
	if (moment % 1000)
		put_integer("nanos", moment % 1000 * 1000000);
	end();
}

static void put_exemplar(const char *name, const quipu_exemplar_view *exemplar)
{
	begin(name);
	put_labels(exemplar->labels, exemplar->n_labels);
	put_real("value", exemplar->value);
	put_moment("timestamp", exemplar->timestamp);
	end();
}

/* --- kinds ---------------------------------------------------------------------------------- */

static void put_buckets(const quipu_family_view *family, const quipu_series_view *series)
{
	const quipu_exemplar_view *next = series->exemplars;
	uint64_t sum = 0;

	for (size_t i = 0; i <= family->n_bounds; i++) {
		bool here = next < series->exemplars + series->n_exemplars && next->bucket == i;

		sum += series->counts[i];
		if (i == family->n_bounds && !here)
			break;
		begin("bucket");
		put_integer("cumulative_count", sum);
		put_real("upper_bound", i < family->n_bounds ? family->bounds[i] : __builtin_inf());
		if (here)
			put_exemplar("exemplar", next++);
		end();
	}
}

static void put_sign(const char *span, const char *delta, const quipu_native_buckets *buckets)
{
	uint64_t before = 0;

	for (size_t i = 0; i < buckets->n_spans; i++) {
		begin(span);
		put_signed("offset", buckets->spans[i].offset);
		put_integer("length", buckets->spans[i].length);
		end();
	}
	for (size_t i = 0; i < buckets->n_counts; i++) {
		put_signed(delta, (int64_t)(buckets->counts[i] - before));
		before = buckets->counts[i];
	}
}

static void put_native(const quipu_native_view *native)
{
	static const quipu_span nothing;
	quipu_native_buckets positive = native->positive;

	put_signed("schema", native->schema);
	put_real("zero_threshold", native->zero_threshold);
	put_integer("zero_count", native->zero_count);
	put_sign("negative_span", "negative_delta", &native->negative);
	if (native->zero_threshold == 0 && native->zero_count == 0 &&
	    native->negative.n_spans + positive.n_spans == 0) {
		positive.spans = &nothing;
		positive.n_spans = 1;
	}
	put_sign("positive_span", "positive_delta", &positive);
}

static void put_histogram(const quipu_family_view *family, const quipu_series_view *series)
{
	begin("histogram");
	put_integer("sample_count", series->count);
	put_real("sample_sum", series->sum);
	if (family->native)
		put_native(series->native);
	else
		put_buckets(family, series);
	put_moment("created_timestamp", series->created);
	for (size_t i = 0; family->native && i < series->n_exemplars; i++)
		if (series->exemplars[i].timestamp > 0)
			put_exemplar("exemplars", &series->exemplars[i]);
	end();
}

static void put_summary(const quipu_family_view *family, const quipu_series_view *series)
{
	begin("summary");
	put_integer("sample_count", series->count);
	put_real("sample_sum", series->sum);
	for (size_t i = 0; i < family->n_quantiles; i++) {
		begin("quantile");
		put_real("quantile", family->quantiles[i]);
		put_real("value", series->quantile_values[i]);
		end();
	}
	put_moment("created_timestamp", series->created);
	end();
}

static void put_counter(double value, const quipu_series_view *series)
{
	begin("counter");
	put_real("value", value);
	if (series->n_exemplars > 0)
		put_exemplar("exemplar", series->exemplars);
	put_moment("created_timestamp", series->created);
	end();
}

static void put_value(const char *name, double value)
{
	begin(name);
	put_real("value", value);
	end();
}

static const char *put_series(const quipu_family_view *family, const quipu_series_view *series)
{
	switch (family->kind) {
	case QUIPU_KIND_COUNTER:
		return put_counter((double)series->integer, series), "COUNTER";
	case QUIPU_KIND_FLOAT_COUNTER:
		return put_counter(series->real, series), "COUNTER";
	case QUIPU_KIND_HISTOGRAM:
		return put_histogram(family, series), "HISTOGRAM";
	case QUIPU_KIND_SUMMARY:
		return put_summary(family, series), "SUMMARY";
	case QUIPU_KIND_UPDOWN:
		return put_value("gauge", (double)series->signed_integer), "GAUGE";
	case QUIPU_KIND_INFO:
		return put_value("gauge", 1), "GAUGE";
	case QUIPU_KIND_UNKNOWN:
		return put_value("untyped", series->real), "UNTYPED";
	default:
		return put_value("gauge", series->real), "GAUGE";
	}
}

/* The type stands before the metrics, whose kind tells it: the metrics are made first. */
static char *expected(const struct qt_random *r)
{
	char name[sizeof(r->name) + 8], *metric = NULL, *all = NULL;
	size_t size;
	const char *type, *ending = "";

	if (r->family.kind == QUIPU_KIND_INFO && r->family.name.data == r->name)
		ending = "_info";
	snprintf(name, sizeof(name), "%s%s", r->family.name.data, ending);
	want = open_memstream(&metric, &size);
	depth = 1;
	begin("metric");
	put_labels(r->labels, r->series.n_labels);
	type = put_series(&r->family, &r->series);
	end();
	fclose(want);
	want = open_memstream(&all, &size);
	depth = 0;
	begin("family");
	put_text("name", (quipu_str){ name, strlen(name) });
	put_text("help", r->family.help);
	fprintf(want, "  type: %s\n%s", type, metric);
	end();
	fclose(want);
	free(metric);
	return all;
}

static void check(const struct qt_random *r)
{
	const struct qt_views views = { .family = r->family, .series = &r->series, .n_series = 1 };
	char *text, *wanted;
	quipu_out out;

	qp_out_init(&out);
	qt_encode(&quipu_format_protobuf, &out, &views, 1);
	text = qt_protobuf_text(qp_out_data(&out), qp_out_len(&out), NULL);
	wanted = expected(r);
	cr_assert_not_null(text);
	cr_assert_str_eq(text, wanted);
	free(text);
	free(wanted);
	qp_out_free(&out);
}

Test(format_random_protobuf, what_went_in_comes_back)
{
	static const quipu_kind kinds[] = {
		QUIPU_KIND_COUNTER, QUIPU_KIND_FLOAT_COUNTER, QUIPU_KIND_UPDOWN,
		QUIPU_KIND_GAUGE,   QUIPU_KIND_HISTOGRAM,     QUIPU_KIND_INFO,
		QUIPU_KIND_UNKNOWN, QUIPU_KIND_SUMMARY,
	};
	struct seeded random = seeded_new("format_random_protobuf");
	static struct qt_random r;

	for (int i = (int)qt_scaled_count(6000); i-- > 0;) {
		qt_random_rich(&r, &random, kinds[i % (int)COUNT_OF(kinds)]);
		check(&r);
	}
}
