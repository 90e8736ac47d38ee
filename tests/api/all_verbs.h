/* SPDX-License-Identifier: MIT */
/*
 * all_verbs.h: every verb and macro of the public headers, used the way a program does, in a
 * file that is C11 and C++11 at once. Returns the number of results that are wrong, having
 * said which. Each language, standard and kind of library runs it in a process of its own.
 */
#ifndef QUIPU_TEST_ALL_VERBS_H
#define QUIPU_TEST_ALL_VERBS_H

#include <quipu/ffi.h>
#include <quipu/http.h>
#include <quipu/quipu.h>

#include <stdio.h>
#include <string.h>

static int wrong;

#define EXPECT(what) expect((what), #what, __LINE__)

static void expect(int holds, const char *what, int line)
{
	if (!holds) {
		fprintf(stderr, "line %d: not so: %s\n", line, what);
		wrong++;
	}
}

QUIPU_LABELS(call_labels, model, provider, status);
QUIPU_LABELS(one_label, model);

struct written {
	char text[1 << 16];
	size_t len;
};

static int append(void *ctx, const char *data, size_t len)
{
	struct written *written = (struct written *)ctx;

	if (written->len + len >= sizeof written->text)
		return -1;
	memcpy(written->text + written->len, data, len);
	written->len += len;
	written->text[written->len] = 0;
	return 0;
}

static void use_handles(quipu_registry *registry)
{
	const double bounds[] = { 0.1, 1, 10 };
	quipu_counter counter = quipu_counter_new(
		registry, QUIPU_OPTS(.name = "all_counter_total", .help = "A counter."));
	quipu_float_counter real = quipu_float_counter_new(
		registry, QUIPU_OPTS(.name = "all_real_total", .help = "A float counter."));
	quipu_updown updown = quipu_updown_new(
		registry, QUIPU_OPTS(.name = "all_updown", .help = "An up-down counter."));
	quipu_gauge gauge =
		quipu_gauge_new(registry, QUIPU_OPTS(.name = "all_gauge", .help = "A gauge."));
	quipu_histogram histogram = quipu_histogram_new(
		registry, QUIPU_OPTS(.name = "all_seconds", .help = "A histogram.",
				     .unit = "seconds", .bounds = bounds, .n_bounds = 3));
	quipu_histogram_value value;

	quipu_inc(counter);
	quipu_add(counter, 41);
	EXPECT(quipu_read(counter) == 42);
	quipu_inc(real);
	quipu_add(real, 0.5);
	EXPECT(quipu_read(real) > 1.4 && quipu_read(real) < 1.6);
	quipu_inc(updown);
	quipu_dec(updown);
	quipu_add(updown, -3);
	EXPECT(quipu_read(updown) == -3);
	quipu_set(gauge, 2.5);
	quipu_add(gauge, 1);
	quipu_inc(gauge);
	quipu_dec(gauge);
	EXPECT(quipu_read(gauge) > 3.4 && quipu_read(gauge) < 3.6);
	quipu_set_to_now(gauge);
	EXPECT(quipu_read(gauge) > 1e9);
	quipu_observe(histogram, 0.05);
	quipu_observe_ns(histogram, 2000000000);
	value = quipu_read(histogram);
	EXPECT(value.count == 2 && value.sum > 2.04 && value.sum < 2.06);
}

static void use_summaries(quipu_registry *registry)
{
	const double quantiles[] = { 0.5, 0.99 };
	quipu_summary summary =
		quipu_summary_new(registry, QUIPU_OPTS(.name = "all_summary_seconds",
						       .help = "A summary.", .quantiles = quantiles,
						       .n_quantiles = 2, .window_seconds = 60));
	quipu_summary_family family = quipu_summary_family_new(
		registry, QUIPU_OPTS(.name = "all_summaries_seconds", .help = "Summaries.",
				     .labels = one_label_names));
	const quipu_str m = { "m", 1 };

	quipu_observe(summary, 1.5);
	quipu_observe_ns(summary, 500000000);
	EXPECT(quipu_read(summary).count == 2 && quipu_read(summary).sum > 1.99);
	quipu_observe_at(family, 1, "m");
	quipu_observe_at_v(family, 1, &m, 1);
	quipu_observe_with(family, 1, one_label, .model = "m");
	quipu_observe_ns_at(family, 1, "m");
	quipu_observe_ns_at_v(family, 1, &m, 1);
	EXPECT(quipu_read(quipu_at(family, "m")).count == 5);
	quipu_release(quipu_with(family, one_label, .model = "m"));
	EXPECT(quipu_summary_family_remove(family, "x") == 0);
}

