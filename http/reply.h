/* SPDX-License-Identifier: MIT */
/* reply.h: the head of an answer. Pure; nothing of a request is ever copied into it. */
#ifndef QP_HTTP_REPLY_H
#define QP_HTTP_REPLY_H

#include "status.h"
#include "words.h"

#include <quipu/transport.h>

#include <stdbool.h>
#include <stddef.h>

/* Bytes of the longest head: ours and what a transport adds. */
#define QP_REPLY_MAX (768 + QUIPU_TRANSPORT_FIELDS_MAX)

/* How the reader finds the end of the body. */
enum qp_framing { QP_FRAMED_BY_LENGTH, QP_FRAMED_BY_CHUNKS, QP_FRAMED_BY_CLOSE };

struct qp_reply {
	enum qp_status status;
	const char *type;      /* Content-Type */
	const char *escaping;  /* its parameter of that name; NULL: none */
	const char *coding;    /* Content-Encoding; NULL: none */
	const char *fields;    /* further ones, each ending in CRLF; may be "" */
	struct qp_words added; /* by the transport */
	enum qp_framing framing;
	size_t length;
	bool close;	 /* the connection ends with this answer */
	bool keep_alive; /* it does not, and the client has to be told (HTTP/1.0) */
};

/* Writes the head, with the blank line; its length, less than QP_REPLY_MAX. date may be "". */
size_t qp_reply_print(char head[QP_REPLY_MAX], const struct qp_reply *reply, const char *date);

#endif
