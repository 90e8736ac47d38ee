/* SPDX-License-Identifier: MIT */
/* parse_test.c: heads of requests: what is accepted, what is refused and how, however the
 * bytes come. */
#include "date.h"
#include "kit.h"
#include "parse.h"

#include <stdlib.h>
#include <string.h>

#define HOST "Host: a\r\n"
#define GET "GET / HTTP/1.1\r\n" HOST
#define OK QP_STATUS_OK

struct sample {
	int status;
	const char *text;
};

static const struct sample samples[] = {
	/* the request line */
	{ OK, "GET / HTTP/1.1\r\nHost: a\r\n\r\n" },
	{ OK, "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n" },
	{ OK, "GET / HTTP/1.1\nHost: a\n\n" },
	{ OK, "GET / HTTP/1.0\r\n\r\n" },
	{ OK, "GET / HTTP/1.9\r\nHost: a\r\n\r\n" },
	{ OK, "POST / HTTP/1.1\r\nHost: a\r\n\r\n" },
	{ 400, "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n" },
	{ 400, "GET /\r\n\r\n" },
	{ 400, "GET\r\n\r\n" },
	{ 400, "GET  / HTTP/1.1\r\nHost: a\r\n\r\n" },
	{ 400, "GET /  HTTP/1.1\r\nHost: a\r\n\r\n" },
	{ 400, " GET / HTTP/1.1\r\nHost: a\r\n\r\n" },
	{ 400, "GET / HTTP/1.1 \r\nHost: a\r\n\r\n" },
	{ 400, "GET\t/\tHTTP/1.1\r\nHost: a\r\n\r\n" },
	{ 400, "GET / / HTTP/1.1\r\nHost: a\r\n\r\n" },
	{ 400, "GET / http/1.1\r\nHost: a\r\n\r\n" },
	{ 400, "GET / HTTP/1.10\r\nHost: a\r\n\r\n" },
	{ 400, "GET / HTTP/1,1\r\nHost: a\r\n\r\n" },
	{ 400, "GET / HTTP/1\r\nHost: a\r\n\r\n" },
	{ 400, "GET / HTTP/x.1\r\nHost: a\r\n\r\n" },
	{ 400, "GET / HTTP/1.x\r\nHost: a\r\n\r\n" },
	{ 400, "GET / HTTPS/1.1\r\nHost: a\r\n\r\n" },
	{ 400, "GET / \r\nHost: a\r\n\r\n" },
	{ 400, "G(T / HTTP/1.1\r\nHost: a\r\n\r\n" },
	{ 400, "GET / HTTP/1.1\r\r\nHost: a\r\n\r\n" },
	{ 400, "GET /\r HTTP/1.1\r\nHost: a\r\n\r\n" },
	{ 400, "\x16\x03\x01\x02" },
	{ 400, "\xff\n" },
	{ 501, "get / HTTP/1.1\r\nHost: a\r\n\r\n" },
	{ 501, "FROB / HTTP/1.1\r\nHost: a\r\n\r\n" },
	{ 501, "GETX / HTTP/1.1\r\nHost: a\r\n\r\n" },
	{ 505, "GET / HTTP/2.0\r\nHost: a\r\n\r\n" },
	{ 505, "GET / HTTP/0.9\r\n\r\n" },
	{ 505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" },

	/* targets */
	{ OK, "GET /a?b=c&name[]=d HTTP/1.1\r\nHost: a\r\n\r\n" },
	{ OK, "GET /%41%c3%bc?%41 HTTP/1.1\r\nHost: a\r\n\r\n" },
	{ OK, "GET http://a/metrics HTTP/1.1\r\nHost: a\r\n\r\n" },
	{ OK, "GET HTTP://a:80 HTTP/1.1\r\nHost: b\r\n\r\n" },
	{ OK, "GET https://[::1]:80?x HTTP/1.1\r\nHost: a\r\n\r\n" },
	{ OK, "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n" },
	{ OK, "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n" },
	{ 400, "GET * HTTP/1.1\r\nHost: a\r\n\r\n" },
	{ 400, "GET a:80 HTTP/1.1\r\nHost: a\r\n\r\n" },
	{ 400, "GET metrics HTTP/1.1\r\nHost: a\r\n\r\n" },
	{ 400, "CONNECT /metrics HTTP/1.1\r\nHost: a\r\n\r\n" },
	{ 400, "GET http:///metrics HTTP/1.1\r\nHost: a\r\n\r\n" },
	{ 400, "GET http://u@a/metrics HTTP/1.1\r\nHost: a\r\n\r\n" },
	{ 400, "GET ftp://a/metrics HTTP/1.1\r\nHost: a\r\n\r\n" },
	{ 400, "GET http://a/ HTTP/1.1\r\n\r\n" },
	{ 400, "GET /% HTTP/1.1\r\nHost: a\r\n\r\n" },
	{ 400, "GET /%4 HTTP/1.1\r\nHost: a\r\n\r\n" },
	{ 400, "GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n" },
	{ 400, "GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n" },
	{ 400, "GET /?%zz HTTP/1.1\r\nHost: a\r\n\r\n" },
	{ 400, "GET /?%00 HTTP/1.1\r\nHost: a\r\n\r\n" },
	{ 400, "GET /#a HTTP/1.1\r\nHost: a\r\n\r\n" },
	{ 400, "GET /\x01 HTTP/1.1\r\nHost: a\r\n\r\n" },
	{ 400, "GET /\x7f HTTP/1.1\r\nHost: a\r\n\r\n" },
	{ 400, "GET /\xc3\xbc HTTP/1.1\r\nHost: a\r\n\r\n" },

	/* Host */
	{ OK, "GET / HTTP/1.1\r\nHost:\r\n\r\n" },
	{ OK, "GET / HTTP/1.1\r\nhOsT: \t a.b-c:80 \t\r\n\r\n" },
	{ OK, "GET / HTTP/1.1\r\nHost: [::1]:2222\r\n\r\n" },
	{ OK, "GET / HTTP/1.1\r\nHost: a:\r\n\r\n" },
	{ 400, "GET / HTTP/1.1\r\n\r\n" },
	{ 400, "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n" },
	{ 400, "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n" },
	{ 400, "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n" },
	{ 400, "GET / HTTP/1.1\r\nHost: a,b\r\n\r\n" },
	{ 400, "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n" },
	{ 400, "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n" },
	{ 400, "GET / HTTP/1.1\r\nHost: a:b\r\n\r\n" },
	{ 400, "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n" },
	{ 400, "GET / HTTP/1.1\r\nHost: []\r\n\r\n" },
	{ 400, "GET / HTTP/1.1\r\nHost: a%zz\r\n\r\n" },

	/* fields */
	{ OK, GET "X: \xff\xfe \t y\r\n\r\n" },
	{ OK, GET "X:\r\n\r\n" },
	{ OK, GET "Upgrade: h2c\r\nConnection: upgrade\r\n\r\n" },
	{ OK, GET "Range: bytes=0-1\r\nIf-None-Match: *\r\n\r\n" },
	{ 400, GET "X : y\r\n\r\n" },
	{ 400, GET ": y\r\n\r\n" },
	{ 400, GET "X\r\n\r\n" },
	{ 400, GET "X: a\r\n b\r\n\r\n" },
	{ 400, GET "X: a\r\n\tb\r\n\r\n" },
	{ 400, GET "X: a\r\n \r\n\r\n" },
	{ 400, GET "X(: a\r\n\r\n" },
	{ 400, GET "X: a\rb\r\n\r\n" },
	{ 400, GET "X: a\x01\r\n\r\n" },
	{ 400, GET "X: a\x7f\r\n\r\n" },
	{ 400, "GET / HTTP/1.1\r\n " HOST "\r\n" },

	/* framing */
	{ OK, GET "Content-Length: 0\r\n\r\n" },
	{ OK, GET "Content-Length: 5\r\n\r\nhello" },
	{ OK, GET "Content-Length: 18446744073709551615\r\n\r\n" },
	{ OK, GET "Transfer-Encoding: Chunked\r\n\r\n" },
	{ 400, GET "Content-Length:\r\n\r\n" },
	{ 400, GET "Content-Length: +5\r\n\r\n" },
	{ 400, GET "Content-Length: -1\r\n\r\n" },
	{ 400, GET "Content-Length: 0x5\r\n\r\n" },
	{ 400, GET "Content-Length: 5 5\r\n\r\n" },
	{ 400, GET "Content-Length: 5, 5\r\n\r\n" },
	{ 400, GET "Content-Length: 5.0\r\n\r\n" },
	{ 400, GET "Content-Length: 18446744073709551616\r\n\r\n" },
	{ 400, GET "Content-Length: 99999999999999999999999\r\n\r\n" },
	{ 400, GET "Content-Length: 5\r\nContent-Length: 6\r\n\r\n" },
	{ 400, GET "Content-Length: 5\r\nContent-Length: 5\r\n\r\n" },
	{ 400, GET "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n" },
	{ 400, GET "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n" },
	{ 400, GET "Transfer-Encoding: chunked, gzip\r\n\r\n" },
	{ 400, GET "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n" },
	{ 400, GET "Transfer-Encoding:\r\n\r\n" },
	{ 400, GET "Transfer-Encoding: ,chunked\r\n\r\n" },
	{ 400, GET "Transfer-Encoding: chunked ,\r\n\r\n" },
	{ 400, GET "Transfer-Encoding: gzip,,chunked\r\n\r\n" },
	{ 400, GET "Transfer-Encoding:\r\nTransfer-Encoding: chunked\r\n\r\n" },
	{ 400, GET "Transfer-Encoding: chunked\r\nTransfer-Encoding:\r\n\r\n" },
	{ 400, "GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n" },
	{ 501, GET "Transfer-Encoding: gzip, chunked\r\n\r\n" },
	{ 501, GET "Transfer-Encoding: xchunked\r\n\r\n" },
	{ 501, GET "Transfer-Encoding: identity\r\n\r\n" },

	/* Expect */
	{ OK, GET "Expect: 100-Continue\r\n\r\n" },
	{ 417, GET "Expect: 200-ok\r\n\r\n" },
	{ OK, "GET / HTTP/1.0\r\nExpect: 200-ok\r\n\r\n" },

	/* not all there yet */
	{ 0, "" },
	{ 0, "G" },
	{ 0, "\r" },
	{ 0, "\r\n\r" },
	{ 0, "GET / HTTP/1.1\r" },
	{ 0, GET },
	{ 0, GET "\r" },
};

/* The bytes end where the memory does, so that one too many is noticed. */
static int parse_part(struct qp_request *request, const char *text, size_t len)
{
	char *exact = malloc(len ? len : 1);
	int status;

	memcpy(exact, text, len);
	status = qp_request_parse(request, exact, len);
	free(exact);
	return status;
}

static int parse_whole(struct qp_request *request, const char *text, size_t len)
{
	memset(request, 0, sizeof(*request));
	return parse_part(request, text, len);
}

/* In steps of so many bytes, until it says something. */
static int parse_steps(struct qp_request *request, const char *text, size_t len, size_t step)
{
	int status = QP_INCOMPLETE;

	memset(request, 0, sizeof(*request));
	for (size_t have = 0; have < len && status == QP_INCOMPLETE;) {
		have = have + step < len ? have + step : len;
		status = parse_part(request, text, have);
	}
	return status;
}

static void check_same(const char *text, size_t len, const struct qp_request *whole, int status)
{
	static const size_t steps[] = { 1, 2, 3, 7, 100 };

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		struct qp_request request;

		CHECK_INT(parse_steps(&request, text, len, steps[i]), status);
		CHECK_INT(request.method, whole->method);
		if (status == OK)
			CHECK(memcmp(&request, whole, sizeof(request)) == 0);
	}
}

