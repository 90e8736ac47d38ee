/* SPDX-License-Identifier: MIT */
/*
 * window.h: bytes on their way to a socket, in one block with room before and behind, so that
 * a head, a chunk's size and its end are put around a body without copying it.
 *
 *   | headroom ... [prefix][body][suffix] ... tailroom |
 *                  ^begin              ^end
 *
 * Writers and readers: the connection that owns it. Reclamation: freed when all was sent.
 */
#ifndef QP_HTTP_WINDOW_H
#define QP_HTTP_WINDOW_H

#include <stdbool.h>
#include <stddef.h>

/* All zero is an empty window without memory. */
struct qp_window {
	char *mem;
	size_t cap; /* bytes of body that fit */
	size_t begin, end;
};

/* Makes room for a body of cap bytes, keeping what is there. False: out of memory, unchanged. */
bool qp_window_reserve(struct qp_window *window, size_t cap);

/* Where the next bytes of body go, and how many fit. */
char *qp_window_tail(const struct qp_window *window, size_t *room);
void qp_window_commit(struct qp_window *window, size_t len);

/* Bytes not yet taken off the front. */
size_t qp_window_len(const struct qp_window *window);
const char *qp_window_data(const struct qp_window *window);

/* Puts something before or behind the body. At most a head before, a few bytes behind. */
void qp_window_prepend(struct qp_window *window, const char *data, size_t len);
void qp_window_append(struct qp_window *window, const char *data, size_t len);

/* Takes bytes off the front: they were sent. */
void qp_window_consume(struct qp_window *window, size_t len);

/* Empties it; the memory stays. */
void qp_window_clear(struct qp_window *window);

/* Gives back memory that what is left does not need. */
void qp_window_shrink(struct qp_window *window);

void qp_window_free(struct qp_window *window);

#endif
