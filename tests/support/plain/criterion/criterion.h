/* SPDX-License-Identifier: MIT */
/*
 * criterion.h: the part of Criterion that this project's unit tests use, for a main of our own
 * (plain.c), where Criterion cannot run: under ThreadSanitizer it does not start, and memcheck
 * would check a program that starts itself anew for every test.
 *
 * What is not here does not compile, rather than doing nothing. A test's messages are checked
 * against their arguments by the builds that have Criterion.
 */
#ifndef TESTS_PLAIN_CRITERION_H
#define TESTS_PLAIN_CRITERION_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* As Criterion's: warnings inside these macros are not those of the tests. */
#pragma GCC system_header

struct plain_options {
	void (*init)(void);
	void (*fini)(void);
	int signal; /* that must end the test; 0: none */
	int last;   /* so that no list is empty */
};

struct plain_test {
	const char *suite;
	const char *name; /* NULL: the suite itself */
	void (*run)(void);
	struct plain_options options;
	struct plain_test *next;
};

/* Called by constructors. */
void plain_register(struct plain_test *test);

/* Notes that the test failed. STOP: and ends it. */
enum plain_severity { PLAIN_GOES_ON, PLAIN_STOPS };

void plain_failed(enum plain_severity severity, const char *file, int line, const char *what,
		  const char *format, ...);

/* Prints both strings where they differ; NULL is like no string. */
bool plain_same(const char *a, const char *b);

/* Ends the test, which does not fail. */
_Noreturn void plain_skip(const char *reason);

#define PLAIN_ENTRY(suite_, name_text, run_, id, ...)                                              \
	__attribute__((constructor)) static void id##_register(void)                               \
	{                                                                                          \
		static struct plain_test test = {                                                  \
			.suite = #suite_,                                                          \
			.name = name_text,                                                         \
			.run = run_,                                                               \
			.options = { __VA_ARGS__ },                                                \
		};                                                                                 \
		plain_register(&test);                                                             \
	}

