/* SPDX-License-Identifier: MIT */
/* refusal.h: why a configuration cannot be used: an error and its text. */
#ifndef QP_TLS_REFUSAL_H
#define QP_TLS_REFUSAL_H

#include <quipu/error.h>

#define QP_REFUSAL_MAX 512

struct qp_refusal {
	quipu_error code; /* QUIPU_OK: none */
	char text[QP_REFUSAL_MAX];
};

/* Fills it in and returns the error, so that a failure is one statement. */
quipu_error qp_refuse(struct qp_refusal *refusal, quipu_error code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The same with what the error number means at its end. */
quipu_error qp_refuse_errno(struct qp_refusal *refusal, quipu_error code, int number,
			    const char *format, ...) __attribute__((format(printf, 4, 5)));

/* The same with what OpenSSL says, whose errors of this thread are gone then. */
quipu_error qp_refuse_openssl(struct qp_refusal *refusal, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