static void table(void)
{
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		struct qp_request request;
		size_t len = strlen(samples[i].text);
		int status = parse_whole(&request, samples[i].text, len);

		if (status != samples[i].status)
			kit_failed(__FILE__, __LINE__, samples[i].text);
		check_same(samples[i].text, len, &request, status);
	}
}

/* NUL cannot be in a string of the table. */
static void nul(void)
{
	static const char path[] = "GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n";
	static const char value[] = GET "X: a\0b\r\n\r\n";
	static const char name[] = GET "X\0: b\r\n\r\n";
	static const char method[] = "GE\0T / HTTP/1.1\r\nHost: a\r\n\r\n";
	struct qp_request request;

	CHECK_INT(parse_whole(&request, path, sizeof(path) - 1), 400);
	CHECK_INT(parse_whole(&request, value, sizeof(value) - 1), 400);
	CHECK_INT(parse_whole(&request, name, sizeof(name) - 1), 400);
	CHECK_INT(parse_whole(&request, method, sizeof(method) - 1), 400);
}

static bool path_is(const struct qp_request *request, const char *path)
{
	return request->path_len == strlen(path) &&
	       memcmp(request->path, path, request->path_len) == 0;
}

static void check_path(const char *target, const char *path)
{
	struct qp_request request;
	char text[512];
	int len = snprintf(text, sizeof(text), "GET %s HTTP/1.1\r\nHost: a\r\n\r\n", target);

	CHECK_INT(parse_whole(&request, text, (size_t)len), OK);
	if (!path_is(&request, path))
		kit_failed(__FILE__, __LINE__, target);
}

