/* SPDX-License-Identifier: MIT */
/*
 * format_random_openmetrics_test.c: random families of every kind, with exemplars, created times
 * and names of all characters, through OpenMetrics 1.0 and a strict reader of its lines: what
 * comes back must be what went in, but for what the rules forbid.
 */
#include "support/openmetrics.h"
#include "support/random_views.h"
#include "support/scale.h"

#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

/* Where we are in the lines, and the name that the family has there. */
struct walk {
	const struct qt_random *r;
	const struct qt_om_line *line;
	char base[QT_MAX_TEXT + 16];
};

/* --- pieces ------------------------------------------------------------------------------- */

static void expect_text(const char *data, size_t len, quipu_str want)
{
	cr_assert_eq(len, want.len);
	cr_assert_eq(memcmp(data, want.data, len), 0);
}

static void expect_labels(const struct qt_om_labels *labels, const quipu_label_view *want, size_t n)
{
	cr_assert_geq(labels->n, n);
	for (size_t i = 0; i < n; i++) {
		expect_text(labels->items[i].name, strlen(labels->items[i].name), want[i].name);
		expect_text(labels->items[i].value, labels->items[i].value_len, want[i].value);
	}
}

static void expect_moment(const char *text, double seconds)
{
	char want[40];

	snprintf(want, sizeof(want), "%.3f", seconds);
	cr_assert_str_eq(text, want);
}

/* The next line is a sample of this name, with the series' labels and n more. */
static const struct qt_om_line *next_sample(struct walk *w, const char *ending, size_t n)
{
	const quipu_series_view *series = &w->r->series;
	const struct qt_om_line *line = w->line++;
	char name[sizeof(w->base) + 16];

	snprintf(name, sizeof(name), "%s%s", w->base, ending);
	cr_assert_null(line->word);
	cr_assert_str_eq(line->name, name);
	cr_assert_eq(line->labels.n, series->n_labels + n);
	expect_labels(&line->labels, series->labels, series->n_labels);
	return line;
}

static void expect_exemplar(const struct qt_om_line *line, const quipu_exemplar_view *exemplar)
{
	cr_assert_eq(line->exemplar, exemplar != NULL);
	if (!exemplar)
		return;
	cr_assert_eq(line->exemplar_labels.n, exemplar->n_labels);
	expect_labels(&line->exemplar_labels, exemplar->labels, exemplar->n_labels);
	cr_assert_eq(strtod(line->exemplar_value, NULL), exemplar->value);
	if (exemplar->timestamp > 0)
		expect_moment(line->exemplar_time, exemplar->timestamp);
	else
		cr_assert_null(line->exemplar_time);
}

static void expect_integer(const struct qt_om_line *line, uint64_t value)
{
	char text[32];

	snprintf(text, sizeof(text), "%" PRIu64, value);
	cr_assert_str_eq(line->text, text);
}

static void expect_real(const struct qt_om_line *line, double value)
{
	double got = strtod(line->text, NULL);

	cr_assert(got == value || (isnan(got) && isnan(value)), "%s", line->text);
}

/* The last label, whose value is a number with a point or an exponent. */
static void expect_number_label(const struct qt_om_line *line, const char *name, double value)
{
	const struct qt_label *label = &line->labels.items[line->labels.n - 1];

	cr_assert_str_eq(label->name, name);
	cr_assert_not_null(strpbrk(label->value, ".eI"), "%s", label->value);
	cr_assert_eq(strtod(label->value, NULL), value);
}

static void expect_created(struct walk *w)
{
	if (w->r->series.created > 0)
		expect_moment(next_sample(w, "_created", 0)->text, w->r->series.created);
}

/* --- kinds -------------------------------------------------------------------------------- */

static void expect_counter(struct walk *w)
{
	const quipu_series_view *series = &w->r->series;
	const struct qt_om_line *line;

	if (w->r->family.kind == QUIPU_KIND_FLOAT_COUNTER && !(series->real >= 0))
		return;
	line = next_sample(w, "_total", 0);
	if (w->r->family.kind == QUIPU_KIND_COUNTER)
		expect_integer(line, series->integer);
	else
		expect_real(line, series->real);
	expect_exemplar(line, series->n_exemplars ? series->exemplars : NULL);
	expect_created(w);
}

