/* SPDX-License-Identifier: MIT */
/*
 * names_test.c: names that are not plain, from registration to what a format sees, and names
 * that would meet on the way.
 */
#include "exposed.h"
#include "support/scale.h"

#include <stdio.h>

static quipu_registry *registry;

static void begin(void)
{
	registry = quipu_registry_new(NULL);
}

static void end(void)
{
	expect_no_error(registry);
	quipu_registry_free(registry);
}

TestSuite(names, .init = begin, .fini = end);

/* --- a format that shows what it sees ------------------------------------------------------- */

static void put(quipu_out *out, quipu_str text, const char *after)
{
	quipu_out_write(out, text.data, text.len);
	quipu_out_write(out, after, strlen(after));
}

static void show_family(void *state, quipu_out *out, const quipu_family_view *family)
{
	(void)state;
	put(out, family->name, "[");
	put(out, family->unit, "]\n");
}

static void show_series(void *state, quipu_out *out, const quipu_family_view *family,
			const quipu_series_view *series)
{
	(void)state;
	(void)family;
	for (size_t i = 0; i < series->n_labels; i++) {
		put(out, series->labels[i].name, "=");
		put(out, series->labels[i].value, " ");
	}
	quipu_out_write(out, "\n", 1);
}

static const quipu_format plain_only = {
	.name = "plain", .content_type = "text/plain", .family = show_family, .series = show_series
};
static const quipu_format any_names = { .name = "any",
					.content_type = "text/plain",
					.features = QUIPU_FORMAT_UTF8_NAMES,
					.family = show_family,
					.series = show_series };

static struct text seen(const quipu_format *format, quipu_escaping escaping)
{
	struct text text = { calloc(1, 1), 0 };
	quipu_scrape *scrape =
		quipu_scrape_open(registry, format, QUIPU_SCRAPE_OPTS(.escaping = escaping), NULL);
	quipu_error error;
	char piece[512];
	size_t len;

	do {
		error = quipu_scrape_read(scrape, piece, sizeof piece, &len);
		text_append(&text, piece, len);
		if (error == QUIPU_EAGAIN)
			usleep(1000);
	} while (error != QUIPU_END);
	quipu_scrape_close(scrape);
	return text;
}

static void expect_seen(const quipu_format *format, quipu_escaping escaping, const char *expected)
{
	struct text text = seen(format, escaping);

	cr_expect_str_eq(text.data, expected, "under %d:\n%s", (int)escaping, text.data);
	free(text.data);
}

static double forty_two(void *ctx)
{
	(void)ctx;
	return 42;
}

static void collect(quipu_emitter *emitter, void *ctx)
{
	const char *const values[] = { "v" };

	(void)ctx;
	quipu_emit_family(emitter, QUIPU_KIND_COUNTER,
			  QUIPU_OPTS(.name = "col.s_seconds_total", .help = "H.", .unit = "seconds",
				     .labels = QUIPU_NAMES("l:l")));
	quipu_emit_value(emitter, 1, values);
}

/* Odd names wherever a name can be, and plain ones beside them. */
static void make_odd_ones(void)
{
	static const quipu_label constant[] = { { "host.name", "h" }, { "zone", "z" } };
	quipu_counter_family family;

	quipu_registry_free(registry);
	registry = quipu_registry_new(
		QUIPU_REGISTRY_OPTS(.prefix = "p.", .const_labels = constant, .n_const_labels = 2));
	family = quipu_counter_family_new(
		registry, QUIPU_OPTS(.name = "f_total", .help = "H.", .max_series = 1,
				     .labels = QUIPU_NAMES("status.code", "m")));
	quipu_inc_at(family, "1", "2");
	quipu_inc_at(family, "3", "4");
	quipu_gauge_new(registry, QUIPU_OPTS(.name = "g_seconds", .help = "H.", .unit = "seconds"));
	quipu_gauge_callback(registry, QUIPU_OPTS(.name = "back", .help = "H."), forty_two, NULL);
	quipu_collector_add(registry, collect, NULL);
	quipu_info_new(registry, QUIPU_OPTS(.name = "i", .help = "H."),
		       (quipu_label[]){ { "\303\266", "o" } }, 1);
}

