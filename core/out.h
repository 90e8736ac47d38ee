/* SPDX-License-Identifier: MIT */
/*
 * out.h: the byte buffer that formats write into (its public half is in quipu/format.h).
 *
 * Bytes are appended at the end and consumed from the front. The first failure to grow is
 * remembered: from then on nothing can be appended, until the buffer is cleared.
 * A format whose messages begin with their length holds the message that it is at: what is held
 * is not there yet for whoever consumes.
 * One thread at a time.
 */
#ifndef QP_OUT_H
#define QP_OUT_H

#include <quipu/format.h>

#include <stdbool.h>
#include <stddef.h>

struct quipu_out {
	char *data;
	size_t start; /* first byte not yet consumed */
	size_t end;   /* one past the last byte */
	size_t capacity;
	size_t held; /* first byte that cannot be consumed yet, if holding */
	bool holding;
	bool failed;
};

/* An empty buffer, without memory. All zero bytes are one too. */
void qp_out_init(quipu_out *out);

/* Forgets the bytes and the failure, keeps the memory. */
void qp_out_clear(quipu_out *out);

/* Gives the memory back; out is as after qp_out_init. */
void qp_out_free(quipu_out *out);

/* The bytes that can be consumed; valid until the next append. */
const char *qp_out_data(const quipu_out *out);
static inline size_t qp_out_len(const quipu_out *out)
{
	return (out->holding ? out->held : out->end) - out->start;
}

/* Drops len bytes from the front; at most what is there. */
void qp_out_consume(quipu_out *out, size_t len);

/* From here on bytes cannot be consumed, until they are released; len of them, the first ones:
 * the rest is dropped. */
void qp_out_hold(quipu_out *out);
void qp_out_release(quipu_out *out, size_t len);

/* The bytes held, which may be changed; valid until the next append. Only while holding. */
char *qp_out_held(quipu_out *out, size_t *len);

static inline bool qp_out_failed(const quipu_out *out)
{
	return out->failed;
}

/* Memory is out elsewhere: as if it were here. */
void qp_out_fail(quipu_out *out);

#endif