#define TestSuite(...) PLAIN_SUITE(__VA_ARGS__, .last = 0)
#define PLAIN_SUITE(suite, ...)                                                                    \
	PLAIN_ENTRY(suite, NULL, NULL, suite##_suite, __VA_ARGS__)                                 \
	_Static_assert(1, "takes the semicolon")

#define Test(...) PLAIN_TEST(__VA_ARGS__, .last = 0)
#define PLAIN_TEST(suite, name, ...)                                                               \
	static void suite##_##name##_test(void);                                                   \
	PLAIN_ENTRY(suite, #name, suite##_##name##_test, suite##_##name, __VA_ARGS__)              \
	static void suite##_##name##_test(void)

/* A message with its arguments may follow the operands, and is made only on failure. */
#define PLAIN_FIRST(first, ...) first
#define PLAIN_REST(first, ...) __VA_ARGS__

#define PLAIN_CHECK(severity, good, what, ...)                                                     \
	do {                                                                                       \
		if (!(good))                                                                       \
			plain_failed(severity, __FILE__, __LINE__, what, __VA_ARGS__);             \
	} while (0)

#define PLAIN_TRUE(severity, ...)                                                                  \
	PLAIN_CHECK(severity, (PLAIN_FIRST(__VA_ARGS__, 0)), #__VA_ARGS__,                         \
		    PLAIN_REST(__VA_ARGS__, NULL))
#define PLAIN_NOT(severity, ...)                                                                   \
	PLAIN_CHECK(severity, !(PLAIN_FIRST(__VA_ARGS__, 0)), "not " #__VA_ARGS__,                 \
		    PLAIN_REST(__VA_ARGS__, NULL))
#define PLAIN_COMPARE(severity, op, a, ...)                                                        \
	PLAIN_CHECK(severity, (a)op(PLAIN_FIRST(__VA_ARGS__, 0)), #a " " #op " " #__VA_ARGS__,     \
		    PLAIN_REST(__VA_ARGS__, NULL))
#define PLAIN_POINTER(severity, op, ...)                                                           \
	PLAIN_CHECK(severity, (PLAIN_FIRST(__VA_ARGS__, 0))op NULL, #__VA_ARGS__ " " #op " NULL",  \
		    PLAIN_REST(__VA_ARGS__, NULL))
#define PLAIN_NEAR(severity, a, b, ...)                                                            \
	PLAIN_CHECK(severity,                                                                      \
		    (a) - (b) <= (PLAIN_FIRST(__VA_ARGS__, 0)) &&                                  \
			    (b) - (a) <= (PLAIN_FIRST(__VA_ARGS__, 0)),                            \
		    #a " near " #b ", " #__VA_ARGS__, PLAIN_REST(__VA_ARGS__, NULL))
#define PLAIN_STRING(severity, a, ...)                                                             \
	PLAIN_CHECK(severity, plain_same((a), (PLAIN_FIRST(__VA_ARGS__, 0))),                      \
		    #a " is " #__VA_ARGS__, PLAIN_REST(__VA_ARGS__, NULL))

#define cr_assert(...) PLAIN_TRUE(PLAIN_STOPS, __VA_ARGS__)
#define cr_expect(...) PLAIN_TRUE(PLAIN_GOES_ON, __VA_ARGS__)
#define cr_assert_not(...) PLAIN_NOT(PLAIN_STOPS, __VA_ARGS__)
#define cr_expect_not(...) PLAIN_NOT(PLAIN_GOES_ON, __VA_ARGS__)
#define cr_assert_eq(...) PLAIN_COMPARE(PLAIN_STOPS, ==, __VA_ARGS__)
#define cr_expect_eq(...) PLAIN_COMPARE(PLAIN_GOES_ON, ==, __VA_ARGS__)
#define cr_assert_neq(...) PLAIN_COMPARE(PLAIN_STOPS, !=, __VA_ARGS__)
#define cr_expect_neq(...) PLAIN_COMPARE(PLAIN_GOES_ON, !=, __VA_ARGS__)
#define cr_assert_lt(...) PLAIN_COMPARE(PLAIN_STOPS, <, __VA_ARGS__)
#define cr_expect_lt(...) PLAIN_COMPARE(PLAIN_GOES_ON, <, __VA_ARGS__)
#define cr_assert_leq(...) PLAIN_COMPARE(PLAIN_STOPS, <=, __VA_ARGS__)
#define cr_expect_leq(...) PLAIN_COMPARE(PLAIN_GOES_ON, <=, __VA_ARGS__)
#define cr_assert_gt(...) PLAIN_COMPARE(PLAIN_STOPS, >, __VA_ARGS__)
#define cr_expect_gt(...) PLAIN_COMPARE(PLAIN_GOES_ON, >, __VA_ARGS__)
#define cr_assert_geq(...) PLAIN_COMPARE(PLAIN_STOPS, >=, __VA_ARGS__)
#define cr_expect_geq(...) PLAIN_COMPARE(PLAIN_GOES_ON, >=, __VA_ARGS__)
#define cr_assert_null(...) PLAIN_POINTER(PLAIN_STOPS, ==, __VA_ARGS__)
#define cr_expect_null(...) PLAIN_POINTER(PLAIN_GOES_ON, ==, __VA_ARGS__)
#define cr_assert_not_null(...) PLAIN_POINTER(PLAIN_STOPS, !=, __VA_ARGS__)
#define cr_expect_not_null(...) PLAIN_POINTER(PLAIN_GOES_ON, !=, __VA_ARGS__)
#define cr_assert_float_eq(...) PLAIN_NEAR(PLAIN_STOPS, __VA_ARGS__)
#define cr_expect_float_eq(...) PLAIN_NEAR(PLAIN_GOES_ON, __VA_ARGS__)
#define cr_assert_str_eq(...) PLAIN_STRING(PLAIN_STOPS, __VA_ARGS__)
#define cr_expect_str_eq(...) PLAIN_STRING(PLAIN_GOES_ON, __VA_ARGS__)
#define cr_assert_str_empty(text) PLAIN_STRING(PLAIN_STOPS, text, "")
#define cr_assert_arr_eq(a, b, ...)                                                                \
	PLAIN_CHECK(PLAIN_STOPS, memcmp((a), (b), (PLAIN_FIRST(__VA_ARGS__, 0))) == 0,             \
		    #a " is " #b ", " #__VA_ARGS__, PLAIN_REST(__VA_ARGS__, NULL))
#define cr_assert_fail(...)                                                                        \
	plain_failed(PLAIN_STOPS, __FILE__, __LINE__, "never", __VA_ARGS__, NULL)
#define cr_skip_test(reason) plain_skip(reason)
#define cr_log_info(...) ((void)(printf(__VA_ARGS__), puts("")))

#endif