Test(names, underscores)
{
	const char *expected = "p_back[]\nhost_name=h zone=z \n"
			       "p_col_s_seconds_total[seconds]\nhost_name=h zone=z l_l=v \n"
			       "p_f_total[]\nhost_name=h zone=z status_code=1 m=2 \n"
			       "host_name=h zone=z otel_metric_overflow=true \n"
			       "p_g_seconds[seconds]\nhost_name=h zone=z \n"
			       "p_i_info[]\nhost_name=h zone=z _=o \n";

	make_odd_ones();
	expect_seen(&plain_only, QUIPU_ESCAPE_UNDERSCORES, expected);
	expect_seen(&any_names, QUIPU_ESCAPE_UNDERSCORES, expected);
	expect_seen(&plain_only, QUIPU_ESCAPE_NONE, expected);
	expect_seen(&plain_only, (quipu_escaping)99, expected);
}

/* The doubled underscore before _total takes a counter's unit away: OpenMetrics would refuse it. */
Test(names, dots)
{
	const char *expected = "p_dot_back[]\nhost_dot_name=h zone=z \n"
			       "p_dot_col_dot_s__seconds__total[]\nhost_dot_name=h zone=z l__l=v \n"
			       "p_dot_f__total[]\nhost_dot_name=h zone=z status_dot_code=1 m=2 \n"
			       "host_dot_name=h zone=z otel_metric_overflow=true \n"
			       "p_dot_g__seconds[seconds]\nhost_dot_name=h zone=z \n"
			       "p_dot_i__info[]\nhost_dot_name=h zone=z __=o \n";

	make_odd_ones();
	expect_seen(&plain_only, QUIPU_ESCAPE_DOTS, expected);
	expect_seen(&any_names, QUIPU_ESCAPE_DOTS, expected);
}

Test(names, values)
{
	make_odd_ones();
	expect_seen(&plain_only, QUIPU_ESCAPE_VALUES,
		    "U__p_2e_back[]\nU__host_2e_name=h zone=z \n"
		    "U__p_2e_col_2e_s__seconds__total[]\n"
		    "U__host_2e_name=h zone=z U__l_3a_l=v \n"
		    "U__p_2e_f__total[]\nU__host_2e_name=h zone=z U__status_2e_code=1 m=2 \n"
		    "U__host_2e_name=h zone=z otel_metric_overflow=true \n"
		    "U__p_2e_g__seconds[seconds]\nU__host_2e_name=h zone=z \n"
		    "U__p_2e_i__info[]\nU__host_2e_name=h zone=z U___f6_=o \n");
}

Test(names, as_they_are)
{
	make_odd_ones();
	expect_seen(&any_names, QUIPU_ESCAPE_NONE,
		    "p.back[]\nhost.name=h zone=z \n"
		    "p.col.s_seconds_total[seconds]\nhost.name=h zone=z l:l=v \n"
		    "p.f_total[]\nhost.name=h zone=z status.code=1 m=2 \n"
		    "host.name=h zone=z otel_metric_overflow=true \n"
		    "p.g_seconds[seconds]\nhost.name=h zone=z \n"
		    "p.i_info[]\nhost.name=h zone=z \303\266=o \n");
}

/* Plain names are the same under every scheme. */
Test(names, plain_ones)
{
	quipu_counter_family family = quipu_counter_family_new(
		registry, QUIPU_OPTS(.name = "a_b:c_seconds_total", .help = "H.", .unit = "seconds",
				     .labels = QUIPU_NAMES("l_l")));

	quipu_inc_at(family, "v");
	for (int scheme = 0; scheme <= QUIPU_ESCAPE_NONE; scheme++) {
		expect_seen(&plain_only, (quipu_escaping)scheme,
			    "a_b:c_seconds_total[seconds]\nl_l=v \n");
		expect_seen(&any_names, (quipu_escaping)scheme,
			    "a_b:c_seconds_total[seconds]\nl_l=v \n");
	}
}

/* The text format of old shows them legally. */
Test(names, in_text)
{
	quipu_histogram_family family = quipu_histogram_family_new(
		registry, QUIPU_OPTS(.name = "rpc.time_seconds", .help = "H.",
				     .labels = QUIPU_NAMES("rpc.method"),
				     .bounds = (const double[]){ 1 }, .n_bounds = 1));

	quipu_observe_at(family, 0.5, "get");
	quipu_stateset_new(registry, QUIPU_OPTS(.name = "state.x", .help = "H.",
						.states = QUIPU_NAMES("on"), .n_states = 1));
	quipu_counter_new(registry, QUIPU_OPTS(.name = "x\" 1\n", .help = "H."));
	expect_text(registry, "# HELP rpc_time_seconds H.\n# TYPE rpc_time_seconds histogram\n"
			      "rpc_time_seconds_bucket{rpc_method=\"get\",le=\"1\"} 1\n"
			      "rpc_time_seconds_bucket{rpc_method=\"get\",le=\"+Inf\"} 1\n"
			      "rpc_time_seconds_sum{rpc_method=\"get\"} 0.5\n"
			      "rpc_time_seconds_count{rpc_method=\"get\"} 1\n"
			      "# HELP state_x H.\n# TYPE state_x gauge\nstate_x{state_x=\"on\"} 0\n"
			      "# HELP x__1_ H.\n# TYPE x__1_ counter\nx__1_ 0\n");
}

