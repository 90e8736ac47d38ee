/* SPDX-License-Identifier: MIT */
/* listen.h: the listening socket: TCP on IPv4 and IPv6, or a Unix socket in the file system. */
#ifndef QP_HTTP_LISTEN_H
#define QP_HTTP_LISTEN_H

#include "address.h"

#include <sys/types.h>

struct qp_listener {
	int fd; /* -1: closed */
	int port;
	char address[QP_ADDRESS_TEXT]; /* as it really is: port 0 has become a port */
	dev_t device;		       /* of the socket's file, so that only ours is removed */
	ino_t inode;
};

/* QUIPU_OK, or EADDRESS, ELISTEN or ESYSTEM and the text (fail.h). mode: of a Unix socket. */
quipu_error qp_listener_open(struct qp_listener *listener, const char *text, unsigned mode);

/* Frees the port at once, even where a child that never ran our fork handlers has a copy of
 * the descriptor; removes a Unix socket's file. */
void qp_listener_close(struct qp_listener *listener);

#endif