static void use_native_histograms(quipu_registry *registry)
{
	const double bounds[] = { 0.1, 1 };
	quipu_histogram histogram = quipu_histogram_new(
		registry, QUIPU_OPTS(.name = "all_native_seconds", .help = "Both kinds of buckets.",
				     .bounds = bounds, .n_bounds = 2, .native_factor = 1.1,
				     .native_min = 1e-6, .native_max = 1e3, .native_negative = 1,
				     .native_max_buckets = 100));

	quipu_observe(histogram, -0.5);
	quipu_observe(histogram, 1e9);
	EXPECT(quipu_read(histogram).count == 2);
}

static void use_exemplars(quipu_registry *registry)
{
	const quipu_label user[] = { { "user", "u1" } };
	quipu_counter counter =
		quipu_counter_new(registry, QUIPU_OPTS(.name = "all_traced_total",
						       .help = "Traced.", .exemplars = 1));
	quipu_float_counter real =
		quipu_float_counter_new(registry, QUIPU_OPTS(.name = "all_traced_cost_total",
							     .help = "Traced.", .exemplars = 1));
	quipu_histogram histogram =
		quipu_histogram_new(registry, QUIPU_OPTS(.name = "all_traced_seconds",
							 .help = "Traced.", .exemplars = 1));
	quipu_counter_family counters = quipu_counter_family_new(
		registry, QUIPU_OPTS(.name = "all_traced_calls_total", .help = "Traced.",
				     .labels = one_label_names, .exemplars = 1));
	quipu_histogram_family histograms = quipu_histogram_family_new(
		registry, QUIPU_OPTS(.name = "all_traced_calls_seconds", .help = "Traced.",
				     .labels = one_label_names, .exemplars = 1));

	EXPECT(quipu_exemplar_wanted(counter, 1) && quipu_exemplar_wanted(real, 1));
	EXPECT(quipu_exemplar_wanted(histogram, 0.5));
	quipu_inc_exemplar(counter, QUIPU_EXEMPLAR(.trace_id = "t1", .span_id = "s1"));
	quipu_add_exemplar(counter, 2, QUIPU_EXEMPLAR(.labels = user, .n_labels = 1));
	quipu_add_exemplar(real, 0.5, QUIPU_EXEMPLAR(.trace_id = "t1"));
	quipu_observe_exemplar(histogram, 0.5, QUIPU_EXEMPLAR(.trace_id = "t1"));
	quipu_observe_ns_exemplar(histogram, 500, QUIPU_EXEMPLAR(.trace_id = "t1"));
	quipu_inc_exemplar_at(counters, QUIPU_EXEMPLAR(.trace_id = "t1"), "m");
	quipu_add_exemplar_at(counters, 2, QUIPU_EXEMPLAR(.trace_id = "t1"), "m");
	quipu_observe_exemplar_at(histograms, 0.5, QUIPU_EXEMPLAR(.trace_id = "t1"), "m");
	quipu_observe_ns_exemplar_at(histograms, 5, QUIPU_EXEMPLAR(.trace_id = "t1"), "m");
	EXPECT(!quipu_exemplar_wanted(counter, 1) && !quipu_exemplar_wanted(histogram, 0.5));
	EXPECT(quipu_read(counter) == 3);
	EXPECT(quipu_read(histogram).count == 2);
	EXPECT(quipu_read(quipu_at(counters, "m")) == 3);
	EXPECT(quipu_read(quipu_at(histograms, "m")).count == 2);
}

static void use_timers(quipu_registry *registry)
{
	quipu_histogram histogram = quipu_histogram_new(
		registry, QUIPU_OPTS(.name = "all_timer_seconds", .help = "Timed."));
	quipu_timer timer = quipu_timer_start();

	{
		QUIPU_TIME_SCOPE(histogram);
	}
	quipu_timer_observe(timer, histogram);
	EXPECT(quipu_read(histogram).count == 2);
}

static void use_statesets(quipu_registry *registry)
{
	const char *const states[] = { "starting", "running", "stopping" };
	const quipu_label labels[] = { { "version", "1.2" }, { "commit", "abc" } };
	quipu_stateset stateset =
		quipu_stateset_new(registry, QUIPU_OPTS(.name = "all_state", .help = "A stateset.",
							.states = states, .n_states = 3));
	quipu_info info = quipu_info_new(
		registry, QUIPU_OPTS(.name = "all_build", .help = "An info."), labels, 2);

	quipu_select(stateset, 1);
	EXPECT(quipu_read(stateset) == 2);
	quipu_stateset_set(stateset, 2, 1);
	EXPECT(quipu_read(stateset) == 6);
	quipu_release(info);
}

