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

static struct call_row *row_of(struct calls *calls, const struct series *series)
{
	struct qx_text model = series_label(series, "model");
	struct qx_text provider = series_label(series, "provider");

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

static const struct {
	const char *family;
	void (*add)(struct call_row *row, const struct series *series);
} parts[] = { { "llm_requests_total", requests },
	      { "llm_requests_in_flight", in_flight },
	      { "llm_tokens_total", tokens },
	      { "llm_cost_dollars_total", cost },
	      { "llm_request_duration_seconds", duration },
	      { "llm_time_to_first_token_seconds", first_token } };

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

		for (size_t j = 0; family && j < family->n_series; j++) {
			struct call_row *row = row_of(&calls, family->series[j]);

			parts[i].add(&calls.sum, family->series[j]);
			if (row)
				parts[i].add(row, family->series[j]);
		}
	}
	calls.has_first_token = store_find(store, "llm_time_to_first_token_seconds") != NULL;
	calls.has_cost = store_find(store, "llm_cost_dollars_total") != NULL;
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
