/* SPDX-License-Identifier: MIT */
/* errors_test.c: what went wrong by HTTP status and by errno: tables of all there are. */
#include "opened.h"

#include <errno.h>
#include <limits.h>

struct range {
	int from, to;
	quipu_llm_error error;
};

/* The last that fits holds. */
static const struct range statuses[] = {
	{ INT_MIN, INT_MAX, QUIPU_LLM_OTHER },
	{ 200, 299, QUIPU_LLM_OK },
	{ 400, 499, QUIPU_LLM_INVALID_REQUEST },
	{ 401, 401, QUIPU_LLM_AUTH },
	{ 403, 403, QUIPU_LLM_AUTH },
	{ 404, 404, QUIPU_LLM_NOT_FOUND },
	{ 408, 408, QUIPU_LLM_TIMEOUT },
	{ 410, 410, QUIPU_LLM_NOT_FOUND },
	{ 413, 413, QUIPU_LLM_TOO_LARGE },
	{ 429, 429, QUIPU_LLM_RATE_LIMITED },
	{ 499, 499, QUIPU_LLM_CANCELLED },
	{ 500, 599, QUIPU_LLM_SERVER },
	{ 503, 504, QUIPU_LLM_OVERLOADED },
	{ 504, 504, QUIPU_LLM_TIMEOUT },
	{ 529, 529, QUIPU_LLM_OVERLOADED },
};

static quipu_llm_error wanted(const struct range *ranges, size_t n, int number)
{
	quipu_llm_error error = QUIPU_LLM_OTHER;

	for (size_t i = 0; i < n; i++) {
		if (ranges[i].from <= number && number <= ranges[i].to)
			error = ranges[i].error;
	}
	return error;
}

static void expect_status_error(int status)
{
	quipu_llm_error expected = wanted(statuses, N_OF(statuses), status);

	cr_expect_eq(quipu_llm_error_of_http(status), expected, "HTTP %d: %s instead of %s", status,
		     quipu_llm_error_name(quipu_llm_error_of_http(status)),
		     quipu_llm_error_name(expected));
}

Test(errors, every_http_status)
{
	for (int status = -10; status < 1100; status++)
		expect_status_error(status);
	expect_status_error(INT_MIN);
	expect_status_error(INT_MAX);
}

#define ONE(number, error)                                                                         \
	{                                                                                          \
		number, number, error                                                              \
	}

static const struct range numbers[] = {
	ONE(0, QUIPU_LLM_OK),
	ONE(ETIMEDOUT, QUIPU_LLM_TIMEOUT),
	ONE(ETIME, QUIPU_LLM_TIMEOUT),
	ONE(ECANCELED, QUIPU_LLM_CANCELLED),
	ONE(ECONNREFUSED, QUIPU_LLM_NETWORK),
	ONE(ECONNRESET, QUIPU_LLM_NETWORK),
	ONE(ECONNABORTED, QUIPU_LLM_NETWORK),
	ONE(EPIPE, QUIPU_LLM_NETWORK),
	ONE(ENOTCONN, QUIPU_LLM_NETWORK),
	ONE(ESHUTDOWN, QUIPU_LLM_NETWORK),
	ONE(ENETDOWN, QUIPU_LLM_NETWORK),
	ONE(ENETUNREACH, QUIPU_LLM_NETWORK),
	ONE(ENETRESET, QUIPU_LLM_NETWORK),
	ONE(EHOSTDOWN, QUIPU_LLM_NETWORK),
	ONE(EHOSTUNREACH, QUIPU_LLM_NETWORK),
	ONE(EADDRNOTAVAIL, QUIPU_LLM_NETWORK),
	ONE(EMSGSIZE, QUIPU_LLM_TOO_LARGE),
	ONE(EBADMSG, QUIPU_LLM_MALFORMED),
	ONE(EPROTO, QUIPU_LLM_MALFORMED),
	ONE(EILSEQ, QUIPU_LLM_MALFORMED),
	ONE(EACCES, QUIPU_LLM_AUTH),
	ONE(EPERM, QUIPU_LLM_AUTH),
};

Test(errors, every_errno)
{
	for (int number = -200; number < 5000; number++) {
		quipu_llm_error expected = wanted(numbers, N_OF(numbers), number);

		cr_expect_eq(quipu_llm_error_of_errno(number), expected, "errno %d", number);
	}
}
