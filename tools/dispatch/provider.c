/* SPDX-License-Identifier: MIT */
/* provider.c: simulated models: a latency from two token rates, and now and then a refusal. */
#include "provider.h"

#include "random.h"

#include <string.h>

/* One call in a hundred meets a busy machine. */
#define STRAGGLER_SHARE 0.01
#define STRAGGLER_FACTOR 3.0
/* Answers come in chunks of so many tokens, the longest ones of more. */
#define CHUNK_TOKENS 8
#define MAX_CHUNKS 256
/* Of so many calls one finds its prompt in a cache, leaves it in one, or thinks first. */
#define CACHE_READ_OF 4
#define CACHE_WRITE_OF 8
#define REASONING_OF 4

const struct provider_route provider_routes[PROVIDER_N_ROUTES] = {
#define ROUTE(model, provider, weight, input_rate, output_rate, trip_ms, ...)                      \
	{ model,	 provider,   weight, 1e9 / (input_rate), 1e9 / (output_rate),              \
	  (trip_ms)*1e6, __VA_ARGS__ },
	PROVIDER_ROUTE_MAP(ROUTE)
#undef ROUTE
};

#define ROUTE_WEIGHT(model, provider, weight, ...) +(weight)
_Static_assert(0 PROVIDER_ROUTE_MAP(ROUTE_WEIGHT) == 256, "the routes share 256 calls");
#undef ROUTE_WEIGHT

static const struct {
	quipu_llm_error error;
	unsigned weight; /* of 64 */
} faults[] = {
#define FAULT(name, weight) { QUIPU_LLM_##name, weight },
	PROVIDER_FAULT_MAP(FAULT)
#undef FAULT
};

#define FAULT_WEIGHT(name, weight) +(weight)
_Static_assert(0 PROVIDER_FAULT_MAP(FAULT_WEIGHT) == 64, "the faults share 64 failures");
#undef FAULT_WEIGHT

static uint64_t draw_bits(const struct provider *provider, const struct attempt *attempt,
			  int purpose)
{
	return random_bits(provider->seed, attempt->number * PROVIDER_MAX_ATTEMPTS + attempt->at,
			   (enum random_purpose)purpose);
}

double provider_share(const struct provider *provider, const struct attempt *attempt, int purpose)
{
	return random_share(provider->seed, attempt->number * PROVIDER_MAX_ATTEMPTS + attempt->at,
			    (enum random_purpose)purpose);
}

unsigned provider_route(const struct provider *provider, uint64_t number)
{
	unsigned ticket = (unsigned)(random_bits(provider->seed, number, RANDOM_ROUTE) >> 56);
	unsigned route = 0;

	while (ticket >= provider_routes[route].weight)
		ticket -= provider_routes[route++].weight;
	return route;
}

static quipu_llm_error draw_fault(const struct provider *provider, const struct attempt *attempt)
{
	unsigned ticket = (unsigned)(draw_bits(provider, attempt, RANDOM_FAULT) >> 58);
	unsigned fault = 0;

	while (ticket >= faults[fault].weight)
		ticket -= faults[fault++].weight;
	return faults[fault].error;
}

static quipu_llm_error draw_error(const struct provider *provider, const struct attempt *attempt)
{
	double share = provider_share(provider, attempt, RANDOM_STATUS);

	if (share < provider->error_share)
		return draw_fault(provider, attempt);
	if (share < provider->error_share + provider->rate_limit_share)
		return QUIPU_LLM_RATE_LIMITED;
	return QUIPU_LLM_OK;
}

/* From 0.8 to 1.2, most often near 1: the mean of two uniform numbers from one draw. */
static double draw_jitter(const struct provider *provider, const struct attempt *attempt)
{
	uint64_t bits = draw_bits(provider, attempt, RANDOM_JITTER);
	double jitter = 0.8 + 0.2 * ((double)(bits >> 32) + (double)(bits & UINT32_MAX)) * 0x1p-32;

	if (provider_share(provider, attempt, RANDOM_STRAGGLER) < STRAGGLER_SHARE)
		jitter *= STRAGGLER_FACTOR;
	return jitter;
}

static uint32_t count_chunks(uint32_t tokens)
{
	uint32_t chunks = tokens / CHUNK_TOKENS + (tokens % CHUNK_TOKENS > 0);

	return chunks < MAX_CHUNKS ? chunks : MAX_CHUNKS;
}

