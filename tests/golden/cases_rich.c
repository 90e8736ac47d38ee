/* SPDX-License-Identifier: MIT */
/* cases_rich.c: summaries, native buckets, exemplars, created times, names of all characters,
 * endings of names, and values that strict readers refuse. */
#include "golden/cases.h"

#include <float.h>
#include <math.h>

/* --- summaries --- */

static const struct qt_views summary[] = {
	{
		.family = { .name = STR("call_latency_seconds"),
			    .help = STR("Latency of the last ten minutes."),
			    .unit = STR("seconds"),
			    .kind = QUIPU_KIND_SUMMARY,
			    QUANTILES(0, 0.5, 0.99, 1) },
		SERIES({ LABELS(LABEL("model", "large"), LABEL("path", "a\"\\\n")),
			 QUANTILE_VALUES(0.001, 0.25, 1, 1e6), .count = 1234567, .sum = 4321.5 },
		       { LABELS(LABEL("model", "small")), QUANTILE_VALUES(NAN, NAN, NAN, NAN),
			 .count = 0, .sum = 0 }),
	},
	{
		.family = { .name = STR("wait_seconds"),
			    .help = STR("Without labels."),
			    .kind = QUIPU_KIND_SUMMARY,
			    QUANTILES(0.9) },
		SERIES({ QUANTILE_VALUES(INFINITY), .count = 3, .sum = INFINITY }),
	},
	{
		.family = { .name = STR("size_bytes"),
			    .help = STR("Without quantiles."),
			    .kind = QUIPU_KIND_SUMMARY },
		SERIES({ LABELS(LABEL("kind", "x")), .count = UINT64_MAX, .sum = 10 },
		       { .count = 2, .sum = 1 }),
	},
};

/* --- native buckets --- */

static const struct qt_views native[] = {
	{
		.family = { .name = STR("token_delay_seconds"),
			    .help = STR("Native buckets alone, on both sides."),
			    .unit = STR("seconds"),
			    .kind = QUIPU_KIND_HISTOGRAM,
			    .native = 1 },
		SERIES({ LABELS(LABEL("model", "large")), COUNTS(16, 16), .sum = 20,
			 NATIVE(.schema = 3, .zero_threshold = 2.938735877055719e-39,
				.zero_count = 2,
				.positive = { SPANS({ -2, 2 }, { 2, 1 }, { 1, 2 }),
					      BUCKETS(3, 5, 1, 3, 2) }) },
		       { LABELS(LABEL("model", "small")), .count = 7, .sum = -1,
			 NATIVE(.schema = 0, .zero_threshold = 0.001, .zero_count = 1,
				.negative = { SPANS({ 0, 2 }), BUCKETS(1, 2) },
				.positive = { SPANS({ 1, 1 }), BUCKETS(3) }) },
		       { LABELS(LABEL("model", "empty")), .count = 0, .sum = 0,
			 NATIVE(.schema = 8, .zero_threshold = 0) },
		       { LABELS(LABEL("model", "zeros")), .count = 4, .sum = 0,
			 NATIVE(.schema = -4, .zero_threshold = 1, .zero_count = 4) }),
	},
	{
		.family = { .name = STR("both_seconds"),
			    .help = STR("Both kinds of buckets."),
			    .kind = QUIPU_KIND_HISTOGRAM,
			    .native = 1,
			    BOUNDS(1) },
		SERIES({ COUNTS(2, 1, 1), .sum = 3, .created = 10,
			 NATIVE(.schema = 0, .zero_threshold = 2.938735877055719e-39,
				.positive = { SPANS({ 0, 2 }), BUCKETS(1, 1) }),
			 EXEMPLARS({ LABELS(LABEL("trace_id", "x")), .value = 2, .timestamp = 1,
				     .bucket = 1 }) },
		       { LABELS(LABEL("size", "huge")),
			 COUNTS(UINT64_C(0x4000000000000001), UINT64_C(0x4000000000000000), 1),
			 .sum = 1e300,
			 NATIVE(.schema = 2, .zero_threshold = 0,
				.positive = { SPANS({ -2147483647 - 1, 1 }, { 2147483647, 1 }),
					      BUCKETS(UINT64_C(0x4000000000000000), 1) }) }),
	},
	{
		.family = { .name = STR("exemplary_seconds"),
			    .help = STR(
				    "Native buckets with exemplars, one of them without a time."),
			    .kind = QUIPU_KIND_HISTOGRAM,
			    .native = 1 },
		SERIES({ COUNTS(3, 3), .sum = 4,
			 NATIVE(.schema = 1, .zero_threshold = 0.5,
				.positive = { SPANS({ 1, 1 }), BUCKETS(3) }),
			 EXEMPLARS({ LABELS(LABEL("trace_id", "a")), .value = 1.25,
				     .timestamp = 1520879607.789 },
				   { LABELS(LABEL("trace_id", "b")), .value = 1.3 }) }),
	},
};

