/* SPDX-License-Identifier: MIT */
/*
 * json.c: everything as one JSON object, for pages and scripts.
 *
 *     {"families":[{"name":"…","help":"…","type":"histogram","unit":"seconds","series":[
 *     {"labels":{"a":"b"},"count":2,"sum":3.5,"buckets":[{"le":0.5,"count":1},
 *     {"le":"+Inf","count":2}]}]}]}
 *
 * name: as text shows it, whole. type: counter, gauge, histogram, stateset, info, unknown,
 * summary. unit: left out where there is none. A series has labels and then
 *
 *     value                           counter, gauge, info (1), unknown
 *     count, sum, buckets             histogram; cumulative, the last one is "+Inf"
 *     count, sum, native              histogram with native buckets (and buckets, if it has both):
 *                                     schema, zero_threshold, zero_count, negative and positive,
 *                                     each {"spans":[{"offset":0,"length":1}],"counts":[1]}
 *     count, sum, quantiles           summary: [{"quantile":0.5,"value":0.25}]
 *     states                          stateset: {"open":false,"closed":true}
 *
 * and, where they are known, created (Unix seconds) and exemplars ([{"labels":{…},"value":1,
 * "timestamp":1520879607.789}]). Numbers are numbers with all their digits, also integers beyond
 * 2^53; only what JSON has no number for is a text: "NaN", "+Inf", "-Inf".
 */
#include "format/json_text.h"
#include "format/names.h"
#include "format/openmetrics.h"

#include <stdbool.h>
#include <string.h>

struct state {
	struct qp_names names;
	bool families; /* one at least has begun */
	bool series;   /* the family at hand has one at least */
};

/* --- families -------------------------------------------------------------------------------- */

static void begin(void *state, quipu_out *out)
{
	(void)state;
	qp_json_raw(out, "{\"families\":[");
}

static void end_family(const struct state *state, quipu_out *out)
{
	if (state->families)
		qp_json_raw(out, "]}");
}

static void begin_family(void *state_, quipu_out *out, const quipu_family_view *family)
{
	struct state *state = state_;
	const char *type = qp_openmetrics_types[family->kind];

	end_family(state, out);
	state->names = qp_names_registered(family);
	qp_json_raw(out, state->families ? ",{\"name\":" : "{\"name\":");
	qp_json_texts(out, qp_base(family, &state->names), state->names.family);
	qp_json_raw(out, ",\"help\":");
	qp_json_text(out, family->help);
	qp_json_raw(out, ",\"type\":");
	qp_json_text(out, (quipu_str){ type, strlen(type) });
	if (family->unit.len > 0) {
		qp_json_raw(out, ",\"unit\":");
		qp_json_text(out, family->unit);
	}
	qp_json_raw(out, ",\"series\":[");
	state->families = true;
	state->series = false;
}

/* --- distributions --------------------------------------------------------------------------- */

static void totals(quipu_out *out, const quipu_series_view *series)
{
	qp_json_raw(out, ",\"count\":");
	qp_json_u64(out, series->count);
	qp_json_raw(out, ",\"sum\":");
	qp_json_double(out, series->sum);
}

static void bucket(quipu_out *out, const char *before, double bound, uint64_t count)
{
	qp_json_raw(out, before);
	qp_json_double(out, bound);
	qp_json_raw(out, ",\"count\":");
	qp_json_u64(out, count);
}

static void buckets(quipu_out *out, const quipu_family_view *family,
		    const quipu_series_view *series)
{
	const char *before = "{\"le\":";
	uint64_t cumulative = 0;

	qp_json_raw(out, ",\"buckets\":[");
	for (size_t i = 0; i < family->n_bounds; i++) {
		cumulative += series->counts[i];
		bucket(out, before, family->bounds[i], cumulative);
		before = "},{\"le\":";
	}
	bucket(out, before, __builtin_inf(), series->count);
	qp_json_raw(out, "}]");
}

static void spans(quipu_out *out, const quipu_native_buckets *sign)
{
	for (size_t i = 0; i < sign->n_spans; i++) {
		qp_json_raw(out, i > 0 ? ",{\"offset\":" : "{\"offset\":");
		qp_json_i64(out, sign->spans[i].offset);
		qp_json_raw(out, ",\"length\":");
		qp_json_u64(out, sign->spans[i].length);
		qp_json_raw(out, "}");
	}
}

static void native_buckets(quipu_out *out, const char *before, const quipu_native_buckets *sign)
{
	qp_json_raw(out, before);
	qp_json_raw(out, ":{\"spans\":[");
	spans(out, sign);
	qp_json_raw(out, "],\"counts\":[");
	for (size_t i = 0; i < sign->n_counts; i++) {
		if (i > 0)
			qp_json_raw(out, ",");
		qp_json_u64(out, sign->counts[i]);
	}
	qp_json_raw(out, "]}");
}

