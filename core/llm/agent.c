/* SPDX-License-Identifier: MIT */
/* agent.c: see agent.h. */
#include "llm/agent.h"

#include "base/alloc.h"
#include "llm/keep.h"
#include "llm/kit.h"
#include "llm/sets.h"
#include "llm/state.h"

/* --- agents -------------------------------------------------------------------------------------- */

static void release_agent(void *object)
{
	quipu_llm_agent *agent = object;

	QP_LLM_RELEASE_EACH(agent->turns);
	quipu_release(agent->duration);
	quipu_release(agent->steps);
	qp_free(agent);
}

static void *make_agent(quipu_llm *kit, const char *name)
{
	quipu_llm_agent *agent = qp_alloc(sizeof(*agent));
	bool ok = true;

	if (!agent)
		return NULL;
	agent->kit = kit;
	QP_LLM_KEPT_EACH(counter, agent->turns, kit->families.turns, &ok, qp_llm_outcomes, name);
	agent->duration = QP_LLM_KEPT(histogram, kit->families.turn_duration, &ok, name);
	agent->steps = QP_LLM_KEPT(histogram, kit->families.turn_steps, &ok, name);
	if (ok)
		return agent;
	release_agent(agent);
	return NULL;
}

const struct qp_llm_type qp_llm_agents = { make_agent, release_agent };

const quipu_llm_agent *quipu_llm_agent_of(quipu_llm *kit, const char *name)
{
	return kit ? qp_llm_table_get(&kit->agents, kit, name) : NULL;
}

/* --- turns --------------------------------------------------------------------------------------- */

static bool is_under_way(const quipu_llm_turn *turn)
{
	return qp_llm_is_begun(turn->state, turn->agent);
}

static void not_under_way(const quipu_llm_turn *turn, quipu_llm_misuse ended)
{
	if (!(qp_llm_steps(turn->state, turn->agent) & QP_LLM_ENDED))
		qp_llm_misused(NULL, QUIPU_LLM_MISUSE_NOT_BEGUN);
	else if (turn->agent)
		qp_llm_misused(turn->agent->kit, ended);
}

void quipu_llm_turn_begin_at(quipu_llm_turn *turn, const quipu_llm_agent *agent, uint64_t now_ns)
{
	if (qp_llm_steps(turn->state, turn->agent) & QP_LLM_BEGUN && turn->agent)
		qp_llm_misused(turn->agent->kit, QUIPU_LLM_MISUSE_NEVER_ENDED);
	turn->agent = agent;
	turn->state = qp_llm_begun(agent);
	turn->steps = 0;
	turn->began_ns = now_ns;
}

void quipu_llm_turn_step(quipu_llm_turn *turn)
{
	if (is_under_way(turn))
		turn->steps++;
	else
		not_under_way(turn, QUIPU_LLM_MISUSE_TOKEN_AFTER_END);
}

static void count_turn(const quipu_llm_turn *turn, quipu_llm_outcome outcome, uint64_t now_ns)
{
	const quipu_llm_agent *agent = turn->agent;

	if (!qp_llm_is_one_of(agent->kit, outcome, QUIPU_LLM_N_OUTCOMES))
		outcome = QUIPU_LLM_OUTCOME_ERROR;
	quipu_inc(agent->turns[outcome]);
	quipu_observe(agent->duration, qp_llm_elapsed(turn->began_ns, now_ns));
	quipu_observe(agent->steps, (double)turn->steps);
}

void quipu_llm_turn_end_at(quipu_llm_turn *turn, quipu_llm_outcome outcome, uint64_t now_ns)
{
	if (!is_under_way(turn)) {
		not_under_way(turn, QUIPU_LLM_MISUSE_ENDED_TWICE);
		return;
	}
	if (turn->agent)
		count_turn(turn, outcome, now_ns);
	turn->state = qp_llm_key(turn->agent) | QP_LLM_ENDED;
}

void quipu_llm_turn_begin(quipu_llm_turn *turn, const quipu_llm_agent *agent)
{
	quipu_llm_turn_begin_at(turn, agent, quipu_now_ns());
}

void quipu_llm_turn_end(quipu_llm_turn *turn, quipu_llm_outcome outcome)
{
	quipu_llm_turn_end_at(turn, outcome, quipu_now_ns());
}

/* --- tools --------------------------------------------------------------------------------------- */

static void release_tool(void *object)
{
	quipu_llm_tool *tool = object;

	QP_LLM_RELEASE_EACH(tool->invocations);
	quipu_release(tool->duration);
	qp_free(tool);
}

static void *make_tool(quipu_llm *kit, const char *name)
{
	quipu_llm_tool *tool = qp_alloc(sizeof(*tool));
	bool ok = true;

	if (!tool)
		return NULL;
	tool->kit = kit;
	QP_LLM_KEPT_EACH(counter, tool->invocations, kit->families.tools, &ok, qp_llm_outcomes,
			 name);
	tool->duration = QP_LLM_KEPT(histogram, kit->families.tool_duration, &ok, name);
	if (ok)
		return tool;
	release_tool(tool);
	return NULL;
}

const struct qp_llm_type qp_llm_tools = { make_tool, release_tool };

const quipu_llm_tool *quipu_llm_tool_of(quipu_llm *kit, const char *name)
{
	return kit ? qp_llm_table_get(&kit->tools, kit, name) : NULL;
}

void quipu_llm_tool_ended(const quipu_llm_tool *tool, quipu_llm_outcome outcome, uint64_t ns)
{
	if (!tool || !qp_llm_is_one_of(tool->kit, outcome, QUIPU_LLM_N_OUTCOMES))
		return;
	quipu_inc(tool->invocations[outcome]);
	quipu_observe_ns(tool->duration, ns);
}
