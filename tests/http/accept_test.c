/* SPDX-License-Identifier: MIT */
/* accept_test.c: what each release of Prometheus says in Accept, and others, and what it gets; the
 * choice of a compression; and the lists that both are. */
#include "accept_encoding.h"
#include "accept_header.h"
#include "elements.h"
#include "kit.h"
#include "parse.h"

#include <stdlib.h>
#include <string.h>

#define O "application/openmetrics-text"
#define T "text/plain"
#define P                                                                                          \
	"application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;"                 \
	"encoding=delimited"
#define U ";escaping=allow-utf-8"
#define ANY "*/*"

#define TEXT "text-0.0.4"
#define TEXT1 "text-1.0.0"
#define OM1 "openmetrics-1.0.0"
#define OM0 "openmetrics-0.0.1"
#define OM2 "openmetrics-2.0.0"
#define PROTO "protobuf"

enum { UNDERSCORES = QUIPU_ESCAPE_UNDERSCORES, DOTS = QUIPU_ESCAPE_DOTS };
enum { VALUES = QUIPU_ESCAPE_VALUES, NONE = QUIPU_ESCAPE_NONE };
enum { SILENT, SAID };

struct expectation {
	const char *accept;
	const char *format;
	int escaping;
	int said;
};

/* --- what Prometheus sends --------------------------------------------------------------- */

