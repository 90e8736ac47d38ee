/* SPDX-License-Identifier: MIT */
/* peer.c: see peer.h. */
#include "peer.h"

#include <netinet/in.h>
#include <string.h>

#define NETWORK_BYTES 8

static struct qp_peer of_ipv4(const void *address)
{
	struct qp_peer peer = { .bytes = { [10] = 0xff, [11] = 0xff } };

	memcpy(peer.bytes + 12, address, 4);
	return peer;
}

static struct qp_peer of_ipv6(const struct in6_addr *address)
{
	struct qp_peer peer = { { 0 } };

	if (IN6_IS_ADDR_V4MAPPED(address))
		return of_ipv4(address->s6_addr + 12);
	memcpy(peer.bytes, address->s6_addr, NETWORK_BYTES);
	peer.bytes[15] = 1; /* ::1 is somebody, too */
	return peer;
}

struct qp_peer qp_peer_of(const struct sockaddr *address)
{
	const void *whole = address;

	if (address->sa_family == AF_INET)
		return of_ipv4(&((const struct sockaddr_in *)whole)->sin_addr);
	if (address->sa_family == AF_INET6)
		return of_ipv6(&((const struct sockaddr_in6 *)whole)->sin6_addr);
	return (struct qp_peer){ { 0 } };
}

bool qp_peer_same(const struct qp_peer *a, const struct qp_peer *b)
{
	return memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

/* Different for each: IPv4 has the first half zero, IPv6 the second one (but for its mark). */
uint64_t qp_peer_number(const struct qp_peer *peer)
{
	uint64_t halves[2];

	memcpy(halves, peer->bytes, sizeof(halves));
	return halves[0] ^ halves[1];
}
