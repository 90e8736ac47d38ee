/* SPDX-License-Identifier: MIT */
/* socket_bio.c: see socket_bio.h. */
#include "socket_bio.h"

#include <openssl/bio.h>

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <sys/socket.h>

static BIO_METHOD *method;

static bool later(int number)
{
	return number == EAGAIN || number == EWOULDBLOCK || number == EINTR;
}

static int bio_write(BIO *bio, const char *from, int len)
{
	const struct qp_socket *to = BIO_get_data(bio);
	ssize_t n = send(to->fd, from, (size_t)len, MSG_NOSIGNAL);

	BIO_clear_retry_flags(bio);
	if (n < 0 && later(errno))
		BIO_set_retry_write(bio);
	return (int)n;
}

static int bio_read(BIO *bio, char *to, int len)
{
	struct qp_socket *from = BIO_get_data(bio);
	size_t most = (size_t)len < from->allowance ? (size_t)len : from->allowance;
	ssize_t n;

	BIO_clear_retry_flags(bio);
	if (most == 0) {
		BIO_set_retry_read(bio);
		return -1;
	}
	n = recv(from->fd, to, most, 0);
	if (n < 0 && later(errno))
		BIO_set_retry_read(bio);
	else if (n > 0)
		from->allowance -= (size_t)n;
	return (int)n;
}

/* Nothing is kept here that would have to be flushed. */
static long control(BIO *bio, int what, long number, void *pointer)
{
	(void)bio, (void)number, (void)pointer;
	return what == BIO_CTRL_FLUSH;
}

static void make_method(void)
{
	BIO_METHOD *made = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "quipu's socket");

	if (made && BIO_meth_set_write(made, bio_write) && BIO_meth_set_read(made, bio_read) &&
	    BIO_meth_set_ctrl(made, control)) {
		method = made;
		return;
	}
	BIO_meth_free(made);
}

/* One for the process; where memory was out the next one tries again. */
static const BIO_METHOD *get_method(void)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	const BIO_METHOD *found;

	pthread_mutex_lock(&lock);
	if (!method)
		make_method();
	found = method;
	pthread_mutex_unlock(&lock);
	return found;
}

BIO *qp_socket_bio_new(struct qp_socket *socket)
{
	const BIO_METHOD *how = get_method();
	BIO *bio = how ? BIO_new(how) : NULL;

	if (!bio)
		return NULL;
	BIO_set_data(bio, socket);
	BIO_set_init(bio, 1);
	return bio;
}