static const struct expectation prometheus[] = {
	/* 2.0 to 2.4 */
	{ T ";version=0.0.4;q=1," ANY ";q=0.1", TEXT, UNDERSCORES, SILENT },
	/* 2.5 to 2.33 */
	{ O "; version=0.0.1," T ";version=0.0.4;q=0.5," ANY ";q=0.1", OM0, UNDERSCORES, SILENT },
	/* 2.40.0 */
	{ O ";version=1.0.0;q=0.75," O ";q=0.6," T ";version=0.0.4;q=0.5," ANY ";q=0.1", OM1,
	  UNDERSCORES, SILENT },
	{ "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; "
	  "encoding=delimited," O ";version=1.0.0;q=0.75," O ";q=0.6," T ";version=0.0.4;q=0.5," ANY
	  ";q=0.1",
	  PROTO, UNDERSCORES, SILENT },
	/* 2.34 to 2.39, 2.40.1 to 2.48 */
	{ O ";version=1.0.0," O ";version=0.0.1;q=0.75," T ";version=0.0.4;q=0.5," ANY ";q=0.1",
	  OM1, UNDERSCORES, SILENT },
	{ P "," O ";version=1.0.0;q=0.8," O ";version=0.0.1;q=0.75," T ";version=0.0.4;q=0.5," ANY
	    ";q=0.1",
	  PROTO, UNDERSCORES, SILENT },
	/* 2.49.0: a q of 2 is none; with protobuf the star is wanted most */
	{ O ";version=1.0.0;q=0.5," O ";version=0.0.1;q=0.4," T ";version=0.0.4;q=0.3," ANY ";q=2",
	  OM1, UNDERSCORES, SILENT },
	{ P ";q=0.5," O ";version=1.0.0;q=0.4," O ";version=0.0.1;q=0.3," T
	    ";version=0.0.4;q=0.2," ANY ";q=1",
	  TEXT, UNDERSCORES, SILENT },
	/* 2.49.1 to 2.55 */
	{ O ";version=1.0.0;q=0.5," O ";version=0.0.1;q=0.4," T ";version=0.0.4;q=0.3," ANY
	    ";q=0.2",
	  OM1, UNDERSCORES, SILENT },
	{ P ";q=0.5," O ";version=1.0.0;q=0.4," O ";version=0.0.1;q=0.3," T
	    ";version=0.0.4;q=0.2," ANY ";q=0.1",
	  PROTO, UNDERSCORES, SILENT },
	/* 2.55 with names of any characters */
	{ O ";version=1.0.0" U ";q=0.5," O ";version=0.0.1" U ";q=0.4," T ";version=0.0.4" U
	    ";q=0.3," ANY U ";q=0.2",
	  OM1, NONE, SAID },
	{ P U ";q=0.5," O ";version=1.0.0" U ";q=0.4," O ";version=0.0.1" U ";q=0.3," T
	      ";version=0.0.4" U ";q=0.2," ANY U ";q=0.1",
	  PROTO, NONE, SAID },
	/* 3.0.0 to 3.2.0: twice the same parameter */
	{ O ";version=1.0.0" U ";q=0.6," O ";version=0.0.1" U ";q=0.5," T ";version=1.0.0" U U
	    ";q=0.4," T ";version=0.0.4" U ";q=0.3," ANY ";q=0.2",
	  OM1, NONE, SAID },
	{ P U ";q=0.6," O ";version=1.0.0" U ";q=0.5," O ";version=0.0.1" U ";q=0.4," T
	      ";version=1.0.0" U U ";q=0.3," T ";version=0.0.4" U ";q=0.2," ANY ";q=0.1",
	  PROTO, NONE, SAID },
	/* 3.2.1 to 3.3 */
	{ O ";version=1.0.0" U ";q=0.6," O ";version=0.0.1" U ";q=0.5," T ";version=1.0.0" U
	    ";q=0.4," T ";version=0.0.4" U ";q=0.3," ANY ";q=0.2",
	  OM1, NONE, SAID },
	{ P U ";q=0.6," O ";version=1.0.0" U ";q=0.5," O ";version=0.0.1" U ";q=0.4," T
	      ";version=1.0.0" U ";q=0.3," T ";version=0.0.4" U ";q=0.2," ANY ";q=0.1",
	  PROTO, NONE, SAID },
	/* from 3.4.0 on, and with each scheme for names */
	{ O ";version=1.0.0" U ";q=0.6," O ";version=0.0.1;q=0.5," T ";version=1.0.0" U ";q=0.4," T
	    ";version=0.0.4;q=0.3," ANY ";q=0.2",
	  OM1, NONE, SAID },
	{ P ";q=0.6," O ";version=1.0.0" U ";q=0.5," O ";version=0.0.1;q=0.4," T ";version=1.0.0" U
	    ";q=0.3," T ";version=0.0.4;q=0.2," ANY ";q=0.1",
	  PROTO, UNDERSCORES, SILENT },
	{ O ";version=1.0.0;escaping=underscores;q=0.6," O ";version=0.0.1;q=0.5," T
	    ";version=1.0.0;escaping=underscores;q=0.4," T ";version=0.0.4;q=0.3," ANY ";q=0.2",
	  OM1, UNDERSCORES, SAID },
	{ O ";version=1.0.0;escaping=dots;q=0.6," O ";version=0.0.1;q=0.5," T
	    ";version=1.0.0;escaping=dots;q=0.4," T ";version=0.0.4;q=0.3," ANY ";q=0.2",
	  OM1, DOTS, SAID },
	{ O ";version=1.0.0;escaping=values;q=0.6," O ";version=0.0.1;q=0.5," T
	    ";version=1.0.0;escaping=values;q=0.4," T ";version=0.0.4;q=0.3," ANY ";q=0.2",
	  OM1, VALUES, SAID },
};

/* --- what else comes --------------------------------------------------------------------- */

