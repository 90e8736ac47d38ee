# SPDX-License-Identifier: MIT
"""Metrics about metrics: what a scrape costs, who has how many series, what was refused."""
import thresholds as at
from generator.grafana import Row
from generator.panels import BAD, WARNING, column, heat_map, lines, quantiles, stat, table

UID = "quipu-metrics"
TITLE = "Metrics about metrics"
ABOUT = "What scrapes cost, how many series there are and may be, and what was not recorded."
VARIABLES = ()
ANCHOR = "quipu_scrapes_total"

RATE = "[$__rate_interval]"
TARGET = "{{job}} {{instance}}"
FULL_LIMITS = [(at.FAMILY_FULL_RATIO / 1.5, WARNING), (at.FAMILY_FULL_RATIO, BAD)]

NOW = [
    stat("Targets down", "none", "Targets that cannot be scraped.", "count(up == 0) or vector(0)",
         [(1, BAD)]),
    stat("Slowest scrape", "s", "As Prometheus sees it, of all targets.",
         "max(scrape_duration_seconds)",
         [(at.SCRAPE_SLOW_SECONDS / 2, WARNING), (at.SCRAPE_SLOW_SECONDS, BAD)]),
    stat("Samples", "short", "In one scrape of all targets.", "sum(scrape_samples_scraped)"),
    stat("Series", "short", "Of families with a cap.", "sum(quipu_family_series)"),
    stat("Fullest family", "percentunit", "Of the series that it may have.",
         "max(quipu_family_series / quipu_family_max_series)", FULL_LIMITS),
    stat("Without a series", "cps", "Records a second of new label sets beyond a family's cap.",
         f"sum(rate(quipu_rejected_label_sets_total{RATE}))", [(1e-9, BAD)]),
    stat("Refused", "cps", "Values and label sets that were refused, a second: bugs.",
         f"sum(rate(quipu_refused_values_total{RATE})) + "
         f"sum(rate(quipu_bad_label_sets_total{RATE}))", [(1e-9, BAD)]),
    stat("Kit misused", "cps", "Uses of the LLM kit that its rules do not allow, a second: bugs.",
         f"sum(rate(llm_misuse_total{RATE}))", [(1e-9, BAD)]),
]

SCRAPES = [
    lines("Scrapes, as Prometheus sees them", "s", "From the request to the end of the answer.",
          ("scrape_duration_seconds", TARGET), limits=[(at.SCRAPE_SLOW_SECONDS, BAD)]),
    quantiles("Scrapes, as the process sees them", "s", "From opening to closing.",
              "quipu_scrape_duration_seconds", 50, 95, 99),
    heat_map("Scrape durations", "s", "How many scrapes took how long in the process.",
             "quipu_scrape_duration_seconds"),
    lines("Size of a scrape", "bytes", "Text that a scrape gave, before compression.",
          (f"sum by (job, instance) (rate(quipu_scrape_bytes_total{RATE}))\n"
           f"/ sum by (job, instance) (rate(quipu_scrapes_total{RATE}))", TARGET)),
]

CARDINALITY = [
    table("Families", "Those with a cap.", {"family": "Family"},
          column("Series", "short", "sum by (family) (quipu_family_series)"),
          column("May have", "short", "sum by (family) (quipu_family_max_series)"),
          column("Full", "percentunit",
                 "max by (family) (quipu_family_series / quipu_family_max_series)", FULL_LIMITS),
          column("Without a series", "short", "sum by (family) "
                 "(increase(quipu_family_rejected_label_sets_total[$__range]))", [(1, BAD)]),
          sort="Series"),
    lines("Series, by family", "short", "The ten families with the most.",
          ("topk(10, sum by (family) (quipu_family_series))", "{{family}}")),
    lines("Without a series, by family", "cps", "Records of new label sets beyond the cap, a "
          "second, the ten most.",
          (f"topk(10, sum by (family) (rate(quipu_family_rejected_label_sets_total{RATE})))",
           "{{family}}")),
]

CHURN = [
    lines("Samples", "short", "In one scrape.", ("scrape_samples_scraped", TARGET)),
    lines("New series", "short", "Series in a scrape that were not in the one before.",
          ("scrape_series_added", TARGET)),
    lines("Expired series", "cps", "Series removed because they stood still, a second.",
          (f"rate(quipu_expired_series_total{RATE})", TARGET)),
]

INSIDE = [
    lines("Shards", "none", "Threads that ever recorded at the same time, each with a shard.",
          ("quipu_shards", TARGET)),
    lines("Memory", "bytes", "What all shards take, and names, label values and tables.",
          ("sum(quipu_shards * quipu_slot_bytes)", "series in all shards"),
          ("sum(quipu_memory_bytes)", "names and tables")),
    lines("Waiting to be freed", "none", "Removed objects whose memory is not free yet.",
          ("quipu_retired_objects", TARGET)),
    lines("Off the fast path", "cps", "Records that went to the shared overflow shard, a second.",
          (f"rate(quipu_overflow_records_total{RATE})", TARGET)),
]

REFUSED = [
    lines("Refused", "cps", "What was not recorded or not shown, a second.",
          (f"sum(rate(quipu_refused_values_total{RATE}))", "values"),
          (f"sum(rate(quipu_bad_label_sets_total{RATE}))", "label sets"),
          (f"sum(rate(quipu_refused_exemplars_total{RATE}))", "exemplars"),
          (f"sum(rate(quipu_failed_samples_total{RATE}))", "collectors' samples"),
          (f"sum(rate(quipu_late_callbacks_total{RATE}))", "late callbacks")),
    lines("Kit misused, by kind", "cps", "Uses of the LLM kit that its rules do not allow.",
          (f"sum by (kind) (rate(llm_misuse_total{RATE}))", "{{kind}}")),
]

RESPONDER = [
    lines("Requests", "reqps", "Requests and connections of the built-in responder, a second.",
          (f"sum(rate(quipu_http_requests_total{RATE}))", "requests"),
          (f"sum(rate(quipu_http_connections_total{RATE}))", "connections")),
    lines("Sent", "Bps", "Bytes that the responder sent, a second.",
          (f"rate(quipu_http_bytes_total{RATE})", TARGET)),
    lines("Turned away", "reqps", "Connections and requests that got no full answer, a second.",
          (f"sum(rate(quipu_http_refused_total{RATE}))", "refused"),
          (f"sum(rate(quipu_http_aborted_total{RATE}))", "broken off"),
          (f"sum(rate(quipu_http_accept_failures_total{RATE}))", "not accepted")),
]

ROWS = [
    Row(4, NOW),
    Row(8, SCRAPES, "Scrapes"),
    Row(9, CARDINALITY, "Cardinality", (10, 7, 7)),
    Row(7, CHURN),
    Row(8, INSIDE, "Inside"),
    Row(8, REFUSED, "What was refused"),
    Row(8, RESPONDER, "Responder"),
]