static void paths(void)
{
	check_path("/metrics", "/metrics");
	check_path("/metrics?a=/b", "/metrics");
	check_path("/metrics?", "/metrics");
	check_path("/%6detrics", "/metrics");
	check_path("/%6Detrics", "/metrics");
	check_path("/%256d", "/%6d"); /* once */
	check_path("/metrics%3fa", "/metrics?a");
	check_path("/../metrics", "/../metrics");
	check_path("//metrics", "//metrics");
	check_path("http://b/metrics?c", "/metrics");
	check_path("http://b", "/");
	check_path("http://b?c/d", "/");
}

static struct qp_request parsed(const char *text)
{
	struct qp_request request;

	CHECK_INT(parse_whole(&request, text, strlen(text)), OK);
	CHECK_INT(request.at, strlen(text));
	return request;
}

static void persistence(void)
{
	CHECK(parsed(GET "\r\n").keep);
	CHECK(parsed(GET "Connection: keep-alive, x\r\n\r\n").keep);
	CHECK(!parsed(GET "Connection: close\r\n\r\n").keep);
	CHECK(!parsed(GET "Connection: x, CLOSE\r\n\r\n").keep);
	CHECK(!parsed(GET "Connection: x\r\nConnection: ,close,\r\n\r\n").keep);
	CHECK(parsed(GET "Connection: closed, \"close\"\r\n\r\n").keep);
	CHECK(!parsed("GET / HTTP/1.0\r\n\r\n").keep);
	CHECK(parsed("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n").keep);
	CHECK(!parsed("GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n").keep);
	CHECK(!parsed(GET "Transfer-Encoding: chunked\r\n\r\n").keep);
	CHECK(!parsed(GET "Content-Length: 1\r\n\r\n").keep);
	CHECK(parsed(GET "Content-Length: 0\r\n\r\n").keep);
}

