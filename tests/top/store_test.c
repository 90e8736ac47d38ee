/* SPDX-License-Identifier: MIT */
/* store_test.c: values, rates and histories of every kind, over several scrapes. */
#include "scene.h"
#include "top/calls.h"
#include "top/cardinality.h"

#include <criterion/criterion.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct scene scene;

static void start(double interval)
{
	scene_init(&scene, interval);
}

static void end(void)
{
	scene_free(&scene);
}

static void text(const char *exposition, double time)
{
	scene_read(&scene, QX_TEXT, exposition, time);
}

static const struct series *first(const char *family)
{
	return scene_series(&scene, family, 0);
}

/* --- rates ------------------------------------------------------------------------------------ */

Test(store, a_rate_is_the_growth_by_the_time)
{
	start(2);
	text("# TYPE a_total counter\na_total 100\n", 10);
	cr_assert(isnan(first("a_total")->rate));
	text("# TYPE a_total counter\na_total 150\n", 12.5);
	cr_assert_eq(first("a_total")->rate, 20);
	cr_assert_eq(store_find(&scene.store, "a_total")->rate, 20);
	end();
}

Test(store, a_reset_gives_no_negative_rate)
{
	start(1);
	text("# TYPE a_total counter\na_total 100\n", 0);
	text("# TYPE a_total counter\na_total 6\n", 2);
	cr_assert_eq(first("a_total")->rate, 3);
	text("# TYPE a_total counter\na_total 0\n", 4);
	cr_assert_eq(first("a_total")->rate, 0);
	end();
}

Test(store, timestamps_are_believed)
{
	start(1);
	text("# TYPE a_total counter\na_total 100 1000000\n", 50);
	text("# TYPE a_total counter\na_total 150 1005000\n", 51);
	cr_assert_eq(first("a_total")->rate, 10);
	/* the same sample again tells nothing new, one without a time is not comparable */
	text("# TYPE a_total counter\na_total 150 1005000\n", 52);
	cr_assert_eq(first("a_total")->rate, 10);
	text("# TYPE a_total counter\na_total 200\n", 53);
	cr_assert(isnan(first("a_total")->rate));
	text("# TYPE a_total counter\na_total 210 1010000\n", 54);
	cr_assert(isnan(first("a_total")->rate));
	end();
}

Test(store, gauges_and_untyped_have_values)
{
	start(1);
	text("# TYPE g gauge\ng{a=\"1\"} 3\ng{a=\"2\"} 4\nu 5\n", 0);
	text("# TYPE g gauge\ng{a=\"1\"} 1\ng{a=\"2\"} 4\nu 4\n", 1);
	cr_assert_eq(store_find(&scene.store, "g")->value, 5);
	cr_assert(isnan(store_find(&scene.store, "g")->rate));
	cr_assert_eq(first("g")->change, 2.0 / 3);
	cr_assert_eq(first("u")->value, 4);
	cr_assert_eq(first("u")->type, QX_UNTYPED);
	end();
}

Test(store, histograms_and_summaries)
{
	start(1);
	text("# TYPE h histogram\nh_bucket{le=\"1\"} 1\nh_bucket{le=\"+Inf\"} 2\nh_sum 5\nh_count "
	     "2\n"
	     "# TYPE s summary\ns{quantile=\"0.9\"} 7\ns_sum 10\ns_count 4\n",
	     0);
	text("# TYPE h histogram\nh_bucket{le=\"1\"} 5\nh_bucket{le=\"+Inf\"} 6\nh_sum 7\nh_count "
	     "6\n"
	     "# TYPE s summary\ns{quantile=\"0.9\"} 8\ns_sum 40\ns_count 14\n",
	     2);
	cr_assert_eq(first("h")->rate, 2);
	cr_assert_eq(first("h")->mean, 0.5);
	cr_assert_eq(spread_quantile(&first("h")->since, 0.5), 0.5);
	cr_assert_eq(first("h")->n_points, 4);
	cr_assert_eq(first("s")->rate, 5);
	cr_assert_eq(first("s")->mean, 3);
	cr_assert_eq(first("s")->n_quantiles, 1);
	cr_assert_eq(first("s")->quantiles[0].value, 8);
	end();
}

