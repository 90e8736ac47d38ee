/* SPDX-License-Identifier: MIT */
/*
 * scrape.h: getting everything out: to a sink, to a file, or piece by piece.
 */
#ifndef QUIPU_SCRAPE_H
#define QUIPU_SCRAPE_H

#include <quipu/error.h>
#include <quipu/format.h>
#include <quipu/types.h>
#include <quipu/verbs.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Takes len bytes; returns 0, or anything else to end the writing. */
typedef int (*quipu_sink)(void *ctx, const char *data, size_t len);

/*
 * Writes the registry to a sink, with callbacks' values (5 s deadline). format NULL: text 0.0.4.
 * Threads: any, several at once; two snapshots are open at a time, further calls wait.
 * Cost: sums every shard, encodes every series. Fails: ENOMEM, ESINK.
 */
quipu_error quipu_write(quipu_registry *registry, const quipu_format *format, quipu_sink sink,
			void *ctx);

/*
 * Writes the registry as text 0.0.4 to a file for a textfile collector: into a file path.tmp.…
 * of its own beside it, then an atomic rename, so that a reader sees the old file or the new one,
 * whole.
 * Threads: any. Fails: EFILE (errno tells why) with the old file intact; ENOMEM.
 */
quipu_error quipu_write_file(quipu_registry *registry, const char *path);

/* A scrape in progress, for servers: never blocks, stops and resumes. */
typedef struct quipu_scrape quipu_scrape;

/* How names that are not legal in every format ([a-zA-Z_:][a-zA-Z0-9_:]*) are shown. */
typedef enum quipu_escaping {
	QUIPU_ESCAPE_UNDERSCORES, /* http.requests: http_requests */
	QUIPU_ESCAPE_DOTS,	  /* http_dot_requests */
	QUIPU_ESCAPE_VALUES,	  /* U__http_2e_requests */
	QUIPU_ESCAPE_NONE	  /* as they are, in formats with QUIPU_FORMAT_UTF8_NAMES; others:
				     underscores */
} quipu_escaping;

typedef struct quipu_scrape_opts {
	size_t size;
	double timeout_seconds;	 /* for callbacks; 0: 5 s */
	void (*wake)(void *ctx); /* called once, on another thread, when reading can go on after */
	void *ctx;		 /* QUIPU_EAGAIN for callbacks; keep it short */
	quipu_escaping escaping;
	int created; /* show when series began, where the format can */
	/* only families with one of these names: the family's (with the registry's prefix) or one of
	 * its samples' ("a_bucket"), as registered or as this scrape shows it; copied. NULL or
	 * none: all. A name that nothing has is no error */
	const char *const *names;
	size_t n_names;
} quipu_scrape_opts;

#define QUIPU_SCRAPE_OPTS(...) QUIPU_PRIV_OPTS(quipu_scrape_opts, __VA_ARGS__)

/*
 * As quipu_write and quipu_write_file, with a scrape's options (NULL: none; wake is not used) and,
 * for the file, in any format: QUIPU_SCRAPE_OPTS(.escaping = QUIPU_ESCAPE_NONE).
 */
quipu_error quipu_write_with(quipu_registry *registry, const quipu_format *format,
			     const quipu_scrape_opts *opts, quipu_sink sink, void *ctx);
quipu_error quipu_write_file_with(quipu_registry *registry, const quipu_format *format,
				  const quipu_scrape_opts *opts, const char *path);

/*
 * Begins a scrape: starts the callbacks. format NULL: text 0.0.4; opts may be NULL.
 * Threads: any; a scrape belongs to one thread at a time. Cost: allocates.
 * Fails: NULL and *error (may be NULL) ENOMEM.
 */
quipu_scrape *quipu_scrape_open(quipu_registry *registry, const quipu_format *format,
				const quipu_scrape_opts *opts, quipu_error *error);

/*
 * The next piece: up to cap bytes into buf, *len how many. The first call after the callbacks
 * are done or late begins the snapshot: it fixes families and series, and everything recorded
 * before it is in. With many series the values are read in parts, in this call and the next, each
 * value at some moment in one of them. A call does about 1 ms of work, then it returns.
 * QUIPU_OK: *len bytes, more to come; 0 bytes: a long step was cut in parts, so that the caller
 * can do something else before it asks again. QUIPU_END: *len is 0, all was read. QUIPU_EAGAIN:
 * callbacks are running; wake tells when they are done, and who has none asks again now and then.
 * A stuck one never is: ask again at the deadline at the latest.
 * QUIPU_EBUSY: two snapshots are open; ask again when one has closed. QUIPU_ENOMEM: given up.
 * QUIPU_EGONE, in a forked child: its snapshot, or the thread that it waited for, was the parent's;
 * nobody is woken there; begin another scrape.
 */
quipu_error quipu_scrape_read(quipu_scrape *scrape, void *buf, size_t cap, size_t *len);

/* Ends a scrape at any point. Close soon: an open snapshot keeps removed series' memory. NULL is
 * ignored. */
void quipu_scrape_close(quipu_scrape *scrape);

#ifdef __cplusplus
}
#endif
#endif