/* The time a complete answer takes: round trip, reading the prompt, writing the reply. */
static void set_times(struct answer *answer, const struct call *call, double jitter)
{
	const struct provider_route *route = &provider_routes[answer->route];
	double reading = call->input * route->input_ns * jitter;
	double writing = call->output * route->output_ns * jitter;

	answer->chunks = count_chunks(call->output);
	answer->first_ns = (uint64_t)(route->trip_ns + reading);
	answer->duration_ns = (uint64_t)(route->trip_ns + reading + writing);
	if (answer->chunks > 1)
		answer->chunk_ns = (answer->duration_ns - answer->first_ns) / (answer->chunks - 1);
}

/* In millionths of a dollar, rounded once per call. */
static uint64_t cost(const struct provider_route *route, const quipu_llm_usage *usage)
{
	uint64_t billionths = (usage->input - usage->cache_read) * route->input_price +
			      usage->cache_read * route->cached_price +
			      usage->output * route->output_price;

	return (billionths + 500) / 1000;
}

static void set_usage(struct answer *answer, const struct call *call, uint64_t bits)
{
	quipu_llm_usage *usage = &answer->usage;

	usage->input = call->input;
	usage->output = call->output;
	if (bits % CACHE_READ_OF == 0)
		usage->cache_read = usage->input / 4 * 3;
	else if (bits % CACHE_WRITE_OF == 1)
		usage->cache_write = usage->input / 2;
	if (bits / CACHE_WRITE_OF % REASONING_OF == 0)
		usage->reasoning = usage->output / 2;
	usage->cost_microdollars = cost(&provider_routes[answer->route], usage);
}

/* The answer ends before its end; what came until then has come. */
static void cut(struct answer *answer, uint64_t after_ns)
{
	uint64_t chunks = 0;

	if (after_ns > answer->first_ns)
		chunks =
			answer->chunk_ns ? 1 + (after_ns - answer->first_ns) / answer->chunk_ns : 1;
	if (chunks < answer->chunks)
		answer->chunks = (uint32_t)chunks;
	answer->duration_ns = after_ns;
}

static void fail(struct answer *answer, double share)
{
	uint64_t trip_ns = (uint64_t)provider_routes[answer->route].trip_ns;

	if (answer->error == QUIPU_LLM_RATE_LIMITED)
		cut(answer, trip_ns); /* refused at the door */
	else			      /* broke off somewhere on the way */
		cut(answer, (uint64_t)((double)answer->duration_ns * share));
	if (answer->error != QUIPU_LLM_BROKEN_STREAM)
		answer->chunks = 0;
}

struct answer provider_answer(const struct provider *provider, const struct attempt *attempt,
			      const struct call *call)
{
	struct answer answer = {
		.route = attempt->route,
		.error = draw_error(provider, attempt),
		.usage = { .size = sizeof answer.usage },
	};

	set_times(&answer, call, draw_jitter(provider, attempt));
	if (answer.error == QUIPU_LLM_OK)
		set_usage(&answer, call, draw_bits(provider, attempt, RANDOM_USAGE));
	else
		fail(&answer, provider_share(provider, attempt, RANDOM_ABORT));
	return answer;
}

void provider_cancel(struct answer *answer, uint64_t after_ns)
{
	cut(answer, after_ns);
	answer->error = QUIPU_LLM_CANCELLED;
	answer->usage = (quipu_llm_usage){ .size = sizeof answer->usage };
}

/* --- traces ------------------------------------------------------------------------ */

#define EACH_BYTE UINT64_C(0x0101010101010101)

/* The digits of eight nibbles, the highest in the lowest byte, without a loop. */
static uint64_t hex_digits(uint32_t number)
{
	uint64_t bytes = __builtin_bswap32(number);

	bytes = (bytes | bytes << 16) & UINT64_C(0x0000ffff0000ffff);
	bytes = (bytes | bytes << 8) & UINT64_C(0x00ff00ff00ff00ff);
	bytes = (bytes >> 4 & UINT64_C(0x000f000f000f000f)) |
		(bytes << 8 & UINT64_C(0x0f000f000f000f00));
	/* beyond nine: on from '9' to 'a' */
	return bytes + '0' * EACH_BYTE +
	       ((bytes + 6 * EACH_BYTE) >> 4 & EACH_BYTE) * ('a' - '9' - 1);
}

static void put_hex(char *text, uint64_t number)
{
	uint64_t high = hex_digits((uint32_t)(number >> 32)), low = hex_digits((uint32_t)number);

	memcpy(text, &high, sizeof high);
	memcpy(text + 8, &low, sizeof low);
}

struct trace_id provider_trace(uint64_t number)
{
	struct trace_id id;

	put_hex(id.text, random_scatter(number + 1));
	put_hex(id.text + 16, random_scatter(~number));
	id.text[32] = '\0';
	return id;
}
