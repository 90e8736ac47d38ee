/* SPDX-License-Identifier: MIT */
/* refusal.c: see refusal.h. */
#include "refusal.h"

#include <openssl/err.h>

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static void say(struct qp_refusal *refusal, quipu_error code, const char *format, va_list args)
{
	refusal->code = code;
	vsnprintf(refusal->text, sizeof(refusal->text), format, args);
}

static void add(struct qp_refusal *refusal, const char *text)
{
	size_t len = strlen(refusal->text);

	snprintf(refusal->text + len, sizeof(refusal->text) - len, ": %s", text);
}

quipu_error qp_refuse(struct qp_refusal *refusal, quipu_error code, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(refusal, code, format, args);
	va_end(args);
	return code;
}

quipu_error qp_refuse_errno(struct qp_refusal *refusal, quipu_error code, int number,
			    const char *format, ...)
{
	char buffer[96];
	va_list args;

	va_start(args, format);
	say(refusal, code, format, args);
	va_end(args);
	add(refusal, strerror_r(number, buffer, sizeof(buffer)));
	return code;
}

quipu_error qp_refuse_openssl(struct qp_refusal *refusal, const char *format, ...)
{
	unsigned long error = ERR_peek_error();
	bool memory = ERR_GET_REASON(error) == ERR_R_MALLOC_FAILURE;
	const char *reason = ERR_reason_error_string(error);
	va_list args;

	va_start(args, format);
	say(refusal, memory ? QUIPU_ENOMEM : QUIPU_EOPTION, format, args);
	va_end(args);
	add(refusal, reason ? reason : "it cannot be read");
	ERR_clear_error();
	return refusal->code;
}
