/* SPDX-License-Identifier: MIT */
/* parse_test.c: the tests' own oracle: what the strict parser takes and refuses. */
#include "support/parse.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

#define N(array) (sizeof(array) / sizeof((array)[0]))

/* A literal and its length, which may count NULs. */
#define BYTES(literal) literal, sizeof(literal) - 1

#define COUNTER(name) "# HELP " name " h\n# TYPE " name " counter\n"
#define GAUGE(name) "# HELP " name " h\n# TYPE " name " gauge\n"
#define HISTOGRAM(name) "# HELP " name " h\n# TYPE " name " histogram\n"
#define SUMMARY(name) "# HELP " name " h\n# TYPE " name " summary\n"

/* --- what is refused -------------------------------------------------------------------- */

struct refused {
	const char *text;
	size_t len;
	size_t line;
	const char *reason; /* a part of it */
};

static const struct refused refused[] = {
	/* lines */
	{ BYTES(GAUGE("a") "a 1"), 3, "no line feed" },
	{ BYTES("\n"), 1, "blank" },
	{ BYTES(GAUGE("a") "\na 1\n"), 3, "blank" },
	{ BYTES(GAUGE("a") "a 1\n\n"), 4, "blank" },
	{ BYTES(GAUGE("a") "a 1\r\n"), 3, "value" },
	{ BYTES("# HELP a h\n# TYPE a gauge\r\na 1\n"), 2, "TYPE" },
	{ BYTES("# EOF\n"), 1, "comment" },
	{ BYTES("# a comment\n"), 1, "comment" },
	{ BYTES("#HELP a h\n"), 1, "comment" },
	{ BYTES(" # HELP a h\n"), 1, "without HELP" },
	{ BYTES("\xef\xbb\xbf" GAUGE("a") "a 1\n"), 1, "without HELP" },
	/* UTF-8 */
	{ BYTES(GAUGE("a") "a{l=\"\xff\"} 1\n"), 3, "UTF-8" },
	{ BYTES(GAUGE("a") "a{l=\"\xc0\x80\"} 1\n"), 3, "UTF-8" },
	{ BYTES(GAUGE("a") "a{l=\"\xc3\"} 1\n"), 3, "UTF-8" },
	{ BYTES(GAUGE("a") "a{l=\"\xe0\x9f\xbf\"} 1\n"), 3, "UTF-8" },
	{ BYTES(GAUGE("a") "a{l=\"\xed\xa0\x80\"} 1\n"), 3, "UTF-8" },
	{ BYTES(GAUGE("a") "a{l=\"\xf0\x8f\xbf\xbf\"} 1\n"), 3, "UTF-8" },
	{ BYTES(GAUGE("a") "a{l=\"\xf4\x90\x80\x80\"} 1\n"), 3, "UTF-8" },
	{ BYTES(GAUGE("a") "a{l=\"\xf8\x88\x80\x80\x80\"} 1\n"), 3, "UTF-8" },
	{ BYTES("# HELP a \x80\n# TYPE a gauge\n"), 1, "UTF-8" },
	/* HELP and TYPE */
	{ BYTES("# HELP a\n# TYPE a gauge\n"), 1, "space" },
	{ BYTES("# HELP a \n# TYPE a gauge\n"), 1, "empty HELP" },
	{ BYTES("# HELP  a h\n# TYPE a gauge\n"), 1, "name" },
	{ BYTES("# HELP 1a h\n# TYPE 1a gauge\n"), 1, "name" },
	{ BYTES("# HELP a.b h\n# TYPE a.b gauge\n"), 1, "space" },
	{ BYTES("# HELP a \\d\n# TYPE a gauge\n"), 1, "escape" },
	{ BYTES("# HELP a \\\"\n# TYPE a gauge\n"), 1, "escape" },
	{ BYTES("# HELP a h\\\n# TYPE a gauge\n"), 1, "escape" },
	{ BYTES("# HELP a h\\\0\n# TYPE a gauge\n"), 1, "escape" },
	{ BYTES("# HELP a h\n"), 1, "HELP without TYPE" },
	{ BYTES("# HELP a h\na 1\n"), 2, "without HELP and TYPE" },
	{ BYTES("# HELP a h\n# HELP a h\n# TYPE a gauge\n"), 2, "HELP where" },
	{ BYTES("# HELP a h\n# HELP b h\n# TYPE b gauge\n"), 2, "HELP where" },
	{ BYTES("# TYPE a gauge\na 1\n"), 1, "without a HELP" },
	{ BYTES("# TYPE a gauge\n# HELP a h\na 1\n"), 1, "without a HELP" },
	{ BYTES("# HELP a h\n# TYPE b gauge\n"), 2, "without a HELP" },
	{ BYTES(GAUGE("a") "# TYPE a gauge\n"), 3, "TYPE twice" },
	{ BYTES(GAUGE("a") "a 1\n# TYPE a gauge\n"), 4, "TYPE after samples" },
	{ BYTES("# HELP a h\n# TYPE a\n"), 2, "space" },
	{ BYTES("# HELP a h\n# TYPE a \n"), 2, "TYPE" },
	{ BYTES("# HELP a h\n# TYPE a GAUGE\n"), 2, "TYPE" },
	{ BYTES("# HELP a h\n# TYPE a gauge \n"), 2, "TYPE" },
	{ BYTES("# HELP a h\n# TYPE a  gauge\n"), 2, "TYPE" },
	{ BYTES("# HELP a h\n# TYPE  a gauge\n"), 2, "name" },
	{ BYTES("# HELP a h\n# TYPE a\tgauge\n"), 2, "space" },
	{ BYTES("# HELP a h\n# TYPE a gauges\n"), 2, "TYPE" },
	{ BYTES("# HELP a h\n# TYPE a unknown\n"), 2, "TYPE" },
	{ BYTES("# HELP a h\n# TYPE a info\n"), 2, "TYPE" },
	/* families */
	{ BYTES("a 1\n"), 1, "without HELP and TYPE" },
	{ BYTES(GAUGE("a") "a 1\n" GAUGE("b") "b 1\n" GAUGE("a")), 7, "family a second time" },
	{ BYTES(GAUGE("a") GAUGE("a")), 3, "family a second time" },
	{ BYTES(GAUGE("a") GAUGE("b") "a 1\n"), 5, "another family" },
	{ BYTES(GAUGE("a") "b 1\n"), 3, "another family" },
	{ BYTES(GAUGE("a") "a_sum 1\n"), 3, "another family" },
	{ BYTES(GAUGE("a") "a1 1\n"), 3, "another family" },
	{ BYTES(HISTOGRAM("a") GAUGE("a_count") "a_count 1\n"), 1, "named like" },
	{ BYTES(GAUGE("a_bucket") HISTOGRAM("a")), 3, "named like" },
	/* labels */
	{ BYTES(GAUGE("a") "a{} 1\n"), 3, "label name" },
	{ BYTES(GAUGE("a") "a{l=\"v\",} 1\n"), 3, "label name" },
	{ BYTES(GAUGE("a") "a{,l=\"v\"} 1\n"), 3, "label name" },
	{ BYTES(GAUGE("a") "a{ l=\"v\"} 1\n"), 3, "label name" },
	{ BYTES(GAUGE("a") "a{l=\"v\" } 1\n"), 3, "no }" },
	{ BYTES(GAUGE("a") "a{l=\"v\", m=\"w\"} 1\n"), 3, "label name" },
	{ BYTES(GAUGE("a") "a{l =\"v\"} 1\n"), 3, "after a label name" },
	{ BYTES(GAUGE("a") "a{l= \"v\"} 1\n"), 3, "after a label name" },
	{ BYTES(GAUGE("a") "a{l:m=\"v\"} 1\n"), 3, "after a label name" },
	{ BYTES(GAUGE("a") "a{1=\"v\"} 1\n"), 3, "label name" },
	{ BYTES(GAUGE("a") "a{__l=\"v\"} 1\n"), 3, "label name" },
	{ BYTES(GAUGE("a") "a{l='v'} 1\n"), 3, "after a label name" },
	{ BYTES(GAUGE("a") "a{l=\"v} 1\n"), 3, "without an end" },
	{ BYTES(GAUGE("a") "a{l=\"v\nw\"} 1\n"), 3, "without an end" },
	{ BYTES(GAUGE("a") "a{l=\"\\d\"} 1\n"), 3, "escape" },
	{ BYTES(GAUGE("a") "a{l=\"\\\0\"} 1\n"), 3, "escape" },
	{ BYTES(GAUGE("a") "a{l=\"v\\"), 3, "no line feed" },
	{ BYTES(GAUGE("a") "a{l=\"v\\\n"), 3, "escape" },
	{ BYTES(GAUGE("a") "a{l=\"v\"m=\"w\"} 1\n"), 3, "no }" },
	{ BYTES(GAUGE("a") "a {l=\"v\"} 1\n"), 3, "value" },
	{ BYTES(GAUGE("a") "{\"a\",l=\"v\"} 1\n"), 3, "name" },
	{ BYTES(GAUGE("a") "a{l=\"v\",l=\"w\"} 1\n"), 3, "label name twice" },
	{ BYTES(GAUGE("a") "a{l=\"v\",m=\"x\",l=\"v\"} 1\n"), 3, "label name twice" },
	{ BYTES(GAUGE("a") "a{le=\"1\"} 1\n"), 3, "le or quantile" },
	{ BYTES(GAUGE("a") "a{quantile=\"1\"} 1\n"), 3, "le or quantile" },
	/* values */
	{ BYTES(GAUGE("a") "a\n"), 3, "space" },
	{ BYTES(GAUGE("a") "a \n"), 3, "value" },
	{ BYTES(GAUGE("a") "a  1\n"), 3, "value" },
	{ BYTES(GAUGE("a") "a\t1\n"), 3, "space" },
	{ BYTES(GAUGE("a") "a{l=\"v\"}1\n"), 3, "space" },
	{ BYTES(GAUGE("a") "a 1 \n"), 3, "value" },
	{ BYTES(GAUGE("a") "a 1 1395066363000\n"), 3, "value" },
	{ BYTES(GAUGE("a") "a 1 -1\n"), 3, "value" },
	{ BYTES(GAUGE("a") "a 1 # {} 1\n"), 3, "value" },
	{ BYTES(GAUGE("a") "a 1\0\n"), 3, "NUL" },
	{ BYTES(GAUGE("a") "a +1\n"), 3, "value" },
	{ BYTES(GAUGE("a") "a -0\n"), 3, "value" },
	{ BYTES(GAUGE("a") "a 01\n"), 3, "value" },
	{ BYTES(GAUGE("a") "a 1.0\n"), 3, "value" },
	{ BYTES(GAUGE("a") "a 1.\n"), 3, "value" },
	{ BYTES(GAUGE("a") "a .5\n"), 3, "value" },
	{ BYTES(GAUGE("a") "a 0,5\n"), 3, "value" },
	{ BYTES(GAUGE("a") "a 0.50\n"), 3, "value" },
	{ BYTES(GAUGE("a") "a 0.10000000000000001\n"), 3, "value" },
	{ BYTES(GAUGE("a") "a 0.30000000000000003\n"), 3, "value" },
	{ BYTES(GAUGE("a") "a 1e6\n"), 3, "value" },
	{ BYTES(GAUGE("a") "a 1E+06\n"), 3, "value" },
	{ BYTES(GAUGE("a") "a 1e+6\n"), 3, "value" },
	{ BYTES(GAUGE("a") "a 1e+006\n"), 3, "value" },
	{ BYTES(GAUGE("a") "a 1e+05\n"), 3, "value" },
	{ BYTES(GAUGE("a") "a 1e400\n"), 3, "value" },
	{ BYTES(GAUGE("a") "a 0.00001\n"), 3, "value" },
	{ BYTES(GAUGE("a") "a 1e-04\n"), 3, "value" },
	{ BYTES(GAUGE("a") "a 1234567.5\n"), 3, "value" },
	{ BYTES(GAUGE("a") "a 0x10\n"), 3, "value" },
	{ BYTES(GAUGE("a") "a 1_000\n"), 3, "value" },
	{ BYTES(GAUGE("a") "a nan\n"), 3, "value" },
	{ BYTES(GAUGE("a") "a -NaN\n"), 3, "value" },
	{ BYTES(GAUGE("a") "a inf\n"), 3, "value" },
	{ BYTES(GAUGE("a") "a Inf\n"), 3, "value" },
	{ BYTES(GAUGE("a") "a +inf\n"), 3, "value" },
	{ BYTES(GAUGE("a") "a Infinity\n"), 3, "value" },
	{ BYTES(GAUGE("a") "a true\n"), 3, "value" },
	{ BYTES(GAUGE("a") "a 4.9406564584124654e-324\n"), 3, "value" },
	{ BYTES(COUNTER("a") "a -1\n"), 3, "negative" },
	{ BYTES(COUNTER("a") "a NaN\n"), 3, "negative or NaN" },
	{ BYTES(COUNTER("a") "a -Inf\n"), 3, "negative" },
	/* series twice */
	{ BYTES(GAUGE("a") "a 1\na 2\n"), 4, "series a second time" },
	{ BYTES(GAUGE("a") "a{l=\"v\"} 1\na{l=\"w\"} 1\na{l=\"v\"} 1\n"), 5, "series a second" },
	{ BYTES(GAUGE("a") "a{l=\"v\",m=\"w\"} 1\na{m=\"w\",l=\"v\"} 1\n"), 4, "series a second" },
	{ BYTES(GAUGE("a") "a{l=\"\"} 1\na 1\n"), 4, "series a second time" },
	/* histograms */
	{ BYTES(HISTOGRAM("h") "h 1\n"), 3, "another family" },
	{ BYTES(HISTOGRAM("h") "h_bucket 1\n"), 3, "le as its last" },
	{ BYTES(HISTOGRAM("h") "h_bucket{le=\"1\",a=\"b\"} 1\n"), 3, "le as its last" },
	{ BYTES(HISTOGRAM("h") "h_bucket{le=\"1.0\"} 1\n"), 3, "le not" },
	{ BYTES(HISTOGRAM("h") "h_bucket{le=\"0.10000000000000001\"} 1\n"), 3, "le not" },
	{ BYTES(HISTOGRAM("h") "h_bucket{le=\"1000000\"} 1\n"), 3, "le not" },
	{ BYTES(HISTOGRAM("h") "h_bucket{le=\"Inf\"} 1\n"), 3, "le not" },
	{ BYTES(HISTOGRAM("h") "h_bucket{le=\"NaN\"} 1\n"), 3, "le not" },
	{ BYTES(HISTOGRAM("h") "h_bucket{le=\"\"} 1\n"), 3, "le not" },
	{ BYTES(HISTOGRAM("h") "h_bucket{le=\"1\0\"} 1\n"), 3, "le not" },
	{ BYTES(HISTOGRAM("h") "h_bucket{le=\"+Inf\"} 0.5\n"), 3, "unsigned integer" },
	{ BYTES(HISTOGRAM("h") "h_bucket{le=\"+Inf\"} -1\n"), 3, "unsigned integer" },
	{ BYTES(HISTOGRAM("h") "h_bucket{le=\"1\"} 1\nh_sum 1\nh_count 1\n"), 4, "no +Inf" },
	{ BYTES(HISTOGRAM("h") "h_bucket{le=\"1\"} 1\n"), 3, "without +Inf" },
	{ BYTES(HISTOGRAM("h") "h_bucket{le=\"+Inf\"} 1\n"), 3, "without +Inf, _sum or _count" },
	{ BYTES(HISTOGRAM("h") "h_bucket{le=\"+Inf\"} 1\nh_sum 1\n"), 3, "_sum or _count" },
	{ BYTES(HISTOGRAM("h") "h_bucket{le=\"+Inf\"} 1\nh_count 1\n"), 4, "no _sum" },
	{ BYTES(HISTOGRAM("h") "h_count 1\n"), 3, "no _sum" },
	{ BYTES(HISTOGRAM("h") "h_sum 1\n"), 3, "no +Inf" },
	{ BYTES(HISTOGRAM("h") "h_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_sum 1\n"), 5, "_sum twice" },
	{ BYTES(HISTOGRAM("h") "h_bucket{le=\"+Inf\"} 1\nh_sum 1000000\nh_count 1\n"), 4,
	  "_sum not" },
	{ BYTES(HISTOGRAM("h") "h_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count 2\n"), 5,
	  "not the +Inf" },
	{ BYTES(HISTOGRAM("h") "h_bucket{le=\"+Inf\"} 1\nh_sum{le=\"1\"} 1\nh_count 1\n"), 4,
	  "le on" },
	{ BYTES(HISTOGRAM("h") "h_bucket{le=\"+Inf\"} 1\nh_sum{a=\"b\"} 1\nh_count 1\n"), 4,
	  "differ" },
	{ BYTES(HISTOGRAM(
		  "h") "h_bucket{a=\"b\",le=\"+Inf\"} 1\nh_sum{a=\"b\"} 1\nh_count{a=\"c\"} 1\n"),
	  5, "differ" },
	{ BYTES(HISTOGRAM("h") "h_bucket{le=\"2\"} 1\nh_bucket{le=\"1\"} 1\n"), 4, "increasing" },
	{ BYTES(HISTOGRAM("h") "h_bucket{le=\"1\"} 1\nh_bucket{le=\"1\"} 1\n"), 4, "increasing" },
	{ BYTES(HISTOGRAM("h") "h_bucket{le=\"1\"} 2\nh_bucket{le=\"+Inf\"} 1\n"), 4,
	  "cumulative" },
	{ BYTES(HISTOGRAM("h") "h_bucket{le=\"+Inf\"} 1\nh_bucket{le=\"+Inf\"} 1\n"), 4,
	  "no _sum" },
	{ BYTES(HISTOGRAM("h") "h_bucket{a=\"b\",le=\"1\"} 1\nh_bucket{a=\"c\",le=\"2\"} 1\n"), 4,
	  "no +Inf" },
	/* summaries */
	{ BYTES(SUMMARY("s") "s 1\n"), 3, "without quantile" },
	{ BYTES(SUMMARY("s") "s_sum{quantile=\"1\"} 1\n"), 3, "quantile on" },
	{ BYTES(SUMMARY("s") "s_bucket 1\n"), 3, "another family" },
};

