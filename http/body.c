/* SPDX-License-Identifier: MIT */
/* body.c: see body.h. */
#include "body.h"

#include <stdlib.h>
#include <string.h>

struct qp_body *qp_body_of(struct qp_window *window)
{
	struct qp_body *body = malloc(sizeof(*body));

	if (!body)
		return NULL;
	body->holders = 1;
	body->mem = window->mem;
	body->bytes = qp_window_data(window);
	body->len = qp_window_len(window);
	memset(window, 0, sizeof(*window));
	return body;
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
