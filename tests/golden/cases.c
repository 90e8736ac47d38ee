/* SPDX-License-Identifier: MIT */
/* cases.c: hand-made families and series, every kind and every hard value. */
#include "golden/cases.h"

#include <float.h>
#include <math.h>

/* --- one of each kind --- */

static const struct qt_views counter[] = {
	{
		.family = { .name = STR("llm_requests_total"),
			    .help = STR("Calls sent to a provider."),
			    .kind = QUIPU_KIND_COUNTER },
		SERIES({ LABELS(LABEL("model", "large"), LABEL("provider", "one"),
				LABEL("status", "success")),
			 .integer = 8819 },
		       { LABELS(LABEL("model", "large"), LABEL("provider", "one"),
				LABEL("status", "error")),
			 .integer = 0 }),
	},
	{
		.family = { .name = STR("ticks_total"),
			    .help = STR("Without labels."),
			    .kind = QUIPU_KIND_COUNTER },
		SERIES({ .integer = 1000000 }),
	},
};

static const struct qt_views float_counter[] = {
	{
		.family = { .name = STR("cpu_seconds_total"),
			    .help = STR("Time spent."),
			    .unit = STR("seconds"),
			    .kind = QUIPU_KIND_FLOAT_COUNTER },
		SERIES({ LABELS(LABEL("mode", "user")), .real = 0.1 },
		       { LABELS(LABEL("mode", "system")), .real = 1000000 },
		       { LABELS(LABEL("mode", "idle")), .real = 123456.789 }),
	},
};

static const struct qt_views updown[] = {
	{
		.family = { .name = STR("llm_requests_in_flight"),
			    .help = STR("Calls under way."),
			    .kind = QUIPU_KIND_UPDOWN },
		SERIES({ LABELS(LABEL("model", "large")), .signed_integer = 12 },
		       { LABELS(LABEL("model", "small")), .signed_integer = -3 },
		       { LABELS(LABEL("model", "tiny")), .signed_integer = 1000000 }),
	},
};

static const struct qt_views gauge[] = {
	{
		.family = { .name = STR("temperature_celsius"),
			    .help = STR("How warm it is."),
			    .unit = STR("celsius"),
			    .kind = QUIPU_KIND_GAUGE },
		SERIES({ LABELS(LABEL("room", "hall")), .real = 21.5 },
		       { LABELS(LABEL("room", "cellar")), .real = -4 }),
	},
};

static const struct qt_views histogram[] = {
	{
		.family = { .name = STR("llm_request_duration_seconds"),
			    .help = STR("Time from sending a call to its last byte."),
			    .unit = STR("seconds"),
			    .kind = QUIPU_KIND_HISTOGRAM,
			    BOUNDS(0.005, 0.25, 1, 10, 1e6) },
		SERIES({ LABELS(LABEL("model", "large"), LABEL("provider", "one")),
			 COUNTS(21, 1, 2, 0, 3, 5, 10), .sum = 1234.5 },
		       { LABELS(LABEL("model", "large"), LABEL("provider", "two")),
			 COUNTS(0, 0, 0, 0, 0, 0, 0) }),
	},
	{
		.family = { .name = STR("payload_bytes"),
			    .help = STR("Without labels."),
			    .unit = STR("bytes"),
			    .kind = QUIPU_KIND_HISTOGRAM,
			    BOUNDS(-1, 0, 1) },
		SERIES({ COUNTS(10, 1, 2, 3, 4), .sum = -0.5 }),
	},
	{
		.family = { .name = STR("boundless_seconds"),
			    .help = STR("Only the bucket that takes everything."),
			    .kind = QUIPU_KIND_HISTOGRAM },
		SERIES({ LABELS(LABEL("zone", "a")), COUNTS(7, 7), .sum = 2e-05 }),
	},
};

static const struct qt_views stateset[] = {
	{
		.family = { .name = STR("breaker_state"),
			    .help = STR("State of a circuit breaker."),
			    .kind = QUIPU_KIND_STATESET,
			    STATES(STR("closed"), STR("half open"), STR("\"open\"")) },
		SERIES({ LABELS(LABEL("provider", "one")), .integer = 1 },
		       { LABELS(LABEL("provider", "two")), .integer = 6 }),
	},
	{
		.family = { .name = STR("lamp"),
			    .help = STR("Without labels, without a state that holds."),
			    .kind = QUIPU_KIND_STATESET,
			    STATES(STR("on"), STR("off")) },
		SERIES({ .integer = 0 }),
	},
};

