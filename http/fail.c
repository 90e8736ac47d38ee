/* SPDX-License-Identifier: MIT */
/* fail.c: see fail.h. */
#include "fail.h"

#include <quipu/http.h>

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Small: a library that is loaded late gets its thread-local data out of a scarce reserve. */
static __thread char last[256];

quipu_error qp_http_fail(quipu_error error, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(last, sizeof(last), format, args);
	va_end(args);
	return error;
}

void qp_http_fail_add(const char *text)
{
	size_t len = strlen(last);

	snprintf(last + len, sizeof(last) - len, "%s", text);
}

quipu_error qp_http_fail_errno(quipu_error error, int number, const char *format, ...)
{
	char buffer[96];
	va_list args;

	va_start(args, format);
	vsnprintf(last, sizeof(last), format, args);
	va_end(args);
	qp_http_fail_add(": ");
	qp_http_fail_add(strerror_r(number, buffer, sizeof(buffer)));
	return error;
}

void qp_http_fail_clear(void)
{
	last[0] = '\0';
}

const char *quipu_http_error(void)
{
	return last;
}
