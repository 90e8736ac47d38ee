/* SPDX-License-Identifier: MIT */
/*
 * llm.h: a ready metric set for programs that dispatch calls to language models, and for agents.
 *
 * Open the kit once, get a route for each (model, provider), and tell it what happens:
 *
 *   quipu_llm *llm = quipu_llm_open(reg, NULL, &error);
 *   const quipu_llm_route *route = quipu_llm_route_of(llm, "gpt-4o", "openai");
 *
 *   quipu_llm_call call = QUIPU_LLM_CALL_INIT;
 *   quipu_llm_begin(&call, route);              the call goes out
 *   quipu_llm_chunk(&call);                     a piece of the answer comes in; the first is the
 *                                               first token
 *   quipu_llm_end(&call, QUIPU_LLM_OK, QUIPU_LLM_USAGE(.input = 812, .output = 64,
 *                                                      .cost_microdollars = 1520));
 *
 * A call is one attempt at a provider: a retry is another call. Every family that comes of it is
 * in llm.def. Names that are not expected become "other", so that no input of yours can make more
 * series than were planned for. A NULL kit, route, queue, agent or tool is a valid sink, and so is
 * a loop that is all zero. What the rules do not allow (ending twice, a first token after the end,
 * beginning what has not ended) is counted in llm_misuse_total and changes nothing else.
 *
 * In a forked child all counts begin at zero, as everywhere in quipu, and the kit goes on working.
 * A call that was begun before the fork may be ended in either process, or both: in the child it
 * is in all figures but llm_requests_in_flight, which has no such call. A queue cannot know what
 * was in it: do not call dequeued or abandoned in a child for what came in before the fork.
 */
#ifndef QUIPU_LLM_H
#define QUIPU_LLM_H

#include <quipu/error.h>
#include <quipu/types.h>
#include <quipu/verbs.h>

