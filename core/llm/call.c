/* SPDX-License-Identifier: MIT */
/*
 * call.c: one attempt at a provider, from its beginning to its end.
 *
 * Writers:  one thread at a time for one call. What it counts goes to the shard of the thread that
 *           ends it; nothing here is shared, and nothing locks.
 * Readers:  scrapes, of the series.
 */
#include "llm/route.h"
#include "llm/sets.h"
#include "llm/state.h"

#include <quipu/verbs.h>

#include <string.h>

/* --- what is wrong ------------------------------------------------------------------------------- */

/* A token or an end of a call that is not under way. */
static void not_under_way(const quipu_llm_call *call, quipu_llm_misuse ended)
{
	if (!(qp_llm_steps(call->state, call->route) & QP_LLM_ENDED))
		qp_llm_misused(NULL, QUIPU_LLM_MISUSE_NOT_BEGUN);
	else if (call->route)
		qp_llm_misused(call->route->kit, ended);
}

static bool is_under_way(const quipu_llm_call *call)
{
	return qp_llm_is_begun(call->state, call->route);
}

/* What a forked child was not told the beginning of is not in its figure either. */
static void no_longer_in_flight(const quipu_llm_call *call)
{
	if (!qp_llm_is_of_parent(call->state))
		quipu_dec(call->route->in_flight);
}

static void never_ended(const quipu_llm_call *call)
{
	if (!call->route)
		return;
	no_longer_in_flight(call);
	qp_llm_misused(call->route->kit, QUIPU_LLM_MISUSE_NEVER_ENDED);
}

/* --- beginning, tokens --------------------------------------------------------------------------- */

void quipu_llm_begin_at(quipu_llm_call *call, const quipu_llm_route *route, uint64_t now_ns)
{
	if (qp_unlikely(qp_llm_steps(call->state, call->route) & QP_LLM_BEGUN))
		never_ended(call);
	call->route = route;
	call->state = qp_llm_begun(route);
	call->began_ns = now_ns;
	if (route)
		quipu_inc(route->in_flight);
}

static void first_token(quipu_llm_call *call, uint64_t now_ns)
{
	const quipu_llm_route *route = call->route;
	uint64_t ns = qp_llm_elapsed(call->began_ns, now_ns);

	call->first_ns = now_ns;
	call->state |= QP_LLM_FIRST_TOKEN;
	if (!route)
		return;
	quipu_observe_ns(route->first_token, ns);
	if (route->has_otel)
		quipu_observe_ns(route->otel_first_chunk, ns);
}

void quipu_llm_first_token_at(quipu_llm_call *call, uint64_t now_ns)
{
	if (!is_under_way(call))
		not_under_way(call, QUIPU_LLM_MISUSE_TOKEN_AFTER_END);
	else if (!(call->state & QP_LLM_FIRST_TOKEN))
		first_token(call, now_ns);
	else if (call->route)
		qp_llm_misused(call->route->kit, QUIPU_LLM_MISUSE_FIRST_TOKEN_TWICE);
}

static void next_chunk(const quipu_llm_call *call, uint64_t now_ns)
{
	const quipu_llm_route *route = call->route;
	uint64_t ns = qp_llm_elapsed(call->last_ns, now_ns);

	if (!route)
		return;
	quipu_observe_ns(route->chunk, ns);
	if (route->has_otel)
		quipu_observe_ns(route->otel_chunk, ns);
}

void quipu_llm_chunk_at(quipu_llm_call *call, uint64_t now_ns)
{
	if (!is_under_way(call)) {
		not_under_way(call, QUIPU_LLM_MISUSE_TOKEN_AFTER_END);
		return;
	}
	if (call->state & QP_LLM_CHUNK)
		next_chunk(call, now_ns);
	else if (!(call->state & QP_LLM_FIRST_TOKEN))
		first_token(call, now_ns);
	call->state |= QP_LLM_CHUNK;
	call->last_ns = now_ns;
}

/* --- the end --------------------------------------------------------------------------------------- */

static quipu_llm_status status_of(quipu_llm_error error)
{
	switch (error) {
	case QUIPU_LLM_OK:
		return QUIPU_LLM_STATUS_SUCCESS;
	case QUIPU_LLM_RATE_LIMITED:
		return QUIPU_LLM_STATUS_RATE_LIMITED;
	case QUIPU_LLM_CANCELLED:
		return QUIPU_LLM_STATUS_CANCELLED;
	default:
		return QUIPU_LLM_STATUS_ERROR;
	}
}

/* Calls that a model worked on: what was refused is over in no time, and would make a provider
 * look fast. */
static bool has_duration(quipu_llm_status status)
{
	return status == QUIPU_LLM_STATUS_SUCCESS || status == QUIPU_LLM_STATUS_ERROR;
}

static void count_failure(const quipu_llm_route *route, quipu_llm_error error, uint64_t ns)
{
	const char *type = qp_llm_errors[error];

	quipu_inc_at(route->kit->families.errors, route->model, route->provider->name, type);
	if (route->has_otel)
		quipu_observe_ns_at(route->kit->families.otel_duration, ns, route->operation,
				    route->provider->name, route->model, type);
}

static void count_traced(const quipu_llm_route *route, quipu_llm_status status, uint64_t ns,
			 const char *trace_id)
{
	const quipu_exemplar exemplar = { .size = sizeof(exemplar), .trace_id = trace_id };

	quipu_inc_exemplar(route->requests[status], &exemplar);
	if (has_duration(status))
		quipu_observe_ns_exemplar(route->duration, ns, &exemplar);
	if (status == QUIPU_LLM_STATUS_SUCCESS && route->has_otel)
		quipu_observe_ns_exemplar(route->otel_duration, ns, &exemplar);
}