static void bodies(void)
{
	CHECK_INT(parsed(GET "\r\n").body, QP_NO_BODY);
	CHECK_INT(parsed(GET "Content-Length: 0\r\n\r\n").body, QP_NO_BODY);
	CHECK_INT(parsed(GET "Content-Length: 5\r\n\r\n").body, QP_SIZED_BODY);
	CHECK_INT(parsed(GET "Transfer-Encoding: chunked\r\n\r\n").body, QP_CHUNKED_BODY);
}

static double timeout_of(const char *value)
{
	char text[1024];

	snprintf(text, sizeof(text), GET "X-Prometheus-Scrape-Timeout-Seconds: %s\r\n\r\n", value);
	return parsed(text).scrape_timeout;
}

static void timeouts(void)
{
	char many[401];

	memset(many, '9', 400);
	many[400] = '\0';
	CHECK(timeout_of("10") == 10);
	CHECK(timeout_of("1.5") == 1.5);
	CHECK(timeout_of("0.25") == 0.25);
	CHECK(timeout_of("0") == 0);
	CHECK(timeout_of(many) > 1e300);
	CHECK(timeout_of("-1") == 0);
	CHECK(timeout_of("+1") == 0);
	CHECK(timeout_of("1e3") == 0);
	CHECK(timeout_of("nan") == 0);
	CHECK(timeout_of("inf") == 0);
	CHECK(timeout_of("0x10") == 0);
	CHECK(timeout_of("1,5") == 0);
	CHECK(timeout_of("1.5.5") == 0);
	CHECK(timeout_of("1.") == 0);
	CHECK(timeout_of(".5") == 0);
	CHECK(timeout_of("1 s") == 0);
	CHECK(timeout_of("") == 0);
}

/* What stands before, n times what is between, and what stands behind. */
static char *build(const char *before, const char *between, size_t n, const char *behind)
{
	size_t len = strlen(between);
	char *text = malloc(strlen(before) + n * len + strlen(behind) + 1);
	char *end = stpcpy(text, before);

	for (size_t i = 0; i < n; i++)
		end = stpcpy(end, between);
	strcpy(end, behind);
	return text;
}

static void check_built(int status, const char *before, const char *between, size_t n,
			const char *behind)
{
	char *text = build(before, between, n, behind);
	struct qp_request request;
	size_t len = strlen(text);
	int got = parse_whole(&request, text, len);

	CHECK_INT(got, status);
	CHECK_INT(parse_steps(&request, text, len, 1), status);
	free(text);
}

/* "GET /aaa... HTTP/1.1" of exactly so many bytes. */
static void check_line(int status, size_t len)
{
	check_built(status, "GET /", "a", len - strlen("GET / HTTP/1.1"),
		    " HTTP/1.1\r\n" HOST "\r\n");
}

