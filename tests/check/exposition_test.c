/* SPDX-License-Identifier: MIT */
/* exposition_test.c: the checker as a library: the model, look-ups, numbers, size. */
#include "exposition.h"
#include "lint.h"
#include "support/scale.h"

#include <criterion/criterion.h>

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static struct qx_exposition *read_clean(enum qx_format format, const char *text)
{
	struct qx_exposition *x = qx_read(format, text, strlen(text));

	cr_assert_eq(x->findings.n, 0, "%s", x->findings.n ? x->findings.kept[0].message : "");
	return x;
}

/* --- one content in all formats ---------------------------------------------------------- */

static const char text[] = "# HELP jobs_total Jobs.\n"
			   "# TYPE jobs_total counter\n"
			   "jobs_total{kind=\"a\"} 18446744073709551615\n"
			   "jobs_total{kind=\"b\"} 2\n"
			   "# TYPE h histogram\n"
			   "h_bucket{x=\"1\",le=\"0.5\"} 1\n"
			   "h_bucket{le=\"+Inf\",x=\"1\"} 3\n"
			   "h_sum{x=\"1\"} 4.5\n"
			   "h_count{x=\"1\"} 3\n"
			   "# TYPE s summary\n"
			   "s{quantile=\"0.99\"} 7\n"
			   "s_sum 8\n"
			   "s_count 9\n";

static const char openmetrics[] = "# TYPE jobs counter\n"
				  "# HELP jobs Jobs.\n"
				  "jobs_total{kind=\"a\"} 18446744073709551615\n"
				  "jobs_total{kind=\"b\"} 2\n"
				  "# TYPE h histogram\n"
				  "h_bucket{x=\"1\",le=\"0.5\"} 1 # {t=\"1\"} 0.25 1.5\n"
				  "h_bucket{x=\"1\",le=\"+Inf\"} 3\n"
				  "h_count{x=\"1\"} 3\n"
				  "h_sum{x=\"1\"} 4.5\n"
				  "# TYPE s summary\n"
				  "s{quantile=\"0.99\"} 7\n"
				  "s_count 9\n"
				  "s_sum 8\n"
				  "# EOF\n";

static const char openmetrics_2[] = "# TYPE jobs_total counter\n"
				    "# HELP jobs_total Jobs.\n"
				    "jobs_total{kind=\"a\"} 18446744073709551615\n"
				    "jobs_total{kind=\"b\"} 2 st@1.5\n"
				    "# TYPE h histogram\n"
				    "h{x=\"1\"} {count:3,sum:4.5,bucket:[0.5:1,+Inf:3]}\n"
				    "# TYPE s summary\n"
				    "s {count:9,sum:8,quantile:[0.99:7]}\n"
				    "# EOF\n";

static const char json[] = "{\"families\":[{\"name\":\"jobs_total\",\"help\":\"Jobs.\",\"type\":"
			   "\"counter\",\"series\":["
			   "{\"labels\":{\"kind\":\"a\"},\"value\":18446744073709551615},"
			   "{\"labels\":{\"kind\":\"b\"},\"value\":2}]},"
			   "{\"name\":\"h\",\"help\":\"\",\"type\":\"histogram\",\"series\":[{"
			   "\"labels\":{\"x\":\"1\"},"
			   "\"count\":3,\"sum\":4.5,\"buckets\":[{\"le\":0.5,\"count\":1},{\"le\":"
			   "\"+Inf\",\"count\":3}]}"
			   "]},{\"name\":\"s\",\"help\":\"\",\"type\":\"summary\",\"series\":[{"
			   "\"labels\":{},\"count\":9,"
			   "\"sum\":8,\"quantiles\":[{\"quantile\":0.99,\"value\":7}]}]}]}";

static const struct {
	enum qx_format format;
	const char *content;
} same[] = { { QX_TEXT, text },
	     { QX_TEXT_UTF8, text },
	     { QX_OPENMETRICS, openmetrics },
	     { QX_OPENMETRICS_2, openmetrics_2 },
	     { QX_JSON, json } };

#define N_SAME (sizeof(same) / sizeof(same[0]))

static double real(const struct qx_point *point)
{
	cr_assert_not_null(point);
	return point->value.real;
}

Test(exposition, samples_are_found_by_their_text_names_in_every_format)
{
	for (size_t i = 0; i < N_SAME; i++) {
		struct qx_exposition *x = read_clean(same[i].format, same[i].content);
		const struct qx_point *a = qx_find_point(x, "jobs_total", "kind", "a", NULL);

		cr_assert(a && a->value.exact && a->value.whole == UINT64_MAX);
		cr_expect_eq(real(qx_find_point(x, "jobs_total", "kind", "b", NULL)), 2);
		cr_expect_eq(real(qx_find_point(x, "h_bucket", "x", "1", "le", "0.5", NULL)), 1);
		cr_expect_eq(real(qx_find_point(x, "h_bucket", "le", "+Inf", "x", "1", NULL)), 3);
		cr_expect_eq(real(qx_find_point(x, "h_bucket", "x", "1", "le", "5e-1", NULL)), 1);
		cr_expect_eq(real(qx_find_point(x, "h_sum", "x", "1", "y", "", NULL)), 4.5);
		cr_expect_eq(real(qx_find_point(x, "h_count", "x", "1", NULL)), 3);
		cr_expect_eq(real(qx_find_point(x, "s_sum", NULL)), 8);
		cr_expect_eq(real(qx_find_point(x, "s_count", NULL)), 9);
		cr_expect_eq(real(qx_find_point(x, "s", "quantile", "0.99", NULL)), 7);
		qx_free(x);
	}
}