static const struct qt_views info[] = {
	{
		.family = { .name = STR("build"),
			    .help = STR("What runs here."),
			    .kind = QUIPU_KIND_INFO },
		SERIES({ LABELS(LABEL("version", "1.2.3"), LABEL("commit", "0c1df17")) }),
	},
	{
		.family = { .name = STR("host_info"),
			    .help = STR("Named as it is shown."),
			    .kind = QUIPU_KIND_INFO },
		SERIES({ LABELS(LABEL("region", "north")) }),
	},
	{
		.family = { .name = STR("info"),
			    .help = STR("Shorter than the suffix."),
			    .kind = QUIPU_KIND_INFO },
		SERIES({ LABELS(LABEL("region", "north")) }),
	},
};

static const struct qt_views unknown[] = {
	{
		.family = { .name = STR("from_elsewhere"),
			    .help = STR("Nobody knows."),
			    .kind = QUIPU_KIND_UNKNOWN },
		SERIES({ LABELS(LABEL("source", "legacy")), .real = 42.25 }),
	},
};

/* --- texts --- */

static const struct qt_views escaping[] = {
	{
		.family = { .name = STR("escaped_total"),
			    .help = STR("A \"quote\", a \\, a line\nfeed, a tab\tand \\n."),
			    .kind = QUIPU_KIND_COUNTER },
		SERIES({ LABELS(LABEL("value", "\\")), .integer = 1 },
		       { LABELS(LABEL("value", "\"")), .integer = 2 },
		       { LABELS(LABEL("value", "\n")), .integer = 3 },
		       { LABELS(LABEL("value", "\\n")), .integer = 4 },
		       { LABELS(LABEL("value", "C:\\dir\\file, \"quoted\"\nnext")), .integer = 5 },
		       { LABELS(LABEL("value", "x\"} 1\nforged_total 99\n")), .integer = 6 },
		       { LABELS(LABEL("value", "sixteen bytes...")), .integer = 7 },
		       { LABELS(LABEL("value", "{a=\"b\",c='d'} #")), .integer = 8 },
		       { LABELS(LABEL("value", "a\tb")), .integer = 9 },
		       { LABELS(LABEL("value", " spaces ")), .integer = 10 }),
	},
	{
		.family = { .name = STR("escaped_seconds"),
			    .help = STR("\\"),
			    .kind = QUIPU_KIND_HISTOGRAM,
			    BOUNDS(0.5) },
		SERIES({ LABELS(LABEL("value", "a\"\\\n"), LABEL("le_not", "\"")), COUNTS(3, 1, 2),
			 .sum = 3 }),
	},
	{
		.family = { .name = STR("escaped_state"),
			    .help = STR("\n"),
			    .kind = QUIPU_KIND_STATESET,
			    STATES(STR("back\\slash"), STR("line\nfeed")) },
		SERIES({ LABELS(LABEL("value", "\"")), .integer = 2 }),
	},
	{
		.family = { .name = STR("escaped_path_info"),
			    .help = STR("\"untouched\""),
			    .kind = QUIPU_KIND_INFO },
		SERIES({ LABELS(LABEL("path", "\\\\host\\share")) }),
	},
};

static const struct qt_views unicode[] = {
	{
		.family = { .name = STR("words_total"),
			    .help = STR("H\xc3\xa4ufigkeit \xe2\x80\x94 \xf0\x9f\x98\x80"),
			    .kind = QUIPU_KIND_COUNTER },
		SERIES({ LABELS(LABEL("word", "\xc3\xa9t\xc3\xa9")), .integer = 1 },
		       { LABELS(LABEL("word", "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e")),
			 .integer = 2 },
		       { LABELS(LABEL("word", "\xf0\x9f\xa7\xb6\xf0\x9f\xaa\xa2")), .integer = 3 },
		       { LABELS(LABEL("word", "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d \"\n")),
			 .integer = 4 },
		       { LABELS(LABEL("word", "\xef\xbb\xbf"
					      "bom")),
			 .integer = 5 },
		       { LABELS(LABEL("word", "\xef\xbf\xbd")), .integer = 6 },
		       { LABELS(LABEL("word", "\xf4\x8f\xbf\xbf")), .integer = 7 }),
	},
};

static const struct qt_views labels[] = {
	{
		.family = { .name = STR("app_labels_total"),
			    .help = STR("Constant labels come first."),
			    .kind = QUIPU_KIND_COUNTER },
		SERIES({ LABELS(LABEL("service", "dispatch"), LABEL("zone", "b"), LABEL("a", "1"),
				LABEL("_z9", "2")),
			 .integer = 1 },
		       { LABELS(LABEL("service", "dispatch"), LABEL("zone", "b"),
				LABEL("otel_metric_overflow", "true")),
			 .integer = 2 }),
	},
	{
		.family = { .name = STR("empty_values_total"),
			    .help = STR("Empty values stay."),
			    .kind = QUIPU_KIND_COUNTER },
		SERIES({ LABELS(LABEL("a", ""), LABEL("b", "")), .integer = 1 },
		       { LABELS(LABEL("a", "x"), LABEL("b", "")), .integer = 2 },
		       { LABELS(LABEL("a", ""), LABEL("b", "x")), .integer = 3 }),
	},
};

