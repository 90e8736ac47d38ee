/* SPDX-License-Identifier: MIT */
/*
 * job.h: a place for one call of the workload: from its arrival, over attempts, waits, a hedge and a
 * fallback, to its end. It belongs to a thread.
 */
#ifndef ENDPOINT_JOB_H
#define ENDPOINT_JOB_H

#include "transfer.h"

enum job_state {
	JOB_FREE,
	JOB_WAITING, /* for its moment: a backoff, or a rate limit of ours */
	JOB_SENT
};

/* What the jobs of a thread have in common. */
struct job_place {
	struct plan *plan;
	const struct curl_slist *fields;
	CURLM *multi;
	struct score *score; /* one for each route */
};

struct job {
	const struct job_place *place;
	struct transfer transfer[2]; /* the call, and its hedge */
	struct buffer request;
	struct source_call call;
	enum job_state state;
	uint64_t due_ns;	/* of the end of the wait, or of the hedge */
	unsigned route;		/* the model that is asked */
	unsigned retry;		/* how often it has been asked again */
	quipu_llm_error reason; /* why it is asked again; OK: it is not */
	bool reserved;		/* the rate limits have been met for the next attempt */
	bool hedged;
};

void job_open(struct job *job, const struct job_place *place);

/* Takes a call; the job must be free. */
void job_take(struct job *job, const struct source_call *call, uint64_t now_ns);

/* Does what is due; returns the moment when something will be, UINT64_MAX for none. */
uint64_t job_turn(struct job *job, uint64_t now_ns);

/* One of its transfers has ended, as libcurl says. */
void job_ended(struct job *job, struct transfer *transfer, CURLcode code);

/* Gives its call up: what is on its way is broken off, and counted. */
void job_cancel(struct job *job);

void job_close(struct job *job);

#endif