Test(exposition, what_is_not_there_is_not_found)
{
	for (size_t i = 0; i < N_SAME; i++) {
		struct qx_exposition *x = read_clean(same[i].format, same[i].content);

		cr_expect_null(qx_find_point(x, "jobs_total", NULL));
		cr_expect_null(qx_find_point(x, "jobs_total", "kind", "c", NULL));
		cr_expect_null(qx_find_point(x, "jobs_total", "kind", "a", "x", "1", NULL));
		cr_expect_null(qx_find_point(x, "h_bucket", "x", "1", "le", "0.7", NULL));
		cr_expect_null(qx_find_point(x, "h_bucket", "x", "1", NULL));
		cr_expect_null(qx_find_point(x, "nothing", NULL));
		cr_expect_null(qx_find_metric(x, "h", NULL));
		cr_expect_null(qx_find_family(x, "nothing"));
		cr_expect_not_null(qx_find_metric(x, "h", "x", "1", NULL));
		qx_free(x);
	}
}

Test(exposition, families_have_their_type_and_help)
{
	struct qx_exposition *x = read_clean(QX_OPENMETRICS, openmetrics);
	struct qx_family *jobs = qx_find_family(x, "jobs");

	cr_assert_not_null(jobs);
	cr_expect_eq(jobs->type, QX_COUNTER);
	cr_expect(qx_text_is(jobs->help, "Jobs."));
	cr_expect_eq(jobs->n_metrics, 2);
	cr_expect_eq(x->n_families, 3);
	cr_expect_eq(x->n_metrics, 4);
	qx_free(x);
}

Test(exposition, exemplars_have_labels_value_and_time)
{
	struct qx_exposition *x = read_clean(QX_OPENMETRICS, openmetrics);
	const struct qx_point *bucket = qx_find_point(x, "h_bucket", "x", "1", "le", "0.5", NULL);

	cr_assert(bucket && bucket->exemplars && !bucket->exemplars->next);
	cr_expect_eq(bucket->exemplars->value.real, 0.25);
	cr_expect(bucket->exemplars->has_time && bucket->exemplars->time == 1.5);
	cr_assert_eq(bucket->exemplars->n_labels, 1);
	cr_expect(qx_text_is(bucket->exemplars->labels[0].value, "1"));
	qx_free(x);
}

Test(exposition, native_buckets_are_absolute)
{
	struct qx_exposition *x =
		read_clean(QX_OPENMETRICS_2,
			   "# TYPE n histogram\n"
			   "n {count:7,sum:-1,schema:-2,zero_threshold:0.001,zero_count:1,"
			   "negative_spans:[-3:2],negative_buckets:[1,2],positive_spans:[1:1],"
			   "positive_buckets:[3]}\n# EOF\n");
	const struct qx_metric *metric = qx_find_metric(x, "n", NULL);
	const struct qx_native *native = metric ? metric->natives : NULL;

	cr_assert_not_null(native);
	cr_expect_eq(native->schema, -2);
	cr_expect_eq(native->zero_count.whole, 1);
	cr_assert(native->negative.n_spans == 1 && native->negative.n_counts == 2);
	cr_expect_eq(native->negative.spans[0].offset, -3);
	cr_expect_eq(native->negative.counts[1].whole, 2);
	qx_free(x);
}

/* Two label sets that run together as bytes are different series. */
Test(exposition, label_sets_are_compared_whole)
{
	struct qx_exposition *x = read_clean(QX_TEXT, "a{x=\"ab\",y=\"c\"} 1\n"
						      "a{x=\"a\",y=\"bc\"} 2\n"
						      "a{xa=\"b\",y=\"c\"} 3\n");

	cr_expect_eq(x->n_metrics, 3);
	cr_expect_eq(real(qx_find_point(x, "a", "x", "a", "y", "bc", NULL)), 2);
	qx_free(x);
}

/* --- formats -------------------------------------------------------------------------------- */

static const struct {
	const char *type, *name; /* NULL: none */
} types[] = {
	{ "text/plain", "text-0.0.4" },
	{ "text/plain; version=0.0.4; charset=utf-8", "text-0.0.4" },
	{ "TEXT/Plain;charset=utf-8;Version=\"1.0.0\"", "text-1.0.0" },
	{ "text/plain; version=0.0.4; charset=utf-8; escaping=allow-utf-8", "text-1.0.0" },
	{ "text/plain; version=0.0.4; charset=utf-8; escaping=underscores", "text-0.0.4" },
	{ "text/plain; version=7", "text-0.0.4" },
	{ "application/openmetrics-text", "openmetrics-0.0.1" },
	{ "application/openmetrics-text; version=1.0.0", "openmetrics-1.0.0" },
	{ "application/openmetrics-text; version=2.0.0;escaping=allow-utf-8", "openmetrics-2.0.0" },
	{ "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; "
	  "encoding=delimited",
	  "protobuf" },
	{ "application/json", "json" },
	{ "text/html", NULL },
	{ "text/plainer", NULL },
	{ "", NULL },
};

