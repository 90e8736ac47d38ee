/* SPDX-License-Identifier: MIT */
/* delivery.c: attempts as they are made and recorded; see delivery.h. */
#include "delivery.h"

/* Prompts beyond this meet our limit of tokens a minute, others that of requests. */
#define LARGE_PROMPT 4000
/* One call of so many is traced; to its trace its series can lead (exemplars). */
#define TRACED_OF 16

static const quipu_llm_route *route(const struct delivery *delivery, unsigned number)
{
	return delivery->metrics->route[number];
}

/* The answer comes in, piece by piece, and ends. */
static void receive(quipu_llm_call *call, const struct answer *answer, uint64_t sent_ns,
		    const char *trace_id)
{
	uint64_t moment_ns = sent_ns + answer->first_ns;
	quipu_llm_usage usage = answer->usage;
	uint32_t i;

	for (i = 0; i < answer->chunks; i++, moment_ns += answer->chunk_ns)
		quipu_llm_chunk_at(call, moment_ns);
	usage.trace_id = trace_id;
	quipu_llm_end_at(call, answer->error, &usage, sent_ns + answer->duration_ns);
}

/* What the kit cannot know from a call's end alone. */
static void explain(const struct delivery *delivery, const struct answer *answer)
{
	if (answer->error == QUIPU_LLM_RATE_LIMITED)
		quipu_llm_rate_limited(route(delivery, answer->route), QUIPU_LLM_HTTP_429);
	else if (answer->chunks && answer->error != QUIPU_LLM_OK)
		quipu_llm_stream_aborted(route(delivery, answer->route),
					 answer->error == QUIPU_LLM_CANCELLED
						 ? QUIPU_LLM_BY_CLIENT
						 : QUIPU_LLM_BY_UPSTREAM);
}

static void attempt(struct delivery *delivery, const struct answer *answer, const char *trace_id)
{
	quipu_llm_call call = QUIPU_LLM_CALL_INIT;
	uint64_t sent_ns = delivery->now_ns;

	quipu_llm_begin_at(&call, route(delivery, answer->route), sent_ns);
	delivery_pass(delivery, answer->duration_ns);
	receive(&call, answer, sent_ns, trace_id);
}

/* Two attempts side by side: the second goes out when the first has not answered for a while. */
static void attempt_both(struct delivery *delivery, const struct trial *trial, const char *trace_id)
{
	quipu_llm_call first = QUIPU_LLM_CALL_INIT, second = QUIPU_LLM_CALL_INIT;
	uint64_t sent_ns = delivery->now_ns;

	quipu_llm_begin_at(&first, route(delivery, trial->answer.route), sent_ns);
	delivery_pass(delivery, trial->hedge_ns);
	quipu_llm_begin_at(&second, route(delivery, trial->hedge.route), delivery->now_ns);
	delivery_pass(delivery, trial->answer.duration_ns - trial->hedge_ns);
	receive(&first, &trial->answer, sent_ns, trace_id);
	receive(&second, &trial->hedge, sent_ns + trial->hedge_ns, trace_id);
	quipu_llm_hedge(route(delivery, trial->hedge.route),
			trial->hedge_won ? QUIPU_LLM_HEDGE_WON : QUIPU_LLM_HEDGE_LOST);
	explain(delivery, &trial->hedge);
}

/* Our own limits hold a call back before it is sent. */
static void hold_back(struct delivery *delivery, const struct trial *trial, const struct call *call)
{
	const quipu_llm_route *held = route(delivery, trial->answer.route);

	quipu_llm_rate_limited(held, call->input > LARGE_PROMPT ? QUIPU_LLM_LOCAL_TPM
								: QUIPU_LLM_LOCAL_RPM);
	quipu_llm_rate_limit_waited(held, trial->held_ns);
	delivery_pass(delivery, trial->held_ns);
}

/* The same model once more after a pause, or another one at once. */
static void try_again(struct delivery *delivery, const struct trial *trial)
{
	const struct answer *answer = &trial->answer;

	if (trial->next_route != answer->route) {
		quipu_llm_fallback(route(delivery, answer->route),
				   route(delivery, trial->next_route));
		return;
	}
	quipu_llm_retry(route(delivery, answer->route), answer->error);
	if (answer->error == QUIPU_LLM_RATE_LIMITED)
		quipu_llm_rate_limit_waited(route(delivery, answer->route), trial->again_ns);
	delivery_pass(delivery, trial->again_ns);
}

static void carry_out(struct delivery *delivery, const struct trial *trial, const struct call *call,
		      const char *trace_id)
{
	if (trial->held_ns)
		hold_back(delivery, trial, call);
	if (trial->hedge_ns)
		attempt_both(delivery, trial, trace_id);
	else
		attempt(delivery, &trial->answer, trace_id);
	explain(delivery, &trial->answer);
}

quipu_llm_error delivery_make(struct delivery *delivery, uint64_t number, const struct call *call)
{
	struct errand errand = errand_begin(delivery->policy, number);
	struct trace_id trace;
	const char *trace_id = NULL;

	if (number % TRACED_OF == 0) {
		trace = provider_trace(number);
		trace_id = trace.text;
	}
	for (;;) {
		const struct trial trial = errand_try(&errand, call);

		carry_out(delivery, &trial, call, trace_id);
		if (!errand_next(&errand, &trial) || pace_stopped(delivery->pace))
			return trial.hedge_won ? QUIPU_LLM_OK : trial.answer.error;
		try_again(delivery, &trial);
	}
}
