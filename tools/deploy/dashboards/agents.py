# SPDX-License-Identifier: MIT
"""Agents: their turns, the tools that they use, the guards that watch them."""
import thresholds as at
from generator.grafana import Row
from generator.panels import (BAD, WARNING, column, heat_map, lines, quantiles, stat, table)

UID = "quipu-agents"
TITLE = "Agents and tools"
ABOUT = "Turns and steps of agents, latency and errors of tools, decisions of guards."
VARIABLES = ("agent", "tool")
ANCHOR = "agent_turns_total"

RATE = "[$__rate_interval]"
FAILED = 'outcome=~"error|timeout"'
TOOL_LIMITS = [(at.TOOL_ERROR_RATIO / 4, WARNING), (at.TOOL_ERROR_RATIO, BAD)]
BLOCK_LIMITS = [(at.GUARD_BLOCK_RATIO / 2, WARNING), (at.GUARD_BLOCK_RATIO, BAD)]


def share(metric, part):
    return f"sum(rate({metric}{{{part}}}{RATE})) / sum(rate({metric}{RATE}))"


def tool_quantile(q):
    return (f"histogram_quantile({q}, "
            "sum by (tool, le) (rate(tool_duration_seconds_bucket[$__range])))")


NOW = [
    stat("Turns", "ops", "Turns of agents that ended, a second.",
         f"sum(rate(agent_turns_total{RATE}))"),
    stat("Failed turns", "percentunit", "Share of turns that ended in an error or ran out of time.",
         share("agent_turns_total", FAILED), TOOL_LIMITS),
    stat("Turn p95", "s", "19 of 20 turns are over sooner.",
         f"histogram_quantile(0.95, sum by (le) (rate(agent_turn_duration_seconds_bucket{RATE})))"),
    stat("Tools used", "ops", "Invocations of tools that ended, a second.",
         f"sum(rate(tool_invocations_total{RATE}))"),
    stat("Failed tools", "percentunit", "Share of invocations that failed or ran out of time.",
         share("tool_invocations_total", FAILED), TOOL_LIMITS),
    stat("Blocked", "percentunit", "Share of guards' decisions that blocked.",
         share("guard_decisions_total", 'decision="block"'), BLOCK_LIMITS),
]

TURNS = [
    lines("Turns by how they ended", "ops", "Turns that ended, a second.",
          (f"sum by (outcome) (rate(agent_turns_total{RATE}))", "{{outcome}}"), stacked=True),
    lines("Turns, by agent", "ops", "Turns that ended, a second.",
          (f"sum by (agent) (rate(agent_turns_total{RATE}))", "{{agent}}"), stacked=True),
    quantiles("Turn p95, by agent", "s", "19 of 20 of an agent's turns are over sooner.",
              "agent_turn_duration_seconds", 95, by="agent"),
]

SPREAD = [
    heat_map("Turn durations", "s", "How many turns took how long.",
             "agent_turn_duration_seconds"),
    heat_map("Steps of turns", "none", "How many turns took how many steps: model calls and tools.",
             "agent_steps_per_turn"),
    lines("Steps per turn, by agent", "none", "Mean; what grows may go in circles.",
          (f"sum by (agent) (rate(agent_steps_per_turn_sum{RATE}))\n"
           f"/ sum by (agent) (rate(agent_steps_per_turn_count{RATE}))", "{{agent}}")),
]

TOOLS = [
    table("Tools", "Over the time shown.", {"tool": "Tool"},
          column("Used", "short", "sum by (tool) (increase(tool_invocations_total[$__range]))"),
          column("Failed", "percentunit",
                 f"sum by (tool) (increase(tool_invocations_total{{{FAILED}}}[$__range]))\n"
                 "/ sum by (tool) (increase(tool_invocations_total[$__range]))", TOOL_LIMITS),
          column("p50", "s", tool_quantile(0.5)), column("p95", "s", tool_quantile(0.95)),
          sort="Used"),
    quantiles("Tool p95, by tool", "s", "19 of 20 invocations are over sooner.",
              "tool_duration_seconds", 95, by="tool"),
    heat_map("Tool durations", "s", "How many invocations took how long.",
             "tool_duration_seconds"),
]

OUTCOMES = [
    lines("Failed, by tool", "percentunit", "Share of a tool's invocations that failed or ran out "
          "of time.",
          (f"sum by (tool) (rate(tool_invocations_total{{{FAILED}}}{RATE}))\n"
           f"/ sum by (tool) (rate(tool_invocations_total{RATE}))", "{{tool}}"),
          limits=[(at.TOOL_ERROR_RATIO, BAD)]),
    lines("Invocations by how they ended", "ops", "Invocations that ended, a second.",
          (f"sum by (outcome) (rate(tool_invocations_total{RATE}))", "{{outcome}}"),
          stacked=True),
]

GUARDS = [
    lines("Guards' decisions", "ops", "Decisions a second, at all stages.",
          (f"sum by (decision) (rate(guard_decisions_total{RATE}))", "{{decision}}"),
          stacked=True),
    lines("Blocked, by stage", "percentunit", "Share of a stage's decisions that blocked.",
          (f'sum by (stage) (rate(guard_decisions_total{{decision="block"}}{RATE}))\n'
           f"/ sum by (stage) (rate(guard_decisions_total{RATE}))", "{{stage}}"),
          limits=[(at.GUARD_BLOCK_RATIO, BAD)]),
]

ROWS = [
    Row(4, NOW),
    Row(8, TURNS, "Turns"),
    Row(8, SPREAD),
    Row(9, TOOLS, "Tools"),
    Row(8, OUTCOMES),
    Row(8, GUARDS, "Guards"),
]