Test(parse, refuses)
{
	for (size_t i = 0; i < N(refused); i++) {
		const struct refused *r = &refused[i];
		char error[200] = "", where[32];
		struct qt_exposition *x = qt_parse(r->text, r->len, error, sizeof(error));

		snprintf(where, sizeof(where), "line %zu: ", r->line);
		cr_expect(x == NULL, "taken: %s", r->text);
		cr_expect(strncmp(error, where, strlen(where)) == 0 && strstr(error, r->reason),
			  "%s\n%swanted: %s%s", error, r->text, where, r->reason);
		qt_free(x);
	}
}

/* --- what is taken ---------------------------------------------------------------------- */

static const char *const taken[] = {
	"",
	GAUGE("a"),
	GAUGE("a") "a 1\n",
	GAUGE("a") "a -1\n",
	GAUGE("a") "a 18446744073709551615\n",
	GAUGE("a") "a -9223372036854775808\n",
	GAUGE("a") "a NaN\n",
	GAUGE("a") "a +Inf\n",
	GAUGE("a") "a -Inf\n",
	GAUGE("a") "a 0.1\n",
	GAUGE("a") "a 1e+06\n",
	GAUGE("a") "a -1.5e-05\n",
	GAUGE("a") "a 5e-324\n",
	GAUGE("a") "a 1.7976931348623157e+308\n",
	GAUGE("a") "a 5.960464477539063e-08\n",
	GAUGE("a") "a 0.30000000000000004\n",
	GAUGE("a") "a 99999.5\n",
	GAUGE("a") "a{l=\"\"} 1\n",
	GAUGE("a") "a{l=\"v\",m=\"w\"} 1\na{l=\"v\"} 1\na 1\n",
	GAUGE("a:b") "a:b{_l=\"} 1\",m=\"#, \t\r\"} 1\n",
	"# HELP a \"quoted\" \\\\ and \\n line, \r and \t\n# TYPE a untyped\na 1\n",
	COUNTER("a_total") "a_total 0\n" GAUGE("a") "a 0\n",
	COUNTER("a_total") "a_total +Inf\n",
	HISTOGRAM("h"),
	HISTOGRAM("h") "h_bucket{le=\"+Inf\"} 0\nh_sum 0\nh_count 0\n",
	HISTOGRAM("h") "h_bucket{le=\"-1\"} 1\nh_bucket{le=\"1e+06\"} 1\nh_bucket{le=\"+Inf\"} 3\n"
		       "h_sum NaN\nh_count 3\n",
	HISTOGRAM("h") "h_bucket{a=\"b\",le=\"+Inf\"} 1\nh_sum{a=\"b\"} 1e+06\nh_count{a=\"b\"} 1\n"
		       "h_bucket{a=\"c\",le=\"+Inf\"} 1\nh_sum{a=\"c\"} 1\nh_count{a=\"c\"} 1\n",
	SUMMARY("s") "s{quantile=\"0.5\"} NaN\ns_sum 1\ns_count 1\n",
	SUMMARY("s") "s_sum 1\ns_count 1\n" GAUGE("s_bucket") "s_bucket 1\n",
};

Test(parse, takes)
{
	for (size_t i = 0; i < N(taken); i++) {
		char error[200] = "";
		struct qt_exposition *x =
			qt_parse(taken[i], strlen(taken[i]), error, sizeof(error));

		cr_expect(x != NULL, "%s\n%s", error, taken[i]);
		qt_free(x);
	}
}

static const char *const floats[] = {
#define FLOAT(bits, text) text,
#include "floats.inc"
#undef FLOAT
};

Test(parse, takes_what_go_writes)
{
	for (size_t i = 0; i < N(floats); i++) {
		char text[100], error[200] = "";
		struct qt_exposition *x;

		snprintf(text, sizeof(text), GAUGE("a") "a %s\n", floats[i]);
		x = qt_parse(text, strlen(text), error, sizeof(error));
		cr_expect(x != NULL, "%s: %s", floats[i], error);
		qt_free(x);
	}
}
