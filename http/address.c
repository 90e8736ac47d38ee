/* SPDX-License-Identifier: MIT */
/* address.c: see address.h. */
#include "address.h"

#include "fail.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const char expected[] =
	"expected ADDRESS:PORT, [IPV6]:PORT, localhost:PORT, :PORT or unix:PATH";

static quipu_error refuse(const char *text, const char *why)
{
	return qp_http_fail(QUIPU_EADDRESS, "listen address \"%.128s\": %s", text, why);
}

/* One to five digits and nothing else. */
static bool parse_port(const char *text, in_port_t *port)
{
	size_t len = strspn(text, "0123456789");
	unsigned value = 0;

	if (len == 0 || len > 5 || text[len] != '\0')
		return false;
	while (*text)
		value = value * 10 + (unsigned)(*text++ - '0');
	*port = htons((in_port_t)value);
	return value <= 65535;
}

static void add_in(struct qp_addresses *addresses, struct in_addr host, in_port_t port)
{
	struct qp_address *address = &addresses->list[addresses->n++];

	address->at.in.sin_family = AF_INET;
	address->at.in.sin_port = port;
	address->at.in.sin_addr = host;
	address->len = sizeof(address->at.in);
}

static void add_in6(struct qp_addresses *addresses, const struct in6_addr *host, in_port_t port,
		    int dual)
{
	struct qp_address *address = &addresses->list[addresses->n++];

	address->at.in6.sin6_family = AF_INET6;
	address->at.in6.sin6_port = port;
	address->at.in6.sin6_addr = *host;
	address->len = sizeof(address->at.in6);
	address->dual = dual;
}

static bool add_host(struct qp_addresses *addresses, const char *host, in_port_t port)
{
	struct in_addr in = { 0 };
	struct in6_addr in6;

	if (host[0] == '\0') {
		add_in6(addresses, &in6addr_any, port, 1);
		add_in(addresses, in, port);
		return true;
	}
	if (strcmp(host, "localhost") == 0) {
		in.s_addr = htonl(INADDR_LOOPBACK);
		add_in(addresses, in, port);
		add_in6(addresses, &in6addr_loopback, port, 0);
		return true;
	}
	if (inet_pton(AF_INET, host, &in) == 1) {
		add_in(addresses, in, port);
		return true;
	}
	if (inet_pton(AF_INET6, host, &in6) != 1)
		return false;
	add_in6(addresses, &in6, port, 0);
	return true;
}

/* Brackets go with IPv6 and only with it: without them a port cannot be told from a group. */
static bool split_host(char *host, size_t cap, const char *text, size_t len)
{
	bool bracketed = len >= 2 && text[0] == '[' && text[len - 1] == ']';

	if (bracketed) {
		text++;
		len -= 2;
	}
	if (len >= cap || bracketed != (memchr(text, ':', len) != NULL))
		return false;
	memcpy(host, text, len);
	host[len] = '\0';
	return true;
}

static quipu_error parse_tcp(struct qp_addresses *addresses, const char *text)
{
	const char *colon = strrchr(text, ':');
	char host[INET6_ADDRSTRLEN];
	in_port_t port;

	if (!colon)
		return refuse(text, expected);
	if (!parse_port(colon + 1, &port))
		return refuse(text, "the port is not a number from 0 to 65535");
	if (!split_host(host, sizeof(host), text, (size_t)(colon - text)) ||
	    !add_host(addresses, host, port))
		return refuse(text, expected);
	return QUIPU_OK;
}

static quipu_error parse_unix(struct qp_addresses *addresses, const char *text)
{
	struct qp_address *address = &addresses->list[0];
	const char *path = text + strlen("unix:");

	if (path[0] == '\0')
		return refuse(text, "the socket's path is missing");
	if (strlen(path) >= sizeof(address->at.un.sun_path))
		return refuse(text, "the socket's path is too long");
	address->at.un.sun_family = AF_UNIX;
	strcpy(address->at.un.sun_path, path);
	address->len = sizeof(address->at.un);
	addresses->n = 1;
	return QUIPU_OK;
}

quipu_error qp_addresses_parse(struct qp_addresses *addresses, const char *text)
{
	memset(addresses, 0, sizeof(*addresses));
	if (strncmp(text, "unix:", strlen("unix:")) == 0)
		return parse_unix(addresses, text);
	return parse_tcp(addresses, text);
}

int qp_address_port(const struct qp_address *address)
{
	switch (address->at.any.sa_family) {
	case AF_INET:
		return ntohs(address->at.in.sin_port);
	case AF_INET6:
		return ntohs(address->at.in6.sin6_port);
	default:
		return 0;
	}
}

void qp_address_print(const struct qp_address *address, char text[QP_ADDRESS_TEXT])
{
	char host[INET6_ADDRSTRLEN] = "";

	if (address->at.any.sa_family == AF_UNIX) {
		snprintf(text, QP_ADDRESS_TEXT, "unix:%s", address->at.un.sun_path);
	} else if (address->at.any.sa_family == AF_INET) {
		inet_ntop(AF_INET, &address->at.in.sin_addr, host, sizeof(host));
		snprintf(text, QP_ADDRESS_TEXT, "%s:%d", host, qp_address_port(address));
	} else {
		inet_ntop(AF_INET6, &address->at.in6.sin6_addr, host, sizeof(host));
		snprintf(text, QP_ADDRESS_TEXT, "[%s]:%d", host, qp_address_port(address));
	}
}