/* --- exemplars --- */

static const struct qt_views exemplars[] = {
	{
		.family = { .name = STR("llm_requests_total"),
			    .help = STR("Calls."),
			    .kind = QUIPU_KIND_COUNTER },
		SERIES({ LABELS(LABEL("model", "large")), .integer = 17,
			 EXEMPLARS({ LABELS(LABEL("trace_id", "KOO5S4vxi0o"),
					    LABEL("span_id", "\xc3\xa9 \"\\\n# {")),
				     .value = 0.67, .timestamp = 1520879607.789 }) },
		       { LABELS(LABEL("model", "small")), .integer = 1,
			 EXEMPLARS({ .value = 1, .timestamp = 1520879607 }) },
		       { .integer = 5,
			 EXEMPLARS({ LABELS(LABEL("trace_id", "x")), .value = -1 }) }),
	},
	{
		.family = { .name = STR("spent_seconds_total"),
			    .help = STR("Time."),
			    .kind = QUIPU_KIND_FLOAT_COUNTER },
		SERIES({ .real = 0.5,
			 EXEMPLARS({ LABELS(LABEL("trace_id", "y")), .value = 0.5,
				     .timestamp = 0.001 }) }),
	},
	{
		.family = { .name = STR("llm_request_duration_seconds"),
			    .help = STR("In the first bucket, in one between, in the last."),
			    .unit = STR("seconds"),
			    .kind = QUIPU_KIND_HISTOGRAM,
			    BOUNDS(0.25, 1, 2.5) },
		SERIES({ LABELS(LABEL("model", "large")), COUNTS(10, 1, 2, 3, 4), .sum = 40,
			 EXEMPLARS({ LABELS(LABEL("trace_id", "a")), .value = 0.1,
				     .timestamp = 1700000000.25, .bucket = 0 },
				   { LABELS(LABEL("trace_id", "b")), .value = 2, .bucket = 2,
				     .timestamp = 1700000000.9999 },
				   { LABELS(LABEL("trace_id", "c")), .value = 1e6, .bucket = 3,
				     .timestamp = 1700000001 }) },
		       { COUNTS(1, 0, 1, 0, 0), .sum = 1,
			 EXEMPLARS({ LABELS(LABEL("trace_id", "d")), .value = 1, .bucket = 1 }) }),
	},
	{
		.family = { .name = STR("boundless_seconds"),
			    .help = STR("Only the bucket that takes everything."),
			    .kind = QUIPU_KIND_HISTOGRAM },
		SERIES({ COUNTS(1, 1), .sum = 5,
			 EXEMPLARS({ LABELS(LABEL("trace_id", "e")), .value = 5,
				     .timestamp = 1700000001 }) }),
	},
};

/* --- created times --- */