/* Each family is odd in one place only: nothing in it may be taken for plain on that account. */
static void collect_odd_label(quipu_emitter *emitter, void *ctx)
{
	const char *const values[] = { "v" };

	(void)ctx;
	quipu_emit_family(emitter, QUIPU_KIND_GAUGE,
			  QUIPU_OPTS(.name = "m", .help = "H.", .labels = QUIPU_NAMES("l:l")));
	quipu_emit_value(emitter, 1, values);
}

Test(names, quoted_where_they_need_it)
{
	quipu_gauge_new(registry, QUIPU_OPTS(.name = "a.b", .help = "H."));
	quipu_inc_at(quipu_counter_family_new(registry,
					      QUIPU_OPTS(.name = "f_total", .help = "H.",
							 .labels = QUIPU_NAMES("status.code"))),
		     "1");
	quipu_info_new(registry, QUIPU_OPTS(.name = "i", .help = "H."),
		       (quipu_label[]){ { "\303\266", "o" } }, 1);
	quipu_collector_add(registry, collect_odd_label, NULL);
	expect_seen(&quipu_format_text_utf8, QUIPU_ESCAPE_NONE,
		    "# HELP \"a.b\" H.\n# TYPE \"a.b\" gauge\n{\"a.b\"} 0\n"
		    "# HELP f_total H.\n# TYPE f_total counter\n"
		    "f_total{\"status.code\"=\"1\"} 1\n"
		    "# HELP i_info H.\n# TYPE i_info gauge\ni_info{\"\303\266\"=\"o\"} 1\n"
		    "# HELP m H.\n# TYPE m gauge\nm{\"l:l\"=\"v\"} 1\n");
	/* escaped, nothing is odd any more */
	expect_seen(&quipu_format_text_utf8, QUIPU_ESCAPE_UNDERSCORES,
		    "# HELP a_b H.\n# TYPE a_b gauge\na_b 0\n"
		    "# HELP f_total H.\n# TYPE f_total counter\nf_total{status_code=\"1\"} 1\n"
		    "# HELP i_info H.\n# TYPE i_info gauge\ni_info{_=\"o\"} 1\n"
		    "# HELP m H.\n# TYPE m gauge\nm{l_l=\"v\"} 1\n");
}

Test(names, quoted_where_a_constant_label_needs_it)
{
	static const quipu_label constant[] = { { "host.name", "h" } };

	quipu_registry_free(registry);
	registry = quipu_registry_new(
		QUIPU_REGISTRY_OPTS(.const_labels = constant, .n_const_labels = 1));
	quipu_gauge_new(registry, QUIPU_OPTS(.name = "g", .help = "H."));
	expect_seen(&quipu_format_text_utf8, QUIPU_ESCAPE_NONE,
		    "# HELP g H.\n# TYPE g gauge\ng{\"host.name\"=\"h\"} 0\n");
}

/* --- asked for twice, clashes --------------------------------------------------------------- */

#define COUNTER(n) quipu_counter_new(registry, QUIPU_OPTS(.name = n, .help = "H."))
#define GAUGE(n) quipu_gauge_new(registry, QUIPU_OPTS(.name = n, .help = "H."))

Test(names, the_same_again_is_the_same)
{
	quipu_counter one = COUNTER("a.b"), again = COUNTER("a.b");

	cr_expect_neq(one.offset, 0);
	cr_expect_eq(one.offset, again.offset);
}

Test(names, clashes_name_both)
{
	COUNTER("requests_total");
	COUNTER("http.requests");
	cr_expect_null(GAUGE("requests").cell);
	expect_status(registry, QUIPU_EDUPLICATE,
		      "metric \"requests\" and \"requests_total\" would both show the name "
		      "\"requests\"");
	cr_expect_null(GAUGE("requests_created").cell);
	expect_status(registry, QUIPU_EDUPLICATE, "\"requests_total\"");
	cr_expect_null(GAUGE("http_requests").cell);
	expect_status(registry, QUIPU_EDUPLICATE, "\"http_requests\" and \"http.requests\"");
	cr_expect_null(GAUGE("http-requests").cell);
	expect_status(registry, QUIPU_EDUPLICATE, "\"http-requests\" and \"http.requests\"");
	cr_expect_null(GAUGE("http_dot_requests").cell);
	expect_status(registry, QUIPU_EDUPLICATE, "\"http.requests\"");
	cr_expect_null(GAUGE("U__http_2e_requests_total").cell);
	expect_status(registry, QUIPU_EDUPLICATE, "\"http.requests\"");
	expect_samples(registry, 2);
}

