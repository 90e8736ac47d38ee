/* SPDX-License-Identifier: MIT */
/*
 * call.c: one attempt at a provider, from its beginning to its end.
 *
 * Writers:  one thread at a time for one call. What it counts goes to the shard of the thread that
 *           ends it; nothing here is shared, and nothing locks.
 * Readers:  scrapes, of the series.
 */
#include "llm/own.h"
#include "llm/route.h"
#include "llm/sets.h"
#include "llm/state.h"

#include <quipu/verbs.h>

#include <string.h>

#define ALWAYS_INLINE inline __attribute__((always_inline))

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
static inline void no_longer_in_flight(char *own, const quipu_llm_call *call)
{
	if (!qp_llm_is_of_parent(call->state))
		qp_llm_updown_dec(own, call->route->in_flight);
}

static void never_ended(const quipu_llm_call *call)
{
	if (!call->route)
		return;
	no_longer_in_flight(qp_llm_own(), call);
	qp_llm_misused(call->route->kit, QUIPU_LLM_MISUSE_NEVER_ENDED);
}

/* --- beginning, tokens --------------------------------------------------------------------------- */

static inline void begin(quipu_llm_call *call, const quipu_llm_route *route, uint64_t now_ns)
{
	call->route = route;
	call->state = qp_llm_begun(route);
	call->began_ns = now_ns;
	if (route)
		qp_llm_updown_inc(qp_llm_own(), route->in_flight);
}

static __attribute__((noinline)) void begin_again(quipu_llm_call *call,
						  const quipu_llm_route *route, uint64_t now_ns)
{
	never_ended(call);
	begin(call, route, now_ns);
}

void quipu_llm_begin_at(quipu_llm_call *call, const quipu_llm_route *route, uint64_t now_ns)
{
	if (qp_unlikely(qp_llm_steps(call->state, call->route) & QP_LLM_BEGUN))
		begin_again(call, route, now_ns);
	else
		begin(call, route, now_ns);
}

/* Under both namings. Not inline, so that those that have one do not pay for it. */
static __attribute__((noinline)) void time_both(char *own, const struct qp_llm_histogram *ours,
						const struct qp_llm_histogram *theirs, int64_t ns)
{
	qp_llm_observe(own, ours, ns, QP_LLM_PER_SECOND);
	qp_llm_observe(own, theirs, ns, QP_LLM_PER_SECOND);
}

/* Under the namings that the route has. */
static inline void observe_time(char *own, const quipu_llm_route *route,
				const struct qp_llm_histogram *ours,
				const struct qp_llm_histogram *theirs, int64_t ns)
{
	if (qp_unlikely(route->has_otel))
		time_both(own, ours, theirs, ns);
	else
		qp_llm_observe(own, ours, ns, QP_LLM_PER_SECOND);
}

