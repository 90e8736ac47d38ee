/* SPDX-License-Identifier: MIT */
/* faults_test.c: every call that can fail does, one after the other: starting then says so and
 * leaves nothing behind, and serving loses one client at most. Linked with --wrap. */
#include "fake_scrape.h"
#include "kit.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/un.h>

#define GET "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n"

enum kind { MEMORY, SYSTEM };

/* The n-th call of this kind fails: the test's own, or the server's thread's. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct {
	enum kind kind;
	int left;
	bool of_test;
	pthread_t test;
} plan;

static bool fails(enum kind kind)
{
	bool of_test, now;

	pthread_mutex_lock(&lock);
	of_test = pthread_equal(pthread_self(), plan.test) != 0;
	now = kind == plan.kind && of_test == plan.of_test && plan.left > 0 && --plan.left == 0;
	pthread_mutex_unlock(&lock);
	return now;
}

static void fail_nth(enum kind kind, int n, bool of_test)
{
	pthread_mutex_lock(&lock);
	plan.kind = kind;
	plan.left = n;
	plan.of_test = of_test;
	plan.test = pthread_self();
	pthread_mutex_unlock(&lock);
}

/* Did as many calls come? None fails from now on. */
static bool failed(void)
{
	bool all;

	pthread_mutex_lock(&lock);
	all = plan.left == 0;
	plan.left = 0;
	pthread_mutex_unlock(&lock);
	return all;
}

#define WRAP(kind, number, bad, type, name, parameters, arguments)                                 \
	type __real_##name parameters;                                                             \
	type __wrap_##name parameters;                                                             \
	type __wrap_##name parameters                                                              \
	{                                                                                          \
		if (fails(kind)) {                                                                 \
			errno = number;                                                            \
			return bad;                                                                \
		}                                                                                  \
		return __real_##name arguments;                                                    \
	}

WRAP(MEMORY, ENOMEM, NULL, void *, malloc, (size_t size), (size))
WRAP(MEMORY, ENOMEM, NULL, void *, calloc, (size_t n, size_t size), (n, size))
WRAP(MEMORY, ENOMEM, NULL, void *, realloc, (void *block, size_t size), (block, size))
WRAP(SYSTEM, EMFILE, -1, int, epoll_create1, (int flags), (flags))
WRAP(SYSTEM, EMFILE, -1, int, timerfd_create, (clockid_t clock, int flags), (clock, flags))
WRAP(SYSTEM, EMFILE, -1, int, eventfd, (unsigned value, int flags), (value, flags))
WRAP(SYSTEM, ENOSPC, -1, int, epoll_ctl, (int set, int how, int fd, struct epoll_event *event),
     (set, how, fd, event))
WRAP(SYSTEM, EMFILE, -1, int, socket, (int family, int type, int protocol),
     (family, type, protocol))
WRAP(SYSTEM, ENOBUFS, -1, int, setsockopt,
     (int fd, int level, int option, const void *value, socklen_t len),
     (fd, level, option, value, len))
WRAP(SYSTEM, ENOBUFS, -1, int, getsockname, (int fd, struct sockaddr *address, socklen_t *len),
     (fd, address, len))
WRAP(SYSTEM, EADDRINUSE, -1, int, listen, (int fd, int backlog), (fd, backlog))
WRAP(SYSTEM, EAGAIN, EAGAIN, int, pthread_create,
     (pthread_t * thread, const pthread_attr_t *attr, void *(*run)(void *), void *arg),
     (thread, attr, run, arg))
WRAP(SYSTEM, ENFILE, -1, int, accept4,
     (int fd, struct sockaddr *address, socklen_t *len, int flags), (fd, address, len, flags))

static unsigned mode_at_bind; /* of a Unix socket, the moment it was there */

static void note_mode(const struct sockaddr *address)
{
	const struct sockaddr_un *un = (const struct sockaddr_un *)(const void *)address;
	struct stat file;

	if (address->sa_family == AF_UNIX && stat(un->sun_path, &file) == 0)
		mode_at_bind = file.st_mode & 07777u;
}

int __real_bind(int fd, const struct sockaddr *address, socklen_t len);
int __wrap_bind(int fd, const struct sockaddr *address, socklen_t len);
int __wrap_bind(int fd, const struct sockaddr *address, socklen_t len)
{
	int result;

	if (fails(SYSTEM)) {
		errno = EACCES;
		return -1;
	}
	result = __real_bind(fd, address, len);
	note_mode(address);
	return result;
}

/* --- starting ---------------------------------------------------------------------------- */

static void check_refused(quipu_error error, bool memory)
{
	CHECK(memory ? error == QUIPU_ENOMEM : error == QUIPU_ESYSTEM || error == QUIPU_ELISTEN);
	CHECK(quipu_http_error()[0] != '\0');
}

