/* SPDX-License-Identifier: MIT */
/* metrics.c: opens the LLM kit and asks it for every name once. */
#include "metrics.h"

#include <string.h>

static const char *const agents[METRICS_N_AGENTS] = METRICS_AGENTS;
static const char *const tools[METRICS_N_TOOLS] = METRICS_TOOLS;

quipu_error metrics_open(struct metrics *metrics, quipu_registry *registry, unsigned names,
			 const char **where)
{
	quipu_error error = QUIPU_OK;
	unsigned i;

	*where = "the LLM kit";
	metrics->llm = quipu_llm_open(registry, QUIPU_LLM_OPTS(.names = names), &error);
	for (i = 0; i < PROVIDER_N_ROUTES; i++)
		metrics->route[i] = quipu_llm_route_of(metrics->llm, provider_routes[i].model,
						       provider_routes[i].provider);
	for (i = 0; i < METRICS_N_AGENTS; i++)
		metrics->agent[i] = quipu_llm_agent_of(metrics->llm, agents[i]);
	for (i = 0; i < METRICS_N_TOOLS; i++)
		metrics->tool[i] = quipu_llm_tool_of(metrics->llm, tools[i]);
	metrics->queue = quipu_llm_queue_of(metrics->llm, "calls");
	return metrics->llm ? quipu_registry_status(registry, where) : error;
}

void metrics_close(struct metrics *metrics)
{
	quipu_llm_close(metrics->llm);
	memset(metrics, 0, sizeof *metrics);
}