static const struct qt_views created[] = {
	{
		.family = { .name = STR("calls_total"),
			    .help = STR("Calls."),
			    .kind = QUIPU_KIND_COUNTER },
		SERIES({ LABELS(LABEL("model", "large")), .integer = 17,
			 .created = 1520430000.123 },
		       { .integer = 2,
			 .created = 1520430000,
			 EXEMPLARS({ LABELS(LABEL("trace_id", "x")), .value = 1,
				     .timestamp = 1520879607.5 }) },
		       { LABELS(LABEL("model", "unknown")), .integer = 1 }),
	},
	{
		.family = { .name = STR("spent_seconds_total"),
			    .help = STR("Time."),
			    .unit = STR("seconds"),
			    .kind = QUIPU_KIND_FLOAT_COUNTER },
		SERIES({ LABELS(LABEL("model", "large")), .real = 1.5,
			 .created = 1700000000.0004 }),
	},
	{
		.family = { .name = STR("duration_seconds"),
			    .help = STR("Durations."),
			    .kind = QUIPU_KIND_HISTOGRAM,
			    BOUNDS(1) },
		SERIES({ LABELS(LABEL("model", "large")), COUNTS(3, 1, 2), .sum = 9,
			 .created = 1700000000.5 },
		       { COUNTS(0, 0, 0), .created = 1700000001.25 }),
	},
	{
		.family = { .name = STR("latency_seconds"),
			    .help = STR("Latencies."),
			    .kind = QUIPU_KIND_SUMMARY,
			    QUANTILES(0.5) },
		SERIES({ LABELS(LABEL("model", "large")), QUANTILE_VALUES(2), .count = 3, .sum = 9,
			 .created = 1700000000.5 },
		       { QUANTILE_VALUES(3), .count = 1, .sum = 3, .created = 1700000002 }),
	},
	{
		.family = { .name = STR("depth"),
			    .help = STR("Gauges have no such time on the wire."),
			    .kind = QUIPU_KIND_GAUGE },
		SERIES({ .real = 1, .created = 1700000000 }),
	},
};

/* --- names of all characters --- */

static const struct qt_views names[] = {
	{
		.family = { .name = STR("http.server.requests_total"),
			    .help = STR("A \"dotted\" counter."),
			    .kind = QUIPU_KIND_COUNTER },
		SERIES({ LABELS(LABEL("http.route", "/\"x\""), LABEL("status", "200")),
			 .integer = 3, .created = 1700000000 },
		       { LABELS(LABEL("status", "500"), LABEL("1st", "")), .integer = 4 },
		       { .integer = 5, .created = 1700000000 }),
	},
	{
		.family = { .name = STR("svc.gr\xc3\xb6\xc3\x9f"
					"e \"\\\n"),
			    .help = STR("Everything that needs an escape."),
			    .kind = QUIPU_KIND_GAUGE },
		SERIES({ LABELS(LABEL("l\"\\\n", "l\"\\\n"), LABEL("plain", "v")), .real = 1 },
		       { .real = 2 }),
	},
	{
		.family = { .name = STR("rpc.time.seconds"),
			    .help = STR("Its unit does not follow an underscore."),
			    .unit = STR("seconds"),
			    .kind = QUIPU_KIND_HISTOGRAM,
			    BOUNDS(1) },
		SERIES({ LABELS(LABEL("a", "b")), COUNTS(3, 1, 2), .sum = 4, .created = 1700000000,
			 EXEMPLARS({ LABELS(LABEL("trace.id", "x")), .value = 1, .timestamp = 5,
				     .bucket = 0 }) },
		       { COUNTS(1, 1, 0), .sum = 1 }),
	},
	{
		.family = { .name = STR("rpc.latency"),
			    .help = STR("Quantiles."),
			    .kind = QUIPU_KIND_SUMMARY,
			    QUANTILES(0.5) },
		SERIES({ QUANTILE_VALUES(1), .count = 1, .sum = 1 }),
	},
	{
		.family = { .name = STR("breaker.state"),
			    .help = STR("Its label is named like it."),
			    .kind = QUIPU_KIND_STATESET,
			    STATES(STR("open"), STR("closed")) },
		SERIES({ LABELS(LABEL("a.b", "c")), .integer = 2 }),
	},
	{
		.family = { .name = STR("build.data"),
			    .help = STR("Information."),
			    .kind = QUIPU_KIND_INFO },
		SERIES({ LABELS(LABEL("version", "1")) }),
	},
	{
		.family = { .name = STR("legal"),
			    .help = STR("Only some of its labels need quotes."),
			    .kind = QUIPU_KIND_UPDOWN },
		SERIES({ LABELS(LABEL("ok", "1"), LABEL("not.ok", "2")), .signed_integer = -1 },
		       { LABELS(LABEL("ok", "1"), LABEL("with:colon", "2")), .signed_integer = 1 },
		       { LABELS(LABEL("ok", "1")), .signed_integer = 0 }),
	},
};

