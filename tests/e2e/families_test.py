#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The demo makes every family of the LLM kit move, and both namings tell the same.

What there is to move is read from llm.def; a panel about any of it has something to show.
"""
import argparse
import re
import sys
import threading
import urllib.request

from children import Child, Deadline, Failure, check
from definitions import closed_set, families, samples, total

# few workers, so that calls queue up, at a pace that a busy machine keeps
RUN = ["--seed", "4", "--threads", "4", "--speed", "1500", "--listen", "127.0.0.1:0",
       "--error-share", "0.02", "--rate-limit-share", "0.02", "--hedge-after", "4",
       "--outage-every", "2000", "--start-after-scrapes", "1", "--linger", "100",
       "--names", "both"]


# Labels of which the demo is to show every value of the closed set.
ALL_VALUES = {
    ("llm_requests_total", "status"): "STATUS",
    ("llm_tokens_total", "direction"): "DIRECTION",
    ("llm_stream_aborts_total", "side"): "SIDE",
    ("llm_hedges_total", "result"): "HEDGE",
    ("llm_rate_limit_events_total", "kind"): "RATE_LIMIT",
    ("llm_circuit_transitions_total", "to"): "CIRCUIT",
    ("guard_decisions_total", "stage"): "STAGE",
    ("guard_decisions_total", "decision"): "DECISION",
}


class Run:
    """The demo's first page, its last one, and the highest values in between."""

    def __init__(self, dispatch, deadline):
        self.highest = {}
        with Child("quipu-dispatch", [dispatch, *RUN], deadline) as demo:
            line = demo.wait_line(lambda text: text.startswith("listening on "))
            self.url = line.removeprefix("listening on ") + "/metrics"
            self.first = samples(self.page())
            ended = threading.Event()
            watching = threading.Thread(target=self._watch, args=(ended,))
            watching.start()
            try:
                demo.wait_line(lambda text: " calls in " in text)
            finally:
                ended.set()
                watching.join()
            self.text = self.page()
        self.last = samples(self.text)

    def page(self):
        with urllib.request.urlopen(self.url, timeout=20) as answer:
            return answer.read().decode()

    def _watch(self, ended):
        while not ended.wait(0.05):
            for series, value in samples(self.page()).items():
                self.highest[series] = max(value, self.highest.get(series, 0))


def check_kind(run, family):
    kinds = {"COUNTER": "counter", "COST": "counter", "HISTOGRAM": "histogram",
             "UPDOWN": "gauge", "STATESET": "gauge"}
    found = re.search(rf"^# TYPE {family.name} (\w+)$", run.text, re.M)
    check(found and found.group(1) == kinds[family.kind],
          f"{family.name}: {found and found.group(1)}, expected {kinds[family.kind]}")


def check_labels(run, family, suffix):
    own = {family.name} if family.kind == "STATESET" else set()
    for name, labels in run.last:
        got = {label for label, _ in labels} - {"le"} - own
        check(name != family.name + suffix or got == set(family.labels),
              f"{name} has the labels {got}, expected {family.labels}")


def check_moved(run, family):
    """What rises has risen from zero; what goes up and down was up and is down again."""
    suffix = "_count" if family.kind == "HISTOGRAM" else ""
    name = family.name + suffix
    last = sum(total(run.last, name).values())
    check_kind(run, family)
    check_labels(run, family, suffix)
    if family.kind == "UPDOWN":
        highest = sum(total(run.highest, name).values())
        check(highest > 0 and last == 0, f"{name}: at most {highest}, at the end {last}")
    elif family.kind == "STATESET":
        closed = total(run.last, name, (name,))
        check(closed[("closed",)] > 0 and closed[("open",)] == 0, f"{name}: {closed}")
    else:
        first = sum(total(run.first, name).values())
        check(first == 0 < last, f"{name}: {first} at the start, {last} at the end")


def check_families(run, definitions):
    for family in families(definitions):
        if family.group == "KIT":
            misused = sum(total(run.last, family.name).values())
            check(misused == 0, f"{family.name}: the demo uses the kit wrongly {misused} times")
        else:
            check_moved(run, family)


def check_values(run, header):
    for (name, label), values in ALL_VALUES.items():
        wanted = closed_set(header, values)
        moved = {value for (value,), sum_ in total(run.last, name, (label,)).items() if sum_ > 0}
        check(len(wanted) > 1 and moved == set(wanted),
              f"{name}: of {label} {sorted(moved)} have moved, expected {wanted}")
    errors = total(run.last, "llm_errors_total", ("type",))
    check(len(errors) >= 12, f"few kinds of errors: {sorted(errors)}")


# --- the other names -------------------------------------------------------------------------

ROUTE = ("model", "provider")
OTEL_ROUTE = ("gen_ai_request_model", "gen_ai_provider_name")


def same(run, short, otel, what, where=lambda labels: True):
    """A sum by route under both names."""
    one, other = total(run.last, short, *what[0], where), total(run.last, otel, *what[1])
    check(one, f"no {short}")
    check(one.keys() == other.keys(), f"{otel}: routes {one.keys() ^ other.keys()}")
    for route, value in one.items():
        check(abs(value - other[route]) <= 1e-9 * value,
              f"{otel} of {route}: {other[route]}, {short} says {value}")


def check_names(run):
    routes = ((ROUTE,), (OTEL_ROUTE,))
    tokens = (((*ROUTE, "direction"),), ((*OTEL_ROUTE, "gen_ai_token_type"),))
    same(run, "llm_requests_total", "gen_ai_client_operation_duration_seconds_count", routes)
    same(run, "llm_tokens_total", "gen_ai_client_token_usage_sum", tokens,
         lambda labels: labels["direction"] in ("input", "output"))
    for part in ("_count", "_sum"):
        same(run, "llm_request_tokens" + part, "gen_ai_client_token_usage" + part, tokens)
        same(run, "llm_time_to_first_token_seconds" + part,
             "gen_ai_client_operation_time_to_first_chunk_seconds" + part, routes)
        same(run, "llm_time_between_chunks_seconds" + part,
             "gen_ai_client_operation_time_per_output_chunk_seconds" + part, routes)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--dispatch", required=True)
    parser.add_argument("--definitions", required=True, help="llm.def, with llm.h beside it")
    programs = parser.parse_args()
    run = Run(programs.dispatch, Deadline(100))
    check_families(run, programs.definitions)
    check_values(run, programs.definitions.removesuffix(".def") + ".h")
    check_names(run)
    print(f"{len(families(programs.definitions))} families moved; both namings tell the same")


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"FAILED: {failure}")