static const struct expectation others[] = {
	{ "", TEXT, UNDERSCORES, SILENT },
	{ ANY, TEXT, UNDERSCORES, SILENT },
	{ "text/*", TEXT, UNDERSCORES, SILENT },
	{ "text/html,application/xhtml+xml,application/xml;q=0.9," ANY ";q=0.8", TEXT, UNDERSCORES,
	  SILENT },
	{ "text/html", TEXT, UNDERSCORES, SILENT },
	{ "rubbish", TEXT, UNDERSCORES, SILENT },
	{ ",;,=;\"", TEXT, UNDERSCORES, SILENT },
	{ "application/json", "json", UNDERSCORES, SILENT },
	{ "application/*", TEXT, UNDERSCORES, SILENT },
	{ "application/json;q=0.1," T, TEXT, UNDERSCORES, SILENT },
	{ T ";version=0.0.4;q=1;charset=utf-8", TEXT, UNDERSCORES, SILENT },
	{ T, TEXT, UNDERSCORES, SILENT },
	{ T ";version=2.0.0", TEXT, UNDERSCORES, SILENT },
	{ T ";version=1.0.0", TEXT1, UNDERSCORES, SILENT },
	{ T ";version=1.0.0" U, TEXT1, NONE, SAID },
	{ T ";version=0.0.4" U, TEXT, NONE, SAID },
	{ O, OM1, UNDERSCORES, SILENT },
	{ O ";version=1.0.0", OM1, UNDERSCORES, SILENT },
	{ O ";version=0.0.1", OM0, UNDERSCORES, SILENT },
	{ O ";version=0.0.2", TEXT, UNDERSCORES, SILENT },
	{ O ";version=", TEXT, UNDERSCORES, SILENT },
	{ O ";version=2.0.0", OM2, UNDERSCORES, SILENT },
	{ O ";version=2.0.0;q=0.9," O ";version=1.0.0", OM1, UNDERSCORES, SILENT },
	{ "Application/OpenMetrics-Text; Version=1.0.0; Escaping=dots; Q=0.5", OM1, DOTS, SAID },
	{ O ";version=1.0.0;escaping=Dots", OM1, UNDERSCORES, SAID },
	{ O ";version=1.0.0;escaping=none-that-is-known", OM1, UNDERSCORES, SAID },
	{ O ";version=1.0.0;escaping=dots;escaping=values", OM1, VALUES, SAID },
	{ O ";version=\"1.0.0\"", OM1, UNDERSCORES, SILENT },
	{ O ";version=\"1\\.0.0\"", OM1, UNDERSCORES, SILENT },
	{ O ";version=\"1.0.0", TEXT, UNDERSCORES, SILENT },
	{ O ";a=\"b,c;d\";version=0.0.1", OM0, UNDERSCORES, SILENT },
	{ O ";a=\"\\\",\";version=0.0.1", OM0, UNDERSCORES, SILENT },
	{ "text/html;a=\"," O ";version=1.0.0,\"," T ";version=1.0.0", TEXT1, UNDERSCORES, SILENT },
	{ P, PROTO, UNDERSCORES, SILENT },
	{ "application/vnd.google.protobuf", TEXT, UNDERSCORES, SILENT },
	{ "application/vnd.google.protobuf;encoding=delimited", TEXT, UNDERSCORES, SILENT },
	{ "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily", TEXT,
	  UNDERSCORES, SILENT },
	{ "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=text",
	  TEXT, UNDERSCORES, SILENT },
	{ "application/vnd.google.protobuf;encoding=\"delimited\";"
	  "proto=\"io.prometheus.client.MetricFamily\"",
	  PROTO, UNDERSCORES, SILENT },
	{ "application/vnd.google.protobuf;proto=io.prometheus.client.metricfamily;"
	  "encoding=delimited",
	  TEXT, UNDERSCORES, SILENT },
	/* weights */
	{ O ";q=0," T, TEXT, UNDERSCORES, SILENT },
	{ O ";q=0.000," T ";version=1.0.0;q=0.001", TEXT1, UNDERSCORES, SILENT },
	{ O ";q=0", TEXT, UNDERSCORES, SILENT },
	{ O ";q=1.000", OM1, UNDERSCORES, SILENT },
	{ O ";q=1.0001", TEXT, UNDERSCORES, SILENT },
	{ O ";q=-1", TEXT, UNDERSCORES, SILENT },
	{ O ";q=1e0", TEXT, UNDERSCORES, SILENT },
	{ O ";q=nan", TEXT, UNDERSCORES, SILENT },
	{ O ";q=99999999999999999999", TEXT, UNDERSCORES, SILENT },
	{ O ";q=0.5.5", TEXT, UNDERSCORES, SILENT },
	{ O ";q=\"0.5\"", OM1, UNDERSCORES, SILENT },
	{ O ";q=.5," T ";q=0.4", OM1, UNDERSCORES, SILENT },
	{ T ";version=1.0.0;q=0.5," O ";q=0.5", TEXT1, UNDERSCORES, SILENT },
	{ O ";q=0.5," T ";version=1.0.0;q=0.5", OM1, UNDERSCORES, SILENT },
	{ O ";q=0.3333331," T ";version=1.0.0;q=0.333334", TEXT1, UNDERSCORES, SILENT },
	{ " " O " ; version = 1.0.0 ; q = 0.5 ", OM1, UNDERSCORES, SILENT },
};

