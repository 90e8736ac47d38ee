/* SPDX-License-Identifier: MIT */
/*
 * transport.h: what can be put between a server and its clients: an encrypted transport in place
 * of plain sockets, a gate that asks who may see what is served, and header fields of one's own.
 * quipu-tls (tls.h) is one; a program with another TLS library can write its own.
 *
 * A table of functions, given as QUIPU_HTTP_OPTS(.transport = &table) and copied. A function left
 * out is not called: without open clients are met on plain sockets, without ask everybody is let
 * in, and so on; of a stream's functions all are needed where open is there.
 *
 * Threads: all are called by the thread that drives the server (its own, or the one that calls
 * quipu_http_poll), one at a time for each server; attach and detach by those that open and close
 * it. Cost: none of them may block; what takes long belongs on another thread (ask).
 */
#ifndef QUIPU_TRANSPORT_H
#define QUIPU_TRANSPORT_H

#include <quipu/error.h>

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a stream's function answers where it has not done what was asked. */
enum {
	QUIPU_STREAM_WANTS_READ = -1,  /* ask again when the socket can be read from */
	QUIPU_STREAM_WANTS_WRITE = -2, /* when it can be written to */
	QUIPU_STREAM_BROKEN = -3       /* the connection is of no further use */
};

/* What is said about a request. */
enum {
	QUIPU_ALLOWED,
	QUIPU_UNAUTHORIZED, /* answered 401, the last answer of its connection */
	QUIPU_TOO_MANY,	    /* answered 429 */
	QUIPU_UNAVAILABLE,  /* answered 503 */
	QUIPU_LATER	    /* not known yet: wake is called when it may be */
};

/* A request about which is asked; valid until ask has returned. */
typedef struct quipu_question {
	size_t size;
	const char *path; /* decoded, not terminated */
	size_t path_len;
	const char *authorization; /* the field's value, not terminated; NULL: there is none. */
	size_t authorization_len;
	void (*wake)(void *wake_ctx); /* any thread may call it, until forget or answer returned */
	void *wake_ctx;		      /* for good */
	uint64_t client; /* who asks: another number for each IPv4 address and IPv6 /64; 0: a Unix
			    socket's, which is nobody in particular */
} quipu_question;

typedef struct quipu_transport {
	size_t size; /* sizeof(quipu_transport) */
	void *ctx;

	/* A server begins and ends to use it; an error, and the server does not start. */
	quipu_error (*attach)(void *ctx);
	void (*detach)(void *ctx);

	/* A stream over a connected, non-blocking socket, which stays the server's: it is not
	 * closed here. NULL: no memory, and the connection ends. */
	void *(*open)(void *ctx, int fd);
	/* 0: done; or one of the above. Broken: the client was told why, and is hung up on. */
	int (*handshake)(void *stream);
	/* Bytes, 0 at the end of input, or one of the above. */
	ssize_t (*read)(void *stream, void *to, size_t len);
	/* Bytes, at least one, or one of the above but WANTS_READ. It is asked again with the same
	 * bytes, perhaps at another place, and more behind them. SIGPIPE is not raised. */
	ssize_t (*write)(void *stream, const void *from, size_t len);
	/* Non-zero: read has more although the socket may have nothing. */
	int (*pending)(void *stream);
	/* All was written: says so to the client, if that can be done at once. */
	void (*finish)(void *stream);
	/* Frees it. Nothing is sent. */
	void (*close)(void *stream);

	/* May this request be answered? LATER: *ticket stands for the question until answer says
	 * something else or forget gives it up. */
	int (*ask)(void *ctx, const quipu_question *question, void **ticket);
	int (*answer)(void *ticket);
	void (*forget)(void *ticket);

	/* Header fields for an answer, each ending in CRLF; how many bytes, at most room. */
	size_t (*fields)(void *ctx, char *to, size_t room);
} quipu_transport;

#define QUIPU_TRANSPORT_FIELDS_MAX 1024 /* room is this */

#ifdef __cplusplus
}
#endif
#endif
