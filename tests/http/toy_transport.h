/* SPDX-License-Identifier: MIT */
/*
 * toy_transport.h: a transport of the tests' own (quipu/transport.h): one that says hello first,
 * hands out bytes in small pieces, takes them when it likes to, and lets in whom the test says.
 *
 * Writers and readers: the test and the servers' threads, under one lock.
 */
#ifndef TESTS_HTTP_TOY_TRANSPORT_H
#define TESTS_HTTP_TOY_TRANSPORT_H

#include <quipu/transport.h>

#include <stdint.h>

/* Streams: the client begins with "hi", is told "y", or "n" where it says anything else, and "z"
 * at the end. And: whoever asks is answered by the test. */
extern const quipu_transport toy_whole, toy_gate;

/* Of all servers; the test reads what the server's thread writes. */
struct toy_facts {
	int slow; /* steps of slow handshakes */
	int attached, detached, opened, closed, finished, asked, forgotten;
	int verdict;	 /* what ask says */
	int later;	 /* what answer says */
	int decided;	 /* about how many it says that */
	int no_memory;	 /* open fails */
	char last[64];	 /* the authorization that was asked about last */
	uint64_t client; /* who asked last */
	void (*wake)(void *ctx);
	void *wake_ctx;
};
extern struct toy_facts toy_facts;

void toy_add(int *figure, int n);
int toy_get(const int *figure);
void toy_set(int *figure, int value);

/* For .attach: no server may have it. */
quipu_error toy_refuse(void *ctx);

/* For .handshake: keeps the processor busy before, as real ones do. */
int toy_slow_handshake(void *ctx);

/* Answers all that were asked so far, and wakes the server. */
void toy_decide(int verdict);

#endif