static bool all(const char *name)
{
	(void)name;
	return true;
}

static bool few(const char *name)
{
	return strcmp(name, OM0) == 0 || strcmp(name, "json") == 0;
}

static bool none(const char *name)
{
	(void)name;
	return false;
}

static struct qp_words words(const char *text)
{
	return (struct qp_words){ text, strlen(text) };
}

static struct qp_accepted choose(const char *accept, bool (*offered)(const char *name))
{
	struct qp_words field = words(accept);

	return qp_accept_choose(&field, 1, offered);
}

static void check(const struct expectation *expected)
{
	struct qp_accepted got = choose(expected->accept, all);

	if (strcmp(got.format, expected->format) == 0 && (int)got.escaping == expected->escaping &&
	    got.says_escaping == (expected->said != 0))
		return;
	fprintf(stderr, "Accept: %s\n got %s, escaping %d, said %d\n", expected->accept, got.format,
		(int)got.escaping, got.says_escaping);
	CHECK(!"the format and escaping that this asks for");
}

static void by_release(void)
{
	for (size_t i = 0; i < sizeof(prometheus) / sizeof(prometheus[0]); i++)
		check(&prometheus[i]);
}

static void by_others(void)
{
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		check(&others[i]);
}

/* What is not there is passed over; the last resort always is. */
static void offered(void)
{
	for (size_t i = 0; i < sizeof(prometheus) / sizeof(prometheus[0]); i++)
		CHECK(strcmp(choose(prometheus[i].accept, none).format, TEXT) == 0);
	CHECK(strcmp(choose(O, few).format, OM0) == 0);
	CHECK(strcmp(choose(O ";version=1.0.0", few).format, TEXT) == 0);
	CHECK(strcmp(choose(P "," O ";version=0.0.1;q=0.1", few).format, OM0) == 0);
	CHECK(strcmp(choose(T ";version=1.0.0" U "," ANY, few).format, TEXT) == 0);
	CHECK(!choose(T ";version=1.0.0" U "," ANY, few).says_escaping);
}

/* Several fields are one list, but a quote does not reach from one into the next. */
static void several_fields(void)
{
	struct qp_words fields[] = { words(T ";q=0.5"), words(O ";version=\"0.0.1;q=0.7"),
				     words(O ";version=1.0.0;q=0.6") };

	CHECK(strcmp(qp_accept_choose(fields, 3, all).format, OM1) == 0);
	CHECK(strcmp(qp_accept_choose(fields, 2, all).format, TEXT) == 0);
	CHECK(strcmp(qp_accept_choose(fields, 0, all).format, TEXT) == 0);
}

/* The most that fits a request. */
static void very_long(void)
{
	char *text = malloc(QP_FIELDS_MAX + 1);
	size_t len = 0;

	while (len + 2 < QP_FIELDS_MAX - strlen(O))
		len += (size_t)sprintf(text + len, "a,");
	strcpy(text + len, O);
	CHECK(strcmp(choose(text, all).format, OM1) == 0);
	memset(text, ',', QP_FIELDS_MAX);
	CHECK(strcmp(choose(text, all).format, TEXT) == 0);
	free(text);
}

/* --- compression ------------------------------------------------------------------------- */