static ALWAYS_INLINE void first_token(quipu_llm_call *call, uint64_t now_ns)
{
	const quipu_llm_route *route = call->route;

	call->first_ns = now_ns;
	call->state |= QP_LLM_FIRST_TOKEN;
	if (route)
		observe_time(qp_llm_own(), route, &route->first_token, &route->otel_first_chunk,
			     (int64_t)(now_ns - call->began_ns));
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

static void next_chunk(const quipu_llm_route *route, int64_t ns)
{
	if (route)
		observe_time(qp_llm_own(), route, &route->chunk, &route->otel_chunk, ns);
}

void quipu_llm_chunk_at(quipu_llm_call *call, uint64_t now_ns)
{
	uint64_t state = call->state, last_ns = call->last_ns;

	if (!is_under_way(call)) {
		not_under_way(call, QUIPU_LLM_MISUSE_TOKEN_AFTER_END);
		return;
	}
	call->last_ns = now_ns;
	call->state = state | QP_LLM_CHUNK;
	if (qp_likely(state & QP_LLM_CHUNK))
		next_chunk(call->route, (int64_t)(now_ns - last_ns));
	else if (!(state & QP_LLM_FIRST_TOKEN))
		first_token(call, now_ns);
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

/* Of a call that a model worked on: what was refused, or not even sent, is over in no time, and
 * would make a provider look fast. */
static bool has_duration(quipu_llm_error error)
{
	switch (error) {
	case QUIPU_LLM_RATE_LIMITED:
	case QUIPU_LLM_CANCELLED:
	case QUIPU_LLM_CIRCUIT_OPEN:
	case QUIPU_LLM_REJECTED:
		return false;
	default:
		return true;
	}
}

static void count_plain(const quipu_llm_route *route, quipu_llm_error error, double seconds)
{
	quipu_inc(route->requests[status_of(error)]);
	if (has_duration(error))
		quipu_observe(route->duration.ordinary, seconds);
}

static void count_traced(const quipu_llm_route *route, quipu_llm_error error, double seconds,
			 const char *trace_id)
{
	const quipu_exemplar exemplar = { .size = sizeof(exemplar), .trace_id = trace_id };

	quipu_inc_exemplar(route->requests[status_of(error)], &exemplar);
	if (has_duration(error))
		quipu_observe_exemplar(route->duration.ordinary, seconds, &exemplar);
	if (error == QUIPU_LLM_OK && route->has_otel)
		quipu_observe_exemplar(route->otel_duration.ordinary, seconds, &exemplar);
}

static void count_failure(const quipu_llm_route *route, quipu_llm_error error, double seconds)
{
	const char *type = qp_llm_errors[error];

	quipu_inc_at(route->kit->families.errors, route->model, route->provider->name, type);
	if (route->has_otel)
		quipu_observe_at(route->kit->families.otel_duration, seconds, route->operation,
				 route->provider->name, route->model, type);
}

/* What failed, or has a trace. */
static __attribute__((noinline)) void count_special(const quipu_llm_route *route,
						    quipu_llm_error error, double seconds,
						    const char *trace_id)
{
	if (trace_id)
		count_traced(route, error, seconds, trace_id);
	else
		count_plain(route, error, seconds);
	if (error != QUIPU_LLM_OK)
		count_failure(route, error, seconds);
}

static inline void count_success(char *own, const quipu_llm_route *route, int64_t ns)
{
	qp_llm_inc(own, route->requests[QUIPU_LLM_STATUS_SUCCESS]);
	observe_time(own, route, &route->duration, &route->otel_duration, ns);
}

static inline void count_end(char *own, const quipu_llm_call *call, quipu_llm_error error,
			     const char *trace_id, uint64_t now_ns)
{
	no_longer_in_flight(own, call);
	if (qp_likely(error == QUIPU_LLM_OK && !trace_id))
		count_success(own, call->route, (int64_t)(now_ns - call->began_ns));
	else
		count_special(call->route, error, qp_llm_elapsed(call->began_ns, now_ns), trace_id);
}

/* Most answers have none of that kind. */
static inline void add_some(char *own, quipu_counter counter, uint64_t n)
{
	if (n > 0)
		qp_llm_add(own, counter, n);
}

static ALWAYS_INLINE void count_usage(char *own, const quipu_llm_route *route,
				      const quipu_llm_usage *usage)
{
	qp_llm_add(own, route->tokens[QUIPU_LLM_INPUT_TOKENS], usage->input);
	qp_llm_add(own, route->tokens[QUIPU_LLM_OUTPUT_TOKENS], usage->output);
	add_some(own, route->tokens[QUIPU_LLM_CACHE_READ_TOKENS], usage->cache_read);
	add_some(own, route->tokens[QUIPU_LLM_CACHE_WRITE_TOKENS], usage->cache_write);
	add_some(own, route->tokens[QUIPU_LLM_REASONING_TOKENS], usage->reasoning);
	qp_llm_add(own, route->cost, usage->cost_microdollars);
}

/* Nothing for what was not reported, as embeddings' output, or what is negative and gone astray. */
static inline void observe_tokens(char *own, const quipu_llm_route *route,
				  quipu_llm_direction direction, int64_t n)
{
	if (n <= 0)
		return;
	qp_llm_observe(own, &route->request_tokens[direction], n, QP_LLM_PER_TOKEN);
	if (qp_unlikely(route->has_otel))
		qp_llm_observe(own, &route->otel_tokens[direction], n, QP_LLM_PER_TOKEN);
}

/* In whole nanoseconds, as all times are; none is longer than a number can be. */
static inline int64_t share_of(int64_t ns, int64_t n)
{
	const double share = (double)ns / (double)n;

	return (int64_t)(share < 0x1p62 ? share : 0x1p62);
}

/* From the first token to the end, for each token that came after it. */
static inline void observe_per_token(char *own, const quipu_llm_route *route,
				     const quipu_llm_call *call, int64_t output, uint64_t now_ns)
{
	if (call->state & QP_LLM_FIRST_TOKEN && output >= 2)
		qp_llm_observe(own, &route->per_token,
			       share_of((int64_t)(now_ns - call->first_ns), output - 1),
			       QP_LLM_PER_SECOND);
}

static inline void count_answer(char *own, const quipu_llm_call *call, const quipu_llm_usage *usage,
				uint64_t now_ns)
{
	const quipu_llm_route *route = call->route;
	const int64_t input = (int64_t)usage->input, output = (int64_t)usage->output;

	observe_tokens(own, route, QUIPU_LLM_INPUT_TOKENS, input);
	observe_tokens(own, route, QUIPU_LLM_OUTPUT_TOKENS, output);
	observe_per_token(own, route, call, output, now_ns);
}

/* Inline twice: as nearly all calls end, without a question that needs no answer there, and as any
 * may. */
static ALWAYS_INLINE void end(char *own, const quipu_llm_call *call, quipu_llm_error error,
			      const quipu_llm_usage *usage, const char *trace_id, uint64_t now_ns)
{
	count_end(own, call, error, trace_id, now_ns);
	if (!usage)
		return;
	count_usage(own, call->route, usage);
	if (error == QUIPU_LLM_OK)
		count_answer(own, call, usage, now_ns);
}

/* What a program was compiled with may be shorter, or longer. */
static const quipu_llm_usage *resized(quipu_llm_usage *usage, const quipu_llm_usage *given)
{
	if (!given || given->size == sizeof(*usage))
		return given;
	memset(usage, 0, sizeof(*usage));
	memcpy(usage, given, given->size < sizeof(*usage) ? given->size : sizeof(*usage));
	return usage;
}

static __attribute__((noinline)) void end_special(const quipu_llm_call *call, quipu_llm_error error,
						  const quipu_llm_usage *given, uint64_t now_ns)
{
	quipu_llm_usage room;
	const quipu_llm_usage *usage = resized(&room, given);

	if (!qp_llm_is_one_of(call->route->kit, error, QUIPU_LLM_N_ERRORS))
		error = QUIPU_LLM_OTHER;
	end(qp_llm_own(), call, error, usage, usage ? usage->trace_id : NULL, now_ns);
}

/* As nearly all calls end: well, and in a thread that has recorded before. */
static inline bool is_usual(const char *own, quipu_llm_error error, const quipu_llm_usage *usage)
{
	return own && error == QUIPU_LLM_OK && usage && usage->size == sizeof(*usage) &&
	       !usage->trace_id;
}

void quipu_llm_end_at(quipu_llm_call *call, quipu_llm_error error, const quipu_llm_usage *usage,
		      uint64_t now_ns)
{
	char *own = qp_llm_own();

	if (!is_under_way(call)) {
		not_under_way(call, QUIPU_LLM_MISUSE_ENDED_TWICE);
		return;
	}
	if (qp_likely(call->route && is_usual(own, error, usage)))
		end(own, call, QUIPU_LLM_OK, usage, NULL, now_ns);
	else if (call->route)
		end_special(call, error, usage, now_ns);
	call->state = (call->state & ~(uint64_t)QP_LLM_LOW) | QP_LLM_ENDED;
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
