/* SPDX-License-Identifier: MIT */
/* address.h: listen addresses: from text to what bind takes, and back. Pure; no look-up. */
#ifndef QP_HTTP_ADDRESS_H
#define QP_HTTP_ADDRESS_H

#include <quipu/error.h>

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#define QP_ADDRESS_TEXT 128 /* "unix:" and the longest path, with NUL */

struct qp_address {
	union {
		struct sockaddr any;
		struct sockaddr_in in;
		struct sockaddr_in6 in6;
		struct sockaddr_un un;
	} at;
	socklen_t len;
	int dual; /* IPv6 that takes IPv4 connections too */
};

/* What to listen on; a machine may lack a protocol, so there can be a second choice. */
struct qp_addresses {
	struct qp_address list[2];
	int n;
};

/* QUIPU_OK, or EADDRESS and the text (fail.h). */
quipu_error qp_addresses_parse(struct qp_addresses *addresses, const char *text);

/* The port, 0 for a Unix socket. */
int qp_address_port(const struct qp_address *address);

void qp_address_print(const struct qp_address *address, char text[QP_ADDRESS_TEXT]);

#endif
