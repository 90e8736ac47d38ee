/* SPDX-License-Identifier: MIT */
/* calls.c: see calls.h. */
#include "calls.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- rows ------------------------------------------------------------------------------------- */

static struct call_row row_new(struct qx_text model, struct qx_text provider)
{
	return (struct call_row){ .model = model,
				  .provider = provider,
				  .total = NAN,
				  .rate = NAN,
				  .failed = NAN,
				  .in_flight = NAN,
				  .input = NAN,
				  .output = NAN,
				  .dollars = NAN };
}

static struct call_row *row_of(struct calls *calls, struct qx_text model, struct qx_text provider)
{
	for (size_t i = 0; i < calls->n; i++) {
		if (qx_text_same(calls->rows[i].model, model) &&
		    qx_text_same(calls->rows[i].provider, provider))
			return &calls->rows[i];
	}
	if (calls->n == CALLS_ROWS)
		return NULL;
	calls->rows = qx_grow(calls->rows, calls->n, &calls->capacity, sizeof(*calls->rows));
	calls->rows[calls->n] = row_new(model, provider);
	return &calls->rows[calls->n++];
}

static void add(double *sum, double value)
{
	if (!isnan(value))
		*sum = isnan(*sum) ? value : *sum + value;
}

/* --- what each family says ---------------------------------------------------------------------- */

static void requests(struct call_row *row, const struct series *series)
{
	bool success = qx_text_is(series_label(series, "status"), "success");

	add(&row->total, series->value);
	add(&row->rate, series->rate);
	add(&row->failed, success ? 0 : series->rate);
}

static void in_flight(struct call_row *row, const struct series *series)
{
	add(&row->in_flight, series->value);
}

static void tokens(struct call_row *row, const struct series *series)
{
	struct qx_text direction = series_label(series, "direction");

	if (qx_text_is(direction, "input"))
		add(&row->input, series->rate);
	else if (qx_text_is(direction, "output"))
		add(&row->output, series->rate);
}

static void cost(struct call_row *row, const struct series *series)
{
	add(&row->dollars, series->rate);
}

static void duration(struct call_row *row, const struct series *series)
{
	spread_add(&row->duration, &series->since);
}

static void first_token(struct call_row *row, const struct series *series)
{
	spread_add(&row->first_token, &series->since);
}

/* OpenTelemetry counts calls by their durations, with an error's type for what failed. */
static void otel_calls(struct call_row *row, const struct series *series)
{
	add(&row->total, series->value);
	add(&row->rate, series->rate);
	add(&row->failed, series_label(series, "error_type").len > 0 ? series->rate : 0);
}

/* And tokens by the sum of a histogram. */
static void otel_tokens(struct call_row *row, const struct series *series)
{
	struct qx_text type = series_label(series, "gen_ai_token_type");
	double rate = series->rate > 0 ? series->rate * series->mean : series->rate;

	if (qx_text_is(type, "input"))
		add(&row->input, rate);
	else if (qx_text_is(type, "output"))
		add(&row->output, rate);
}

/* --- families and their labels ------------------------------------------------------------------ */

/* A label that has an older name, or NULL. */
struct naming {
	const char *model, *provider, *older_provider;
};

static const struct naming kits = { "model", "provider", NULL };
static const struct naming otel = { "gen_ai_request_model", "gen_ai_provider_name",
				    "gen_ai_system" };

#define REQUESTS "llm_requests_total"
#define DURATION "llm_request_duration_seconds"
#define TOKENS "llm_tokens_total"
#define FIRST_TOKEN "llm_time_to_first_token_seconds"
#define COST "llm_cost_dollars_total"
#define OTEL_DURATION "gen_ai_client_operation_duration_seconds"
#define OTEL_TOKENS "gen_ai_client_token_usage"
#define OTEL_FIRST_CHUNK "gen_ai_client_operation_time_to_first_chunk_seconds"

/* unless: a family that says the same, NULL: there is none. */
static const struct part {
	const char *family, *unless;
	const struct naming *naming;
	void (*add)(struct call_row *row, const struct series *series);
} parts[] = { { REQUESTS, NULL, &kits, requests },
	      { OTEL_DURATION, REQUESTS, &otel, otel_calls },
	      { "llm_requests_in_flight", NULL, &kits, in_flight },
	      { TOKENS, NULL, &kits, tokens },
	      { OTEL_TOKENS, TOKENS, &otel, otel_tokens },
	      { COST, NULL, &kits, cost },
	      { DURATION, NULL, &kits, duration },
	      { OTEL_DURATION, DURATION, &otel, duration },
	      { FIRST_TOKEN, NULL, &kits, first_token },
	      { OTEL_FIRST_CHUNK, FIRST_TOKEN, &otel, first_token } };

static struct qx_text provider_of(const struct naming *naming, const struct series *series)
{
	struct qx_text provider = series_label(series, naming->provider);

	if (provider.len == 0 && naming->older_provider)
		return series_label(series, naming->older_provider);
	return provider;
}

static void add_family(struct calls *calls, const struct part *part, const struct family *family)
{
	for (size_t i = 0; i < family->n_series; i++) {
		const struct series *series = family->series[i];
		struct call_row *row = row_of(calls, series_label(series, part->naming->model),
					      provider_of(part->naming, series));

		part->add(&calls->sum, series);
		if (row)
			part->add(row, series);
	}
}

/* --- the table ---------------------------------------------------------------------------------- */

static int busiest(const void *a, const void *b)
{
	const struct call_row *x = a, *y = b;
	double m = isnan(x->total) ? -1 : x->total, n = isnan(y->total) ? -1 : y->total;
	int names = qx_text_compare(x->model, y->model);

	if (m != n)
		return m < n ? 1 : -1;
	return names ? names : qx_text_compare(x->provider, y->provider);
}

struct calls calls_of(const struct store *store)
{
	struct qx_text all = qx_text_of("all"), none = qx_text_of("");
	struct calls calls = { .sum = row_new(all, none), .waiting = NAN };
	const struct family *queue = store_find(store, "llm_queue_depth");

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		const struct family *family = store_find(store, parts[i].family);

		if (family && !(parts[i].unless && store_find(store, parts[i].unless)))
			add_family(&calls, &parts[i], family);
	}
	calls.has_first_token =
		store_find(store, FIRST_TOKEN) || store_find(store, OTEL_FIRST_CHUNK);
	calls.has_cost = store_find(store, COST) != NULL;
	if (queue)
		calls.waiting = queue->value;
	if (calls.n > 0)
		qsort(calls.rows, calls.n, sizeof(*calls.rows), busiest);
	return calls;
}

static void row_free(struct call_row *row)
{
	spread_free(&row->duration);
	spread_free(&row->first_token);
}

void calls_free(struct calls *calls)
{
	row_free(&calls->sum);
	for (size_t i = 0; i < calls->n; i++)
		row_free(&calls->rows[i]);
	free(calls->rows);
	*calls = (struct calls){ .n = 0 };
}

double calls_failing(const struct call_row *row)
{
	return row->rate > 0 ? row->failed / row->rate : NAN;
}

bool calls_has(const struct family *family)
{
	static const char *const starts[] = { "llm_",  "gen_ai_", "agent_",
					      "tool_", "guard_",  "dispatch_loop_" };

	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
		size_t len = strlen(starts[i]);

		if (family->name.len > len && memcmp(family->name.data, starts[i], len) == 0)
			return true;
	}
	return false;
}