static int check_starts(enum kind kind)
{
	unsigned descriptors = kit_descriptors(), threads = kit_threads();
	quipu_http *server = NULL;
	int n = 0;

	while (!server && n < 100) {
		quipu_error error = QUIPU_OK;

		fail_nth(kind, ++n, true);
		server = quipu_http_start(fake_registry(), QUIPU_HTTP_OPTS(.listen = "127.0.0.1:0"),
					  &error);
		if (!failed())
			break;
		CHECK(!server);
		check_refused(error, kind == MEMORY);
		CHECK_INT(kit_descriptors(), descriptors);
		CHECK_INT(kit_threads(), threads);
	}
	CHECK_INT(server && kit_status(server, GET) == 200, 1);
	quipu_http_stop(server);
	return n - 1;
}

static void starting(void)
{
	fake_reset();
	CHECK(check_starts(MEMORY) >= 2);
	CHECK(check_starts(SYSTEM) >= 10);
}

/* There is no moment at which others may connect to a socket that is not theirs. */
static void never_open(void)
{
	mode_t mask = umask(0);
	quipu_http *server;

	server = FAKE_START(.listen = "unix:quipu-never-open");
	CHECK_INT(mode_at_bind, 0600);
	quipu_http_stop(server);
	umask(mask);
}

/* --- serving ----------------------------------------------------------------------------- */

/* One client gets an answer, a 503 or an end; the next is served. */
static void check_serves(quipu_http *server, enum kind kind, int n)
{
	struct client client;
	int status;

	fail_nth(kind, n, false);
	client = kit_connect(server);
	kit_send(&client, GET);
	status = kit_next(&client, false);
	CHECK(status == 200 || status == 503 || status == 0 || status == -200);
	kit_close(&client);
	failed();
	CHECK_INT(kit_status(server, GET), 200);
}

static bool no_more_than(void *descriptors)
{
	return kit_descriptors() <= *(unsigned *)descriptors;
}

static void serving(void)
{
	quipu_http *server = FAKE_START(.idle_timeout_seconds = 60);
	struct fake_plan large = fake_default_plan();
	unsigned descriptors;

	large.body = 1000000;
	fake_plan(large);
	CHECK_INT(kit_status(server, GET), 200);
	descriptors = kit_descriptors();
	for (int n = 1; n < 12; n++) {
		check_serves(server, MEMORY, n);
		check_serves(server, SYSTEM, n);
	}
	CHECK(kit_until(no_more_than, &descriptors));
	quipu_http_stop(server);
	CHECK_INT(fake_facts().opened, fake_facts().closed);
}

/* --- compressing ------------------------------------------------------------------------- */

#define COMPRESSED(method) method " /metrics HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n"

static bool body_is(const struct answer *answer, size_t len)
{
	bool same = answer->len == len;

	for (size_t i = 0; same && i < len; i++)
		same = answer->body[i] == fake_byte(i);
	return same;
}

static bool all_gone(void *server)
{
	quipu_http_stats_t stats = { .size = sizeof(stats) };

	quipu_http_stats(server, &stats);
	return stats.open == 0;
}

/* The n-th allocation fails; is the answer all there, as it is? Nobody else is to need it. */
static bool compress_without(quipu_http *server, int n)
{
	struct client client;
	struct answer answer;
	bool plain;

	CHECK(kit_until(all_gone, server));
	client = kit_connect(server);
	fail_nth(MEMORY, n, false);
	kit_send(&client, COMPRESSED("GET"));
	answer = kit_receive(&client, false);
	plain = kit_field(&answer, "Content-Encoding")[0] == '\0';
	CHECK(answer.status == 200 || answer.status == 503 || answer.status == 0);
	if (answer.status == 200 && plain)
		CHECK(answer.whole && body_is(&answer, 100000));
	plain = plain && answer.status == 200;
	kit_free(&answer);
	kit_close(&client);
	failed();
	return plain;
}

/* No memory to compress with is no reason to fail. */
static void compressing(void)
{
	quipu_http *server = FAKE_START(.path = NULL);
	struct fake_plan large = fake_default_plan();
	struct answer answer;
	bool compresses;
	int plain = 0;

	large.body = 100000;
	fake_plan(large);
	answer = kit_ask(server, COMPRESSED("HEAD"));
	compresses = kit_field(&answer, "Content-Encoding")[0] != '\0';
	kit_free(&answer);
	for (int n = 1; n < 12; n++)
		plain += compress_without(server, n);
	/* the piece of text, and the coder */
	CHECK(compresses ? plain == 2 : plain > 2);
	quipu_http_stop(server);
}

static const struct kit_case cases[] = {
	{ "starting", starting },
	{ "never_open", never_open },
	{ "serving", serving },
	{ "compressing", compressing },
};
KIT_MAIN(cases)