Test(store, openmetrics_names_info_states_and_gauge_histograms)
{
	static const char x[] = "# TYPE a counter\na_total 3\na_created 5\n"
				"# TYPE b info\nb_info{v=\"1\"} 1\n"
				"# TYPE c stateset\nc{c=\"on\"} 0\nc{c=\"off\"} 1\n"
				"# TYPE d gaugehistogram\nd_bucket{le=\"1.0\"} 4\n"
				"d_bucket{le=\"+Inf\"} 4\nd_gcount 4\nd_gsum 2\n# EOF\n";

	start(1);
	scene_read(&scene, QX_OPENMETRICS, x, 0);
	cr_assert_eq(scene.target.n_findings, 0);
	cr_assert_eq(first("a_total")->value, 3);
	cr_assert(first("b_info") != NULL);
	cr_assert_str_eq(first("c")->states, "off");
	cr_assert_eq(spread_quantile(&first("d")->since, 0.5), 0.5);
	end();
}

#define STAMPED(count, time)                                                                       \
	"# TYPE h histogram\nh_bucket{le=\"1\"} " count " " time "\nh_bucket{le=\"+Inf\"} " count  \
	" " time "\nh_sum 1 " time "\nh_count " count " " time "\n"

Test(store, a_histogram_that_stands_still_keeps_its_quantiles)
{
	start(1);
	text(STAMPED("1", "1000"), 0);
	text(STAMPED("5", "2000"), 1);
	cr_assert_eq(spread_quantile(&first("h")->since, 0.5), 0.5);
	text(STAMPED("5", "2000"), 2);
	cr_assert_eq(spread_quantile(&first("h")->since, 0.5), 0.5);
	end();
}

/* --- what comes and goes ----------------------------------------------------------------------- */

Test(store, what_disappears_is_freed_and_begins_anew)
{
	start(1);
	text("# TYPE a_total counter\na_total{x=\"1\"} 1\na_total{x=\"2\"} 1\nb 1\n", 0);
	cr_assert_eq(scene.store.n_series, 3);
	text("# TYPE a_total counter\na_total{x=\"2\"} 2\n", 1);
	cr_assert_eq(scene.store.n_series, 1);
	cr_assert_eq(scene.store.n_families, 1);
	cr_assert_eq(first("a_total")->rate, 1);
	text("# TYPE a_total counter\na_total{x=\"2\"} 3\na_total{x=\"1\"} 9\n", 2);
	cr_assert_eq(first("a_total")->rate, 1);
	cr_assert(isnan(scene_series(&scene, "a_total", 1)->rate));
	text("# TYPE a_total gauge\na_total{x=\"2\"} 3\n", 3);
	cr_assert_eq(first("a_total")->type, QX_GAUGE);
	cr_assert_eq(scene.store.n_families, 1);
	end();
}

Test(store, memory_is_bounded_under_churn)
{
	char line[200];

	start(1);
	for (int i = 0; i < 2000; i++) {
		snprintf(line, sizeof(line), "# TYPE a gauge\na{id=\"%d\"} 1\n", i);
		text(line, i);
	}
	cr_assert_eq(scene.store.n_series, 1);
	cr_assert_eq(scene.store.n_histories, 1);
	cr_assert_eq(scene.store.by_labels.n, 1);
	end();
}

/* So many families, each with two series. */
static char *families(int n)
{
	char *out = NULL;
	size_t len;
	FILE *file = open_memstream(&out, &len);

	for (int i = 0; i < n; i++)
		fprintf(file, "f%d{a=\"1\"} 1\nf%d{a=\"2\"} 1\n", i, i);
	fclose(file);
	return out;
}

