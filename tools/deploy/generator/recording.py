# SPDX-License-Identifier: MIT
"""The recording rules: what dashboards of many targets and the alerts ask for again and again."""
from generator.lists import llm_families, wait_kinds

CALLS = "sum by (job, provider, model)"

(DURATION,) = [family for family in llm_families() if family.name == "llm_request_duration_seconds"]
NEAR_TOP = DURATION.bounds[-2]

# Waiting for work, for a signal or for the others is no contention.
CONTENDED = 'kind=~"' + "|".join(kind for kind, yes in wait_kinds().items() if yes) + '"'
ON_CPU = "sum by (job, instance) (rate(quipu_on_cpu_seconds_total[5m]))"
RUN_QUEUE = "sum by (job, instance) (rate(quipu_run_queue_wait_seconds_total[5m]))"


def quantile(q, by, histogram, window="5m"):
    return (f"histogram_quantile({q},\n"
            f"  sum by (job, {by}, le) (rate({histogram}_bucket[{window}])))")


def quantiles(name, histogram, *wanted):
    return [(f"{name}:p{q}_5m", quantile(f"0.{q}", "provider, model", histogram))
            for q in wanted]


def error_ratio(window):
    return (f'sum by (job) (rate(llm_requests_total{{status="error"}}[{window}]))\n'
            f"/ sum by (job) (rate(llm_requests_total[{window}]))")


# {group: [(name, expression)]}, in the order in which they are evaluated.
GROUPS = {
    "quipu-llm": [
        ("llm:requests:rate5m", f"{CALLS} (rate(llm_requests_total[5m]))"),
        ("llm:errors:ratio5m",
         f'{CALLS} (rate(llm_requests_total{{status="error"}}[5m]))\n/ llm:requests:rate5m'),
        ("llm:rate_limited:ratio5m",
         'sum by (job, provider) (rate(llm_requests_total{status="rate_limited"}[5m]))\n'
         "/ sum by (job, provider) (llm:requests:rate5m)"),
        ("llm:tokens:rate5m",
         "sum by (job, provider, model, direction) (rate(llm_tokens_total[5m]))"),
        ("llm:cache_read:ratio5m",
         f'{CALLS} (rate(llm_tokens_total{{direction="cache_read"}}[5m]))\n'
         f'/ {CALLS} (rate(llm_tokens_total{{direction="input"}}[5m]))'),
        *quantiles("llm:ttft", "llm_time_to_first_token_seconds", 50, 95, 99),
        *quantiles("llm:duration", "llm_request_duration_seconds", 50, 95, 99),
        *quantiles("llm:tpot", "llm_time_per_output_token_seconds", 95),
        ("llm:duration:near_top_ratio5m",
         f'1 - {CALLS} (rate(llm_request_duration_seconds_bucket{{le="{NEAR_TOP}"}}[5m]))\n'
         f"/ {CALLS} (rate(llm_request_duration_seconds_count[5m]))"),
        ("llm:cost:rate1h", f"{CALLS} (rate(llm_cost_dollars_total[1h]))"),
        ("llm:cost:projected_day", "sum by (job) (llm:cost:rate1h) * 86400"),
        ("llm:queue_wait:p95_5m", quantile("0.95", "queue", "llm_queue_wait_seconds")),
    ],
    "quipu-llm-budget": [
        (f"job:llm_errors:ratio{window}", error_ratio(window))
        for window in ("5m", "30m", "1h", "6h")
    ],
    "quipu-agents": [
        ("agent:turn_duration:p95_5m", quantile("0.95", "agent", "agent_turn_duration_seconds")),
        ("tool:errors:ratio5m",
         'sum by (job, tool) (rate(tool_invocations_total{outcome=~"error|timeout"}[5m]))\n'
         "/ sum by (job, tool) (rate(tool_invocations_total[5m]))"),
        ("guard:blocks:ratio5m",
         'sum by (job, stage) (rate(guard_decisions_total{decision="block"}[5m]))\n'
         "/ sum by (job, stage) (rate(guard_decisions_total[5m]))"),
    ],
    "quipu-process": [
        ("lock:wait:rate5m", "sum by (job, instance)"
         f" (rate(quipu_lock_wait_seconds_sum{{{CONTENDED}}}[5m]))"),
        ("lock:wait:ratio5m", "sum by (job, instance) (lock:wait:rate5m)\n"
         f"/ (sum by (job, instance) (lock:wait:rate5m)\n  + {ON_CPU})"),
        ("run_queue:wait:ratio5m", f"{RUN_QUEUE}\n/ ({RUN_QUEUE}\n  + {ON_CPU})"),
        ("jemalloc:mutex_wait:rate5m",
         "sum by (job, instance) (rate(jemalloc_mutex_wait_seconds_total[5m]))"),
    ],
}

MEANINGS = {
    "llm:requests:rate5m": "calls a second",
    "llm:errors:ratio5m": "share of calls that failed (not those rate limited or cancelled)",
    "llm:rate_limited:ratio5m": "share of calls that met a rate limit",
    "llm:tokens:rate5m": "tokens a second, by direction",
    "llm:cache_read:ratio5m": "share of prompt tokens read from a cache",
    "llm:ttft:p50_5m": "time to first token, median",
    "llm:ttft:p95_5m": "time to first token, 95 %",
    "llm:ttft:p99_5m": "time to first token, 99 %",
    "llm:duration:p50_5m": "time of a call, median",
    "llm:duration:p95_5m": "time of a call, 95 %",
    "llm:duration:p99_5m": "time of a call, 99 %",
    "llm:tpot:p95_5m": "time per output token, 95 %",
    "llm:duration:near_top_ratio5m": f"share of calls that took longer than {NEAR_TOP} s, the last "
                                     "bound but one",
    "llm:cost:rate1h": "dollars a second, over an hour",
    "llm:cost:projected_day": "dollars that a day costs at that pace",
    "llm:queue_wait:p95_5m": "wait in the dispatcher's queue, 95 %",
    "job:llm_errors:ratio5m": "share of a job's calls that failed, in 5 minutes",
    "job:llm_errors:ratio30m": "the same in 30 minutes",
    "job:llm_errors:ratio1h": "the same in an hour",
    "job:llm_errors:ratio6h": "the same in six hours",
    "agent:turn_duration:p95_5m": "time of an agent's turn, 95 %",
    "tool:errors:ratio5m": "share of a tool's invocations that failed or timed out",
    "guard:blocks:ratio5m": "share of decisions that blocked",
    "lock:wait:rate5m": "seconds that threads wait for locks that others hold, per second",
    "lock:wait:ratio5m": "share of the time in which threads run or wait for locks that they wait",
    "run_queue:wait:ratio5m": "share of the time in which threads run or wait for a processor that "
                              "they wait",
    "jemalloc:mutex_wait:rate5m": "seconds that threads wait for the allocator, per second",
}