static void native(quipu_out *out, const quipu_native_view *view)
{
	qp_json_raw(out, ",\"native\":{\"schema\":");
	qp_json_i64(out, view->schema);
	qp_json_raw(out, ",\"zero_threshold\":");
	qp_json_double(out, view->zero_threshold);
	qp_json_raw(out, ",\"zero_count\":");
	qp_json_u64(out, view->zero_count);
	native_buckets(out, ",\"negative\"", &view->negative);
	native_buckets(out, ",\"positive\"", &view->positive);
	qp_json_raw(out, "}");
}

static void histogram(quipu_out *out, const quipu_family_view *family,
		      const quipu_series_view *series)
{
	const quipu_native_view *view = family->native ? series->native : NULL;

	totals(out, series);
	if (view)
		native(out, view);
	if (!view || family->n_bounds > 0)
		buckets(out, family, series);
}

static void summary(quipu_out *out, const quipu_family_view *family,
		    const quipu_series_view *series)
{
	totals(out, series);
	qp_json_raw(out, ",\"quantiles\":[");
	for (size_t i = 0; i < family->n_quantiles; i++) {
		qp_json_raw(out, i > 0 ? ",{\"quantile\":" : "{\"quantile\":");
		qp_json_double(out, family->quantiles[i]);
		qp_json_raw(out, ",\"value\":");
		qp_json_double(out, series->quantile_values[i]);
		qp_json_raw(out, "}");
	}
	qp_json_raw(out, "]");
}

/* --- series ---------------------------------------------------------------------------------- */

static void states(quipu_out *out, const quipu_family_view *family, uint64_t holding)
{
	qp_json_raw(out, ",\"states\":{");
	for (size_t i = 0; i < family->n_states; i++) {
		if (i > 0)
			qp_json_raw(out, ",");
		qp_json_text(out, family->states[i]);
		qp_json_raw(out, holding >> i & 1 ? ":true" : ":false");
	}
	qp_json_raw(out, "}");
}

static void single(quipu_out *out, const quipu_family_view *family, const quipu_series_view *series)
{
	qp_json_raw(out, ",\"value\":");
	if (family->kind == QUIPU_KIND_COUNTER)
		qp_json_u64(out, series->integer);
	else if (family->kind == QUIPU_KIND_UPDOWN)
		qp_json_i64(out, series->signed_integer);
	else if (family->kind == QUIPU_KIND_INFO)
		qp_json_u64(out, 1);
	else
		qp_json_double(out, series->real);
}

static void value(quipu_out *out, const quipu_family_view *family, const quipu_series_view *series)
{
	if (family->kind == QUIPU_KIND_HISTOGRAM)
		histogram(out, family, series);
	else if (family->kind == QUIPU_KIND_SUMMARY)
		summary(out, family, series);
	else if (family->kind == QUIPU_KIND_STATESET)
		states(out, family, series->integer);
	else
		single(out, family, series);
}

static void exemplars(quipu_out *out, const quipu_series_view *series)
{
	const quipu_exemplar_view *exemplar = series->exemplars;

	if (series->n_exemplars == 0)
		return;
	qp_json_raw(out, ",\"exemplars\":[");
	for (size_t i = 0; i < series->n_exemplars; i++) {
		qp_json_raw(out, i > 0 ? ",{\"labels\":" : "{\"labels\":");
		qp_json_labels(out, exemplar[i].labels, exemplar[i].n_labels);
		qp_json_raw(out, ",\"value\":");
		qp_json_double(out, exemplar[i].value);
		qp_json_moment(out, ",\"timestamp\":", exemplar[i].timestamp);
		qp_json_raw(out, "}");
	}
	qp_json_raw(out, "]");
}

static void write_series(void *state_, quipu_out *out, const quipu_family_view *family,
			 const quipu_series_view *series)
{
	struct state *state = state_;

	qp_json_raw(out, state->series ? ",{\"labels\":" : "{\"labels\":");
	qp_json_labels(out, series->labels, series->n_labels);
	value(out, family, series);
	qp_json_moment(out, ",\"created\":", series->created);
	exemplars(out, series);
	qp_json_raw(out, "}");
	state->series = true;
}

static void end(void *state, quipu_out *out)
{
	end_family(state, out);
	qp_json_raw(out, "]}\n");
}

const quipu_format quipu_format_json = {
	.name = "json",
	.content_type = "application/json",
	.features = QUIPU_FORMAT_UTF8_NAMES | QUIPU_FORMAT_EXEMPLARS | QUIPU_FORMAT_NATIVE |
		    QUIPU_FORMAT_CREATED,
	.state_size = sizeof(struct state),
	.begin = begin,
	.family = begin_family,
	.series = write_series,
	.end = end,
};