static void count(const quipu_llm_route *route, quipu_llm_status status, uint64_t ns)
{
	quipu_inc(route->requests[status]);
	if (has_duration(status))
		quipu_observe_ns(route->duration, ns);
	if (status == QUIPU_LLM_STATUS_SUCCESS && route->has_otel)
		quipu_observe_ns(route->otel_duration, ns);
}

static void count_usage(const quipu_llm_route *route, const quipu_llm_usage *usage)
{
	quipu_add(route->tokens[QUIPU_LLM_INPUT_TOKENS], usage->input);
	quipu_add(route->tokens[QUIPU_LLM_OUTPUT_TOKENS], usage->output);
	quipu_add(route->tokens[QUIPU_LLM_CACHE_READ_TOKENS], usage->cache_read);
	quipu_add(route->tokens[QUIPU_LLM_CACHE_WRITE_TOKENS], usage->cache_write);
	quipu_add(route->tokens[QUIPU_LLM_REASONING_TOKENS], usage->reasoning);
	quipu_add(route->cost, usage->cost_microdollars);
}

static void observe_tokens(const quipu_llm_route *route, quipu_llm_direction direction, uint64_t n)
{
	quipu_observe(route->request_tokens[direction], (double)n);
	if (route->has_otel)
		quipu_observe(route->otel_tokens[direction], (double)n);
}

/* From the first token to the end, for each token that came after it. */
static void observe_per_token(const quipu_llm_call *call, uint64_t output, uint64_t now_ns)
{
	double ns = (double)qp_llm_elapsed(call->first_ns, now_ns);

	if (call->state & QP_LLM_FIRST_TOKEN && output >= 2)
		quipu_observe(call->route->per_token, ns / 1e9 / (double)(output - 1));
}

static void count_answer(const quipu_llm_call *call, const quipu_llm_usage *usage, uint64_t now_ns)
{
	observe_tokens(call->route, QUIPU_LLM_INPUT_TOKENS, usage->input);
	observe_tokens(call->route, QUIPU_LLM_OUTPUT_TOKENS, usage->output);
	observe_per_token(call, usage->output, now_ns);
}

static void end_with(const quipu_llm_call *call, quipu_llm_error error,
		     const quipu_llm_usage *usage, uint64_t now_ns)
{
	const quipu_llm_route *route = call->route;
	const quipu_llm_status status = status_of(error);
	const uint64_t ns = qp_llm_elapsed(call->began_ns, now_ns);

	no_longer_in_flight(call);
	if (usage->trace_id)
		count_traced(route, status, ns, usage->trace_id);
	else
		count(route, status, ns);
	if (error != QUIPU_LLM_OK)
		count_failure(route, error, ns);
}

/* What a program was compiled with may be shorter, or longer. */
static const quipu_llm_usage *complete(const quipu_llm_usage *given, quipu_llm_usage *room)
{
	if (given && given->size == sizeof(*room))
		return given;
	memset(room, 0, sizeof(*room));
	if (given)
		memcpy(room, given, given->size < sizeof(*room) ? given->size : sizeof(*room));
	return room;
}

static void end(const quipu_llm_call *call, quipu_llm_error error, const quipu_llm_usage *given,
		uint64_t now_ns)
{
	quipu_llm_usage room;
	const quipu_llm_usage *usage = complete(given, &room);

	end_with(call, error, usage, now_ns);
	if (!given)
		return;
	count_usage(call->route, usage);
	if (error == QUIPU_LLM_OK)
		count_answer(call, usage, now_ns);
}

void quipu_llm_end_at(quipu_llm_call *call, quipu_llm_error error, const quipu_llm_usage *usage,
		      uint64_t now_ns)
{
	if (!is_under_way(call)) {
		not_under_way(call, QUIPU_LLM_MISUSE_ENDED_TWICE);
		return;
	}
	if (call->route) {
		if (!qp_llm_is_one_of(call->route->kit, error, QUIPU_LLM_N_ERRORS))
			error = QUIPU_LLM_OTHER;
		end(call, error, usage, now_ns);
	}
	call->state = qp_llm_key(call->route) | QP_LLM_ENDED;
}

void quipu_llm_drop(quipu_llm_call *call)
{
	if (!(qp_llm_steps(call->state, call->route) & QP_LLM_BEGUN))
		return;
	if (call->route)
		qp_llm_misused(call->route->kit, QUIPU_LLM_MISUSE_NEVER_ENDED);
	quipu_llm_end(call, QUIPU_LLM_CANCELLED, NULL);
}

/* --- with the clock -------------------------------------------------------------------------------- */

void quipu_llm_begin(quipu_llm_call *call, const quipu_llm_route *route)
{
	quipu_llm_begin_at(call, route, quipu_now_ns());
}

void quipu_llm_first_token(quipu_llm_call *call)
{
	quipu_llm_first_token_at(call, quipu_now_ns());
}

void quipu_llm_chunk(quipu_llm_call *call)
{
	quipu_llm_chunk_at(call, quipu_now_ns());
}

void quipu_llm_end(quipu_llm_call *call, quipu_llm_error error, const quipu_llm_usage *usage)
{
	quipu_llm_end_at(call, error, usage, quipu_now_ns());
}
