/* SPDX-License-Identifier: MIT */
/* toy_transport.c: see toy_transport.h. */
#include "toy_transport.h"

#include "kit.h"

#include <quipu/timer.h>

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define PIECE 5	     /* bytes that are read at a time */
#define MOUTHFUL 700 /* bytes that are written at a time */

struct toy_facts toy_facts;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

void toy_add(int *figure, int n)
{
	pthread_mutex_lock(&lock);
	*figure += n;
	pthread_mutex_unlock(&lock);
}

int toy_get(const int *figure)
{
	int value;

	pthread_mutex_lock(&lock);
	value = *figure;
	pthread_mutex_unlock(&lock);
	return value;
}

void toy_set(int *figure, int value)
{
	pthread_mutex_lock(&lock);
	*figure = value;
	pthread_mutex_unlock(&lock);
}

struct stream {
	int fd;
	unsigned greeted, calls;
	size_t at, len;
	char bytes[4096];
};

static quipu_error attach(void *ctx)
{
	(void)ctx;
	toy_add(&toy_facts.attached, 1);
	return QUIPU_OK;
}

quipu_error toy_refuse(void *ctx)
{
	(void)ctx;
	return QUIPU_EOPTION;
}

static void detach(void *ctx)
{
	(void)ctx;
	toy_add(&toy_facts.detached, 1);
}

static void *open_stream(void *ctx, int fd)
{
	struct stream *stream = toy_get(&toy_facts.no_memory) ? NULL : calloc(1, sizeof(*stream));

	(void)ctx;
	if (!stream)
		return NULL;
	stream->fd = fd;
	toy_add(&toy_facts.opened, 1);
	return stream;
}

static int again(void)
{
	return errno == EAGAIN ? QUIPU_STREAM_WANTS_READ : QUIPU_STREAM_BROKEN;
}

/* "hi" is answered with y, whatever else with n. In between it waits to write, which is at once. */
static int handshake(void *ctx)
{
	struct stream *stream = ctx;
	char c;

	if (stream->calls++ % 2 == 1)
		return QUIPU_STREAM_WANTS_WRITE;
	while (stream->greeted < 2) {
		ssize_t len = recv(stream->fd, &c, 1, 0);

		if (len <= 0)
			return len == 0 ? QUIPU_STREAM_BROKEN : again();
		if (c != "hi"[stream->greeted++]) {
			send(stream->fd, "n", 1, MSG_NOSIGNAL);
			return QUIPU_STREAM_BROKEN;
		}
	}
	send(stream->fd, "y", 1, MSG_NOSIGNAL);
	return 0;
}

int toy_slow_handshake(void *ctx)
{
	uint64_t until = quipu_now_ns() + 2000000;

	while (quipu_now_ns() < until)
		;
	toy_add(&toy_facts.slow, 1);
	return handshake(ctx);
}

static ssize_t read_stream(void *ctx, void *to, size_t len)
{
	struct stream *stream = ctx;
	size_t n;

	if (stream->calls++ % 3 == 1)
		return QUIPU_STREAM_WANTS_WRITE;
	if (stream->at == stream->len) {
		ssize_t got = recv(stream->fd, stream->bytes, sizeof(stream->bytes), 0);

		if (got <= 0)
			return got == 0 ? 0 : again();
		stream->at = 0;
		stream->len = (size_t)got;
	}
	n = stream->len - stream->at < PIECE ? stream->len - stream->at : PIECE;
	n = n < len ? n : len;
	memcpy(to, stream->bytes + stream->at, n);
	stream->at += n;
	return (ssize_t)n;
}

static ssize_t write_stream(void *ctx, const void *from, size_t len)
{
	struct stream *stream = ctx;
	ssize_t n;

	if (stream->calls++ % 3 == 1)
		return QUIPU_STREAM_WANTS_WRITE;
	n = send(stream->fd, from, len < MOUTHFUL ? len : MOUTHFUL, MSG_NOSIGNAL);
	if (n >= 0)
		return n;
	return errno == EAGAIN ? QUIPU_STREAM_WANTS_WRITE : QUIPU_STREAM_BROKEN;
}

static int pending(void *ctx)
{
	struct stream *stream = ctx;

	return stream->at < stream->len;
}

static void finish(void *ctx)
{
	struct stream *stream = ctx;

	send(stream->fd, "z", 1, MSG_NOSIGNAL);
	toy_add(&toy_facts.finished, 1);
}

static void close_stream(void *ctx)
{
	free(ctx);
	toy_add(&toy_facts.closed, 1);
}

static int ask(void *ctx, const quipu_question *question, void **ticket)
{
	size_t len = question->authorization_len;
	int verdict;

	(void)ctx;
	pthread_mutex_lock(&lock);
	toy_facts.asked++;
	snprintf(toy_facts.last, sizeof(toy_facts.last), "%.*s %.*s", (int)question->path_len,
		 question->path, (int)len, question->authorization ? question->authorization : "");
	toy_facts.client = question->client;
	toy_facts.wake = question->wake;
	toy_facts.wake_ctx = question->wake_ctx;
	verdict = toy_facts.verdict;
	pthread_mutex_unlock(&lock);
	*ticket = verdict == QUIPU_LATER ? malloc(sizeof(int)) : NULL;
	if (*ticket)
		*(int *)*ticket = toy_get(&toy_facts.asked);
	return verdict;
}

static int answer(void *ticket)
{
	bool decided = *(int *)ticket <= toy_get(&toy_facts.decided);
	int verdict = decided ? toy_get(&toy_facts.later) : QUIPU_LATER;

	if (verdict != QUIPU_LATER)
		free(ticket);
	return verdict;
}

static void forget(void *ticket)
{
	free(ticket);
	toy_add(&toy_facts.forgotten, 1);
}

static size_t fields(void *ctx, char *to, size_t room)
{
	(void)ctx;
	CHECK_INT(room, QUIPU_TRANSPORT_FIELDS_MAX);
	memset(to, 'x', room);
	memcpy(to, "X-Own: ", 7);
	memcpy(to + room - 2, "\r\n", 2);
	return room;
}

void toy_decide(int verdict)
{
	pthread_mutex_lock(&lock);
	toy_facts.later = verdict;
	toy_facts.decided = toy_facts.asked;
	toy_facts.wake(toy_facts.wake_ctx);
	pthread_mutex_unlock(&lock);
}

const quipu_transport toy_whole = {
	.size = sizeof(toy_whole),
	.attach = attach,
	.detach = detach,
	.open = open_stream,
	.handshake = handshake,
	.read = read_stream,
	.write = write_stream,
	.pending = pending,
	.finish = finish,
	.close = close_stream,
};

const quipu_transport toy_gate = {
	.size = sizeof(toy_gate),
	.ask = ask,
	.answer = answer,
	.forget = forget,
	.fields = fields,
};
