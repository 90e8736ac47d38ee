# SPDX-License-Identifier: MIT
"""The alerts: what is wrong, how sure it has to be, and what to look at first."""
from typing import NamedTuple

import thresholds as at
from generator.recording import NEAR_TOP

PERCENT = "{{ $value | humanizePercentage }}"
SECONDS = "{{ $value | humanizeDuration }}"
NUMBER = "{{ $value | humanize }}"
ROUTE = "{{ $labels.model }} of {{ $labels.provider }} ({{ $labels.job }})"
TARGET = "{{ $labels.instance }} ({{ $labels.job }})"
BUDGET = 1 - at.OBJECTIVE


class Alert(NamedTuple):
    """summary: one line. description: what was measured. action: the first thing to do."""
    name: str
    severity: str
    holds_for: str
    expr: str
    summary: str
    description: str
    action: str
    dashboard: str


def burning(times, long, short):
    limit = f"{times * BUDGET:.4g}"
    return (f"job:llm_errors:ratio{long} > {limit}\n"
            f"and job:llm_errors:ratio{short} > {limit}\n"
            f"and on (job) sum by (job) (llm:requests:rate5m) > {at.MIN_CALLS}")


CALLS = [
    Alert("LLMErrorRatioHigh", "warning", "10m",
          f"llm:errors:ratio5m > {at.ERROR_RATIO}\nand llm:requests:rate5m > {at.MIN_CALLS}",
          f"Calls to {ROUTE} fail",
          f"{PERCENT} of the calls of the last 5 minutes failed.",
          "Look at which errors on the LLM overview, and at the provider's status page.",
          "quipu-llm-overview"),
    Alert("LLMErrorBudgetBurnFast", "critical", "2m", burning(at.BURN_FAST, "1h", "5m"),
          "{{ $labels.job }} uses up its error budget in two days",
          f"{PERCENT} of the calls of the last hour failed, {at.BURN_FAST} times what the "
          f"objective of {at.OBJECTIVE:.0%} allows.",
          "Find the model or provider that fails on the LLM overview; switch to another.",
          "quipu-llm-overview"),
    Alert("LLMErrorBudgetBurnSlow", "warning", "15m", burning(at.BURN_SLOW, "6h", "30m"),
          "{{ $labels.job }} uses up its error budget in five days",
          f"{PERCENT} of the calls of the last 6 hours failed, {at.BURN_SLOW} times what the "
          f"objective of {at.OBJECTIVE:.0%} allows.",
          "Find the errors that stay on the LLM overview, over a day.",
          "quipu-llm-overview"),
    Alert("LLMAuthFailing", "critical", "5m",
          'sum by (job, provider) (increase(llm_errors_total{type="auth"}[5m])) > 0',
          "{{ $labels.provider }} refuses the credentials of {{ $labels.job }}",
          f"{NUMBER} calls of the last 5 minutes were answered with 401 or 403.",
          "Check the API key: expired, revoked, or of another project.",
          "quipu-llm-overview"),
    Alert("LLMFirstTokenSlow", "warning", "10m",
          f"llm:ttft:p95_5m > {at.FIRST_TOKEN_SECONDS}",
          f"First tokens of {ROUTE} are slow",
          f"One call in 20 waits longer than {SECONDS} for its first token.",
          "Compare providers on the LLM overview; look at prompt sizes and at the cache share.",
          "quipu-llm-overview"),
    Alert("LLMThroughputDrop", "warning", "10m",
          'sum by (job) (llm:tokens:rate5m{direction="output"})\n'
          f'  < {at.THROUGHPUT_LEFT} * sum by (job) (llm:tokens:rate5m{{direction="output"}} '
          "offset 1h)\n"
          "and on (job) sum by (job) (llm_requests_in_flight) > 0",
          "{{ $labels.job }} generates half as much as an hour ago",
          f"{NUMBER} output tokens a second, while calls are in flight.",
          "Look at time per output token and at calls in flight: a slow provider, or fewer calls?",
          "quipu-llm-overview"),
    Alert("LLMTimeoutsNearTop", "info", "15m",
          f"llm:duration:near_top_ratio5m > {at.NEAR_TOP_RATIO}",
          f"Calls to {ROUTE} outlast their histogram",
          f"{PERCENT} of the calls took longer than {NEAR_TOP} s: quantiles there are guesses.",
          "Look at whether timeouts work; if such calls are meant, use native histograms.",
          "quipu-llm-overview"),
    Alert("LLMKitMisused", "warning", "0m",
          "sum by (job, kind) (increase(llm_misuse_total[10m])) > 0",
          "{{ $labels.job }} uses the LLM kit wrongly: {{ $labels.kind }}",
          f"{NUMBER} times in 10 minutes; what it counts about calls is not complete.",
          "A bug in the program: look in llm.h for what this kind means.",
          "quipu-metrics"),
]