/* Fields of exactly so many bytes, the empty line included. */
static void check_fields(int status, size_t len)
{
	check_built(status, "GET / HTTP/1.1\r\n" HOST "X: ", "a", len - strlen(HOST "X: \r\n\r\n"),
		    "\r\n\r\n");
}

static void limits(void)
{
	check_line(OK, 8000);
	check_line(OK, QP_LINE_MAX);
	check_line(414, QP_LINE_MAX + 1);
	check_line(414, 1000000);
	check_built(414, "GET", "a", 100000, "");
	check_fields(OK, QP_FIELDS_MAX);
	check_fields(431, QP_FIELDS_MAX + 1);
	check_fields(431, 1000000);
	check_built(431, "GET / HTTP/1.1\r\n" HOST, "a", 100000, "");
	check_built(OK, "GET / HTTP/1.1\r\n" HOST, "X: y\r\n", QP_FIELDS_COUNT - 1, "\r\n");
	check_built(431, "GET / HTTP/1.1\r\n" HOST, "X: y\r\n", QP_FIELDS_COUNT, "\r\n");
	check_built(431, "GET / HTTP/1.1\r\n" HOST, "X: y\r\n", 10000, "\r\n");
	check_built(400, "", "/", 20000, "");
	check_built(OK, "GET ", "/", 2000, " HTTP/1.1\r\n" HOST "\r\n");
}

/* The longest request that is allowed fits the buffer, with a byte to spare. */
static void longest(void)
{
	char *line = build("\r\nGET /", "a", QP_LINE_MAX - strlen("GET / HTTP/1.1"),
			   " HTTP/1.1\r\n" HOST "X: ");
	char *text = build(line, "b", QP_FIELDS_MAX - strlen(HOST "X: \r\n\r\n"), "\r\n\r\n");
	struct qp_request request;

	CHECK_INT(strlen(text), QP_HEAD_MAX - 1);
	CHECK_INT(parse_whole(&request, text, strlen(text)), OK);
	free(line);
	free(text);
}

/* What comes behind the head is not looked at. */
static void leaves_the_rest(void)
{
	static const char one[] = GET "\r\n";
	static const char two[] = GET "\r\n\x01garbage\r\n";
	struct qp_request request;

	CHECK_INT(parse_whole(&request, two, sizeof(two) - 1), OK);
	CHECK_INT(request.at, sizeof(one) - 1);
}

static void heads(void)
{
	struct qp_request request;
	char *text = build("HEAD /", "a", 10000, "");

	parse_whole(&request, text, strlen(text));
	CHECK_INT(request.method, QP_METHOD_HEAD);
	CHECK_INT(parsed("HEAD / HTTP/1.0\r\n\r\n").method, QP_METHOD_HEAD);
	CHECK_INT(parsed("GET / HTTP/1.0\r\n\r\n").method, QP_METHOD_GET);
	CHECK_INT(parsed("DELETE / HTTP/1.0\r\n\r\n").method, QP_METHOD_OTHER);
	free(text);
}

static void check_date(time_t second, const char *wanted)
{
	char text[QP_DATE_SIZE];

	qp_date_print(text, second);
	if (strcmp(text, wanted) != 0)
		kit_failed(__FILE__, __LINE__, text);
}

static void dates(void)
{
	check_date(784111777, "Sun, 06 Nov 1994 08:49:37 GMT");
	check_date(0, "Thu, 01 Jan 1970 00:00:00 GMT");
	check_date(951782400, "Tue, 29 Feb 2000 00:00:00 GMT");
	check_date(2147483648, "Tue, 19 Jan 2038 03:14:08 GMT");
	check_date(4107542399, "Sun, 28 Feb 2100 23:59:59 GMT");
	check_date(4107542400, "Mon, 01 Mar 2100 00:00:00 GMT");
	check_date(253402300799, "Fri, 31 Dec 9999 23:59:59 GMT");
	check_date(253402300800, "");
	check_date(-1, "");
}

static const struct kit_case cases[] = {
	{ "table", table },
	{ "nul", nul },
	{ "paths", paths },
	{ "persistence", persistence },
	{ "bodies", bodies },
	{ "timeouts", timeouts },
	{ "limits", limits },
	{ "longest", longest },
	{ "leaves_the_rest", leaves_the_rest },
	{ "heads", heads },
	{ "dates", dates },
};
KIT_MAIN(cases)
