/* SPDX-License-Identifier: MIT */
/*
 * provider.h: the other side: simulated models that answer calls.
 *
 * What becomes of a call follows from (seed, call number) alone, so that totals by label are
 * the same whatever the number of threads.
 */
#ifndef DISPATCH_PROVIDER_H
#define DISPATCH_PROVIDER_H

#include "workload.h"

/*
 * Where calls can go. The speeds are made up; they only differ as real ones do.
 * X(model, provider, calls of 256 that it gets, prompt tokens/s, generated tokens/s, round trip ms)
 */
#define PROVIDER_ROUTE_MAP(X)                                                                      \
	X("gpt-4o", "openai", 64, 9000, 85, 60)                                                    \
	X("gpt-4o", "azure", 40, 8000, 75, 45)                                                     \
	X("gpt-4o-mini", "openai", 56, 16000, 130, 50)                                             \
	X("claude-sonnet", "anthropic", 40, 7000, 70, 70)                                          \
	X("claude-sonnet", "bedrock", 24, 6000, 60, 55)                                            \
	X("llama-3.1-70b", "vllm", 32, 4000, 40, 2)

#define PROVIDER_ROUTE_ONE(...) +1
#define PROVIDER_N_ROUTES (0 PROVIDER_ROUTE_MAP(PROVIDER_ROUTE_ONE))

/* How a call ends: X(name, label value) */
#define PROVIDER_STATUS_MAP(X)                                                                     \
	X(SUCCESS, "success")                                                                      \
	X(ERROR, "error")                                                                          \
	X(RATE_LIMITED, "rate_limited")

enum provider_status {
#define PROVIDER_STATUS_ENUM(name, text) PROVIDER_##name,
	PROVIDER_STATUS_MAP(PROVIDER_STATUS_ENUM)
#undef PROVIDER_STATUS_ENUM
		PROVIDER_N_STATUSES
};

struct provider_route {
	const char *model;
	const char *provider;
	unsigned weight; /* of 256 */
	double input_ns; /* per prompt token */
	double output_ns;
	double trip_ns;
};

extern const struct provider_route provider_routes[PROVIDER_N_ROUTES];
extern const char *const provider_statuses[PROVIDER_N_STATUSES];

struct provider {
	uint64_t seed;
	double error_share;
	double rate_limit_share;
};

/* What becomes of a call. */
struct answer {
	unsigned route;
	enum provider_status status;
	uint64_t duration_ns;
	uint32_t input; /* tokens the answer reports as used: none unless it succeeds */
	uint32_t output;
	uint64_t number; /* of the call; its trace's id is made of it */
};

/* 32 hexadecimal digits, as the W3C trace context has them. */
struct trace_id {
	char text[33];
};

/* The trace that a call is part of. */
struct trace_id provider_trace(uint64_t number);

/* Which route the call with this number takes. */
unsigned provider_route(const struct provider *provider, uint64_t number);

/* How the call goes there. */
struct answer provider_answer(const struct provider *provider, uint64_t number,
			      const struct call *call);

#endif
