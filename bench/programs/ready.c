/* SPDX-License-Identifier: MIT */
/*
 * ready.c: the limit for a GET: a server that has its answer ready, and as little else as can be.
 *
 *   bench_ready BYTES|FILE
 *
 * Prints {"port": P} and answers every request on 127.0.0.1:P with so many bytes, or with the file's,
 * until its standard input ends. One thread, one epoll set; a connection stays open unless the
 * request says otherwise.
 */
#include "common.h"
#include "loopback.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define MOST_BYTES ((size_t)1 << 32)
#define REQUEST_BYTES 4096

static char *answer; /* head and body */
static size_t answer_len;
static int listener, epoll;

struct conn {
	int fd;
	size_t len;  /* of the request that there is */
	size_t sent; /* of the answer */
	bool answering;
	char request[REQUEST_BYTES + 1];
};

static void end(struct conn *conn)
{
	close(conn->fd);
	free(conn);
}

static void watch(struct conn *conn, int how, uint32_t what)
{
	struct epoll_event event = { .events = what, .data.ptr = conn };

	epoll_ctl(epoll, how, conn->fd, &event);
}

static void welcome(void)
{
	struct conn *conn = bench_alloc(1, sizeof *conn);

	conn->fd = accept(listener, NULL, NULL);
	if (conn->fd < 0) {
		free(conn);
		return;
	}
	bench_nonblocking(conn->fd);
	watch(conn, EPOLL_CTL_ADD, EPOLLIN);
}

static void finish(struct conn *conn)
{
	if (strcasestr(conn->request, "\nConnection: close")) {
		end(conn);
		return;
	}
	watch(conn, EPOLL_CTL_MOD, EPOLLIN);
	conn->len = conn->sent = 0;
	conn->answering = false;
}

static void send_some(struct conn *conn)
{
	ssize_t n = send(conn->fd, answer + conn->sent, answer_len - conn->sent, MSG_NOSIGNAL);

	if (n < 0 && errno != EAGAIN) {
		end(conn);
		return;
	}
	conn->sent += n > 0 ? (size_t)n : 0;
	if (conn->sent == answer_len)
		finish(conn);
	else
		watch(conn, EPOLL_CTL_MOD, EPOLLOUT);
}

static void receive_some(struct conn *conn)
{
	ssize_t n = recv(conn->fd, conn->request + conn->len, REQUEST_BYTES - conn->len, 0);

	if (n < 0 && errno == EAGAIN)
		return;
	if (n <= 0) {
		end(conn);
		return;
	}
	conn->len += (size_t)n;
	conn->request[conn->len] = '\0';
	if (strstr(conn->request, "\r\n\r\n")) {
		conn->answering = true;
		send_some(conn);
	} else if (conn->len == REQUEST_BYTES) {
		end(conn);
	}
}

static void *serve(void *unused)
{
	struct epoll_event events[64];
	int i, n;

	for (;;) {
		n = epoll_wait(epoll, events, 64, -1);
		for (i = 0; i < n; i++) {
			struct conn *conn = events[i].data.ptr;

			if (!conn)
				welcome();
			else if (conn->answering)
				send_some(conn);
			else
				receive_some(conn);
		}
	}
	return unused;
}

/* --- the answer ------------------------------------------------------------------------------ */

static void write_head(size_t bytes)
{
	char head[160];
	int n = snprintf(head, sizeof head,
			 "HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\n"
			 "Content-Length: %zu\r\n\r\n",
			 bytes);

	answer_len = (size_t)n + bytes;
	answer = bench_alloc(answer_len, 1);
	memcpy(answer, head, (size_t)n);
}

static void make_answer(size_t bytes)
{
	static const char line[] = "ready_total 1\n";
	size_t i, begin;

	write_head(bytes);
	begin = answer_len - bytes;
	for (i = 0; i < bytes; i++)
		answer[begin + i] = line[i % (sizeof line - 1)];
}

static void read_answer(const char *path)
{
	FILE *file = fopen(path, "rb");
	long bytes;

	if (!file || fseek(file, 0, SEEK_END) != 0 || (bytes = ftell(file)) < 0)
		bench_fail("%s: %s", path, strerror(errno));
	rewind(file);
	write_head((size_t)bytes);
	if (fread(answer + answer_len - (size_t)bytes, 1, (size_t)bytes, file) != (size_t)bytes)
		bench_fail("%s could not be read", path);
	fclose(file);
}

int main(int argc, char **argv)
{
	struct epoll_event event = { .events = EPOLLIN };
	pthread_t thread;
	char byte;
	int port;

	bench_arguments(argc, argv, 1, 1, "BYTES|FILE");
	if (strspn(bench_text(1), "0123456789") == strlen(bench_text(1)))
		make_answer(bench_count(1, 1, MOST_BYTES));
	else
		read_answer(bench_text(1));
	listener = bench_listen(&port);
	epoll = epoll_create1(EPOLL_CLOEXEC);
	if (listener < 0 || epoll < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event) != 0 ||
	    pthread_create(&thread, NULL, serve, NULL) != 0)
		bench_fail("no server: %s", strerror(errno));
	bench_json_begin();
	bench_json_count("port", (uint64_t)port);
	bench_json_end();
	while (read(STDIN_FILENO, &byte, 1) > 0) {
	}
	return 0;
}
