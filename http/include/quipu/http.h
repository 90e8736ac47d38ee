/* SPDX-License-Identifier: MIT */
/*
 * http.h: a small responder that serves a registry to Prometheus.
 *
 * GET and HEAD of /metrics, /-/healthy (/healthz), /-/ready (/readyz), and for people a live page
 * at /, which draws what it reads from /metrics while somebody looks at it, and short links at
 * /-/links. The page needs nothing from elsewhere, and its Content-Security-Policy allows nothing.
 * Scrapes are in the format that the request's Accept asks for (quipu_formats), text 0.0.4 where
 * it asks for nothing that is there; compressed with zstd or gzip where Accept-Encoding lists
 * them and the library was built with them. Names beyond [a-zA-Z0-9_:] are shown as Accept's
 * escaping= says (allow-utf-8: as they are), with underscores if it says nothing.
 * /metrics?name[]=a&name[]=b (at most 64) has those
 * families only, /metrics?created=1 also when series began. What a scraper allows
 * (X-Prometheus-Scrape-Timeout-Seconds) is kept: a scrape that cannot begin in time is answered
 * 503, one that does not end in time is cut off.
 * One thread and one epoll set of its own, or none at all: the same server can be driven by
 * the program's own event loop. A slow, stuck or hostile client costs a connection slot.
 * It listens on 127.0.0.1:2222 unless told otherwise: metrics do not belong on a public
 * network. Port 2222 is also a common alternate SSH port; the error for a busy port says so.
 */
#ifndef QUIPU_HTTP_H
#define QUIPU_HTTP_H

#include <quipu/error.h>
#include <quipu/types.h>
#include <quipu/verbs.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct quipu_http quipu_http;

/* Written QUIPU_HTTP_OPTS(.listen = "127.0.0.1:2222"); a field left out means its default. */
typedef struct quipu_http_opts {
	size_t size;
	const char *listen; /* "127.0.0.1:2222" (default), ":2222" all addresses, "[::1]:2222",
			       "localhost:0" any free port, "unix:/run/app.sock"; when NULL, the
			       environment's QUIPU_HTTP_LISTEN is asked first */
	const char *path;   /* "/metrics"; when NULL, the environment's QUIPU_HTTP_PATH first */
	int (*ready)(void *ctx); /* readiness: non-zero is ready; runs on the server's thread */
	void *ready_ctx;
	unsigned max_connections;      /* 256 */
	unsigned max_requests;	       /* per connection: 1000 */
	double header_timeout_seconds; /* from the first byte to the end of the header: 5 */
	double write_timeout_seconds;  /* from the request to the last byte of its answer: 30 */
	double idle_timeout_seconds;   /* between requests: 120, longer than a scrape interval */
	double scrape_timeout_seconds; /* for callbacks, where the scraper tells none: 5 */
	unsigned socket_mode;	       /* permissions of a Unix socket: 0600 */
	unsigned max_waiting;	       /* scrapes that wait for a snapshot; more are told 503: 64 */
	int created;		       /* always show when series began, where the format can */
	int no_compression;	       /* answers are never compressed */
	int sandbox; /* quipu_http_start: the server's thread takes from itself, for good, all system
			calls but those that serving needs (seccomp; x86-64 and AArch64): it can open
			no file, make no connection, start no program and no thread; others get EPERM.
			`ready` runs there; callbacks and collectors do not */
	unsigned max_connections_per_address;	 /* of one IPv4 address or IPv6 /64; more are closed
						 at once: no limit. Not for Unix sockets */
	const struct quipu_transport *transport; /* TLS, authentication (transport.h); NULL: none */
	int no_page; /* what is at /-/links is at / too, and the live page nowhere */
} quipu_http_opts;

#define QUIPU_HTTP_OPTS(...) QUIPU_PRIV_OPTS(quipu_http_opts, __VA_ARGS__)

/*
 * Starts a server on a thread of its own, all signals blocked there. opts may be NULL.
 * Threads: any; several servers may run. Cost: a thread and max_connections slots.
 * Fails: NULL, *error (may be NULL) is EADDRESS, ELISTEN, EOPTION, ENOMEM or ESYSTEM, and
 * quipu_http_error has the text with the address and the reason.
 */
quipu_http *quipu_http_start(quipu_registry *registry, const quipu_http_opts *opts,
			     quipu_error *error);

/* Stops the server and frees it: connections are closed, the port is free when it returns.
 * Threads: one, once; not from the server's own callbacks. NULL is ignored. */
void quipu_http_stop(quipu_http *server);

/* The port it listens on (after port 0), 0 for a Unix socket or NULL. */
int quipu_http_port(const quipu_http *server);

/* The address it listens on, as text: "127.0.0.1:2222". "" for NULL. */
const char *quipu_http_address(const quipu_http *server);

/* What a server has done since it was started; only open falls. */
typedef struct quipu_http_stats_t {
	size_t size;
	uint64_t connections; /* accepted */
	uint64_t open;	      /* of these, now */
	uint64_t requests;    /* answered in any way */
	uint64_t scrapes;     /* answered with metrics */
	uint64_t shared;      /* of these, with a body that was made for another one too */
	uint64_t unavailable; /* answered 503 */
	uint64_t aborted;     /* connections cut off in the middle of something */
	uint64_t sent_bytes;
	uint64_t accept_failures; /* no descriptor, mostly; tried again after 100 ms */
	uint64_t turned_away;	  /* closed as soon as accepted: no slot was left for them */
} quipu_http_stats_t;

/* Fills in *out, of which size is set before; each figure is right, together they are not of one
 * moment. Zeros for NULL. Threads: any, while the server exists. Cost: a few loads. */
void quipu_http_stats(const quipu_http *server, quipu_http_stats_t *out);

/* Why the last quipu_http_start or quipu_http_open of this thread failed; "" if it did not. */
const char *quipu_http_error(void);

/*
 * The same server without a thread: watch quipu_http_fd for reading in your own loop and call
 * quipu_http_poll when it is readable (deadlines make it readable too). poll never blocks and
 * returns how many events it handled, or -1 when the descriptor is unusable (errno tells).
 * Threads: one at a time. Fails: as quipu_http_start.
 */
quipu_http *quipu_http_open(quipu_registry *registry, const quipu_http_opts *opts,
			    quipu_error *error);
int quipu_http_fd(const quipu_http *server);
int quipu_http_poll(quipu_http *server);
void quipu_http_close(quipu_http *server);

#ifdef __cplusplus
}
#endif
#endif
