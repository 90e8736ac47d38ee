# SPDX-License-Identifier: MIT
"""What a dispatcher does around calls: its loops, its queues, retries, limits and breakers."""
import thresholds as at
from generator.grafana import Row
from generator.panels import (BAD, GOOD, WARNING, heat_map, lines, quantiles, stat, timeline)

UID = "quipu-dispatch-loop"
TITLE = "Dispatch loop"
ABOUT = "Loops and queues of a dispatcher, and how it retries, falls back, hedges and holds back."
VARIABLES = ("provider", "queue", "loop")
ANCHOR = "dispatch_loop_iterations_total"

RATE = "[$__rate_interval]"
CALLS = f"sum(rate(llm_requests_total{RATE}))"
WAIT_LIMITS = [(at.QUEUE_WAIT_SECONDS / 2, WARNING), (at.QUEUE_WAIT_SECONDS, BAD)]
LIMIT_LIMITS = [(at.RATE_LIMITED_RATIO / 2, WARNING), (at.RATE_LIMITED_RATIO, BAD)]

NOW = [
    stat("Turns", "ops", "Turns of all dispatch loops, a second.",
         f"sum(rate(dispatch_loop_iterations_total{RATE}))"),
    stat("Queued", "none", "Calls that wait in the dispatcher's queues.", "sum(llm_queue_depth)"),
    stat("Queue wait p95", "s", "19 of 20 calls wait less.",
         f"histogram_quantile(0.95, sum by (le) (rate(llm_queue_wait_seconds_bucket{RATE})))",
         WAIT_LIMITS),
    stat("Made again", "percentunit", "Retries per call.",
         f"sum(rate(llm_retries_total{RATE})) / {CALLS}"),
    stat("Rate limited", "percentunit", "Share of calls that met a rate limit.",
         f'sum(rate(llm_requests_total{{status="rate_limited"}}{RATE})) / {CALLS}', LIMIT_LIMITS),
    stat("Circuits open", "none", "Providers that get no calls.",
         'sum(max by (provider) (llm_circuit_state{llm_circuit_state="open"}))', [(1, BAD)]),
]

LOOP = [
    lines("Turns, by loop", "ops", "Turns a second. None, while calls are queued: it stands still.",
          (f"sum by (instance, loop) (rate(dispatch_loop_iterations_total{RATE}))",
           "{{loop}} {{instance}}")),
    lines("Time in stalls", "percentunit", "Share of a loop's time that went by in turns longer "
          "than its limit.",
          (f"sum by (instance, loop) (rate(dispatch_loop_stall_seconds_sum{RATE}))",
           "{{loop}} {{instance}}"), limits=[(at.STALLED_SHARE, BAD)]),
    heat_map("Stalls", "s", "How many turns were longer than the loop's limit, and how long.",
             "dispatch_loop_stall_seconds"),
]

QUEUE = [
    lines("Queued, by queue", "none", "Calls that wait.",
          ("sum by (queue) (llm_queue_depth)", "{{queue}}"), stacked=True),
    quantiles("Queue wait", "s", "Time that calls waited before they were sent.",
              "llm_queue_wait_seconds", 50, 95, 99, limits=[(at.QUEUE_WAIT_SECONDS, BAD)]),
    heat_map("Queue waits", "s", "How many calls waited how long.", "llm_queue_wait_seconds"),
]

AGAIN = [
    lines("Retries, by reason", "reqps", "Calls made again, by what went wrong with the one "
          "before.", (f"sum by (reason) (rate(llm_retries_total{RATE}))", "{{reason}}"),
          stacked=True),
    lines("Fallbacks", "reqps", "Times that another model was asked instead.",
          (f"sum by (from, to) (rate(llm_fallbacks_total{RATE}))", "{{from}} to {{to}}")),
    lines("Hedges", "reqps", "Second calls made before the first had answered; won: the second was "
          "used.", (f"sum by (result) (rate(llm_hedges_total{RATE}))", "{{result}}"),
          stacked=True),
    lines("Streams broken off", "reqps", "Answers that ended before their end, by who ended them.",
          (f"sum by (provider, side) (rate(llm_stream_aborts_total{RATE}))",
           "{{provider}} by {{side}}")),
]

LIMITS = [
    lines("Rate limits met", "reqps", "The provider's (http_429), or our own of requests or tokens "
          "a minute.", (f"sum by (provider, kind) (rate(llm_rate_limit_events_total{RATE}))",
                        "{{provider}} {{kind}}"), stacked=True),
    quantiles("Rate limit wait p95", "s", "19 of 20 calls that were held back waited less.",
              "llm_rate_limit_wait_seconds", 95, by="provider"),
    heat_map("Rate limit waits", "s", "How many calls were held back how long.",
             "llm_rate_limit_wait_seconds"),
]

CIRCUITS = [
    timeline("Circuit breakers", "The worst state of a provider's circuit breakers.",
             'max by (provider) (llm_circuit_state{llm_circuit_state="half_open"})\n'
             '+ 2 * max by (provider) (llm_circuit_state{llm_circuit_state="open"})',
             "{{provider}}", [("closed", GOOD), ("half open", WARNING), ("open", BAD)]),
    lines("Changes of circuits", "cpm", "Changes a minute, by the new state.",
          (f"sum by (provider, to) (rate(llm_circuit_transitions_total{RATE})) * 60",
           "{{provider}} to {{to}}")),
]

ROWS = [
    Row(4, NOW),
    Row(8, LOOP, "Loops"),
    Row(8, QUEUE, "Queues"),
    Row(8, AGAIN, "Retries, fallbacks, hedges"),
    Row(8, LIMITS, "Rate limits"),
    Row(8, CIRCUITS, "Circuit breakers", (14, 10)),
]