Test(store, families_beyond_the_limit_are_counted_and_told)
{
	char *many = families(STORE_FAMILIES + 7), *frame;

	start(1);
	for (int i = 0; i < 2; i++) {
		text(many, i);
		cr_assert_eq(scene.store.n_families, STORE_FAMILIES);
		cr_assert_eq(scene.store.by_name.n, STORE_FAMILIES);
		cr_assert_eq(scene.store.n_beyond, 7);
		cr_assert_eq(scene.store.n_series, 2 * (STORE_FAMILIES + 7));
		cr_assert_eq(scene.store.n_unkept, 14);
	}
	frame = scene_draw(&scene, 150, 20, false);
	cr_assert(strstr(frame, "7 families not kept  14 series not kept"), "%s", frame);
	free(frame);
	text("g 1\n", 2);
	text("g 1\nh 1\n", 3);
	cr_assert_eq(scene.store.n_families, 2);
	cr_assert_eq(scene.store.n_beyond, 0);
	cr_assert_eq(scene.store.n_unkept, 0);
	free(many);
	end();
}

Test(canvas, has_no_more_lines_than_memory_allows)
{
	for (int width = 1; width <= 1000; width += 333) {
		int most = canvas_height(width, SIZE_MAX);

		cr_assert((size_t)width * (size_t)most <= CANVAS_CELLS);
		cr_assert((size_t)width * (size_t)(most + 1) > CANVAS_CELLS);
		cr_assert_eq(canvas_height(width, 20), 20);
	}
}

Test(store, histories_have_gaps_where_nothing_came)
{
	start(1);
	text("# TYPE g gauge\ng 1\n", 100);
	text("# TYPE g gauge\ng 2\n", 101.04);
	text("# TYPE g gauge\ng 4\n", 102.97);
	cr_assert_eq(scene.store.slot, 3);
	cr_assert_eq(history_at(first("g")->history, 0), 1);
	cr_assert_eq(history_at(first("g")->history, 1), 2);
	cr_assert(isnan(history_at(first("g")->history, 2)));
	cr_assert_eq(history_at(first("g")->history, 3), 4);
	text("# TYPE g gauge\ng 5\n", 1000);
	cr_assert(isnan(history_at(first("g")->history, 3)));
	cr_assert_eq(history_at(first("g")->history, 900), 5);
	cr_assert(isnan(history_at(first("g")->history, 843))); /* where slot 3 was */
	end();
}

/* --- what is made of it ------------------------------------------------------------------------- */

#define CALLS(success, error, input, cost)                                                         \
	"# TYPE llm_requests_total counter\n"                                                      \
	"llm_requests_total{model=\"m\",provider=\"p\",status=\"success\"} " success "\n"          \
	"llm_requests_total{model=\"m\",provider=\"p\",status=\"error\"} " error "\n"              \
	"llm_requests_total{model=\"n\",provider=\"p\",status=\"success\"} 1\n"                    \
	"# TYPE llm_tokens_total counter\n"                                                        \
	"llm_tokens_total{model=\"m\",provider=\"p\",direction=\"input\"} " input "\n"             \
	"llm_tokens_total{model=\"m\",provider=\"p\",direction=\"cache_read\"} 7\n"                \
	"# TYPE llm_cost_dollars_total counter\n"                                                  \
	"llm_cost_dollars_total{model=\"m\",provider=\"p\"} " cost "\n"                            \
	"# TYPE llm_requests_in_flight gauge\n"                                                    \
	"llm_requests_in_flight{model=\"m\",provider=\"p\"} 3\n"

Test(calls, are_summed_by_model_and_provider)
{
	struct calls calls;

	start(1);
	text(CALLS("100", "10", "1000", "0.5"), 0);
	text(CALLS("130", "20", "3000", "2.5"), 2);
	calls = calls_of(&scene.store);
	cr_assert_eq(calls.n, 2);
	cr_assert(qx_text_is(calls.rows[0].model, "m"));
	cr_assert_eq(calls.rows[0].rate, 20);
	cr_assert_eq(calls_failing(&calls.rows[0]), 0.25);
	cr_assert_eq(calls.rows[0].input, 1000);
	cr_assert_eq(calls.rows[0].dollars, 1);
	cr_assert_eq(calls.rows[0].in_flight, 3);
	cr_assert(isnan(calls.rows[0].output));
	cr_assert_eq(calls.rows[1].rate, 0);
	cr_assert_eq(calls.sum.rate, 20);
	cr_assert(calls.has_cost && !calls.has_first_token);
	calls_free(&calls);
	end();
}

