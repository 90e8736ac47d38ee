/* SPDX-License-Identifier: MIT */
/* agent.c: turns of agents, as they happen and are recorded; see agent.h. */
#include "agent.h"

#include "random.h"

#include <math.h>

/* Of so many decisions of a guard one changes what it sees; of so many tools one is not let run. */
#define MODIFY_OF 16
#define BLOCK_OF 64
/* A turn uses up to so many tools. */
#define MOST_TOOLS 4
/* A tool takes from this long to a hundred times as long. */
#define TOOL_NS 20e6
/* Nobody waits longer for a turn. */
#define TURN_NS UINT64_C(10000000000)

static void guard_text(const struct delivery *delivery, quipu_llm_stage stage, uint64_t bits)
{
	quipu_llm_guarded(delivery->metrics->llm, stage,
			  bits % MODIFY_OF ? QUIPU_LLM_ALLOW : QUIPU_LLM_MODIFY);
}

static bool guard_tool(const struct delivery *delivery, uint64_t bits)
{
	bool blocked = bits % BLOCK_OF == 0;

	quipu_llm_guarded(delivery->metrics->llm, QUIPU_LLM_AT_TOOL,
			  blocked ? QUIPU_LLM_BLOCK : QUIPU_LLM_ALLOW);
	return !blocked;
}

/* Tools fail, and take too long, as often as attempts at calls fail and are refused. */
static quipu_llm_outcome draw_outcome(const struct provider *provider, double share)
{
	if (share < provider->error_share)
		return QUIPU_LLM_OUTCOME_ERROR;
	if (share < provider->error_share + provider->rate_limit_share)
		return QUIPU_LLM_OUTCOME_TIMEOUT;
	return QUIPU_LLM_OUTCOME_OK;
}

/* The outcome of a tool is drawn with the attempt's number that is its place in the turn. */
static void use_tool(struct delivery *delivery, const struct attempt *use)
{
	const struct provider *provider = &delivery->policy->provider;
	double share = provider_share(provider, use, RANDOM_TOOL);
	uint64_t ns = (uint64_t)(TOOL_NS * pow(100, share));
	unsigned tool = (unsigned)(use->number / AGENT_OF + use->at) % METRICS_N_TOOLS;

	delivery_pass(delivery, ns);
	quipu_llm_tool_ended(delivery->metrics->tool[tool],
			     draw_outcome(provider, provider_share(provider, use, RANDOM_STATUS)),
			     ns);
}

static void use_tools(struct delivery *delivery, quipu_llm_turn *turn, uint64_t number,
		      uint64_t bits)
{
	struct attempt use = { .number = number };
	unsigned n = (unsigned)(bits % (MOST_TOOLS + 1));

	for (; use.at < n && !pace_stopped(delivery->pace); use.at++, bits >>= 8) {
		if (!guard_tool(delivery, bits >> 8))
			continue;
		quipu_llm_turn_step(turn);
		use_tool(delivery, &use);
	}
}

static quipu_llm_outcome turn_outcome(quipu_llm_error error, uint64_t took_ns)
{
	if (error)
		return QUIPU_LLM_OUTCOME_ERROR;
	return took_ns > TURN_NS ? QUIPU_LLM_OUTCOME_TIMEOUT : QUIPU_LLM_OUTCOME_OK;
}

void agent_turn(struct delivery *delivery, uint64_t number, const struct call *call)
{
	uint64_t bits = random_bits(delivery->policy->provider.seed, number, RANDOM_AGENT);
	unsigned agent = (unsigned)(number / AGENT_OF % METRICS_N_AGENTS);
	quipu_llm_turn turn = QUIPU_LLM_TURN_INIT;
	uint64_t began_ns = delivery->now_ns;
	quipu_llm_error error;

	quipu_llm_turn_begin_at(&turn, delivery->metrics->agent[agent], began_ns);
	guard_text(delivery, QUIPU_LLM_AT_INPUT, bits);
	use_tools(delivery, &turn, number, bits >> 8);
	quipu_llm_turn_step(&turn);
	error = delivery_make(delivery, number, call);
	guard_text(delivery, QUIPU_LLM_AT_OUTPUT, bits >> 4);
	quipu_llm_turn_end_at(&turn, turn_outcome(error, delivery->now_ns - began_ns),
			      delivery->now_ns);
}
