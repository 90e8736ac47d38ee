/* SPDX-License-Identifier: MIT */
/*
 * tunnel_test.c: quipu-tls by itself: a tunnel over a pair of sockets, against an OpenSSL client.
 *
 * tunnel_test CONFIG CA: a client that has gone raises no SIGPIPE; memory that runs out at any
 * allocation, OpenSSL's or ours, is an error and leaks nothing; a transport of nothing starts no
 * server; a flood of new keys ends the connection.
 */
#include "settings.h"
#include "tunnel.h"

#include <quipu/http.h>
#include <quipu/tls.h>
#include <quipu/types.h>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const char *config, *ca;

static void demand(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "it does not hold: %s\n", what);
	exit(1);
}

/* --- memory that runs out -------------------------------------------------------------------- */

static long left = -1; /* allocations until one fails; negative: none does */
static long live;      /* blocks that OpenSSL has */

static bool runs_out(void)
{
	return left >= 0 && left-- == 0;
}

static void *allocate(size_t size, const char *file, int line)
{
	void *block = runs_out() ? NULL : malloc(size);

	(void)file, (void)line;
	live += block != NULL;
	return block;
}

static void *change(void *block, size_t size, const char *file, int line)
{
	void *other = runs_out() ? NULL : realloc(block, size);

	(void)file, (void)line;
	live += !block && other;
	return other;
}

static void release(void *block, const char *file, int line)
{
	(void)file, (void)line;
	live -= block != NULL;
	free(block);
}

void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size)
{
	return runs_out() ? NULL : __real_calloc(n, size);
}

char *__real_strdup(const char *text);
char *__wrap_strdup(const char *text);
char *__wrap_strdup(const char *text)
{
	return runs_out() ? NULL : __real_strdup(text);
}

/* --- a client -------------------------------------------------------------------------------- */

struct pair {
	int ours, theirs;
	SSL_CTX *ctx;
	SSL *client;
	struct qp_tunnel *tunnel; /* NULL: there was no memory for it */
	uint64_t good, bad;
};

static struct qp_settings *read_settings(void)
{
	unsigned char digest[QP_DIGEST_SIZE];
	struct qp_refusal refusal = { 0 };
	struct qp_files files;
	struct qp_settings *settings = qp_settings_read(config, &files, digest, &refusal);

	qp_files_free(&files);
	demand(settings || refusal.code == QUIPU_ENOMEM || refusal.code == QUIPU_EOPTION,
	       "an error");
	demand(settings || refusal.text[0], "a text");
	return settings;
}

static void begin(struct pair *pair)
{
	int fds[2];

	memset(pair, 0, sizeof(*pair));
	demand(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds) == 0, "a pair");
	pair->ours = fds[0];
	pair->theirs = fds[1];
	pair->ctx = SSL_CTX_new(TLS_client_method());
	demand(pair->ctx && SSL_CTX_load_verify_locations(pair->ctx, ca, NULL) == 1, "the CA");
	pair->client = SSL_new(pair->ctx);
	demand(pair->client && SSL_set_fd(pair->client, pair->theirs) == 1, "a client");
	SSL_set_connect_state(pair->client);
}

static void end(struct pair *pair)
{
	if (pair->tunnel)
		qp_tunnel_free(pair->tunnel);
	SSL_free(pair->client);
	SSL_CTX_free(pair->ctx);
	close(pair->ours);
	if (pair->theirs >= 0)
		close(pair->theirs);
	ERR_clear_error();
}

/* The server's part of what follows runs with the memory that is left; the client's with all. */
static int step(struct pair *pair, long *memory)
{
	int answer;

	left = *memory;
	answer = qp_tunnel_handshake(pair->tunnel);
	*memory = left;
	left = -1;
	return answer;
}

/* 0: done. */
static int shake_hands(struct pair *pair, long *memory)
{
	for (int i = 0; i < 20; i++) {
		int answer;

		SSL_do_handshake(pair->client);
		answer = step(pair, memory);
		if (answer == 0 || answer == QUIPU_STREAM_BROKEN)
			return answer;
	}
	return QUIPU_STREAM_BROKEN;
}

static void say_hello(struct pair *pair)
{
	char got[8];

	demand(qp_tunnel_write(pair->tunnel, "hello", 5) == 5, "hello");
	demand(SSL_read(pair->client, got, sizeof(got)) == 5, "was heard");
	qp_tunnel_finish(pair->tunnel);
	demand(SSL_read(pair->client, got, sizeof(got)) <= 0 &&
		       SSL_get_shutdown(pair->client) == SSL_RECEIVED_SHUTDOWN,
	       "the end was told");
}

/* A whole connection, of which the server's part has so much memory; true: it came about, and
 * there was memory left. */
static bool connect_with(struct qp_settings *settings, long memory)
{
	bool plenty = memory < 0, done;
	struct pair pair;

	begin(&pair);
	left = memory;
	pair.tunnel = qp_tunnel_new(qp_settings_hold(settings), pair.ours, &pair.good, &pair.bad);
	memory = left;
	left = -1;
	done = pair.tunnel && shake_hands(&pair, &memory) == 0 && (plenty || memory >= 0);
	if (done && plenty) {
		demand(SSL_do_handshake(pair.client) == 1, "the client agrees");
		say_hello(&pair);
	}
	demand(pair.good + pair.bad <= 1, "counted once");
	end(&pair);
	return done;
}

/* --- cases ----------------------------------------------------------------------------------- */

