/* SPDX-License-Identifier: MIT */
/*
 * kit.h: what the responder's tests are written with: cases, checks, and a client that does
 * to a server whatever a well-behaved library would refuse to do.
 */
#ifndef TESTS_HTTP_KIT_H
#define TESTS_HTTP_KIT_H

#include <quipu/http.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* --- cases and checks -------------------------------------------------------------------- */

struct kit_case {
	const char *name;
	void (*run)(void);
};

/* Runs all, or those named in the arguments; the process' exit status. */
int kit_main(int argc, char **argv, const struct kit_case *cases, size_t n);
#define KIT_MAIN(cases)                                                                            \
	int main(int argc, char **argv)                                                            \
	{                                                                                          \
		return kit_main(argc, argv, cases, sizeof(cases) / sizeof((cases)[0]));            \
	}

void kit_failed(const char *file, int line, const char *what);
unsigned kit_failures(void);

/* A forked child counts its own. */
void kit_forget_failures(void);

#define CHECK(what)                                                                                \
	do {                                                                                       \
		if (!(what))                                                                       \
			kit_failed(__FILE__, __LINE__, #what);                                     \
	} while (0)

#define CHECK_INT(got, wanted)                                                                     \
	do {                                                                                       \
		long long kit_got = (long long)(got), kit_wanted = (long long)(wanted);            \
		char kit_text[256];                                                                \
		snprintf(kit_text, sizeof(kit_text), "%s is %lld, not %lld", #got, kit_got,        \
			 kit_wanted);                                                              \
		if (kit_got != kit_wanted)                                                         \
			kit_failed(__FILE__, __LINE__, kit_text);                                  \
	} while (0)

/* --- the server under test --------------------------------------------------------------- */

/* Started; on a free port of the loopback unless the options say where. Ends the test where
 * that fails. */
#define KIT_LISTEN "127.22.2.3:0" /* where no client gets that port between a stop and a start */
quipu_http *kit_start(quipu_registry *registry, const quipu_http_opts *opts);

quipu_http_stats_t kit_stats(const quipu_http *server);

void kit_sleep_ms(unsigned ms);

/* Raises the limit of open descriptors as far as allowed; how many there may be. */
unsigned kit_raise_descriptors(void);

/* How many descriptors and threads the process has; a thread that was joined is gone. */
unsigned kit_descriptors(void);
unsigned kit_threads(void);

/* Waits until it is true, for a minute at most; whether it became true. */
bool kit_until(bool (*is)(void *ctx), void *ctx);

/* --- the client -------------------------------------------------------------------------- */

struct client {
	int fd;
	char *data; /* received and not yet looked at */
	size_t len, cap;
};

struct answer {
	int status; /* 0: there was none */
	bool whole; /* nothing of it is missing */
	bool chunked;
	char *head; /* status line and fields, terminated */
	char *body; /* chunks put together, terminated */
	size_t len; /* of the body */
};

/* Connected to the loopback or to a Unix socket; ends the test where that fails. */
struct client kit_connect(const quipu_http *server);
struct client kit_connect_to(const char *address);

/* The same in two steps, where the first one takes the descriptor. */
struct client kit_unconnected(const quipu_http *server);
void kit_connect_now(struct client *client, const quipu_http *server);

void kit_close(struct client *client);

/* Closes so that the server gets a reset. */
void kit_reset(struct client *client);

/* Small buffers: the server notices early that nobody reads. */
struct client kit_connect_narrow(const quipu_http *server);

/* What could be sent; a server that has closed makes it less. */
size_t kit_send_n(struct client *client, const char *data, size_t len);
size_t kit_send(struct client *client, const char *text);

/* The next answer; head_only: it answers a HEAD. Gives up after some seconds. */
struct answer kit_receive(struct client *client, bool head_only);
void kit_free(struct answer *answer);

/* The next answer's status alone; what of it is missing makes it negative. */
int kit_next(struct client *client, bool head_only);

/* A request and its answer on a connection of its own. */
struct answer kit_ask(const quipu_http *server, const char *request);

/* The status alone. */
int kit_status(const quipu_http *server, const char *request);

/* Drives a server without a thread as the program's loop would, until the client has something
 * to read or so many milliseconds are over; how many turns that took. */
unsigned kit_drive(quipu_http *server, const struct client *until, unsigned ms);

/* Waits until there is something to do, for a minute at most, and does it; how many events. */
int kit_turn(quipu_http *server);

/* Drives it until that is true, for a minute at most; whether it became true. */
bool kit_drive_until(quipu_http *server, bool (*is)(void *ctx), void *ctx);

/* Turns enough to do all that can be done at once. On a Unix socket, where what was sent is there,
 * the server has then seen everything, however long the machine took. */
void kit_settle(quipu_http *server);

/* Takes what is there without waiting; kit_receive finds it. False: nothing comes any more. */
bool kit_take(struct client *client);

/* Is a whole answer there, so that kit_receive need not wait? For answers with a length or with
 * chunks. */
bool kit_has_answer(const struct client *client, bool head_only);

/* The connection's end has come, and nothing before it: 1; it was reset: -1; more data: 0. */
int kit_ended(struct client *client);

/* A field's value, "" where there is none; of the first of that name. Static memory. */
const char *kit_field(const struct answer *answer, const char *name);

#endif