/* Names are free again, under every scheme. */
Test(names, unregistered)
{
	static const char *const others[] = { "a_b", "a_dot_b", "U__a_2e_b", "a-b", "a.b" };

	for (size_t i = 0; i < N_OF(others); i++) {
		COUNTER("a.b");
		if (i < 4)
			cr_expect_null(GAUGE(others[i]).cell);
		quipu_registry_clear_status(registry);
		cr_expect_eq(quipu_registry_unregister(registry, "a.b"), QUIPU_OK);
		cr_expect_not_null(GAUGE(others[i]).cell, "%s", others[i]);
		cr_expect_eq(quipu_registry_unregister(registry, others[i]), QUIPU_OK);
	}
}

Test(names, labels_that_collapse)
{
	static const char *const pairs[][2] = {
		{ "a.b", "a_b" },  { "a.b", "a-b" },	 { "a:b", "a_b" },
		{ "a-b", "a__b" }, { "a.b", "a_dot_b" }, { "a.b", "U__a_2e_b" },
	};
	char text[64];

	for (size_t i = 0; i < N_OF(pairs); i++) {
		const char *const labels[] = { "x", pairs[i][0], pairs[i][1], NULL };

		cr_expect_null(
			quipu_counter_family_new(
				registry, QUIPU_OPTS(.name = "f", .help = "H.", .labels = labels))
				.family);
		snprintf(text, sizeof text, "\"%s\" and \"%s\"", pairs[i][0], pairs[i][1]);
		expect_status(registry, QUIPU_ELABEL, text);
	}
	quipu_stateset_family_new(registry, QUIPU_OPTS(.name = "s.s", .help = "H.",
						       .labels = QUIPU_NAMES("s_s"),
						       .states = QUIPU_NAMES("on"), .n_states = 1));
	expect_status(registry, QUIPU_ELABEL, "\"s.s\" and \"s_s\"");
	expect_text(registry, "");
}

Test(names, labels_that_collapse_with_constant_ones)
{
	static const quipu_label constant[] = { { "host.name", "h" } };

	quipu_registry_free(registry);
	registry = quipu_registry_new(
		QUIPU_REGISTRY_OPTS(.const_labels = constant, .n_const_labels = 1));
	quipu_counter_family_new(registry, QUIPU_OPTS(.name = "f", .help = "H.",
						      .labels = QUIPU_NAMES("host_name")));
	expect_status(registry, QUIPU_ELABEL, "\"host.name\" and \"host_name\"");
	quipu_info_new(registry, QUIPU_OPTS(.name = "i", .help = "H."),
		       (quipu_label[]){ { "host-name", "h" } }, 1);
	expect_status(registry, QUIPU_ELABEL, "\"host.name\" and \"host-name\"");
	quipu_stateset_new(registry, QUIPU_OPTS(.name = "host_name", .help = "H.",
						.states = QUIPU_NAMES("on"), .n_states = 1));
	expect_status(registry, QUIPU_ELABEL, "\"host_name\" and \"host.name\"");
	expect_text(registry, "");
}

/* It is the name of the label that has the state. */
Test(names, statesets_that_no_label_may_be_called)
{
	static const char *const names[] = { "le", "quantile", "otel_metric_overflow", "__a",
					     "a:b" };

	for (size_t i = 0; i < N_OF(names); i++) {
		quipu_stateset_new(registry,
				   QUIPU_OPTS(.name = names[i], .help = "H.",
					      .states = QUIPU_NAMES("on"), .n_states = 1));
		expect_status(registry, QUIPU_ENAME, names[i]);
	}
	expect_text(registry, "");
}

/* --- many ------------------------------------------------------------------------------------- */

static void make_many(const char *format)
{
	const int n = (int)qt_scaled_count(10000);
	char name[32];

	for (int i = 0; i < n; i++) {
		snprintf(name, sizeof name, format, i * 7919 % n);
		cr_assert_neq(COUNTER(name).offset, 0, "%s", name);
	}
	expect_samples(registry, (size_t)n);
}

Test(names, ten_thousand_plain_ones)
{
	make_many("many_%d_total");
}

Test(names, ten_thousand_odd_ones)
{
	make_many("many.%d_total");
}
