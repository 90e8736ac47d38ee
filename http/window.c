/* SPDX-License-Identifier: MIT */
/* window.c: see window.h. */
#include "window.h"

#include "reply.h"

#include <stdlib.h>
#include <string.h>

#define HEADROOM (QP_REPLY_MAX + 32) /* a head and a chunk's size */
#define TAILROOM 16		     /* a chunk's end and the last chunk */

bool qp_window_reserve(struct qp_window *window, size_t cap)
{
	char *mem = realloc(window->mem, HEADROOM + cap + TAILROOM);

	if (!mem)
		return false;
	if (!window->mem)
		window->begin = window->end = HEADROOM;
	window->mem = mem;
	window->cap = cap;
	return true;
}

char *qp_window_tail(const struct qp_window *window, size_t *room)
{
	*room = HEADROOM + window->cap - window->end;
	return window->mem + window->end;
}

void qp_window_commit(struct qp_window *window, size_t len)
{
	window->end += len;
}

size_t qp_window_len(const struct qp_window *window)
{
	return window->end - window->begin;
}

const char *qp_window_data(const struct qp_window *window)
{
	return window->mem + window->begin;
}

void qp_window_prepend(struct qp_window *window, const char *data, size_t len)
{
	window->begin -= len;
	memcpy(window->mem + window->begin, data, len);
}

void qp_window_append(struct qp_window *window, const char *data, size_t len)
{
	memcpy(window->mem + window->end, data, len);
	window->end += len;
}

void qp_window_consume(struct qp_window *window, size_t len)
{
	window->begin += len;
}

void qp_window_clear(struct qp_window *window)
{
	window->begin = window->end = HEADROOM;
}

void qp_window_shrink(struct qp_window *window)
{
	size_t used = window->end - HEADROOM;
	char *mem;

	if (window->cap < 2 * used)
		return;
	mem = realloc(window->mem, HEADROOM + used + TAILROOM);
	if (!mem)
		return;
	window->mem = mem;
	window->cap = used;
}

void qp_window_free(struct qp_window *window)
{
	free(window->mem);
	memset(window, 0, sizeof(*window));
}