/* In every step of a connection; the signal has its default, which ends the program. */
static void gone_clients(void)
{
	struct qp_settings *settings = read_settings();
	long plenty = -1;
	struct pair pair;

	signal(SIGPIPE, SIG_DFL);
	begin(&pair);
	pair.tunnel = qp_tunnel_new(qp_settings_hold(settings), pair.ours, &pair.good, &pair.bad);
	SSL_do_handshake(pair.client);
	close(pair.theirs);
	pair.theirs = -1;
	demand(shake_hands(&pair, &plenty) == QUIPU_STREAM_BROKEN, "gone in the handshake");
	qp_tunnel_finish(pair.tunnel);
	end(&pair);

	begin(&pair);
	pair.tunnel = qp_tunnel_new(qp_settings_hold(settings), pair.ours, &pair.good, &pair.bad);
	demand(shake_hands(&pair, &plenty) == 0, "a handshake");
	close(pair.theirs);
	pair.theirs = -1;
	demand(qp_tunnel_write(pair.tunnel, "x", 1) == QUIPU_STREAM_BROKEN, "gone when written to");
	qp_tunnel_finish(pair.tunnel);
	end(&pair);

	begin(&pair);
	pair.tunnel = qp_tunnel_new(qp_settings_hold(settings), pair.ours, &pair.good, &pair.bad);
	demand(write(pair.theirs, "GET", 3) == 3, "plain");
	close(pair.theirs);
	pair.theirs = -1;
	demand(qp_tunnel_handshake(pair.tunnel) == QUIPU_STREAM_BROKEN, "gone when told");
	end(&pair);
	qp_settings_drop(settings);
}

/* The first allocation fails, then the second, until there are enough. */
static void no_memory_to_connect(void)
{
	struct qp_settings *settings = read_settings();
	long n, before;

	demand(connect_with(settings, -1), "with all memory");
	before = live;
	for (n = 0; n < 20000 && !connect_with(settings, n); n++)
		;
	demand(n > 20 && n < 20000, "it runs out somewhere, and not everywhere");
	demand(connect_with(settings, -1), "with all memory, afterwards");
	demand(live <= before + 8, "nothing is left behind"); /* but what OpenSSL makes once */
	printf("%ld allocations of a connection, each failed once\n", n);
	qp_settings_drop(settings);
}

static void no_memory_to_open(void)
{
	long n;

	for (n = 0; n < 200000; n++) {
		quipu_error error = QUIPU_OK;
		quipu_tls *tls;
		bool used;

		left = n;
		tls = quipu_tls_open(config, &error);
		used = left < 0;
		left = -1;
		demand(tls || (error != QUIPU_OK && quipu_tls_error()[0]), "an error with a text");
		quipu_tls_close(tls);
		if (!used)
			break;
		if (n > 600)
			n += n / 16; /* the many of the files' decoding are much the same */
	}
	demand(n > 20 && n < 200000, "it runs out somewhere, and not everywhere");
	printf("about %ld allocations to open, many failed once\n", n);
}

static void nothing(void)
{
	quipu_error error = QUIPU_OK;
	quipu_tls_stats_t stats = { .size = sizeof(stats), .hashed = 7 };
	char text[4] = "abc";

	demand(!quipu_tls_open(NULL, &error) && error == QUIPU_EOPTION, "a file without a name");
	demand(quipu_tls_error()[0], "its text");
	demand(!quipu_http_start(quipu_default_registry(),
				 QUIPU_HTTP_OPTS(.listen = "127.0.0.1:0",
						 .transport = quipu_tls_transport(NULL)),
				 &error) &&
		       error == QUIPU_EOPTION,
	       "a server of nothing");
	quipu_tls_stats(NULL, &stats);
	demand(stats.hashed == 0 && stats.size == sizeof(stats), "no figures");
	demand(quipu_tls_reload_error(NULL, text, sizeof(text)) == 0 && text[0] == '\0', "no text");
	quipu_tls_close(NULL);
}

/* The client takes a new key so many times. */
static void change_keys(struct pair *pair, unsigned n)
{
	while (n-- > 0)
		demand(SSL_key_update(pair->client, SSL_KEY_UPDATE_NOT_REQUESTED) == 1 &&
			       SSL_do_handshake(pair->client) == 1,
		       "a new key");
}

static ssize_t read_some(struct pair *pair)
{
	char got[8];

	return qp_tunnel_read(pair->tunnel, got, sizeof(got));
}

/* A few with data between them are a client's right, many in a row are an attack: it ends in the
 * call that notices, with the rest left unread. */
static void new_keys(void)
{
	struct qp_settings *settings = read_settings();
	long plenty = -1;
	struct pair pair;
	char rest;

	begin(&pair);
	pair.tunnel = qp_tunnel_new(qp_settings_hold(settings), pair.ours, &pair.good, &pair.bad);
	demand(shake_hands(&pair, &plenty) == 0, "a handshake");
	for (int i = 0; i < 4; i++) {
		change_keys(&pair, 32);
		demand(read_some(&pair) == QUIPU_STREAM_WANTS_READ, "some keys are taken");
		demand(SSL_write(pair.client, "hello", 5) == 5, "data");
		demand(read_some(&pair) == 5, "is read with the new key");
	}
	change_keys(&pair, 100);
	demand(read_some(&pair) == QUIPU_STREAM_BROKEN, "many in a row end it");
	demand(recv(pair.ours, &rest, 1, 0) == 1, "what comes behind them is not looked at");
	qp_tunnel_finish(pair.tunnel);
	end(&pair);
	qp_settings_drop(settings);
}

int main(int argc, char **argv)
{
	demand(argc == 3, "tunnel_test CONFIG CA");
	demand(CRYPTO_set_mem_functions(allocate, change, release) == 1, "our allocator");
	OPENSSL_init_ssl(OPENSSL_INIT_NO_ATEXIT, NULL);
	config = argv[1];
	ca = argv[2];
	nothing();
	gone_clients();
	new_keys();
	no_memory_to_connect();
	no_memory_to_open();
	return 0;
}