#ifdef __cplusplus
extern "C" {
#endif

/* --- closed sets: X(constant, label value) ------------------------------------------------ */

/* QUIPU_LLM_OK, QUIPU_LLM_RATE_LIMITED and so on: what went wrong with a call. RATE_LIMITED is the
 * status rate_limited, CANCELLED the status cancelled, all others but OK the status error. */
#define QUIPU_LLM_ERROR_MAP(X)                                                                     \
	X(OK, "")                                                                                  \
	X(RATE_LIMITED, "rate_limited")	      /* 429 */                                            \
	X(CANCELLED, "cancelled")	      /* by us; ECANCELED, 499 */                          \
	X(TIMEOUT, "timeout")		      /* 408, 504, ETIMEDOUT */                            \
	X(AUTH, "auth")			      /* 401, 403 */                                       \
	X(INVALID_REQUEST, "invalid_request") /* 400, 422 and other 4xx */                         \
	X(NOT_FOUND, "not_found")	      /* 404, 410 */                                       \
	X(TOO_LARGE, "too_large")	      /* 413: also a prompt beyond the context */          \
	X(CONTENT_FILTER, "content_filter")                                                        \
	X(OVERLOADED, "overloaded") /* 503, 529 */                                                 \
	X(SERVER, "server")	    /* other 5xx */                                                \
	X(NETWORK, "network")	    /* no connection, or it broke: ECONNREFUSED, ECONNRESET … */ \
	X(TLS, "tls")                                                                              \
	X(BROKEN_STREAM, "broken_stream") /* the answer ended before its end */                    \
	X(MALFORMED, "malformed")	  /* an answer that cannot be read */                      \
	X(CIRCUIT_OPEN, "circuit_open")	  /* not sent: the circuit breaker is open */              \
	X(REJECTED, "rejected")		  /* not sent: by budget, guard or queue */                \
	X(OTHER, "other")

/* QUIPU_LLM_STATUS_SUCCESS … */
#define QUIPU_LLM_STATUS_MAP(X)                                                                    \
	X(SUCCESS, "success")                                                                      \
	X(ERROR, "error")                                                                          \
	X(RATE_LIMITED, "rate_limited")                                                            \
	X(CANCELLED, "cancelled")

/* QUIPU_LLM_INPUT_TOKENS … */
#define QUIPU_LLM_DIRECTION_MAP(X)                                                                 \
	X(INPUT, "input")                                                                          \
	X(OUTPUT, "output")                                                                        \
	X(CACHE_READ, "cache_read")                                                                \
	X(CACHE_WRITE, "cache_write")                                                              \
	X(REASONING, "reasoning")

/* QUIPU_LLM_CHAT …: what a call is asked to do, a label in OpenTelemetry's naming only. */
#define QUIPU_LLM_OPERATION_MAP(X)                                                                 \
	X(CHAT, "chat")                                                                            \
	X(TEXT_COMPLETION, "text_completion")                                                      \
	X(EMBEDDINGS, "embeddings")                                                                \
	X(GENERATE_CONTENT, "generate_content")

/* QUIPU_LLM_HTTP_429, QUIPU_LLM_LOCAL_RPM, QUIPU_LLM_LOCAL_TPM */
#define QUIPU_LLM_RATE_LIMIT_MAP(X)                                                                \
	X(HTTP_429, "http_429")                                                                    \
	X(LOCAL_RPM, "local_rpm")                                                                  \
	X(LOCAL_TPM, "local_tpm")

/* QUIPU_LLM_CIRCUIT_CLOSED_STATE, …_OPEN_STATE, …_HALF_OPEN_STATE; QUIPU_LLM_CIRCUIT_OPEN is an
 * error. */
#define QUIPU_LLM_CIRCUIT_MAP(X)                                                                   \
	X(CLOSED, "closed")                                                                        \
	X(OPEN, "open")                                                                            \
	X(HALF_OPEN, "half_open")

/* QUIPU_LLM_BY_CLIENT, QUIPU_LLM_BY_UPSTREAM */
#define QUIPU_LLM_SIDE_MAP(X)                                                                      \
	X(CLIENT, "client")                                                                        \
	X(UPSTREAM, "upstream")

/* QUIPU_LLM_HEDGE_WON, QUIPU_LLM_HEDGE_LOST */
#define QUIPU_LLM_HEDGE_MAP(X)                                                                     \
	X(WON, "won")                                                                              \
	X(LOST, "lost")

/* QUIPU_LLM_OUTCOME_OK …: how a tool or an agent's turn ended. */
#define QUIPU_LLM_OUTCOME_MAP(X)                                                                   \
	X(OK, "ok")                                                                                \
	X(ERROR, "error")                                                                          \
	X(TIMEOUT, "timeout")                                                                      \
	X(CANCELLED, "cancelled")

/* QUIPU_LLM_AT_INPUT, QUIPU_LLM_AT_OUTPUT, QUIPU_LLM_AT_TOOL */
#define QUIPU_LLM_STAGE_MAP(X)                                                                     \
	X(INPUT, "input")                                                                          \
	X(OUTPUT, "output")                                                                        \
	X(TOOL, "tool")

/* QUIPU_LLM_ALLOW, QUIPU_LLM_BLOCK, QUIPU_LLM_MODIFY */
#define QUIPU_LLM_DECISION_MAP(X)                                                                  \
	X(ALLOW, "allow")                                                                          \
	X(BLOCK, "block")                                                                          \
	X(MODIFY, "modify")

/* QUIPU_LLM_MISUSE_NEVER_ENDED … An end with an error that is none is one with OTHER, a turn's with
 * an outcome that is none one with ERROR; all else with a bad argument is ignored. */
#define QUIPU_LLM_MISUSE_MAP(X)                                                                    \
	X(NEVER_ENDED, "never_ended") /* begun again, or left its scope, without an end */         \
	X(ENDED_TWICE, "ended_twice")                                                              \
	X(NOT_BEGUN, "not_begun") /* a token or an end of a call that was not begun */             \
	X(TOKEN_AFTER_END, "token_after_end")                                                      \
	X(FIRST_TOKEN_TWICE, "first_token_twice")                                                  \
	X(BAD_ARGUMENT, "bad_argument") /* outside its closed set */

#define QUIPU_PRIV_LLM_ERROR(name, text) QUIPU_LLM_##name,
typedef enum quipu_llm_error {
	QUIPU_LLM_ERROR_MAP(QUIPU_PRIV_LLM_ERROR) QUIPU_LLM_N_ERRORS
} quipu_llm_error;
#undef QUIPU_PRIV_LLM_ERROR
#define QUIPU_PRIV_LLM_ENUM(set, SET, MAP, one)                                                    \
	typedef enum quipu_llm_##set{ MAP(one) QUIPU_LLM_N_##SET } quipu_llm_##set;
#define QUIPU_PRIV_LLM_STATUS(name, text) QUIPU_LLM_STATUS_##name,
#define QUIPU_PRIV_LLM_DIRECTION(name, text) QUIPU_LLM_##name##_TOKENS,
#define QUIPU_PRIV_LLM_OPERATION(name, text) QUIPU_LLM_##name,
#define QUIPU_PRIV_LLM_RATE_LIMIT(name, text) QUIPU_LLM_##name,
#define QUIPU_PRIV_LLM_CIRCUIT(name, text) QUIPU_LLM_CIRCUIT_##name##_STATE,
#define QUIPU_PRIV_LLM_SIDE(name, text) QUIPU_LLM_BY_##name,
#define QUIPU_PRIV_LLM_HEDGE(name, text) QUIPU_LLM_HEDGE_##name,
#define QUIPU_PRIV_LLM_OUTCOME(name, text) QUIPU_LLM_OUTCOME_##name,
#define QUIPU_PRIV_LLM_STAGE(name, text) QUIPU_LLM_AT_##name,
#define QUIPU_PRIV_LLM_DECISION(name, text) QUIPU_LLM_##name,
#define QUIPU_PRIV_LLM_MISUSE(name, text) QUIPU_LLM_MISUSE_##name,
QUIPU_PRIV_LLM_ENUM(status, STATUSES, QUIPU_LLM_STATUS_MAP, QUIPU_PRIV_LLM_STATUS)
QUIPU_PRIV_LLM_ENUM(direction, DIRECTIONS, QUIPU_LLM_DIRECTION_MAP, QUIPU_PRIV_LLM_DIRECTION)
QUIPU_PRIV_LLM_ENUM(operation, OPERATIONS, QUIPU_LLM_OPERATION_MAP, QUIPU_PRIV_LLM_OPERATION)
QUIPU_PRIV_LLM_ENUM(rate_limit, RATE_LIMITS, QUIPU_LLM_RATE_LIMIT_MAP, QUIPU_PRIV_LLM_RATE_LIMIT)
QUIPU_PRIV_LLM_ENUM(circuit, CIRCUITS, QUIPU_LLM_CIRCUIT_MAP, QUIPU_PRIV_LLM_CIRCUIT)
QUIPU_PRIV_LLM_ENUM(side, SIDES, QUIPU_LLM_SIDE_MAP, QUIPU_PRIV_LLM_SIDE)
QUIPU_PRIV_LLM_ENUM(hedge_result, HEDGE_RESULTS, QUIPU_LLM_HEDGE_MAP, QUIPU_PRIV_LLM_HEDGE)
QUIPU_PRIV_LLM_ENUM(outcome, OUTCOMES, QUIPU_LLM_OUTCOME_MAP, QUIPU_PRIV_LLM_OUTCOME)
QUIPU_PRIV_LLM_ENUM(stage, STAGES, QUIPU_LLM_STAGE_MAP, QUIPU_PRIV_LLM_STAGE)
QUIPU_PRIV_LLM_ENUM(decision, DECISIONS, QUIPU_LLM_DECISION_MAP, QUIPU_PRIV_LLM_DECISION)
QUIPU_PRIV_LLM_ENUM(misuse, MISUSES, QUIPU_LLM_MISUSE_MAP, QUIPU_PRIV_LLM_MISUSE)

/* --- the kit ------------------------------------------------------------------------------ */

typedef struct quipu_llm quipu_llm;
typedef struct quipu_llm_route quipu_llm_route;
typedef struct quipu_llm_queue quipu_llm_queue;
typedef struct quipu_llm_agent quipu_llm_agent;
typedef struct quipu_llm_tool quipu_llm_tool;

/*
 * Which names the calls' families have; both may be chosen, and both then show the same calls.
 * SHORT: llm_requests_total and so on (llm.def). OTEL_1_41: OpenTelemetry's GenAI conventions,
 * version 1.41; alone, it takes the place of those four that it has a name for (durations, tokens
 * of a request, first tokens, chunks), and all others keep their short names.
 */
#define QUIPU_LLM_NAMES_SHORT 1u
#define QUIPU_LLM_NAMES_OTEL_1_41 2u

/* Written QUIPU_LLM_OPTS(.models = models); a field left out means its default. */
typedef struct quipu_llm_opts {
	size_t size;
	/* the only ones with series of their own, up to a NULL; all else is "other". NULL: the first
	 * max_models that are asked for */
	const char *const *models;
	const char *const *providers; /* the same */
	unsigned max_models;	      /* 0: 64; at most 4096 */
	unsigned max_providers;	      /* 0: 16; at most 256 */
	unsigned max_names; /* of queues, loops, agents and tools, each; 0: 64; the same */
	unsigned names;	    /* QUIPU_LLM_NAMES_…, or-ed; 0: short */
	int no_native;	    /* calls' durations without native buckets */
} quipu_llm_opts;

#define QUIPU_LLM_OPTS(...) QUIPU_PRIV_OPTS(quipu_llm_opts, __VA_ARGS__)

/*
 * Makes the families of llm.def in the registry. opts may be NULL; what it points to is copied. A
 * registry has one kit at most.
 * Threads: any. Cost: allocates. Fails: NULL and *error (may be NULL): as families do, EDUPLICATE
 * also where the registry has a kit already, EOPTION where more is asked for than the above; the
 * registry's status names the culprit. ENOMEM for a NULL registry.
 */
quipu_llm *quipu_llm_open(quipu_registry *registry, const quipu_llm_opts *opts, quipu_error *error);

/*
 * Takes the families out of the registry and frees the kit with all its routes, queues, loops,
 * agents and tools. Close it before its registry is freed; it may be opened anew.
 * Threads: one, once, when nobody uses any of them any more. NULL is ignored.
 */
void quipu_llm_close(quipu_llm *llm);

/*
 * The route for calls to a model of a provider: all its series, made when it is first asked for.
 * The pointer is good until the kit is closed; keep it, or ask each time. A name that is empty,
 * longer than 256 bytes or not UTF-8, and one that has no place any more, is "other".
 * Threads: any. Cost: a look-up without lock or allocation where it was asked for before; else
 * locks, and it allocates. Fails: NULL when out of memory (ask again later), or for NULL arguments.
 */
const quipu_llm_route *quipu_llm_route_of(quipu_llm *llm, const char *model, const char *provider);

/* The same for another operation than chat. */
const quipu_llm_route *quipu_llm_route_for(quipu_llm *llm, quipu_llm_operation operation,
					   const char *model, const char *provider);

/* --- a call -------------------------------------------------------------------------------- */

/* One attempt at a provider. Yours to keep anywhere; zero, or QUIPU_LLM_CALL_INIT, before it is
 * used for the first time; after its end it may be begun anew. It may be moved; of a copy and what
 * it was copied from only one is to be used on, or both would be counted. */
typedef struct quipu_llm_call {
	const quipu_llm_route *route;
	uint64_t state;
	uint64_t began_ns;
	uint64_t first_ns;
	uint64_t last_ns;
} quipu_llm_call;

#define QUIPU_LLM_CALL_INIT                                                                        \
	{                                                                                          \
		0, 0, 0, 0, 0                                                                      \
	}

/* What an answer reports, written QUIPU_LLM_USAGE(.input = 812, .output = 64). input and output
 * are totals: what of them was read from a cache, written to one or spent on reasoning is told
 * besides. Where an API leaves what was cached out of its input tokens, add it. 0: not reported. */
typedef struct quipu_llm_usage {
	size_t size;
	uint64_t input;
	uint64_t output;
	uint64_t cache_read;
	uint64_t cache_write;
	uint64_t reasoning;
	uint64_t cost_microdollars;
	const char *trace_id; /* kept as an exemplar where one is wanted; NULL: none */
} quipu_llm_usage;

#define QUIPU_LLM_USAGE(...) QUIPU_PRIV_OPTS(quipu_llm_usage, __VA_ARGS__)

/*
 * A call's life. begin counts it as in flight; first_token, before the first chunk, is for those
 * who know the moment better than by that; chunk is for each piece of a streamed answer; end counts
 * everything else. A call without either has no time to first token. usage may be NULL: a failed
 * call mostly has none; what it has is counted too. The _at forms take the moment from those who
 * have read the clock already, in nanoseconds of CLOCK_MONOTONIC as quipu_now_ns (timer.h) gives
 * them; with these they may be mixed. A simulation may keep to a clock of its own. All times are
 * whole nanoseconds, that of an output token too (rounded down).
 * Threads: any, one at a time for one call. Cost: all together some 500 instructions beyond the
 * clock reads, with three chunks and usage; no lock, no allocation. A call that fails adds a look-up
 * or two, and a lock when it is the first of its route to fail so. Fails: misuse is counted, in the
 * kit of the call's route, or, where the call knows of none, in the kit that was opened last.
 */
void quipu_llm_begin(quipu_llm_call *call, const quipu_llm_route *route);
void quipu_llm_first_token(quipu_llm_call *call);
void quipu_llm_chunk(quipu_llm_call *call);
void quipu_llm_end(quipu_llm_call *call, quipu_llm_error error, const quipu_llm_usage *usage);

void quipu_llm_begin_at(quipu_llm_call *call, const quipu_llm_route *route, uint64_t now_ns);
void quipu_llm_first_token_at(quipu_llm_call *call, uint64_t now_ns);
void quipu_llm_chunk_at(quipu_llm_call *call, uint64_t now_ns);
void quipu_llm_end_at(quipu_llm_call *call, quipu_llm_error error, const quipu_llm_usage *usage,
		      uint64_t now_ns);

/* For a call that goes out of scope: ends it as cancelled, and counts the misuse, if it has not
 * ended. QUIPU_LLM_SCOPED(call); declares one that does this by itself. */
void quipu_llm_drop(quipu_llm_call *call);
#define QUIPU_LLM_SCOPED(call)                                                                     \
	__attribute__((cleanup(quipu_llm_drop))) quipu_llm_call call = QUIPU_LLM_CALL_INIT

/* What went wrong, by an HTTP status (2xx: OK) or an errno value (0: OK). Threads: any. Pure. */
quipu_llm_error quipu_llm_error_of_http(int status);
quipu_llm_error quipu_llm_error_of_errno(int error);

/* The label value of an error ("" for OK, "other" for what is none), as in llm_errors_total. */
const char *quipu_llm_error_name(quipu_llm_error error);

/* --- what a dispatcher does around calls ---------------------------------------------------- */

/*
 * What an end does not tell by itself:
 *
 *   a retry       quipu_llm_retry(route, error) with what the attempt before ended with, just
 *                 before the next one begins
 *   a fallback    quipu_llm_fallback(from, to), before the call on the other route begins
 *   a hedge       both calls begin and end, the loser as CANCELLED; quipu_llm_hedge says which
 *                 of them was used
 *   a rate limit  besides the end with RATE_LIMITED, quipu_llm_rate_limited(route,
 *                 QUIPU_LLM_HTTP_429); our own limits have no call, only this
 *   a stream that broke off: besides the end, quipu_llm_stream_aborted
 *   not sent      by a circuit breaker, a budget: begin and, at once, end with CIRCUIT_OPEN or
 *                 REJECTED; it has no duration
 */

/* Threads: any. Cost: an add or two; retry and fallback a look-up, and a lock for what is new.
 * Fails: misuse is counted. */
void quipu_llm_retry(const quipu_llm_route *route, quipu_llm_error reason);
void quipu_llm_fallback(const quipu_llm_route *from, const quipu_llm_route *to);
void quipu_llm_hedge(const quipu_llm_route *route, quipu_llm_hedge_result result);
void quipu_llm_rate_limited(const quipu_llm_route *route, quipu_llm_rate_limit kind);
void quipu_llm_rate_limit_waited(const quipu_llm_route *route, uint64_t ns);
void quipu_llm_stream_aborted(const quipu_llm_route *route, quipu_llm_side side);

/* The circuit breaker of the route's provider is in this state now; a change is counted as a
 * transition. It begins closed. Threads: any; one exchange of a shared word. */
void quipu_llm_circuit_is(const quipu_llm_route *route, quipu_llm_circuit state);

/* A queue by name, as quipu_llm_route_of. enqueued when a call comes in; dequeued when it goes on,
 * with how many nanoseconds it waited; or abandoned: it left without being served.
 * Threads: any. Cost: an add or two. */
const quipu_llm_queue *quipu_llm_queue_of(quipu_llm *llm, const char *name);
void quipu_llm_enqueued(const quipu_llm_queue *queue);
void quipu_llm_dequeued(const quipu_llm_queue *queue, uint64_t waited_ns);
void quipu_llm_abandoned(const quipu_llm_queue *queue);

/* A loop: tick once a turn; where more than limit_ns went by since the turn before, that is a
 * stall. Zero, or what loop_of gave; each thread has a loop of its own. */
typedef struct quipu_llm_loop {
	const struct quipu_priv_llm_loop *loop;
	uint64_t limit_ns;
	uint64_t last_ns;
} quipu_llm_loop;

quipu_llm_loop quipu_llm_loop_of(quipu_llm *llm, const char *name, uint64_t limit_ns);
void quipu_llm_tick(quipu_llm_loop *loop);
void quipu_llm_tick_at(quipu_llm_loop *loop, uint64_t now_ns);
/* The loop is about to wait for work: what comes now is no stall. */
void quipu_llm_idle(quipu_llm_loop *loop);

/* --- agents ---------------------------------------------------------------------------------- */

/*
 * One turn of an agent; rules as for a call, but nothing ends it by itself. turn_step is for each
 * model call and each tool of it, which nothing else counts; a step after the end is misuse, as
 * token_after_end. tool_ended: how long it ran, in nanoseconds. guarded: one decision.
 * Threads: any, one at a time for one turn. Cost: a clock read for begin and end, and a few adds.
 * Fails: misuse is counted.
 */
typedef struct quipu_llm_turn {
	const quipu_llm_agent *agent;
	uint64_t state;
	uint64_t began_ns;
	uint64_t steps;
} quipu_llm_turn;

#define QUIPU_LLM_TURN_INIT                                                                        \
	{                                                                                          \
		0, 0, 0, 0                                                                         \
	}

const quipu_llm_agent *quipu_llm_agent_of(quipu_llm *llm, const char *name);
void quipu_llm_turn_begin(quipu_llm_turn *turn, const quipu_llm_agent *agent);
void quipu_llm_turn_step(quipu_llm_turn *turn);
void quipu_llm_turn_end(quipu_llm_turn *turn, quipu_llm_outcome outcome);
void quipu_llm_turn_begin_at(quipu_llm_turn *turn, const quipu_llm_agent *agent, uint64_t now_ns);
void quipu_llm_turn_end_at(quipu_llm_turn *turn, quipu_llm_outcome outcome, uint64_t now_ns);

const quipu_llm_tool *quipu_llm_tool_of(quipu_llm *llm, const char *name);
void quipu_llm_tool_ended(const quipu_llm_tool *tool, quipu_llm_outcome outcome, uint64_t ns);

void quipu_llm_guarded(quipu_llm *llm, quipu_llm_stage stage, quipu_llm_decision decision);

#ifdef __cplusplus
}
#endif
#endif
