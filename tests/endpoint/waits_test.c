/* SPDX-License-Identifier: MIT */
/* waits_test.c: how long to wait, and for what: backoff, Retry-After, limits, the breaker, retries. */
#include "endpoint/backoff.h"
#include "endpoint/breaker.h"
#include "endpoint/limiter.h"
#include "endpoint/retry.h"
#include "endpoint/retry_after.h"

#include <criterion/criterion.h>

#include <string.h>

#define SECOND UINT64_C(1000000000)

Test(backoff, doubles_up_to_a_minute)
{
	uint64_t full = 100, ns;
	unsigned retry;

	for (retry = 0; retry < 40;
	     retry++, full = full * 2 < BACKOFF_MOST_NS ? full * 2 : BACKOFF_MOST_NS) {
		ns = backoff_ns(100, 1, 5, retry);
		cr_assert(ns >= full / 2 && ns <= full, "retry %u: %lu", retry, (unsigned long)ns);
		cr_assert_eq(ns, backoff_ns(100, 1, 5, retry));
	}
	cr_assert_leq(backoff_ns(UINT64_MAX, 1, 1, UINT32_MAX), BACKOFF_MOST_NS);
	cr_assert_eq(backoff_ns(0, 1, 1, 3), 0);
}

Test(backoff, differs_by_seed_call_and_retry)
{
	uint64_t ns = backoff_ns(SECOND, 1, 1, 0);

	cr_assert_neq(ns, backoff_ns(SECOND, 2, 1, 0));
	cr_assert_neq(ns, backoff_ns(SECOND, 1, 2, 0));
	cr_assert_neq(2 * ns, backoff_ns(SECOND, 1, 1, 1));
}

/* In seconds; -1: refused. */
static double after(const char *text, time_t now)
{
	uint64_t ns;

	return retry_after_parse(text, strlen(text), now, &ns) ? (double)ns / 1e9 : -1;
}

Test(retry_after, seconds)
{
	cr_assert_eq(after("120", 0), 120);
	cr_assert_eq(after(" 0\r\n", 0), 0);
	cr_assert_eq(after("99999999999999999999999999", 0), 1e9);
	cr_assert_eq(after("", 0), -1);
	cr_assert_eq(after("-1", 0), -1);
	cr_assert_eq(after("1.5", 0), -1);
	cr_assert_eq(after("1 2", 0), -1);
	cr_assert_eq(after("soon", 0), -1);
}

/* 784111777 is the moment of the examples in RFC 9110, 5.6.7. */
Test(retry_after, dates)
{
	cr_assert_eq(after("Sun, 06 Nov 1994 08:49:37 GMT", 784111770), 7);
	cr_assert_eq(after("Sunday, 06-Nov-94 08:49:37 GMT", 784111770), 7);
	cr_assert_eq(after("Sun Nov  6 08:49:37 1994", 784111770), 7);
	cr_assert_eq(after("Sun, 06 Nov 1994 08:49:37 GMT", 784111778), 0);
	cr_assert_eq(after("Sun, 06 Nov 1994 08:49:37", 0), -1);
	cr_assert_eq(after("Sun, 06 Nov 1994 08:49:37 GMT and more", 0), -1);
	cr_assert_eq(
		after("Sun, 06 Nov 1994 08:49:37 GMT                                      x", 0),
		-1);
}

Test(limiter, evenly)
{
	struct limiter limiter = limiter_of(60);
	uint64_t now = 1000 * SECOND;

	cr_assert_eq(limiter_take(&limiter, now, 1), 0);
	cr_assert_eq(limiter_take(&limiter, now, 1), 0, "what a second without use saved");
	cr_assert_eq(limiter_take(&limiter, now, 1), SECOND);
	cr_assert_eq(limiter_take(&limiter, now, 1), 2 * SECOND);
	cr_assert_eq(limiter_take(&limiter, now + 2 * SECOND, 1), SECOND);
	cr_assert_eq(limiter_take(&limiter, now + 3600 * SECOND, 1), 0);
	cr_assert_eq(limiter_take(&limiter, now + 3600 * SECOND, 1), 0);
	cr_assert_eq(limiter_take(&limiter, now + 3600 * SECOND, 1), SECOND, "and not of an hour");
}

Test(limiter, many_units)
{
	struct limiter limiter = limiter_of(6000), none = limiter_of(0);

	cr_assert_eq(limiter_take(&limiter, SECOND, 1000), 0, "more than there are goes out");
	cr_assert_eq(limiter_take(&limiter, SECOND, 1), 9 * SECOND, "and is made up for");
	cr_assert_eq(limiter_take(&none, SECOND, UINT32_MAX), 0);
	cr_assert_eq(limiter_take(&none, SECOND, UINT32_MAX), 0);
}

