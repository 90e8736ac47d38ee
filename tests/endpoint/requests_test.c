/* SPDX-License-Identifier: MIT */
/* requests_test.c: what goes out and where to: requests, costs, URLs, the order of arrivals. */
#include "endpoint/cost.h"
#include "endpoint/json.h"
#include "endpoint/request.h"
#include "endpoint/source.h"
#include "endpoint/spread.h"
#include "endpoint/target.h"

#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

static struct buffer text = { .most = 1 << 20 };

static size_t count(const char *part)
{
	const char *at = text.data, *end = text.data + text.len;
	size_t n = 0;

	while ((at = memmem(at, (size_t)(end - at), part, strlen(part)))) {
		at += strlen(part);
		n++;
	}
	return n;
}

static void write_valid(struct request request)
{
	struct json json;

	cr_assert(request_write(&text, &request));
	json = json_of(text.data, text.len);
	cr_assert(json_skip(&json) && json_end(&json), "%.*s", (int)text.len, text.data);
}

Test(request, written)
{
	write_valid((struct request){ .model = "a\"b\\c\n\x01é", .input = 2, .max_tokens = 7 });
	cr_assert_eq(count("{\"model\":\"a\\\"b\\\\c\\u000a\\u0001é\","), 1);
	cr_assert_eq(count("\"max_tokens\":7"), 1);
	cr_assert_eq(count("stream"), 0);
	write_valid((struct request){ .model = "m", .input = 0, .stream = true });
	cr_assert_eq(count("\"content\":\"\""), 1);
	cr_assert_eq(count("max_tokens"), 0);
	cr_assert_eq(count("\"stream\":true,\"stream_options\":{\"include_usage\":true}"), 1);
	buffer_free(&text);
}

Test(request, prompts)
{
	char *first;

	write_valid((struct request){ .model = "m", .input = 1000, .seed = 1, .number = 5 });
	cr_assert_eq(count(" "), 999);
	first = strndup(text.data, text.len);
	write_valid((struct request){ .model = "m", .input = 1000, .seed = 1, .number = 5 });
	cr_assert_eq(memcmp(first, text.data, text.len), 0);
	write_valid((struct request){ .model = "m", .input = 1000, .seed = 1, .number = 6 });
	cr_assert_neq(memcmp(first, text.data, 200), 0);
	free(first);
	cr_assert_not(request_write(&text, &(struct request){ .model = "m", .input = UINT32_MAX }),
		      "over the buffer's limit");
	buffer_free(&text);
}

static uint64_t price(const char *dollars)
{
	uint64_t value;

	return cost_parse_price(dollars, &value) ? value : UINT64_MAX;
}

Test(cost, prices)
{
	cr_assert_eq(price("0"), 0);
	cr_assert_eq(price("2.5"), 2500000);
	cr_assert_eq(price("0.000001"), 1);
	cr_assert_eq(price("1000000"), UINT64_C(1000000000000));
	cr_assert_eq(price("1000000.000001"), UINT64_MAX);
	cr_assert_eq(price("0.0000001"), UINT64_MAX);
	cr_assert_eq(price(""), UINT64_MAX);
	cr_assert_eq(price("."), UINT64_MAX);
	cr_assert_eq(price("1."), UINT64_MAX);
	cr_assert_eq(price("-1"), UINT64_MAX);
	cr_assert_eq(price("1e3"), UINT64_MAX);
	cr_assert_eq(price("99999999999999999999"), UINT64_MAX);
}

/* Of one call, where none was before. */
static uint64_t cost(uint64_t input, const char *input_price, uint64_t output,
		     const char *output_price)
{
	uint64_t rest = 0;

	return cost_microdollars(input, price(input_price), output, price(output_price), &rest);
}

Test(cost, exact)
{
	cr_assert_eq(cost(812, "2.5", 64, "10"), 2670);
	cr_assert_eq(cost(1, "0.999999", 0, "0"), 0);
	cr_assert_eq(cost(5, "0.1", 5, "0.1"), 1);
	cr_assert_eq(cost(UINT64_C(1) << 32, "3", 1, "1"), 3 * (UINT64_C(1) << 32) + 1);
}

/* A server's word for it is believed up to a limit, which many calls can reach without a wrap. */
Test(cost, bounded)
{
	cr_assert_eq(cost(COST_MOST, "1", 0, "0"), COST_MOST);
	cr_assert_eq(cost(COST_MOST + 1, "1", 0, "0"), COST_MOST);
	cr_assert_eq(cost(UINT64_MAX, "1000000", UINT64_MAX, "1000000"), COST_MOST);
	cr_assert_lt(COST_MOST, INT64_MAX / 1000);
}

/* A thousand calls for 1.17 micro-dollars each. */
Test(cost, what_is_left_over_is_not_lost)
{
	uint64_t rest = 0, sum = 0;
	int i;

	for (i = 0; i < 1000; i++)
		sum += cost_microdollars(3, price("0.15"), 2, price("0.36"), &rest);
	cr_assert_eq(sum, 1170);
	cr_assert_eq(rest, 0);
}

