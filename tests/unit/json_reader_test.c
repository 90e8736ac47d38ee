/* SPDX-License-Identifier: MIT */
/* json_reader_test.c: the tests' own oracle: what the strict reader of JSON takes and refuses. */
#include "support/json.h"

#include <criterion/criterion.h>

#include <string.h>

#define N(array) (sizeof(array) / sizeof((array)[0]))

Test(json_reader, takes)
{
	static const char *const good[] = {
		"0",
		"-0.5e+10",
		"12",
		"\"\"",
		"\"\\u0041\\n\\\"\xc3\xa9\"",
		"[]",
		"{}",
		"[1,[2,{}],true,false,null]",
		"{\"a\":1,\"b\":{\"a\":[]}}",
	};

	for (size_t i = 0; i < N(good); i++)
		cr_expect(qt_json_valid(good[i], strlen(good[i])), "%s", good[i]);
}

Test(json_reader, refuses)
{
	static const char *const bad[] = {
		"",
		" 1",
		"1 ",
		"01",
		"1.",
		".5",
		"+1",
		"-",
		"1e",
		"NaN",
		"\"",
		"\"\\\"",
		"\"\\x\"",
		"\"\\u00g0\"",
		"\"\\u00",
		"\"\n\"",
		"[1,]",
		"[1 2]",
		"[",
		"{\"a\":1,}",
		"{\"a\"}",
		"{a:1}",
		"{\"a\":1 ",
		"tru",
		"1,2",
		"]",
		"\"a\"\"b\"",
		"{\"a\":1,\"a\":2}",
		"{\"a\":1,\"\\u0061\":2}",
	};

	for (size_t i = 0; i < N(bad); i++)
		cr_expect(!qt_json_valid(bad[i], strlen(bad[i])), "%s", bad[i]);
	cr_expect(!qt_json_valid("\"\0\"", 3));
}

Test(json_reader, depth_is_limited)
{
	char deep[200];

	memset(deep, '[', 100);
	memset(deep + 100, ']', 100);
	cr_expect(!qt_json_valid(deep, 200));
	cr_expect(qt_json_valid(deep + 60, 80));
}

Test(json_reader, strings)
{
	static const char text[] = "\"a\\u0000\\\\\\u00e9\\/\"", meant[] = "a\0\\\xc3\xa9/";
	char to[sizeof text];
	size_t n;

	cr_assert(qt_json_string(text, sizeof text - 1, to, &n));
	cr_assert_eq(n, sizeof meant - 1);
	cr_assert_eq(memcmp(to, meant, n), 0);
	cr_expect(!qt_json_string(text, sizeof text - 2, to, &n));
	cr_expect(!qt_json_string("a", 1, to, &n));
	cr_expect(!qt_json_string("", 0, to, &n));
}