#define HISTOGRAM(name, labels, count, sum)                                                        \
	name "_bucket{" labels ",le=\"+Inf\"} " count "\n" name "_sum{" labels "} " sum "\n" name  \
	     "_count{" labels "} " count "\n"
#define OTEL_DURATION "gen_ai_client_operation_duration_seconds"
#define OTEL_TOKENS "gen_ai_client_token_usage"
#define OTEL_WHO "gen_ai_request_model=\"m\",gen_ai_provider_name=\"p\""
#define OTEL_OLD "gen_ai_request_model=\"m\",gen_ai_system=\"q\",gen_ai_token_type=\"input\""
#define OTEL_CALLS(well, failed, sum, input)                                                       \
	"# TYPE " OTEL_DURATION " histogram\n" HISTOGRAM(OTEL_DURATION, OTEL_WHO, well, sum)       \
		HISTOGRAM(OTEL_DURATION, OTEL_WHO ",error_type=\"timeout\"", failed,               \
			  "1") "# TYPE " OTEL_TOKENS                                               \
			       " histogram\n" HISTOGRAM(OTEL_TOKENS, OTEL_OLD, well, input)

Test(calls, are_summed_under_OpenTelemetrys_names)
{
	struct calls calls;

	start(1);
	text(OTEL_CALLS("100", "10", "50", "1000"), 0);
	text(OTEL_CALLS("130", "20", "110", "3000"), 2);
	calls = calls_of(&scene.store);
	cr_assert_eq(calls.n, 2); /* by an older name the tokens are another provider's */
	cr_assert(qx_text_is(calls.rows[0].model, "m"));
	cr_assert(qx_text_is(calls.rows[0].provider, "p"));
	cr_assert_eq(calls.rows[0].total, 150);
	cr_assert_eq(calls.rows[0].rate, 20);
	cr_assert_eq(calls_failing(&calls.rows[0]), 0.25);
	cr_assert(qx_text_is(calls.rows[1].provider, "q"));
	cr_assert_float_eq(calls.rows[1].input, 1000, 1e-6);
	cr_assert(isnan(calls.rows[1].output));
	cr_assert(isnan(calls.sum.in_flight));
	cr_assert(!calls.has_cost && !calls.has_first_token);
	calls_free(&calls);
	end();
}

/* What both say counts once, and what one says is there, in the same rows. */
Test(calls, of_two_namings_complete_each_other)
{
	struct calls calls;

	start(1);
	text(CALLS("100", "10", "1000", "0.5") OTEL_CALLS("100", "10", "50", "1000"), 0);
	text(CALLS("130", "20", "3000", "2.5") OTEL_CALLS("130", "20", "110", "3000"), 2);
	calls = calls_of(&scene.store);
	cr_assert_eq(calls.n, 2);
	cr_assert_eq(calls.sum.rate, 20);
	cr_assert_eq(calls.sum.input, 1000);
	cr_assert(qx_text_is(calls.rows[0].model, "m"));
	cr_assert_eq(spread_total(&calls.rows[0].duration), 40);
	calls_free(&calls);
	end();
}

Test(cardinality, the_label_with_most_values_is_first)
{
	struct cardinality found;

	start(1);
	text("# TYPE a gauge\na{x=\"1\",id=\"a\"} 1\na{x=\"1\",id=\"b\"} 1\n"
	     "a{x=\"1\",id=\"c\"} 1\na{x=\"2\",id=\"c\"} 1\na{x=\"2\"} 1\n",
	     0);
	found = cardinality_of(store_find(&scene.store, "a"));
	cr_assert_eq(found.n, 2);
	cr_assert(qx_text_is(found.labels[0].name, "id"));
	cr_assert_eq(found.labels[0].distinct, 3);
	cr_assert_eq(found.labels[0].n_series, 4);
	cr_assert(qx_text_is(found.labels[0].examples[0], "c"));
	cr_assert_eq(found.labels[0].counts[0], 2);
	cr_assert_eq(found.labels[1].distinct, 2);
	cr_assert_eq(found.labels[1].counts[1], 2);
	cardinality_free(&found);
	end();
}