static struct breaker breaker_of(unsigned threshold)
{
	return (struct breaker){ .threshold = threshold,
				 .rest_ns = 10,
				 .state = QUIPU_LLM_CIRCUIT_CLOSED_STATE };
}

/* In the epoch that it is in. */
static bool pass(struct breaker *breaker, uint64_t now)
{
	uint64_t epoch;

	return breaker_pass(breaker, now, &epoch);
}

static void fail(struct breaker *breaker, int times, uint64_t now)
{
	while (times-- > 0)
		breaker_failed(breaker, breaker->epoch, now);
}

Test(breaker, opens_after_failures_in_a_row)
{
	struct breaker breaker = breaker_of(3);

	fail(&breaker, 2, 0);
	breaker_succeeded(&breaker, breaker.epoch);
	fail(&breaker, 2, 0);
	breaker_unknown(&breaker, breaker.epoch);
	cr_assert(pass(&breaker, 0));
	fail(&breaker, 1, 5);
	cr_assert_eq(breaker.state, QUIPU_LLM_CIRCUIT_OPEN_STATE);
	cr_assert_not(pass(&breaker, 14));
}

Test(breaker, tries_one)
{
	struct breaker breaker = breaker_of(1);

	fail(&breaker, 1, 0);
	cr_assert(pass(&breaker, 10));
	cr_assert_eq(breaker.state, QUIPU_LLM_CIRCUIT_HALF_OPEN_STATE);
	cr_assert_not(pass(&breaker, 10));
	breaker_unknown(&breaker, breaker.epoch);
	cr_assert(pass(&breaker, 11), "the one was given up: another");
	fail(&breaker, 1, 12);
	cr_assert_not(pass(&breaker, 21));
	cr_assert(pass(&breaker, 22));
	breaker_succeeded(&breaker, breaker.epoch);
	cr_assert(pass(&breaker, 22) && pass(&breaker, 22));
	cr_assert_eq(breaker.state, QUIPU_LLM_CIRCUIT_CLOSED_STATE);
}

/* Calls from before it opened end while it is open, while one is tried, and after that. */
Test(breaker, late_calls_have_no_say)
{
	struct breaker breaker = breaker_of(1);
	uint64_t old, trial;

	cr_assert(breaker_pass(&breaker, 0, &old));
	fail(&breaker, 1, 0);
	breaker_succeeded(&breaker, old);
	cr_assert_eq(breaker.state, QUIPU_LLM_CIRCUIT_OPEN_STATE);
	cr_assert(breaker_pass(&breaker, 10, &trial));
	breaker_unknown(&breaker, old);
	cr_assert_not(pass(&breaker, 10), "the one that is tried is still on its way");
	breaker_succeeded(&breaker, old);
	breaker_failed(&breaker, old, 10);
	cr_assert_eq(breaker.state, QUIPU_LLM_CIRCUIT_HALF_OPEN_STATE);
	breaker_succeeded(&breaker, trial);
	breaker_failed(&breaker, old, 10);
	cr_assert_eq(breaker.state, QUIPU_LLM_CIRCUIT_CLOSED_STATE);
}

Test(breaker, never)
{
	struct breaker breaker = breaker_of(0);

	fail(&breaker, 1000, 0);
	cr_assert(pass(&breaker, 0));
}

static enum retry_step next(unsigned retries, bool fallback, quipu_llm_error error)
{
	return retry_next((struct retry_left){ retries, fallback }, error);
}

Test(retry, steps)
{
	cr_assert_eq(next(3, true, QUIPU_LLM_OK), RETRY_DONE);
	cr_assert_eq(next(1, true, QUIPU_LLM_SERVER), RETRY_AGAIN);
	cr_assert_eq(next(0, true, QUIPU_LLM_SERVER), RETRY_FALL_BACK);
	cr_assert_eq(next(0, false, QUIPU_LLM_SERVER), RETRY_DONE);
	cr_assert_eq(next(9, true, QUIPU_LLM_NOT_FOUND), RETRY_FALL_BACK);
	cr_assert_eq(next(9, true, QUIPU_LLM_AUTH), RETRY_DONE);
	cr_assert_eq(next(9, true, QUIPU_LLM_CANCELLED), RETRY_DONE);
	cr_assert_eq(next(9, true, QUIPU_LLM_INVALID_REQUEST), RETRY_DONE);
	cr_assert_eq(next(9, true, QUIPU_LLM_RATE_LIMITED), RETRY_AGAIN);
}
