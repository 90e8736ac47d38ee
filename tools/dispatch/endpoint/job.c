/* SPDX-License-Identifier: MIT */
/* job.c: what a call goes through. */
#include "job.h"

#include "backoff.h"
#include "count.h"
#include "retry.h"
#include "request.h"

#include "../clock.h"

#include <string.h>

/* A long prompt, every byte of it escaped. */
#define MOST_REQUEST ((size_t)16 << 20)
#define NEVER UINT64_MAX

void job_open(struct job *job, const struct job_place *place)
{
	int i;

	memset(job, 0, sizeof *job);
	job->place = place;
	job->request.most = MOST_REQUEST;
	for (i = 0; i < 2; i++) {
		job->transfer[i].plan = place->plan;
		job->transfer[i].multi = place->multi;
		job->transfer[i].job = job;
	}
}

void job_close(struct job *job)
{
	transfer_free(&job->transfer[0]);
	transfer_free(&job->transfer[1]);
	buffer_free(&job->request);
}

static const struct options_endpoint *options_of(const struct job *job)
{
	return job->place->plan->options;
}

static const struct plan_route *route_of(const struct job *job)
{
	return &job->place->plan->route[job->route];
}

static struct score *score_of(const struct job *job)
{
	return &job->place->score[job->route];
}

static void wait_until(struct job *job, uint64_t moment_ns)
{
	job->state = JOB_WAITING;
	job->due_ns = moment_ns;
	job->reserved = false;
}

void job_take(struct job *job, const struct source_call *call, uint64_t now_ns)
{
	job->call = *call;
	job->route = job->retry = 0;
	job->reason = QUIPU_LLM_OK;
	wait_until(job, now_ns);
}

static void over(struct job *job, bool failed)
{
	count_add(&score_of(job)->calls, 1);
	count_add(&score_of(job)->failed, failed);
	job->state = JOB_FREE;
}

/* --- after an attempt --------------------------------------------------------------------- */

/* How long the endpoint wants us to wait, or else the backoff; NEVER: longer than a call may take. */
static uint64_t wait_ns(const struct job *job, const struct transfer *transfer)
{
	const struct options_endpoint *options = options_of(job);

	if (!transfer || !transfer->has_retry_after)
		return backoff_ns(options->backoff_ms * 1000000, job->place->plan->seed,
				  job->call.number, job->retry);
	return (double)transfer->retry_after_ns > options->timeout * 1e9 ? NEVER
									 : transfer->retry_after_ns;
}

static void ask_again(struct job *job, quipu_llm_error error, uint64_t wait)
{
	if (error == QUIPU_LLM_RATE_LIMITED)
		quipu_llm_rate_limit_waited(route_of(job)->kit, wait);
	job->reason = error;
	job->retry++;
	wait_until(job, clock_now() + wait);
}

static void fall_back(struct job *job)
{
	quipu_llm_fallback(route_of(job)->kit, job->place->plan->route[job->route + 1].kit);
	job->route++;
	job->retry = 0;
	job->reason = QUIPU_LLM_OK;
	count_add(&score_of(job)->fallbacks, 1);
	wait_until(job, clock_now());
}

static enum retry_step next_step(const struct job *job, quipu_llm_error error, uint64_t wait)
{
	struct retry_left left = {
		.retries = wait == NEVER ? 0 : options_of(job)->retries - job->retry,
		.fallback = job->route + 1 < job->place->plan->n_routes,
	};

	return retry_next(left, error);
}

/* transfer: NULL where nothing was sent. */
static void go_on(struct job *job, const struct transfer *transfer, quipu_llm_error error)
{
	uint64_t wait = wait_ns(job, transfer);

	switch (next_step(job, error, wait)) {
	case RETRY_AGAIN:
		ask_again(job, error, wait);
		break;
	case RETRY_FALL_BACK:
		fall_back(job);
		break;
	case RETRY_DONE:
		over(job, error != QUIPU_LLM_OK);
		break;
	}
}

/* --- an attempt --------------------------------------------------------------------------- */

/* An attempt that is not made counts as one that ended at once. */
static void refuse(struct job *job, quipu_llm_error error)
{
	quipu_llm_call call = QUIPU_LLM_CALL_INIT;
	uint64_t now = clock_now();

	quipu_llm_begin_at(&call, route_of(job)->kit, now);
	quipu_llm_end_at(&call, error, NULL, now);
	count_add(&score_of(job)->sent, 1);
	count_add(&score_of(job)->attempts[error], 1);
	go_on(job, NULL, error);
}

static uint32_t max_tokens(const struct job *job)
{
	uint32_t most = options_of(job)->max_tokens;

	return most && most < job->call.output ? most : job->call.output;
}

static bool write_request(struct job *job)
{
	const struct request request = {
		.model = route_of(job)->model,
		.seed = job->place->plan->seed,
		.number = job->call.number,
		.input = job->call.input,
		.max_tokens = max_tokens(job),
		.stream = !options_of(job)->no_stream,
	};

	return request_write(&job->request, &request);
}

static bool begin(struct job *job, struct transfer *transfer)
{
	transfer->route = route_of(job);
	transfer->score = score_of(job);
	return transfer_begin(transfer, &job->request, job->place->fields);
}