static const struct {
	const char *fields, *both, *gzip_only;
} encodings[] = {
	{ "gzip", "gzip", "gzip" },
	{ "GZip", "gzip", "gzip" },
	{ "x-gzip", "gzip", "gzip" },
	{ "x-gzip;q=0,gzip", "gzip", "gzip" },
	{ "x-gzip,gzip;q=0", NULL, NULL },
	{ "notgzip", NULL, NULL },
	{ "gzipped,gzi", NULL, NULL },
	{ "deflate, br", NULL, NULL },
	{ "identity", NULL, NULL },
	{ "", NULL, NULL },
	{ "*", "gzip", "gzip" },
	{ "*;q=0", NULL, NULL },
	{ "*;q=0,gzip", "gzip", "gzip" },
	{ "gzip;q=0,*", NULL, NULL },
	{ "gzip;q=0", NULL, NULL },
	{ "gzip;q=0.0", NULL, NULL },
	{ "gzip;q=0.001", "gzip", "gzip" },
	{ "gzip;q=2", NULL, NULL },
	{ "gzip;q=x", NULL, NULL },
	{ "gzip;Q=0", NULL, NULL },
	{ "gzip ; q=0.5", "gzip", "gzip" },
	{ "zstd", "zstd", NULL },
	{ "gzip, deflate, br, zstd", "zstd", "gzip" },
	{ "gzip, zstd;q=0.9", "gzip", "gzip" },
	{ "gzip;q=0.8, zstd;q=0.9", "zstd", "gzip" },
	{ "zstd, *;q=0.5", "zstd", "gzip" },
	{ "identity, gzip;q=0.5", NULL, NULL },
	{ "identity;q=0.5, gzip;q=0.5", "gzip", "gzip" },
	{ "identity;q=0, gzip", "gzip", "gzip" },
	{ "identity;q=0", NULL, NULL },
	{ "\"gzip\"", NULL, NULL },
	{ "a;b=\",gzip,\"", NULL, NULL },
};

static bool same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static void compression(void)
{
	static const char *const both[] = { "zstd", "gzip", NULL };
	static const char *const gzip_only[] = { "gzip", NULL }, *const nothing[] = { NULL };

	for (size_t i = 0; i < sizeof(encodings) / sizeof(encodings[0]); i++) {
		struct qp_words field = words(encodings[i].fields);

		if (!same(qp_encoding_choose(&field, 1, both), encodings[i].both) ||
		    !same(qp_encoding_choose(&field, 1, gzip_only), encodings[i].gzip_only))
			kit_failed(__FILE__, __LINE__, encodings[i].fields);
		CHECK(qp_encoding_choose(&field, 1, nothing) == NULL);
	}
}

static void compression_fields(void)
{
	static const char *const both[] = { "zstd", "gzip", NULL };
	struct qp_words fields[] = { words("br"), words("gzip;q=0.5"), words("zstd;q=0.4") };

	CHECK(same(qp_encoding_choose(fields, 3, both), "gzip"));
	CHECK(same(qp_encoding_choose(fields, 1, both), NULL));
	CHECK(same(qp_encoding_choose(fields, 0, both), NULL));
}

/* --- fields of a request ----------------------------------------------------------------- */

static void fields_found(void)
{
	static const char text[] = "\r\nGET /m?a=b&c HTTP/1.1\r\nHost: a\r\nACCEPT:  one \r\n"
				   "X-Accept: no\r\naccept:two,three\nAccept-Encoding: gzip\r\n"
				   "accept:\r\n\r\nGET / HTTP/1.1\r\nAccept: later\r\n\r\n";
	struct qp_request request = { 0 };
	struct qp_words found[4];

	CHECK_INT(qp_request_parse(&request, text, strlen(text)), QP_STATUS_OK);
	CHECK_INT(qp_request_fields(&request, text, "accept", found, 4), 3);
	CHECK(found[0].len == 3 && memcmp(found[0].text, "one", 3) == 0);
	CHECK(found[1].len == 9 && memcmp(found[1].text, "two,three", 9) == 0);
	CHECK(found[2].len == 0);
	CHECK_INT(qp_request_fields(&request, text, "accept", found, 1), 1);
	CHECK_INT(qp_request_fields(&request, text, "accept-encoding", found, 4), 1);
	CHECK_INT(qp_request_fields(&request, text, "none", found, 4), 0);
	CHECK(request.query_len == 5 && memcmp(text + request.query_at, "a=b&c", 5) == 0);
}

static const struct kit_case cases[] = {
	{ "by_release", by_release },
	{ "by_others", by_others },
	{ "offered", offered },
	{ "several_fields", several_fields },
	{ "very_long", very_long },
	{ "compression", compression },
	{ "compression_fields", compression_fields },
	{ "fields_found", fields_found },
};
KIT_MAIN(cases)
