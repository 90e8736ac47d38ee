/* SPDX-License-Identifier: MIT */
/* body.c: see body.h. */
#include "body.h"

#include <stdlib.h>
#include <string.h>

static struct qp_body *make(char *mem, const char *bytes, size_t len)
{
	struct qp_body *body = malloc(sizeof(*body));

	if (body)
		*body = (struct qp_body){ .holders = 1, .mem = mem, .bytes = bytes, .len = len };
	return body;
}

struct qp_body *qp_body_of(struct qp_window *window)
{
	struct qp_body *body = make(window->mem, qp_window_data(window), qp_window_len(window));

	if (body)
		memset(window, 0, sizeof(*window));
	return body;
}

struct qp_body *qp_body_constant(const char *bytes, size_t len)
{
	return make(NULL, bytes, len);
}

struct qp_body *qp_body_hold(struct qp_body *body)
{
	if (body)
		body->holders++;
	return body;
}

void qp_body_drop(struct qp_body *body)
{
	if (!body || --body->holders > 0)
		return;
	free(body->mem);
	free(body);
}
