/* SPDX-License-Identifier: MIT */
/* fetch.c: connects, asks, and reads until the answer is whole. */
#include "fetch.h"

#include "arena.h"
#include "gunzip.h"
#include "url.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define SECONDS 10
#define PIECE 65536

__attribute__((format(printf, 2, 3))) static bool fail(struct fetched *fetched, const char *format,
						       ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(fetched->error, sizeof(fetched->error), format, arguments);
	va_end(arguments);
	return false;
}

static long long milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000ll + now.tv_nsec / 1000000;
}

/* How long to wait, and for what to stop. */
struct patience {
	long long deadline;
	int stop;
};

/* Waits until the socket is ready; false when the time is over or somebody says stop. */
static bool wait_for(int socket, short events, const struct patience *patience)
{
	struct pollfd fds[] = { { .fd = socket, .events = events },
				{ .fd = patience->stop, .events = POLLIN } };
	long long left = patience->deadline - milliseconds();
	int ready;

	do {
		ready = left > 0 ? poll(fds, 2, (int)left) : 0;
		left = patience->deadline - milliseconds();
	} while (ready < 0 && errno == EINTR);
	if (ready == 0)
		errno = ETIMEDOUT;
	if (ready <= 0 || !fds[1].revents)
		return ready > 0;
	errno = ECANCELED;
	return false;
}

/* --- connecting -------------------------------------------------------------------------------- */

static int connect_one(const struct addrinfo *address, const struct patience *patience)
{
	int error = 0,
	    fd = socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	socklen_t len = sizeof(error);

	if (fd < 0)
		return -1;
	if (connect(fd, address->ai_addr, address->ai_addrlen) == 0)
		return fd;
	error = errno;
	if (error == EINPROGRESS && wait_for(fd, POLLOUT, patience))
		getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len);
	else if (error == EINPROGRESS)
		error = errno;
	if (error == 0)
		return fd;
	close(fd);
	errno = error;
	return -1;
}

static int connect_to(const struct url *url, const struct patience *patience,
		      struct fetched *fetched)
{
	struct addrinfo wanted = { .ai_socktype = SOCK_STREAM, .ai_family = AF_UNSPEC }, *list;
	int code = getaddrinfo(url->host, url->port, &wanted, &list), fd = -1;

	if (code) {
		fail(fetched, "%s", gai_strerror(code));
		return -1;
	}
	for (const struct addrinfo *a = list; a && fd < 0; a = a->ai_next)
		fd = connect_one(a, patience);
	freeaddrinfo(list);
	if (fd < 0)
		fail(fetched, "%s", strerror(errno));
	return fd;
}

/* --- asking and reading --------------------------------------------------------------------------- */

static bool send_all(int fd, const char *data, size_t len, const struct patience *patience,
		     struct fetched *fetched)
{
	while (len > 0) {
		ssize_t sent = send(fd, data, len, MSG_NOSIGNAL);

		if (sent >= 0) {
			data += sent;
			len -= (size_t)sent;
		} else if (errno != EAGAIN && errno != EINTR) {
			return fail(fetched, "%s", strerror(errno));
		} else if (errno == EAGAIN && !wait_for(fd, POLLOUT, patience)) {
			return fail(fetched, "%s", strerror(errno));
		}
	}
	return true;
}

static bool ask(int fd, const struct url *url, const char *accept, const struct patience *patience,
		struct fetched *fetched)
{
	char *request;
	bool ok;
	int len = asprintf(&request,
			   "GET %s%s HTTP/1.1\r\nHost: %s\r\nAccept: %s\r\n%sConnection: close\r\n"
			   "User-Agent: quipu\r\n\r\n",
			   *url->path == '/' ? "" : "/", url->path, url->authority, accept,
			   gunzip_present ? "Accept-Encoding: gzip\r\n" : "");

	if (len < 0)
		return fail(fetched, "out of memory");
	ok = send_all(fd, request, (size_t)len, patience, fetched);
	free(request);
	return ok;
}

/* One piece more; 0 at the end, -1 and errno when it went wrong. The time ends also where a
 * server never lets us wait. */
static ssize_t read_piece(int fd, char *to, const struct patience *patience)
{
	ssize_t n = -1;

	do {
		if (wait_for(fd, POLLIN, patience))
			n = recv(fd, to, PIECE, 0);
		else
			return -1;
	} while (n < 0 && (errno == EAGAIN || errno == EINTR));
	return n;
}

static bool too_large(struct fetched *fetched, size_t most)
{
	return fail(fetched, "an answer of more than %zu MiB", most >> 20);
}

static bool receive(int fd, size_t most, const struct patience *patience, struct fetched *fetched)
{
	enum answer_state state = ANSWER_INCOMPLETE;
	size_t len = 0, capacity = 0;
	ssize_t n;

	while (state == ANSWER_INCOMPLETE) {
		while (capacity < len + PIECE)
			fetched->bytes = qx_grow(fetched->bytes, capacity, &capacity, 1);
		n = read_piece(fd, fetched->bytes + len, patience);
		if (n < 0)
			return fail(fetched, "%s", strerror(errno));
		len += (size_t)n;
		if (len > most)
			return too_large(fetched, most);
		state = answer_read(&fetched->answer, fetched->bytes, len, n == 0);
	}
	if (state == ANSWER_BAD)
		return fail(fetched, "%s", fetched->answer.error);
	return true;
}

/* --- the whole -------------------------------------------------------------------------------------- */

static bool unpack(struct fetched *fetched, size_t most)
{
	struct answer *answer = &fetched->answer;
	char *plain;

	if (!*answer->encoding || strcasecmp(answer->encoding, "identity") == 0)
		return true;
	if (strcmp(answer->encoding, "gzip") != 0)
		return fail(fetched, "Content-Encoding %s, which is not gzip", answer->encoding);
	plain = gunzip(answer->body, answer->body_len, most, &answer->body_len);
	if (!plain && answer->body_len > most)
		return too_large(fetched, most);
	if (!plain)
		return fail(fetched, "the body is not whole gzip");
	free(fetched->bytes);
	fetched->bytes = answer->body = plain;
	return true;
}

bool fetch(const char *text, const struct question *question, struct fetched *fetched)
{
	struct patience patience = { milliseconds() + SECONDS * 1000, question->stop };
	struct url url;
	const char *wrong = url_parse(text, &url);
	bool ok;
	int fd;

	*fetched = (struct fetched){ .bytes = NULL };
	if (wrong)
		return fail(fetched, "%s", wrong);
	if (strpbrk(question->accept, "\r\n"))
		return fail(fetched, "line ends do not belong in Accept");
	fd = connect_to(&url, &patience, fetched);
	if (fd < 0)
		return false;
	ok = ask(fd, &url, question->accept, &patience, fetched) &&
	     receive(fd, question->most, &patience, fetched);
	close(fd);
	if (ok && fetched->answer.status != 200)
		return fail(fetched, "status %d", fetched->answer.status);
	return ok && unpack(fetched, question->most);
}
