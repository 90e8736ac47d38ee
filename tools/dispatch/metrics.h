/* SPDX-License-Identifier: MIT */
/*
 * metrics.h: what the dispatcher records into: the LLM kit, opened once, and what it gave for
 * the names that occur here, so that the hot loop (delivery.c) looks up nothing.
 */
#ifndef DISPATCH_METRICS_H
#define DISPATCH_METRICS_H

#include "provider.h"

#include <quipu/quipu.h>

#define METRICS_AGENTS                                                                             \
	{                                                                                          \
		"researcher", "coder"                                                              \
	}
#define METRICS_N_AGENTS 2
#define METRICS_TOOLS                                                                              \
	{                                                                                          \
		"web_search", "read_file", "run_tests"                                             \
	}
#define METRICS_N_TOOLS 3

struct metrics {
	quipu_llm *llm;
	const quipu_llm_route *route[PROVIDER_N_ROUTES];
	const quipu_llm_queue *queue;
	const quipu_llm_agent *agent[METRICS_N_AGENTS];
	const quipu_llm_tool *tool[METRICS_N_TOOLS];
};

/* Opens the kit in the registry; names: QUIPU_LLM_NAMES_…, 0 for the short ones. Fails: the
 * registry's status, with *where the culprit. */
quipu_error metrics_open(struct metrics *metrics, quipu_registry *registry, unsigned names,
			 const char **where);

/* Closes the kit: its families are gone. */
void metrics_close(struct metrics *metrics);

#endif
