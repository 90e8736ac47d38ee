/* SPDX-License-Identifier: MIT */
/*
 * listen_address.c: any text as a listen address: what is taken has a port or path that was asked for,
 * is the address that the C library's own reader makes of it, and prints as a text that means the
 * same.
 */
#include "demand.h"

#include "http/address.h"

#include <arpa/inet.h>
#include <netdb.h>

static bool same_address(const struct qp_address *a, const struct qp_address *b)
{
	return a->len == b->len && memcmp(&a->at, &b->at, a->len) == 0;
}

static void check_printed(const struct qp_address *address)
{
	struct qp_addresses again;
	char text[QP_ADDRESS_TEXT];

	qp_address_print(address, text);
	demand(qp_addresses_parse(&again, text) == QUIPU_OK, "what is printed is not read");
	demand(again.n == 1 && same_address(&again.list[0], address), "it means something else");
}

/* getaddrinfo, which here asks nobody. */
static void check_beside(const char *text, const struct qp_address *address)
{
	const struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
					.ai_socktype = SOCK_STREAM };
	const char *colon = strrchr(text, ':');
	bool brackets = text[0] == '[';
	char *host = exactly(text + brackets, (size_t)(colon - text) + 1);
	struct addrinfo *list = NULL;

	host[colon - text - 2 * brackets] = '\0';
	demand(getaddrinfo(host, colon + 1, &hints, &list) == 0, "no numbers for getaddrinfo");
	demand(list->ai_addrlen == address->len &&
		       memcmp(list->ai_addr, &address->at.any, address->len) == 0,
	       "another address than getaddrinfo's");
	freeaddrinfo(list);
	free(host);
}

static void check_taken(const char *text, const struct qp_addresses *addresses)
{
	const char *colon = strrchr(text, ':');
	bool named = colon == text || strncmp(text, "localhost:", 10) == 0;

	demand(addresses->n == (strncmp(text, "unix:", 5) != 0 && named ? 2 : 1), "how many");
	for (int i = 0; i < addresses->n; i++) {
		const struct qp_address *address = &addresses->list[i];

		check_printed(address);
		if (address->at.any.sa_family == AF_UNIX) {
			demand(strcmp(address->at.un.sun_path, text + 5) == 0, "another path");
			continue;
		}
		demand(qp_address_port(address) == (int)strtol(colon + 1, NULL, 10), "the port");
		if (!named)
			check_beside(text, address);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = exactly(NULL, size + 1);
	struct qp_addresses addresses;
	quipu_error error;

	memcpy(text, data, size);
	error = qp_addresses_parse(&addresses, text);
	demand(error == QUIPU_OK || error == QUIPU_EADDRESS, "another error");
	if (error == QUIPU_OK)
		check_taken(text, &addresses);
	free(text);
	return 0;
}