/* --- numbers --- */

static const struct qt_views extremes[] = {
	{
		.family = { .name = STR("largest_total"),
			    .help = STR("All 64 bits."),
			    .kind = QUIPU_KIND_COUNTER },
		SERIES({ LABELS(LABEL("n", "2^64-1")), .integer = UINT64_MAX },
		       { LABELS(LABEL("n", "2^53+1")), .integer = UINT64_C(9007199254740993) }),
	},
	{
		.family = { .name = STR("lowest"),
			    .help = STR("Signed."),
			    .kind = QUIPU_KIND_UPDOWN },
		SERIES({ LABELS(LABEL("n", "least")), .signed_integer = INT64_MIN },
		       { LABELS(LABEL("n", "most")), .signed_integer = INT64_MAX },
		       { LABELS(LABEL("n", "none")), .signed_integer = 0 }),
	},
	{
		.family = { .name = STR("real"),
			    .help = STR("Doubles."),
			    .kind = QUIPU_KIND_GAUGE },
		SERIES({ LABELS(LABEL("n", "nan")), .real = NAN },
		       { LABELS(LABEL("n", "inf")), .real = INFINITY },
		       { LABELS(LABEL("n", "-inf")), .real = -INFINITY },
		       { LABELS(LABEL("n", "-0")), .real = -0.0 },
		       { LABELS(LABEL("n", "max")), .real = DBL_MAX },
		       { LABELS(LABEL("n", "min")), .real = -DBL_MIN },
		       { LABELS(LABEL("n", "denormal")), .real = 4.9406564584124654e-324 },
		       { LABELS(LABEL("n", "third")), .real = 1.0 / 3 },
		       { LABELS(LABEL("n", "small")), .real = 0.0001 },
		       { LABELS(LABEL("n", "smaller")), .real = 0.00001 }),
	},
	{
		.family = { .name = STR("largest_seconds"),
			    .help = STR("Buckets at the ends."),
			    .kind = QUIPU_KIND_HISTOGRAM,
			    BOUNDS(-DBL_MAX, 4.9406564584124654e-324, 0.1, 2.5, 100000, 2.5e6,
				   DBL_MAX) },
		SERIES({ LABELS(LABEL("n", "full")),
			 COUNTS(UINT64_MAX, UINT64_MAX - 7, 1, 1, 1, 1, 1, 1, 1), .sum = NAN },
		       { LABELS(LABEL("n", "inf")), COUNTS(1, 0, 0, 0, 0, 0, 0, 0, 1),
			 .sum = INFINITY }),
	},
};

/* --- shapes --- */

static const struct qt_views no_series[] = {
	{
		.family = { .name = STR("none_total"),
			    .help = STR("No series yet."),
			    .kind = QUIPU_KIND_COUNTER },
	},
	{
		.family = { .name = STR("none_seconds"),
			    .help = STR("No series yet."),
			    .kind = QUIPU_KIND_HISTOGRAM,
			    BOUNDS(1, 2) },
	},
	{
		.family = { .name = STR("one_total"),
			    .help = STR("One series."),
			    .kind = QUIPU_KIND_COUNTER },
		SERIES({ .integer = 1 }),
	},
};

/* Bounds must not stay behind from one family to the next. */
static const struct qt_views bounds[] = {
	{
		.family = { .name = STR("many_seconds"),
			    .help = STR("Three bounds."),
			    .kind = QUIPU_KIND_HISTOGRAM,
			    BOUNDS(0.125, 12.5, 1250) },
		SERIES({ COUNTS(4, 1, 1, 1, 1), .sum = 1 }),
	},
	{
		.family = { .name = STR("few_seconds"),
			    .help = STR("One bound."),
			    .kind = QUIPU_KIND_HISTOGRAM,
			    BOUNDS(3) },
		SERIES({ COUNTS(2, 1, 1), .sum = 1 }),
	},
};

/* --- the list --- */

#define CASE(name)                                                                                 \
	{                                                                                          \
#name, name, COUNT_OF(name), 0                                                     \
	}

const struct golden_case golden_cases[] = {
	CASE(counter),	CASE(float_counter), CASE(updown),    CASE(gauge),    CASE(histogram),
	CASE(stateset), CASE(info),	     CASE(unknown),   CASE(escaping), CASE(unicode),
	CASE(labels),	CASE(extremes),	     CASE(no_series), CASE(bounds),
};

const size_t n_golden_cases = COUNT_OF(golden_cases);
