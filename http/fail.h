/* SPDX-License-Identifier: MIT */
/*
 * fail.h: the text of this thread's last failed start, for quipu_http_error.
 *
 * Writers and readers: the thread itself; every thread has a text of its own.
 */
#ifndef QP_HTTP_FAIL_H
#define QP_HTTP_FAIL_H

#include <quipu/error.h>

/* Keeps the formatted text and returns the error, so that a failure is one statement. */
quipu_error qp_http_fail(quipu_error error, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The same for a system call: the text ends in what the error number means. */
quipu_error qp_http_fail_errno(quipu_error error, int number, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Adds a sentence to the text. */
void qp_http_fail_add(const char *text);

void qp_http_fail_clear(void);

#endif