static void use_counter_family(quipu_registry *registry)
{
	quipu_counter_family family = quipu_counter_family_new(
		registry, QUIPU_OPTS(.name = "all_calls_total", .help = "Calls.",
				     .labels = call_labels_names, .max_series = 10));
	const quipu_str values[] = { { "m1", 2 }, { "p1", 2 }, { "s1", 2 } };
	quipu_counter kept =
		quipu_with(family, call_labels, .model = "m1", .provider = "p1", .status = "s1");
	quipu_counter same = quipu_at(family, "m1", "p1", "s1");

	quipu_inc(kept);
	quipu_inc(same);
	quipu_inc_at(family, "m1", "p1", "s1");
	quipu_add_at(family, 2, "m1", "p1", "s1");
	quipu_inc_at_v(family, values, 3);
	quipu_add_at_v(family, 2, values, 3);
	quipu_inc_with(family, call_labels, .model = "m1", .provider = "p1", .status = "s1");
	quipu_add_with(family, 2, call_labels, .model = "m1", .provider = "p1", .status = "s1");
	EXPECT(quipu_read(kept) == 11);
	quipu_release(quipu_at_v(family, values, 3));
	quipu_release(kept);
	quipu_release(same);
	quipu_inc_at(family, "m2", "p1", "s1");
	quipu_inc_at(family, "m2", "p2", "s1");
	EXPECT(quipu_counter_family_remove_matching(family, "model", "m2") == 2);
	EXPECT(quipu_counter_family_remove(family, "m1", "p1", "s1") == 1);
	quipu_inc_at(family, "m3", "p1", "s1");
	EXPECT(quipu_family_remove(family, "m3", "p1", "s1") == 1);
	EXPECT(quipu_counter_family_clear(family) == 0);
	quipu_family_unregister(family);
}

static void use_other_families(quipu_registry *registry)
{
	const char *const states[] = { "closed", "open" };
	quipu_updown_family flight = quipu_updown_family_new(
		registry, QUIPU_OPTS(.name = "all_in_flight", .help = "In flight.",
				     .labels = QUIPU_NAMES("model")));
	quipu_gauge_family depth = quipu_gauge_family_new(
		registry, QUIPU_OPTS(.name = "all_depth", .help = "Depth.",
				     .labels = one_label_names, .idle_seconds = 60));
	quipu_float_counter_family cost = quipu_float_counter_family_new(
		registry,
		QUIPU_OPTS(.name = "all_cost_total", .help = "Cost.", .labels = one_label_names));
	quipu_histogram_family latency = quipu_histogram_family_new(
		registry, QUIPU_OPTS(.name = "all_latency_seconds", .help = "Latency.",
				     .labels = one_label_names));
	quipu_stateset_family breaker = quipu_stateset_family_new(
		registry, QUIPU_OPTS(.name = "all_breaker", .help = "Breaker.",
				     .labels = one_label_names, .states = states, .n_states = 2));
	const quipu_str m = { "m", 1 };

	quipu_inc_at(flight, "m");
	quipu_dec_at(flight, "m");
	quipu_dec_at_v(flight, &m, 1);
	quipu_dec_with(flight, one_label, .model = "m");
	EXPECT(quipu_read(quipu_at(flight, "m")) == -2);
	quipu_set_at(depth, 5, "m");
	quipu_set_at_v(depth, 6, &m, 1);
	quipu_set_with(depth, 7, one_label, .model = "m");
	quipu_add_at(depth, 1, "m");
	EXPECT(quipu_read(quipu_at(depth, "m")) > 7.9);
	quipu_add_at(cost, 0.25, "m");
	EXPECT(quipu_read(quipu_at(cost, "m")) > 0.2);
	quipu_observe_at(latency, 0.5, "m");
	quipu_observe_at_v(latency, 0.5, &m, 1);
	quipu_observe_with(latency, 0.5, one_label, .model = "m");
	quipu_observe_ns_at(latency, 500000000, "m");
	quipu_observe_ns_at_v(latency, 500000000, &m, 1);
	EXPECT(quipu_read(quipu_at(latency, "m")).count == 5);
	quipu_select_at(breaker, 1, "m");
	EXPECT(quipu_read(quipu_at(breaker, "m")) == 2);
}

