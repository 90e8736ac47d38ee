/* SPDX-License-Identifier: MIT */
/* peer.h: who is at the other end, as far as limits go: an IPv4 address, or the 64 bits of an IPv6
 * address that a network hands out (the rest is the client's to choose). Pure. */
#ifndef QP_HTTP_PEER_H
#define QP_HTTP_PEER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

/* All zero: a Unix socket's, which is nobody in particular. */
struct qp_peer {
	unsigned char bytes[16];
};

struct qp_peer qp_peer_of(const struct sockaddr *address);
bool qp_peer_same(const struct qp_peer *a, const struct qp_peer *b);

/* The same in one number, 0 for nobody in particular. */
uint64_t qp_peer_number(const struct qp_peer *peer);

#endif
