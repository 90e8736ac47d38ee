/* SPDX-License-Identifier: MIT */
/*
 * provider.h: the other side: simulated models that answer calls.
 *
 * What becomes of an attempt follows from (seed, call number, attempt) alone, so that totals by
 * label are the same whatever the number of threads.
 */
#ifndef DISPATCH_PROVIDER_H
#define DISPATCH_PROVIDER_H

#include "workload.h"

#include <quipu/llm.h>

/*
 * Where calls can go. Speeds and prices are made up; they only differ as real ones do.
 * X(model, provider, calls of 256 that it gets, prompt tokens/s, generated tokens/s, round trip ms,
 *   billionths of a dollar for a prompt token, for one read from a cache, for a generated one)
 */
#define PROVIDER_ROUTE_MAP(X)                                                                      \
	X("gpt-4o", "openai", 64, 9000, 85, 60, 2500, 1250, 10000)                                 \
	X("gpt-4o", "azure", 40, 8000, 75, 45, 2500, 1250, 10000)                                  \
	X("gpt-4o-mini", "openai", 56, 16000, 130, 50, 150, 75, 600)                               \
	X("claude-sonnet", "anthropic", 40, 7000, 70, 70, 3000, 300, 15000)                        \
	X("claude-sonnet", "bedrock", 24, 6000, 60, 55, 3000, 300, 15000)                          \
	X("llama-3.1-70b", "vllm", 32, 4000, 40, 2, 400, 100, 400)

#define PROVIDER_ROUTE_ONE(...) +1
#define PROVIDER_N_ROUTES (0 PROVIDER_ROUTE_MAP(PROVIDER_ROUTE_ONE))

/* What an attempt that fails dies of: X(error, failures of 64) */
#define PROVIDER_FAULT_MAP(X)                                                                      \
	X(TIMEOUT, 12)                                                                             \
	X(SERVER, 12)                                                                              \
	X(OVERLOADED, 10)                                                                          \
	X(NETWORK, 8)                                                                              \
	X(BROKEN_STREAM, 6)                                                                        \
	X(CONTENT_FILTER, 4)                                                                       \
	X(INVALID_REQUEST, 3)                                                                      \
	X(TOO_LARGE, 3)                                                                            \
	X(MALFORMED, 2)                                                                            \
	X(AUTH, 1)                                                                                 \
	X(NOT_FOUND, 1)                                                                            \
	X(TLS, 1)                                                                                  \
	X(OTHER, 1)

/* Attempts at one call, those beside another one (hedges) included. */
#define PROVIDER_MAX_ATTEMPTS 8

struct provider_route {
	const char *model;
	const char *provider;
	unsigned weight; /* of 256 */
	double input_ns; /* per prompt token */
	double output_ns;
	double trip_ns;
	uint64_t input_price; /* billionths of a dollar a token */
	uint64_t cached_price;
	uint64_t output_price;
};

extern const struct provider_route provider_routes[PROVIDER_N_ROUTES];

struct provider {
	uint64_t seed;
	double error_share; /* of attempts */
	double rate_limit_share;
};

/* One attempt at a call. */
struct attempt {
	uint64_t number;
	unsigned at; /* 0 is the first */
	unsigned route;
};

/* What becomes of an attempt. */
struct answer {
	unsigned route;
	quipu_llm_error error;
	uint64_t first_ns;     /* until the first token */
	uint64_t chunk_ns;     /* from one chunk to the next */
	uint32_t chunks;       /* that came; none: not even the first token */
	uint64_t duration_ns;  /* until the end */
	quipu_llm_usage usage; /* zeros unless it succeeds */
};

/* 32 hexadecimal digits, as the W3C trace context has them. */
struct trace_id {
	char text[33];
};

/* The trace that a call is part of. */
struct trace_id provider_trace(uint64_t number);

/* A number in [0, 1) that is the attempt's own; purpose: of enum random_purpose. */
double provider_share(const struct provider *provider, const struct attempt *attempt, int purpose);

/* Which route the call with this number takes first. */
unsigned provider_route(const struct provider *provider, uint64_t number);

/* How the attempt ends. */
struct answer provider_answer(const struct provider *provider, const struct attempt *attempt,
			      const struct call *call);

/* The same answer, cut off after some time by the caller, who does not want it any more. */
void provider_cancel(struct answer *answer, uint64_t after_ns);

#endif
