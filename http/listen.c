/* SPDX-License-Identifier: MIT */
/* listen.c: see listen.h. */
#include "listen.h"

#include "fail.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SSH_PORT 2222

static quipu_error cannot_listen(const struct qp_address *address, int number)
{
	char text[QP_ADDRESS_TEXT];

	qp_address_print(address, text);
	qp_http_fail_errno(QUIPU_ELISTEN, number, "cannot listen on %s", text);
	if (number == EADDRINUSE && qp_address_port(address) == SSH_PORT)
		qp_http_fail_add(
			"; 2222 is often an alternate SSH port: see whether sshd or another "
			"program has it, or choose another with .listen or QUIPU_HTTP_LISTEN");
	return QUIPU_ELISTEN;
}

static int open_socket(const struct qp_address *address)
{
	return socket(address->at.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

static bool is_unix(const struct qp_address *address)
{
	return address->at.any.sa_family == AF_UNIX;
}

/* Is somebody behind the socket file? Only a refusal proves that nobody is. */
static bool stale(const struct qp_address *address)
{
	struct stat file;
	int fd, refused;

	if (lstat(address->at.un.sun_path, &file) != 0)
		return errno == ENOENT;
	if (!S_ISSOCK(file.st_mode))
		return false;
	fd = open_socket(address);
	if (fd < 0)
		return false;
	refused = connect(fd, &address->at.any, address->len) != 0 && errno == ECONNREFUSED;
	close(fd);
	return refused;
}

/* Binds; a file that a dead server left behind is taken away first. */
static int bind_file(int fd, const struct qp_address *address)
{
	if (bind(fd, &address->at.any, address->len) == 0)
		return 0;
	if (errno != EADDRINUSE)
		return -1;
	if (!stale(address)) {
		errno = EADDRINUSE;
		return -1;
	}
	unlink(address->at.un.sun_path);
	return bind(fd, &address->at.any, address->len);
}

static int bind_unix(int fd, const struct qp_address *address, unsigned mode)
{
	int number;

	/* The socket's own mode limits the file's from its first moment on. */
	if (fchmod(fd, (mode_t)mode) != 0 || bind_file(fd, address) != 0)
		return -1;
	if (chmod(address->at.un.sun_path, (mode_t)mode) == 0) /* what the umask took away */
		return 0;
	number = errno;
	unlink(address->at.un.sun_path);
	errno = number;
	return -1;
}

static int bind_tcp(int fd, const struct qp_address *address)
{
	int on = 1, off = 0;

	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0)
		return -1;
	if (address->dual && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off)) != 0)
		return -1;
	return bind(fd, &address->at.any, address->len);
}

/* What the kernel made of it: port 0 is a real port now. */
static int describe(struct qp_listener *listener, const struct qp_address *wanted)
{
	struct qp_address bound = *wanted;
	struct stat file;

	if (is_unix(wanted)) {
		if (lstat(wanted->at.un.sun_path, &file) != 0)
			return -1;
		listener->device = file.st_dev;
		listener->inode = file.st_ino;
	} else if (getsockname(listener->fd, &bound.at.any, &bound.len) != 0) {
		return -1;
	}
	listener->port = qp_address_port(&bound);
	qp_address_print(&bound, listener->address);
	return 0;
}

static int listen_on(struct qp_listener *listener, const struct qp_address *address, unsigned mode)
{
	int result;

	listener->fd = open_socket(address);
	if (listener->fd < 0)
		return -1;
	result = is_unix(address) ? bind_unix(listener->fd, address, mode)
				  : bind_tcp(listener->fd, address);
	if (result != 0 || describe(listener, address) != 0 ||
	    listen(listener->fd, SOMAXCONN) != 0) {
		result = errno;
		qp_listener_close(listener);
		errno = result;
		return -1;
	}
	return 0;
}

/* The machine lacks the protocol or the address, so the other choice may do. */
static bool lacking(int number)
{
	return number == EAFNOSUPPORT || number == EADDRNOTAVAIL;
}

quipu_error qp_listener_open(struct qp_listener *listener, const char *text, unsigned mode)
{
	struct qp_addresses addresses;
	quipu_error error = qp_addresses_parse(&addresses, text);
	int i = 0;

	memset(listener, 0, sizeof(*listener));
	listener->fd = -1;
	if (error)
		return error;
	while (listen_on(listener, &addresses.list[i], mode) != 0) {
		if (!lacking(errno) || i + 1 == addresses.n)
			return cannot_listen(&addresses.list[i], errno);
		i++;
	}
	return QUIPU_OK;
}

static void remove_file(const struct qp_listener *listener)
{
	const char *path = listener->address + strlen("unix:");
	struct stat file;

	if (lstat(path, &file) == 0 && file.st_dev == listener->device &&
	    file.st_ino == listener->inode)
		unlink(path);
}

void qp_listener_close(struct qp_listener *listener)
{
	if (listener->fd < 0)
		return;
	if (listener->inode != 0)
		remove_file(listener);
	shutdown(listener->fd, SHUT_RDWR);
	close(listener->fd);
	listener->fd = -1;
}