static void count_retry(struct job *job)
{
	if (job->reason == QUIPU_LLM_OK)
		return;
	quipu_llm_retry(route_of(job)->kit, job->reason);
	count_add(&score_of(job)->retries, 1);
	job->reason = QUIPU_LLM_OK;
}

/* Whether the circuit lets it pass. */
static bool pass(struct job *job, struct transfer *transfer, uint64_t now_ns)
{
	return gate_pass(&job->place->plan->gate, now_ns, &transfer->epoch);
}

/* Tells the circuit what became of it. */
static void tell(struct job *job, const struct transfer *transfer, quipu_llm_error error)
{
	gate_tell(&job->place->plan->gate, clock_now(), transfer->epoch, error);
}

static void make_attempt(struct job *job, uint64_t now_ns)
{
	uint64_t hedge_ns = options_of(job)->hedge_ms * 1000000;

	count_retry(job);
	if (!pass(job, &job->transfer[0], now_ns)) {
		refuse(job, QUIPU_LLM_CIRCUIT_OPEN);
		return;
	}
	job->state = JOB_SENT;
	job->hedged = false;
	job->due_ns = hedge_ns ? now_ns + hedge_ns : NEVER;
	if (!write_request(job) || !begin(job, &job->transfer[0])) {
		tell(job, &job->transfer[0], QUIPU_LLM_CANCELLED);
		refuse(job, QUIPU_LLM_OTHER);
	}
}

static uint64_t reserve(const struct job *job, uint64_t now_ns, quipu_llm_rate_limit *kind)
{
	return gate_reserve(&job->place->plan->gate, now_ns, job->call.input + max_tokens(job),
			    kind);
}

/* Meets our own rate limits, once for each attempt, and makes it. */
static void attempt_within_limits(struct job *job, uint64_t now_ns)
{
	quipu_llm_rate_limit kind;
	uint64_t wait = job->reserved ? 0 : reserve(job, now_ns, &kind);

	job->reserved = true;
	if (!wait) {
		make_attempt(job, now_ns);
		return;
	}
	quipu_llm_rate_limited(route_of(job)->kit, kind);
	quipu_llm_rate_limit_waited(route_of(job)->kit, wait);
	job->due_ns = now_ns + wait;
}

/* --- hedges ------------------------------------------------------------------------------- */

/* No token has come for long: a second attempt may be faster. It is on top of the rate limits, and
 * those that come after wait the longer. */
static void hedge(struct job *job, uint64_t now_ns)
{
	quipu_llm_rate_limit kind;

	job->due_ns = NEVER;
	if (job->transfer[0].first_ns || !pass(job, &job->transfer[1], now_ns))
		return;
	reserve(job, now_ns, &kind);
	job->hedged = begin(job, &job->transfer[1]);
	if (job->hedged)
		count_add(&score_of(job)->hedges, 1);
	else
		tell(job, &job->transfer[1], QUIPU_LLM_CANCELLED);
}

static void break_off(struct job *job, struct transfer *transfer)
{
	if (transfer->busy)
		tell(job, transfer, transfer_cancel(transfer));
}

/* Of two attempts the one that has the first token is used. */
static void prefer(struct job *job)
{
	struct transfer *first = &job->transfer[0], *second = &job->transfer[1];

	if (!first->busy || !second->busy || (!first->first_ns && !second->first_ns))
		return;
	if (first->first_ns && (!second->first_ns || first->first_ns <= second->first_ns))
		break_off(job, second);
	else
		break_off(job, first);
}

static void count_hedge(struct job *job, bool won)
{
	if (!job->hedged)
		return;
	quipu_llm_hedge(route_of(job)->kit, won ? QUIPU_LLM_HEDGE_WON : QUIPU_LLM_HEDGE_LOST);
	count_add(&score_of(job)->hedges_won, won);
}

/* --- what a thread asks for --------------------------------------------------------------- */

uint64_t job_turn(struct job *job, uint64_t now_ns)
{
	if (job->state == JOB_SENT && job->hedged)
		prefer(job);
	if (job->state == JOB_WAITING && now_ns >= job->due_ns)
		attempt_within_limits(job, now_ns);
	if (job->state == JOB_SENT && now_ns >= job->due_ns)
		hedge(job, now_ns);
	return job->state == JOB_FREE ? NEVER : job->due_ns;
}

void job_ended(struct job *job, struct transfer *transfer, CURLcode code)
{
	struct transfer *other = &job->transfer[transfer == &job->transfer[0]];
	quipu_llm_error error = transfer_end(transfer, code);

	tell(job, transfer, error);
	if (other->busy && error != QUIPU_LLM_OK)
		return; /* the other one may still make it */
	break_off(job, other);
	count_hedge(job, error == QUIPU_LLM_OK && transfer == &job->transfer[1]);
	go_on(job, transfer, error);
}

void job_cancel(struct job *job)
{
	if (job->state == JOB_FREE)
		return;
	break_off(job, &job->transfer[0]);
	break_off(job, &job->transfer[1]);
	if (job->state == JOB_SENT)
		count_hedge(job, false);
	over(job, true);
}