static void use_grids(quipu_registry *registry)
{
	const char *const models[] = { "a", "b" };
	const char *const directions[] = { "input", "output" };
	const quipu_axis axes[] = { { "model", models, 2 }, { "direction", directions, 2 } };
	quipu_counter_grid tokens = quipu_counter_grid_new(
		registry, QUIPU_OPTS(.name = "all_tokens_total", .help = "Tokens.", .axes = axes,
				     .n_axes = 2));
	quipu_histogram_grid sizes = quipu_histogram_grid_new(
		registry,
		QUIPU_OPTS(.name = "all_size_bytes", .help = "Sizes.", .axes = axes, .n_axes = 1));

	quipu_add(quipu_grid_at(tokens, 1, 0), 7);
	EXPECT(quipu_read(quipu_grid_at(tokens, 1, 0)) == 7);
	EXPECT(quipu_read(quipu_grid_at(tokens, 0, 1)) == 0);
	quipu_inc(quipu_grid_at(tokens, 2, 0)); /* out of range: the sink */
	quipu_observe(quipu_grid_at(sizes, 1), 0.5);
	EXPECT(quipu_read(quipu_grid_at(sizes, 1)).count == 1);
	quipu_release(tokens);
	quipu_release(sizes);
}

static double three(void *ctx)
{
	(void)ctx;
	return 3;
}

static void collect(quipu_emitter *emitter, void *ctx)
{
	const char *const values[] = { "m" };

	(void)ctx;
	EXPECT(quipu_emit_family(emitter, QUIPU_KIND_GAUGE,
				 QUIPU_OPTS(.name = "all_made", .help = "Made at scrape.",
					    .labels = one_label_names)) == QUIPU_OK);
	EXPECT(quipu_emit_value(emitter, 4, values) == QUIPU_OK);
}

static void use_scrapes(quipu_registry *registry)
{
	static struct written written;
	quipu_callback callback = quipu_gauge_callback(
		registry, QUIPU_OPTS(.name = "all_callback", .help = "A callback."), three, NULL);
	quipu_callback collector = quipu_collector_add(registry, collect, NULL);
	quipu_error error = QUIPU_OK;
	quipu_scrape *scrape;

	EXPECT(quipu_write(registry, &quipu_format_text, append, &written) == QUIPU_OK);
	EXPECT(strstr(written.text, "\napp_all_counter_total{zone=\"eu\"} 42\n") != NULL);
	EXPECT(strstr(written.text, "\napp_all_callback{zone=\"eu\"} 3\n") != NULL);
	EXPECT(strstr(written.text, "\napp_all_made{zone=\"eu\",model=\"m\"} 4\n") != NULL);
	quipu_callback_remove(registry, callback);
	quipu_callback_remove(registry, collector);
	scrape = quipu_scrape_open(registry, &quipu_format_text,
				   QUIPU_SCRAPE_OPTS(.timeout_seconds = 1), &error);
	EXPECT(scrape != NULL && error == QUIPU_OK);
	quipu_scrape_close(scrape);
}

static void use_http(quipu_registry *registry)
{
	quipu_error error = QUIPU_OK;
	quipu_http *server = quipu_http_start(
		registry, QUIPU_HTTP_OPTS(.listen = "127.0.0.1:0", .path = "/metrics"), &error);

	EXPECT(server != NULL && error == QUIPU_OK);
	EXPECT(quipu_http_port(server) > 0);
	quipu_http_stop(server);
}

static void use_sinks(void)
{
	quipu_counter counter = { 0 };
	quipu_histogram histogram = { NULL, 0, 0 };
	quipu_counter_family family = { NULL, 0 };

	quipu_inc(counter);
	quipu_observe(histogram, 1);
	quipu_inc_at(family, "a", "b", "c");
	EXPECT(quipu_read(counter) == 0);
	EXPECT(quipu_read(histogram).count == 0);
}

static int use_all_verbs(void)
{
	const quipu_label zone[] = { { "zone", "eu" } };
	quipu_registry *registry = quipu_registry_new(
		QUIPU_REGISTRY_OPTS(.prefix = "app_", .const_labels = zone, .n_const_labels = 1));
	const char *where = "";
	quipu_error error;

	use_sinks();
	use_handles(registry);
	use_summaries(registry);
	use_native_histograms(registry);
	use_exemplars(registry);
	use_timers(registry);
	use_statesets(registry);
	use_counter_family(registry);
	use_other_families(registry);
	use_grids(registry);
	error = quipu_registry_status(registry, &where);
	if (error != QUIPU_OK)
		fprintf(stderr, "%s: %s\n", where, quipu_strerror(error));
	EXPECT(error == QUIPU_OK);
	use_scrapes(registry);
	use_http(registry);
	quipu_registry_free(registry);
	EXPECT(strcmp(quipu_version(), QUIPU_VERSION) == 0);
	return wrong;
}

#endif