COST = [
    Alert("LLMCostNearBudget", "warning", "15m",
          f"llm:cost:projected_day > {at.COST_NEAR * at.COST_DOLLARS_A_DAY:g}",
          "{{ $labels.job }} comes near its budget",
          f"At the pace of the last hour a day costs ${NUMBER}, of ${at.COST_DOLLARS_A_DAY}.",
          "Look at the top spenders on the LLM overview.",
          "quipu-llm-overview"),
    Alert("LLMCostOverBudget", "critical", "15m",
          f"llm:cost:projected_day > {at.COST_DOLLARS_A_DAY}",
          "{{ $labels.job }} costs more than its budget",
          f"At the pace of the last hour a day costs ${NUMBER}, of ${at.COST_DOLLARS_A_DAY}.",
          "Look at the top spenders on the LLM overview; throttle what is not needed.",
          "quipu-llm-overview"),
]

DISPATCH = [
    Alert("LLMRateLimited", "warning", "5m",
          f"llm:rate_limited:ratio5m > {at.RATE_LIMITED_RATIO}\n"
          "and on (job, provider) sum by (job, provider) (llm:requests:rate5m)"
          f" > {at.MIN_CALLS}",
          "{{ $labels.provider }} limits the rate of {{ $labels.job }}",
          f"{PERCENT} of the calls met a rate limit.",
          "Look at whose limit on the dispatch loop's dashboard; spread calls or raise the quota.",
          "quipu-dispatch-loop"),
    Alert("LLMCircuitOpen", "critical", "2m",
          'max by (job, provider) (llm_circuit_state{llm_circuit_state="open"}) == 1',
          "No calls go to {{ $labels.provider }} ({{ $labels.job }})",
          "Its circuit breaker is open.",
          "Look at the provider's errors before it opened, and whether fallbacks take over.",
          "quipu-dispatch-loop"),
    Alert("LLMQueueSaturated", "warning", "5m",
          f"llm:queue_wait:p95_5m > {at.QUEUE_WAIT_SECONDS}",
          "Calls wait in the queue {{ $labels.queue }} ({{ $labels.job }})",
          f"One call in 20 waits longer than {SECONDS}.",
          "Look at rate limits and at calls in flight: more workers, or fewer calls?",
          "quipu-dispatch-loop"),
    Alert("LLMQueueGrowing", "warning", "0m",
          "sum by (job, queue) (deriv(llm_queue_depth[15m])) * 60 > 0\n"
          "and sum by (job, queue) (min_over_time(llm_queue_depth[15m])) > 0\n"
          "and sum by (job, queue) (llm_queue_depth)"
          " > 2 * sum by (job, queue) (llm_queue_depth offset 15m)",
          "The queue {{ $labels.queue }} grows ({{ $labels.job }})",
          f"It has not been empty for 15 minutes and grows by {NUMBER} calls a minute.",
          "More comes in than goes out: shed load, or look at what slows the calls down.",
          "quipu-dispatch-loop"),
    Alert("DispatchStalled", "critical", "2m",
          "sum by (job, instance) (rate(dispatch_loop_iterations_total[2m])) == 0\n"
          "and on (job, instance) sum by (job, instance) (llm_queue_depth) > 0",
          f"The dispatch loop of {TARGET} stands still",
          "Calls wait in its queue and no loop has turned for two minutes.",
          "Take a stack trace of the process before it is restarted.",
          "quipu-dispatch-loop"),
    Alert("DispatchLoopSlow", "warning", "10m",
          "sum by (job, instance, loop) (rate(dispatch_loop_stall_seconds_sum[5m]))"
          f" > {at.STALLED_SHARE}",
          f"The loop {{{{ $labels.loop }}}} of {TARGET} stalls",
          f"It spends {PERCENT} of its time in turns that take too long.",
          "Something blocks in the loop: look at lock waits and at the stalls' heat map.",
          "quipu-dispatch-loop"),
]

AGENTS = [
    Alert("ToolErrorsHigh", "warning", "10m",
          f"tool:errors:ratio5m > {at.TOOL_ERROR_RATIO}\n"
          "and on (job, tool) sum by (job, tool) (rate(tool_invocations_total[5m]))"
          f" > {at.MIN_TOOLS}",
          "The tool {{ $labels.tool }} fails ({{ $labels.job }})",
          f"{PERCENT} of its invocations failed or timed out.",
          "Look at its latency on the agents' dashboard: errors at once, or timeouts?",
          "quipu-agents"),
    Alert("GuardBlocksSpike", "warning", "10m",
          f"guard:blocks:ratio5m > {at.GUARD_BLOCK_RATIO}\n"
          "and on (job, stage) sum by (job, stage) (rate(guard_decisions_total[5m]))"
          f" > {at.MIN_GUARDS}",
          "Guards block much at {{ $labels.stage }} ({{ $labels.job }})",
          f"{PERCENT} of their decisions were to block.",
          "An attack, or a guard that is too strict since its last change?",
          "quipu-agents"),
]