static struct target target;

static const char *url_of(const char *given)
{
	const char *wrong = target_parse(given, &target);

	return wrong ? wrong : target.url;
}

Test(target, completed)
{
	cr_assert_str_eq(url_of("http://127.0.0.1:80"), "http://127.0.0.1:80/v1/chat/completions");
	cr_assert_str_eq(url_of("http://h/"), "http://h/v1/chat/completions");
	cr_assert_str_eq(url_of("https://h/v1"), "https://h/v1/chat/completions");
	cr_assert_str_eq(url_of("https://h/api/v2//"), "https://h/api/v2/chat/completions");
	cr_assert_str_eq(url_of("HTTPS://h/x/chat/completions/"), "HTTPS://h/x/chat/completions");
	cr_assert_str_eq(url_of("http://[::1]:8/v1"), "http://[::1]:8/v1/chat/completions");
}

static bool loopback(const char *url)
{
	cr_assert_null(target_parse(url, &target));
	return target.loopback;
}

Test(target, this_machine)
{
	cr_assert(loopback("http://127.0.0.1/"));
	cr_assert(loopback("http://127.255.0.1:8/"));
	cr_assert(loopback("http://[::1]/"));
	cr_assert(loopback("http://LocalHost:99"));
	cr_assert_not(loopback("http://128.0.0.1/"));
	cr_assert_not(loopback("http://localhost.example/"));
	cr_assert_not(loopback("http://127.0.0.1.example/"));
	cr_assert_not(loopback("http://[::2]/"));
	cr_assert_not(loopback("http://0.0.0.0/"));
	cr_assert_str_eq(target.host, "0.0.0.0");
}

Test(target, refused)
{
	static const char *const bad[] = { "",
					   "h",
					   "ftp://h",
					   "http://",
					   "http:///v1",
					   "http://:80",
					   "http://h:0",
					   "http://h:65536",
					   "http://h:8x",
					   "http://[::1",
					   "http://[]",
					   "http://[::1]8",
					   "http://u@h",
					   "http://h/?k=1",
					   "http://h/#",
					   "http://h/ x",
					   "http://h/\n",
					   "http://h:" };
	size_t i;

	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		cr_expect(target_parse(bad[i], &target), "%s", bad[i]);
}

static struct source source;

static enum source_result take(uint64_t now, uint64_t *number, uint64_t *later)
{
	struct source_call call = { 0 };
	enum source_result result = source_take(&source, now, &call, later);

	*number = call.number;
	return result;
}

Test(source, by_arrival)
{
	struct call calls[] = { { 0, 1, 1 }, { 100, 2, 2 }, { 200, 3, 3 } };
	struct workload workload = { calls, 3, 3 };
	uint64_t number, later = 0;

	source_open(&source, &(struct source_opts){ .workload = &workload, .speed = 2, .limit = 4 },
		    1000);
	cr_assert(take(1000, &number, &later) == SOURCE_CALL && number == 0);
	cr_assert(take(1049, &number, &later) == SOURCE_LATER && later == 1050);
	cr_assert(take(1100, &number, &later) == SOURCE_CALL && number == 1);
	cr_assert(take(1100, &number, &later) == SOURCE_CALL && number == 2);
	cr_assert(take(1100, &number, &later) == SOURCE_LATER && later == 1150, "the next pass");
	cr_assert(take(1150, &number, &later) == SOURCE_CALL && number == 3);
	cr_assert_eq(take(9000, &number, &later), SOURCE_OVER);
	source_close(&source);
}

Test(source, abandoned)
{
	struct call calls[] = { { 0, 1, 1 } };
	struct workload workload = { calls, 1, 1 };
	uint64_t number, later;

	source_open(&source, &(struct source_opts){ .workload = &workload, .limit = 5 }, 0);
	cr_assert(take(0, &number, &later) == SOURCE_CALL && number == 0);
	cr_assert(take(0, &number, &later) == SOURCE_CALL && number == 1);
	source_abandon(&source);
	cr_assert_eq(take(0, &number, &later), SOURCE_OVER);
	source_close(&source);
}

Test(spread, quantiles)
{
	static struct spread spread;
	struct spread_sum sum = { 0 };
	uint64_t ms;

	cr_assert_eq(spread_quantile(&sum, 0.5), -1);
	for (ms = 1; ms <= 1000; ms++)
		spread_add(&spread, ms * 1000000);
	spread_sum_add(&sum, &spread);
	cr_assert_eq(sum.n, 1000);
	cr_assert_float_eq(spread_mean(&sum), 0.5005, 1e-9);
	cr_assert_float_eq(spread_quantile(&sum, 0.5), 0.5, 0.05);
	cr_assert_float_eq(spread_quantile(&sum, 0.95), 0.95, 0.09);
	spread_add(&spread, 0);
	spread_add(&spread, UINT64_MAX);
}
