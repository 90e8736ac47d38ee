/* SPDX-License-Identifier: MIT */
/* provider.c: simulated models: a latency from two token rates, and now and then a refusal. */
#include "provider.h"

#include "random.h"

/* One call in a hundred meets a busy machine. */
#define STRAGGLER_SHARE 0.01
#define STRAGGLER_FACTOR 3.0

const struct provider_route provider_routes[PROVIDER_N_ROUTES] = {
#define ROUTE(model, provider, weight, input_rate, output_rate, trip_ms)                           \
	{ model, provider, weight, 1e9 / (input_rate), 1e9 / (output_rate), (trip_ms)*1e6 },
	PROVIDER_ROUTE_MAP(ROUTE)
#undef ROUTE
};

const char *const provider_statuses[PROVIDER_N_STATUSES] = {
#define STATUS(name, text) text,
	PROVIDER_STATUS_MAP(STATUS)
#undef STATUS
};

#define ROUTE_WEIGHT(model, provider, weight, ...) +(weight)
_Static_assert(0 PROVIDER_ROUTE_MAP(ROUTE_WEIGHT) == 256, "the routes share 256 calls");
#undef ROUTE_WEIGHT

unsigned provider_route(const struct provider *provider, uint64_t number)
{
	unsigned ticket = (unsigned)(random_bits(provider->seed, number, RANDOM_ROUTE) >> 56);
	unsigned route = 0;

	while (ticket >= provider_routes[route].weight)
		ticket -= provider_routes[route++].weight;
	return route;
}

static enum provider_status draw_status(const struct provider *provider, uint64_t number)
{
	double share = random_share(provider->seed, number, RANDOM_STATUS);

	if (share < provider->error_share)
		return PROVIDER_ERROR;
	if (share < provider->error_share + provider->rate_limit_share)
		return PROVIDER_RATE_LIMITED;
	return PROVIDER_SUCCESS;
}

/* From 0.8 to 1.2, most often near 1: the mean of two uniform numbers from one draw. */
static double draw_jitter(uint64_t seed, uint64_t number)
{
	uint64_t bits = random_bits(seed, number, RANDOM_JITTER);
	double jitter = 0.8 + 0.2 * ((double)(bits >> 32) + (double)(bits & UINT32_MAX)) * 0x1p-32;

	if (random_share(seed, number, RANDOM_STRAGGLER) < STRAGGLER_SHARE)
		jitter *= STRAGGLER_FACTOR;
	return jitter;
}

/* The time a complete answer takes: round trip, reading the prompt, writing the reply. */
static double full_ns(const struct provider *provider, const struct provider_route *route,
		      uint64_t number, const struct call *call)
{
	double work = call->input * route->input_ns + call->output * route->output_ns;

	return route->trip_ns + work * draw_jitter(provider->seed, number);
}

struct answer provider_answer(const struct provider *provider, uint64_t number,
			      const struct call *call)
{
	struct answer answer = {
		.route = provider_route(provider, number),
		.status = draw_status(provider, number),
		.number = number,
	};
	const struct provider_route *route = &provider_routes[answer.route];
	double ns = full_ns(provider, route, number, call);

	if (answer.status == PROVIDER_RATE_LIMITED) { /* refused at the door */
		ns = route->trip_ns;
	} else if (answer.status == PROVIDER_ERROR) { /* broke off somewhere on the way */
		ns *= random_share(provider->seed, number, RANDOM_ABORT);
	} else {
		answer.input = call->input;
		answer.output = call->output;
	}
	answer.duration_ns = (uint64_t)ns;
	return answer;
}

static void put_hex(char *text, uint64_t number)
{
	int i;

	for (i = 15; i >= 0; i--, number >>= 4)
		text[i] = "0123456789abcdef"[number & 0xf];
}

struct trace_id provider_trace(uint64_t number)
{
	struct trace_id id = { { 0 } };

	put_hex(id.text, random_scatter(number + 1));
	put_hex(id.text + 16, random_scatter(~number));
	return id;
}
