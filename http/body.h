/* SPDX-License-Identifier: MIT */
/*
 * body.h: a whole body that several answers send, made once.
 *
 * Writers and readers: the thread that drives the server. Reclamation: with its last holder.
 */
#ifndef QP_HTTP_BODY_H
#define QP_HTTP_BODY_H

#include "window.h"

struct qp_body {
	unsigned holders;
	char *mem;
	const char *bytes;
	size_t len;
};

/* Makes a body with one holder of what is in the window, which loses its memory. NULL: out of
 * memory, and the window as it was. */
struct qp_body *qp_body_of(struct qp_window *window);

/* The same of constant memory, which is never freed. NULL: out of memory. */
struct qp_body *qp_body_constant(const char *bytes, size_t len);

/* One holder more, and one less; NULL is ignored. */
struct qp_body *qp_body_hold(struct qp_body *body);
void qp_body_drop(struct qp_body *body);

#endif