METRICS = [
    Alert("MetricsTargetDown", "critical", "2m", "up == 0",
          f"{TARGET} cannot be scraped",
          "Prometheus gets no answer, or one that it cannot read.",
          "Look on Prometheus' page of targets for the error; does the process run?",
          "quipu-metrics"),
    Alert("MetricsScrapeSlow", "warning", "10m",
          f"scrape_duration_seconds > {at.SCRAPE_SLOW_SECONDS:g}",
          f"Scrapes of {TARGET} are slow",
          f"They take {SECONDS}, of {at.SCRAPE_TIMEOUT} s that they may take.",
          "Look at series per family; is the process short of processors?",
          "quipu-metrics"),
    Alert("MetricsCardinalityOverflow", "warning", "0m",
          "sum by (job, instance, family)"
          " (increase(quipu_family_rejected_label_sets_total[10m])) > 0",
          f"{{{{ $labels.family }}}} of {TARGET} is full",
          f"{NUMBER} records in 10 minutes had no series of their own.",
          "Find the label that grows on the program's live page; raise the cap only if it ends.",
          "quipu-metrics"),
    Alert("MetricsCardinalityNear", "info", "15m",
          f"quipu_family_series / quipu_family_max_series > {at.FAMILY_FULL_RATIO}",
          f"{{{{ $labels.family }}}} of {TARGET} is nearly full",
          f"{PERCENT} of the series that it may have.",
          "Look at whether it still grows; what does not fit goes to one overflow series.",
          "quipu-metrics"),
    Alert("MetricsRecordsRefused", "warning", "0m",
          "increase(quipu_refused_values_total[10m])"
          " + increase(quipu_bad_label_sets_total[10m])\n"
          "+ increase(quipu_failed_samples_total[10m]) > 0",
          f"{TARGET} records what cannot be shown",
          f"{NUMBER} records in 10 minutes were refused: NaN, a counter's negative amount, or "
          "labels that are none.",
          "A bug in the program: look at which of the three on the dashboard of metrics.",
          "quipu-metrics"),
]

PROCESS = [
    Alert("LockContention", "warning", "10m",
          f"lock:wait:ratio5m > {at.LOCK_WAIT_RATIO}\n"
          f"and on (job, instance) lock:wait:rate5m > {at.MIN_LOCK_WAIT}",
          f"Threads of {TARGET} wait for locks",
          f"{PERCENT} of the time in which they run or wait for locks, they wait.",
          "Look at which place waits longest: hold that lock for less long, or split it.",
          "quipu-process"),
    Alert("LockTableFull", "info", "0m",
          "sum by (job, instance) (increase(quipu_lock_overflowed_waits_total[10m])) > 0",
          f"The lock profile of {TARGET} has no more places",
          f"{NUMBER} waits in 10 minutes had no place of their own.",
          "Profile for less long, or name the locks: what has no place is under other.",
          "quipu-process"),
    Alert("ProcessorsShort", "warning", "15m",
          f"run_queue:wait:ratio5m > {at.RUN_QUEUE_RATIO}",
          f"Threads of {TARGET} wait for a processor",
          f"{PERCENT} of the time in which they run or wait for one, they wait.",
          "Too many threads, a limit on processors, or neighbours? Locks wait with them.",
          "quipu-process"),
    Alert("AllocatorContention", "warning", "10m",
          f"jemalloc:mutex_wait:rate5m > {at.ALLOCATOR_WAIT}",
          f"Threads of {TARGET} wait for the allocator",
          f"{SECONDS} of waiting per second.",
          "Look at which mutex; more arenas, or fewer allocations on hot paths.",
          "quipu-process"),
    Alert("ProcessFdsNearLimit", "warning", "5m",
          f"process_open_fds / process_max_fds > {at.FDS_RATIO}",
          f"{TARGET} runs out of file descriptors",
          f"{PERCENT} of those that it may open are open.",
          "Connections that are not closed? Else raise LimitNOFILE.",
          "quipu-process"),
]

GROUPS = {"quipu-llm-calls": CALLS, "quipu-llm-cost": COST, "quipu-dispatch": DISPATCH,
          "quipu-agents-alerts": AGENTS, "quipu-metrics": METRICS,
          "quipu-process-alerts": PROCESS}


def alerts():
    return [alert for group in GROUPS.values() for alert in group]
