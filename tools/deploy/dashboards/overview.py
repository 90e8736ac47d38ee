# SPDX-License-Identifier: MIT
"""How calls to language models go: how many, how well, how fast, how dear."""
import thresholds as at
from generator.grafana import Row
from generator.panels import (BAD, WARNING, column, heat_map, lines, quantiles, stat, table)

UID = "quipu-llm-overview"
TITLE = "LLM overview"
ABOUT = "Calls to language models: rates, errors, latency, tokens and cost, by model and provider."
VARIABLES = ("provider", "model")
ANCHOR = "llm_requests_total"

RATE = "[$__rate_interval]"
ROUTE = "{{provider}} {{model}}"
CALLS = f"sum(rate(llm_requests_total{RATE}))"
ERRORS = f'sum(rate(llm_requests_total{{status="error"}}{RATE}))'
SPENT = f"sum by (provider, model) (rate(llm_cost_dollars_total{RATE})) * 3600"
P95 = f"histogram_quantile(0.95, sum by (le) (rate(%s_bucket{RATE})))"

ERROR_LIMITS = [(at.ERROR_RATIO / 5, WARNING), (at.ERROR_RATIO, BAD)]
FIRST_LIMITS = [(at.FIRST_TOKEN_SECONDS / 2, WARNING), (at.FIRST_TOKEN_SECONDS, BAD)]
DAY_LIMITS = [(at.COST_NEAR * at.COST_DOLLARS_A_DAY, WARNING), (at.COST_DOLLARS_A_DAY, BAD)]

NOW = [
    stat("Calls", "reqps", "Calls that ended, a second.", CALLS),
    stat("Failed", "percentunit", "Share of calls that failed: not those rate limited or "
         "cancelled.", f"{ERRORS} / {CALLS}", ERROR_LIMITS),
    stat("In flight", "none", "Calls sent whose answer has not ended yet.",
         "sum(llm_requests_in_flight)"),
    stat("Duration p95", "s", "19 of 20 calls are over sooner.",
         P95 % "llm_request_duration_seconds"),
    stat("First token p95", "s", "19 of 20 calls have their first token sooner.",
         P95 % "llm_time_to_first_token_seconds", FIRST_LIMITS),
    stat("Output", "cps", "Generated tokens, a second.",
         f'sum(rate(llm_tokens_total{{direction="output"}}{RATE}))'),
    stat("Spend a day", "currencyUSD", "What a day costs at the pace of the last hour.",
         "sum(rate(llm_cost_dollars_total[1h])) * 86400", DAY_LIMITS),
    stat("Alerts firing", "none", "Of the chosen jobs; see Prometheus' page of alerts.",
         'count(ALERTS{alertstate="firing"}) or vector(0)', [(1, BAD)]),
]

CALL_PANELS = [
    lines("Calls by how they ended", "reqps", "Calls that ended, a second, by status.",
          (f"sum by (status) (rate(llm_requests_total{RATE}))", "{{status}}"), stacked=True),
    lines("Failed, by model", "percentunit", "Share of a model's calls that failed.",
          (f'sum by (provider, model) (rate(llm_requests_total{{status="error"}}{RATE}))\n'
           f"/ sum by (provider, model) (rate(llm_requests_total{RATE}))", ROUTE),
          limits=[(at.ERROR_RATIO, BAD)]),
    lines("What went wrong", "reqps", "Calls that did not succeed, a second, by type.",
          (f"sum by (type) (rate(llm_errors_total{RATE}))", "{{type}}"), stacked=True),
    lines("In flight, by model", "none", "Calls sent whose answer has not ended yet.",
          ("sum by (provider, model) (llm_requests_in_flight)", ROUTE), stacked=True),
]

