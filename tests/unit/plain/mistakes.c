/* SPDX-License-Identifier: MIT */
/*
 * mistakes.c: tests that fail in every way there is, and some that do not, for mistakes_test.py:
 * the plain main must see each. Their suites' names say what is expected.
 */
#include <criterion/criterion.h>

#include <pthread.h>
#include <stdlib.h>

static int prepared;

static void prepare(void)
{
	prepared++;
}

static void end_badly(void)
{
	cr_expect(false, "an end that failed");
}

static void end_well(void)
{
	puts("the end was reached");
}

TestSuite(good_fixture, .init = prepare, .fini = end_well);
TestSuite(bad_end, .fini = end_badly);
TestSuite(bad_but_ended, .fini = end_well);

static int calls;

static int counted(int value)
{
	calls++;
	return value;
}

static const char *never_made(void)
{
	abort();
}

Test(good, every_kind_holds)
{
	int array[] = { 1, 2 }, same[] = { 1, 2 };

	cr_assert(true);
	cr_assert_not(false);
	cr_assert_eq(counted(1), 1, "%s", never_made());
	cr_assert_eq(calls, 1);
	cr_assert_neq(1, 2);
	cr_assert_lt(1, 2);
	cr_assert_leq(2, 2);
	cr_assert_gt(2, 1);
	cr_assert_geq(2, 2);
	cr_assert_null(NULL);
	cr_assert_not_null(array);
	cr_assert_float_eq(1.0, 1.25, 0.25);
	cr_assert_str_eq("a", "a");
	cr_assert_str_empty("");
	cr_assert_arr_eq(array, same, sizeof array);
}

/* As a test of its own: the one before left nothing behind. */
Test(good, alone)
{
	cr_assert_eq(calls, 0);
}

Test(good, skipped)
{
	cr_skip_test("no reason");
}

Test(good, aborts, .signal = SIGABRT)
{
	abort();
}

Test(good_fixture, is_used)
{
	cr_assert_eq(prepared, 1);
}

Test(good_fixture, and_its_own, .init = prepare)
{
	cr_assert_eq(prepared, 2);
}

/* Everything wrong at once, so that each must be told. */
Test(bad, every_kind_fails)
{
	cr_expect(false);
	cr_expect(false, "with a %s", "message");
	cr_expect_not(true);
	cr_expect_eq(1, 2);
	cr_expect_neq(1, 1);
	cr_expect_lt(2, 2);
	cr_expect_leq(3, 2);
	cr_expect_gt(2, 2);
	cr_expect_geq(2, 3);
	cr_expect_null("");
	cr_expect_not_null(NULL);
	cr_expect_float_eq(1.0, 1.5, 0.25);
	cr_expect_float_eq(1.5, 1.0, 0.25);
	cr_expect_str_eq("a", "b");
	cr_expect_str_eq("a", NULL);
}

Test(bad, stops)
{
	cr_assert(false);
	puts("went on");
}

Test(bad, arrays)
{
	cr_assert_arr_eq("ab", "ac", 2);
	puts("went on");
}

Test(bad, empty)
{
	cr_assert_str_empty("x");
	puts("went on");
}

Test(bad, always)
{
	cr_assert_fail("for %s", "ever");
	puts("went on");
}

Test(bad, ends_by_a_signal)
{
	abort();
}

Test(bad, exits)
{
	exit(3);
}

Test(bad, does_not_abort, .signal = SIGABRT)
{
}

Test(bad, ends_by_another_signal, .signal = SIGABRT)
{
	raise(SIGTERM);
}

static void *fail_there(void *unused)
{
	cr_assert(false, "in a thread");
	puts("went on");
	return unused;
}

Test(bad, in_a_thread)
{
	pthread_t thread;

	cr_assert_eq(pthread_create(&thread, NULL, fail_there, NULL), 0);
	pthread_join(thread, NULL);
	puts("went on");
}

Test(bad_end, of_a_good_test)
{
}

Test(bad_but_ended, has_its_end)
{
	cr_assert(false);
}