static void expect_histogram(struct walk *w)
{
	const quipu_family_view *family = &w->r->family;
	const quipu_series_view *series = &w->r->series;
	size_t next = 0;
	uint64_t sum = 0;

	for (size_t i = 0; i <= family->n_bounds; i++) {
		const struct qt_om_line *line = next_sample(w, "_bucket", 1);
		bool here = next < series->n_exemplars && series->exemplars[next].bucket == i;

		expect_number_label(line, "le",
				    i < family->n_bounds ? family->bounds[i] : INFINITY);
		expect_integer(line, sum += series->counts[i]);
		expect_exemplar(line, here ? &series->exemplars[next++] : NULL);
	}
	cr_assert_eq(sum, series->count);
	if (series->sum >= 0 && (family->n_bounds == 0 || family->bounds[0] >= 0)) {
		expect_real(next_sample(w, "_sum", 0), series->sum);
		expect_integer(next_sample(w, "_count", 0), series->count);
	}
	expect_created(w);
}

static void expect_summary(struct walk *w)
{
	const quipu_family_view *family = &w->r->family;
	const quipu_series_view *series = &w->r->series;

	for (size_t i = 0; i < family->n_quantiles; i++) {
		const struct qt_om_line *line = next_sample(w, "", 1);

		expect_number_label(line, "quantile", family->quantiles[i]);
		expect_real(line, series->quantile_values[i]);
	}
	if (series->sum >= 0)
		expect_real(next_sample(w, "_sum", 0), series->sum);
	expect_integer(next_sample(w, "_count", 0), series->count);
	expect_created(w);
}

static void expect_series(struct walk *w)
{
	const struct qt_om_line *line;

	switch (w->r->family.kind) {
	case QUIPU_KIND_COUNTER:
	case QUIPU_KIND_FLOAT_COUNTER:
		expect_counter(w);
		break;
	case QUIPU_KIND_HISTOGRAM:
		expect_histogram(w);
		break;
	case QUIPU_KIND_SUMMARY:
		expect_summary(w);
		break;
	case QUIPU_KIND_INFO:
		expect_integer(next_sample(w, "_info", 0), 1);
		break;
	case QUIPU_KIND_UPDOWN:
		line = next_sample(w, "", 0);
		cr_assert_eq(strtoll(line->text, NULL, 10), w->r->series.signed_integer);
		break;
	default:
		expect_real(next_sample(w, "", 0), w->r->series.real);
	}
}

/* --- the whole ------------------------------------------------------------------------------ */

/* The names here end in _info or in the letter a, never in _total. */
static void find_base(struct walk *w)
{
	quipu_str name = w->r->family.name;
	bool cut = w->r->family.kind == QUIPU_KIND_INFO && name.data != w->r->name;

	snprintf(w->base, sizeof(w->base), "%s", name.data);
	if (cut)
		w->base[name.len - strlen("_info")] = 0;
}

static void expect_head(struct walk *w)
{
	static const char *const types[] = { "counter", "counter",   "gauge",
					     "gauge",	"histogram", "stateset",
					     "info",	"unknown",   "summary" };

	cr_assert_str_eq(w->line->word, "TYPE");
	cr_assert_str_eq(w->line->name, w->base);
	cr_assert_str_eq(w->line++->text, types[w->r->family.kind]);
	cr_assert_str_eq(w->line->word, "HELP");
	cr_assert_str_eq(w->line->name, w->base);
	expect_text(w->line->text, w->line->text_len, w->r->family.help);
	w->line++;
}

static void check(const struct qt_random *r)
{
	const struct qt_views views = { .family = r->family, .series = &r->series, .n_series = 1 };
	struct walk w = { .r = r };
	struct qt_om *om;
	quipu_out out;
	size_t line;

	qp_out_init(&out);
	qt_encode(&quipu_format_openmetrics, &out, &views, 1);
	om = qt_om_read(qp_out_data(&out), qp_out_len(&out), &line);
	cr_assert_not_null(om, "line %zu of\n%.*s", line, (int)qp_out_len(&out), qp_out_data(&out));
	w.line = om->lines;
	find_base(&w);
	expect_head(&w);
	expect_series(&w);
	cr_assert_eq((size_t)(w.line - om->lines), om->n_lines);
	qt_om_free(om);
	qp_out_free(&out);
}

Test(format_random_openmetrics, what_went_in_comes_back)
{
	static const quipu_kind kinds[] = {
		QUIPU_KIND_COUNTER, QUIPU_KIND_FLOAT_COUNTER, QUIPU_KIND_UPDOWN,
		QUIPU_KIND_GAUGE,   QUIPU_KIND_HISTOGRAM,     QUIPU_KIND_INFO,
		QUIPU_KIND_UNKNOWN, QUIPU_KIND_SUMMARY,
	};
	struct seeded random = seeded_new("format_random_openmetrics");
	static struct qt_random r;

	for (int i = (int)qt_scaled_count(20000); i-- > 0;) {
		qt_random_rich(&r, &random, kinds[i % (int)COUNT_OF(kinds)]);
		check(&r);
	}
}