Test(format, is_said_by_the_content_type)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		enum qx_format format = QX_FORMAT_COUNT;
		bool found = qx_format_of_type(qx_text_of(types[i].type), &format);

		cr_expect_eq(found, types[i].name != NULL, "%s", types[i].type);
		if (found && types[i].name)
			cr_expect_str_eq(qx_format_name(format), types[i].name);
	}
}

Test(format, is_found_by_its_name)
{
	enum qx_format format;

	for (int i = 0; i < QX_FORMAT_COUNT; i++) {
		cr_expect(qx_format_find(qx_format_name((enum qx_format)i), &format));
		cr_expect_eq((int)format, i);
	}
	cr_expect(qx_format_find("openmetrics", &format) && format == QX_OPENMETRICS);
	cr_expect_not(qx_format_find("xml", &format));
}

Test(format, is_guessed)
{
	for (size_t i = 0; i < N_SAME; i++) {
		if (same[i].format != QX_TEXT_UTF8)
			cr_expect_eq(qx_format_guess(same[i].content, strlen(same[i].content)),
				     same[i].format);
	}
	cr_expect_eq(qx_format_guess("", 0), QX_TEXT);
	cr_expect_eq(qx_format_guess("{", 1), QX_JSON);
	cr_expect_eq(qx_format_guess("{\"a\"} 1\n", 8), QX_TEXT);
	cr_expect_eq(qx_format_guess("a 1\n# EOF x\n", 12), QX_TEXT);
}

/* --- numbers -------------------------------------------------------------------------------- */

struct vector {
	uint64_t bits;
	const char *text;
};

static const struct vector vectors[] = {
#define FLOAT(bits, text) { UINT64_C(bits), text },
#include "../unit/floats.inc"
#undef FLOAT
};

Test(number, canonical_form_is_the_shortest_with_a_point)
{
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		char wanted[64], got[QX_CANONICAL_SIZE];
		double value;

		memcpy(&value, &vectors[i].bits, sizeof(value));
		snprintf(wanted, sizeof(wanted), "%s%s", vectors[i].text,
			 isfinite(value) && !strpbrk(vectors[i].text, ".e") ? ".0" : "");
		qx_canonical(value, got);
		cr_expect_str_eq(got, wanted);
	}
}

Test(number, is_read_as_it_was_written)
{
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		struct qx_number number;
		double value;

		memcpy(&value, &vectors[i].bits, sizeof(value));
		cr_assert(qx_number_parse(qx_text_of(vectors[i].text), &number));
		cr_expect(number.real == value || (isnan(number.real) && isnan(value)));
	}
}

Test(number, keeps_64_bits)
{
	struct qx_number a, b;

	cr_assert(qx_number_parse(qx_text_of("18446744073709551614"), &a));
	cr_assert(qx_number_parse(qx_text_of("18446744073709551615"), &b));
	cr_expect(!qx_number_same(a, b) && qx_number_less(a, b));
	cr_assert(qx_number_parse(qx_text_of("18446744073709551616"), &b));
	cr_expect(!b.exact && qx_number_less(a, b) == (a.real < b.real));
	cr_expect(!qx_number_add(a, a).exact);
}

/* --- size ------------------------------------------------------------------------------------ */

#define MANY ((size_t)qt_scaled_count(200000))
#define SECONDS 60 /* it takes less than one; with hashes that collide, hours */

static char *many_lines(const char *format, size_t n)
{
	char *lines = malloc(n * 64), *at = lines;

	for (size_t i = 0; i < n; i++)
		at += sprintf(at, format, i);
	return lines;
}

static void read_many(enum qx_format format, const char *line, const char *end)
{
	char *lines = many_lines(line, MANY), *all;
	time_t start = time(NULL);
	struct qx_exposition *x;

	all = malloc(strlen(lines) + strlen(end) + 1);
	strcpy(all, lines);
	strcat(all, end);
	x = qx_read(format, all, strlen(all));
	cr_expect_eq(x->n_points, MANY);
	cr_expect_lt(time(NULL) - start, SECONDS);
	qx_free(x);
	free(all);
	free(lines);
}

Test(size, many_series)
{
	read_many(QX_TEXT, "a{x=\"%zu\"} 1\n", "");
}

Test(size, many_families)
{
	read_many(QX_OPENMETRICS, "a%zu 1\n", "# EOF\n");
}

Test(size, many_points_of_one_series)
{
	read_many(QX_OPENMETRICS, "a 1 %zu\n", "# EOF\n");
}

Test(size, the_same_series_many_times)
{
	read_many(QX_TEXT, "a 1 %zu\n", "");
}