/* --- endings of names, units --- */

static const struct qt_views endings[] = {
	{
		.family = { .name = STR("jobs"),
			    .help = STR("A counter without its ending."),
			    .kind = QUIPU_KIND_COUNTER },
		SERIES({ LABELS(LABEL("a", "b")), .integer = 1, .created = 1700000000 }),
	},
	{
		.family = { .name = STR("_total"),
			    .help = STR("Nothing but the ending."),
			    .kind = QUIPU_KIND_COUNTER },
		SERIES({ .integer = 1 }),
	},
	{
		.family = { .name = STR("busy_seconds_total"),
			    .help = STR("The unit stands before the ending."),
			    .unit = STR("seconds"),
			    .kind = QUIPU_KIND_FLOAT_COUNTER },
		SERIES({ .real = 0.25 }),
	},
	{
		.family = { .name = STR("_info"),
			    .help = STR("Nothing but the ending."),
			    .kind = QUIPU_KIND_INFO },
		SERIES({ LABELS(LABEL("a", "b")) }),
	},
	{
		.family = { .name = STR("heat"),
			    .help = STR("The name does not end in the unit."),
			    .unit = STR("celsius"),
			    .kind = QUIPU_KIND_GAUGE },
		SERIES({ .real = 3 }),
	},
	{
		.family = { .name = STR("bytes"),
			    .help = STR("The name is the unit."),
			    .unit = STR("bytes"),
			    .kind = QUIPU_KIND_GAUGE },
		SERIES({ .real = 3 }),
	},
	{
		.family = { .name = STR("xbytes"),
			    .help = STR("The unit is not a word of its own."),
			    .unit = STR("bytes"),
			    .kind = QUIPU_KIND_GAUGE },
		SERIES({ .real = 3 }),
	},
};

/* --- what strict readers refuse --- */

static const struct qt_views refused[] = {
	{
		.family = { .name = STR("balance_bytes"),
			    .help = STR("Negative bounds."),
			    .unit = STR("bytes"),
			    .kind = QUIPU_KIND_HISTOGRAM,
			    BOUNDS(-1, 0, 1) },
		SERIES({ LABELS(LABEL("a", "b")), COUNTS(10, 1, 2, 3, 4), .sum = 5,
			 .created = 1700000000 }),
	},
	{
		.family = { .name = STR("drift_seconds"),
			    .help = STR("Negative observations with bounds that are not."),
			    .kind = QUIPU_KIND_HISTOGRAM,
			    BOUNDS(0, 1) },
		SERIES({ LABELS(LABEL("sum", "negative")), COUNTS(3, 2, 1, 0), .sum = -5 },
		       { LABELS(LABEL("sum", "nan")), COUNTS(3, 2, 1, 0), .sum = NAN },
		       { LABELS(LABEL("sum", "zero")), COUNTS(3, 3, 0, 0), .sum = -0.0 }),
	},
	{
		.family = { .name = STR("lag_seconds"),
			    .help = STR("Negative quantiles and sums."),
			    .kind = QUIPU_KIND_SUMMARY,
			    QUANTILES(0.1, 0.9) },
		SERIES({ LABELS(LABEL("sum", "negative")), QUANTILE_VALUES(-2, -1), .count = 2,
			 .sum = -3 },
		       { LABELS(LABEL("sum", "nan")), QUANTILE_VALUES(-2, 1), .count = 2,
			 .sum = NAN }),
	},
};

/* --- the list --- */

#define CASE(name, needs)                                                                          \
	{                                                                                          \
#name, name, COUNT_OF(name), needs                                                 \
	}

const struct golden_case golden_rich_cases[] = {
	CASE(summary, 0),
	CASE(native, 0),
	CASE(exemplars, 0),
	CASE(created, 0),
	CASE(names, QUIPU_FORMAT_UTF8_NAMES),
	CASE(endings, 0),
	CASE(refused, 0),
};

const size_t n_golden_rich_cases = COUNT_OF(golden_rich_cases);