LATENCY = [
    quantiles("Duration", "s", "Time from sending a call to the end of its answer.",
              "llm_request_duration_seconds", 50, 95, 99, exemplars=True),
    heat_map("Durations", "s", "How many calls took how long.", "llm_request_duration_seconds"),
    quantiles("First token", "s", "Time from sending a call to the first token of its answer.",
              "llm_time_to_first_token_seconds", 50, 95, 99, exemplars=True,
              limits=[(at.FIRST_TOKEN_SECONDS, BAD)]),
    heat_map("First tokens", "s", "How many calls waited how long for their first token.",
             "llm_time_to_first_token_seconds"),
]

PACE = [
    quantiles("Duration p95, by model", "s", "19 of 20 of a model's calls are over sooner.",
              "llm_request_duration_seconds", 95, by="model"),
    quantiles("Time per output token", "s", "Mean of each call, from its first token on.",
              "llm_time_per_output_token_seconds", 50, 95, 99),
    quantiles("Time between chunks", "s", "From one chunk of a streamed answer to the next.",
              "llm_time_between_chunks_seconds", 50, 95, 99),
]

TOKENS = [
    lines("Tokens", "cps", "Tokens a second. What was read from a cache or written to one is part "
          "of input, reasoning part of output.",
          (f"sum by (direction) (rate(llm_tokens_total{RATE}))", "{{direction}}")),
    lines("Read from cache", "percentunit", "Share of a model's prompt tokens that the provider "
          "read from its cache.",
          (f'sum by (provider, model) (rate(llm_tokens_total{{direction="cache_read"}}{RATE}))\n'
           f'/ sum by (provider, model) (rate(llm_tokens_total{{direction="input"}}{RATE}))',
           ROUTE), max=1),
    quantiles("Tokens per call p95", "none", "19 of 20 prompts and answers are shorter.",
              "llm_request_tokens", 95, by="direction"),
]

COST = [
    lines("Spend an hour, by model", "currencyUSD", "Dollars an hour.", (SPENT, ROUTE),
          stacked=True),
    table("Top spenders", "The dearest models of the time shown.",
          {"provider": "Provider", "model": "Model"},
          column("Spent", "currencyUSD",
                 "sum by (provider, model) (increase(llm_cost_dollars_total[$__range]))"),
          column("Calls", "short",
                 "sum by (provider, model) (increase(llm_requests_total[$__range]))"),
          column("Failed", "percentunit",
                 'sum by (provider, model) (increase(llm_requests_total{status="error"}[$__range]))'
                 "\n/ sum by (provider, model) (increase(llm_requests_total[$__range]))",
                 ERROR_LIMITS),
          column("Input", "short", "sum by (provider, model) "
                 '(increase(llm_tokens_total{direction="input"}[$__range]))'),
          column("Output", "short", "sum by (provider, model) "
                 '(increase(llm_tokens_total{direction="output"}[$__range]))'),
          sort="Spent"),
]

FOUR = [
    lines("Calls", "reqps", "rate(llm_requests_total[1m])",
          ("rate(llm_requests_total[1m])", f"{ROUTE} {{{{status}}}}")),
    lines("Failed calls", "reqps", 'rate(llm_requests_total{status="error"}[1m])',
          ('rate(llm_requests_total{status="error"}[1m])', ROUTE)),
    lines("Duration p95", "s",
          "histogram_quantile(0.95, rate(llm_request_duration_seconds_bucket[5m]))",
          ("histogram_quantile(0.95, rate(llm_request_duration_seconds_bucket[5m]))", ROUTE)),
    lines("Tokens, by model", "cps", "sum(rate(llm_tokens_total[5m])) by (model)",
          ("sum(rate(llm_tokens_total[5m])) by (model)", "{{model}}")),
]

ROWS = [
    Row(4, NOW),
    Row(8, CALL_PANELS, "Calls"),
    Row(9, LATENCY, "Latency"),
    Row(8, PACE),
    Row(8, TOKENS, "Tokens"),
    Row(9, COST, "Cost", (10, 14)),
    Row(8, FOUR, "The four queries of the demo, series by series"),
]
