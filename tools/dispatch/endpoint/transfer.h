/* SPDX-License-Identifier: MIT */
/*
 * transfer.h: one attempt: a request goes out, its answer is read as it comes, and all of it is
 * recorded.
 *
 * A transfer belongs to a thread, as does the handle of libcurl's that it is added to.
 */
#ifndef ENDPOINT_TRANSFER_H
#define ENDPOINT_TRANSFER_H

#include "plan.h"
#include "reply.h"
#include "sse.h"
#include "score.h"

#include <curl/curl.h>

/* How an answer's body is read. */
enum transfer_body {
	TRANSFER_UNKNOWN, /* nothing of it has come */
	TRANSFER_EVENTS,
	TRANSFER_WHOLE,
	TRANSFER_REFUSED /* of another status than 2xx */
};

struct transfer {
	const struct plan *plan;
	void *job; /* whose it is */
	CURLM *multi;
	CURL *easy; /* made for the first attempt, and used again */
	bool busy;
	const struct plan_route *route;
	struct score *score;
	uint64_t epoch; /* of the circuit that let it pass */
	quipu_llm_call call;
	uint64_t began_ns;
	uint64_t first_ns; /* of the first token; 0: it has not come */
	uint64_t done_ns;  /* when a stream said that it has ended; 0: it has not */
	uint64_t retry_after_ns;
	bool has_retry_after;
	bool sent; /* the request goes out, on a connection that is there */
	enum transfer_body kind;
	struct sse sse;
	struct reply reply;
	struct buffer body; /* of what is no stream */
};

/* The fields that every request has, the key among them; NULL when out of memory. */
struct curl_slist *transfer_fields(const struct key *key);

/* Wipes and frees them. */
void transfer_fields_free(struct curl_slist *fields);

/* Sends a request, whose bytes stay where they are until it has ended. False when out of memory. */
bool transfer_begin(struct transfer *transfer, const struct buffer *request,
		    const struct curl_slist *fields);

/* It has ended, as libcurl says; returns how. */
quipu_llm_error transfer_end(struct transfer *transfer, CURLcode code);

/* Breaks it off; returns how it ended: cancelled, unless its answer was complete. */
quipu_llm_error transfer_cancel(struct transfer *transfer);

void transfer_free(struct transfer *transfer);

#endif
