#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A real Prometheus scrapes two runs of the demo, one without failures and one with.

Every stored point is read back: the start is zero, nothing falls, the end is the exact total.
The four queries of the README are asked and recomputed from the raw points, in the middle of
the run and at its end.
"""
import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
import urllib.request

import promql
from children import Child, Deadline, Failure, check
from expected import Expected, check_table, key, route_labels
from server import Server, find_programs, now

MINUTE = 60_000
BOUNDED_SECONDS = 500
SPEED = "300"
SCRAPES = 100  # that the load waits for; more than there are until start_load makes them


class Run:
    """One demo, its expected end, and its part of what Prometheus stored."""

    def __init__(self, name, arguments, programs, stack, deadline):
        self.name, self.arguments = name, arguments
        self.expected = Expected(programs.expect, arguments)
        self.demo = stack.enter_context(Child(f"quipu-dispatch ({name})", [
            programs.dispatch, *arguments, "--speed", SPEED, "--threads", "16",
            "--listen", "127.0.0.1:0", "--start-after-scrapes", str(SCRAPES), "--linger", "600",
        ], deadline))
        line = self.demo.wait_line(lambda text: text.startswith("listening on "))
        self.url = line.removeprefix("listening on ")
        self.port = int(self.url.rsplit(":", 1)[1])

    def raw(self, server, name, at):
        """The stored points of this run's series of one name."""
        own = ("run", self.name)
        return {(name, tuple(label for label in labels if label != own)): points
                for (_, labels), points in server.raw(name, at, 5 * MINUTE).items()
                if own in labels}


# --- what was stored ---------------------------------------------------------------------

def check_scrapes(run, server, at):
    scrapes = server.scrapes(run.name, at, 5 * MINUTE)
    check(len(scrapes) >= 10, f"{run.name}: only {len(scrapes)} scrapes")
    return scrapes


def check_never_falls(run, series):
    for name, points in series.items():
        for (_, before), (when, after) in zip(points, points[1:]):
            check(after >= before, f"{run.name}: {name} fell from {before} to {after} at {when}")


def check_counters(run, server, at, scrapes):
    """All series from the first scrape on, from zero, and exactly to the expected end."""
    stored = {}
    for name in ("llm_requests_total", "llm_tokens_total", "llm_request_duration_seconds_bucket",
                 "llm_request_duration_seconds_count"):
        stored.update(run.raw(server, name, at))
    expected = run.expected.counters()
    check(stored.keys() == expected.keys(),
          f"{run.name}: series differ: {stored.keys() ^ expected.keys()}")
    for series, points in stored.items():
        check([when for when, _ in points] == scrapes, f"{run.name}: {series} has gaps")
        check(points[0][1] == 0 and points[1][1] == 0, f"{run.name}: {series} not from zero")
        check(points[-1][1] == expected[series],
              f"{run.name}: {series} ends at {points[-1][1]}, expected {expected[series]}")
    check_never_falls(run, stored)


def check_sums(run, server, at):
    stored = {}
    for name in ("llm_request_duration_seconds_sum", "llm_cost_dollars_total"):
        stored.update(run.raw(server, name, at))
    expected = run.expected.sums()
    check(stored.keys() == expected.keys(), f"{run.name}: sums of other series")
    for series, points in stored.items():
        check(promql.same(points[-1][1], expected[series]),
              f"{run.name}: {series} ends at {points[-1][1]}, expected {expected[series]}")
    check_never_falls(run, stored)


def check_in_flight(run, server, at):
    stored = run.raw(server, "llm_requests_in_flight", at)
    expected = {key("llm_requests_in_flight", route_labels(route))
                for route in run.expected.routes}
    check(stored.keys() == expected, f"{run.name}: in flight of other series")
    for series, points in stored.items():
        check(all(0 <= value <= 16 for _, value in points), f"{run.name}: {series} {points}")
        check(points[-1][1] == 0, f"{run.name}: {series} ends at {points[-1][1]}")


def check_totals(run):
    """The numbers the trace is known for, where it is what was replayed."""
    if "--trace" not in run.arguments:
        return
    got = (run.expected.requests(), run.expected.total("input"), run.expected.total("output"))
    check(got == (8819, 18059974, 245896), f"{run.name}: the trace came to {got}")


# --- the four queries, over both runs -------------------------------------------------------

def check_same(query, answer, recomputed):
    check(answer, f"{query}: no answer")
    check(answer.keys() == recomputed.keys(),
          f"{query}: series differ: {answer.keys() ^ recomputed.keys()}")
    for series, value in recomputed.items():
        check(promql.same(answer[series], value),
              f"{query}: {series} is {answer[series]}, recomputed {value}")
    return answer


def rates(server, selector, at, window):
    """The rate of every series with two points or more, from raw points."""
    found = {}
    for (_, labels), points in server.raw(selector, at, window).items():
        value = promql.rate(points, at, window)
        if value is not None:
            found["", labels] = value
    return found


def quantiles(found):
    """The 0.95 quantile of every histogram, from the rates of its buckets."""
    groups = {}
    for (_, labels), value in found.items():
        rest = tuple(label for label in labels if label[0] != "le")
        groups.setdefault(("", rest), []).append((dict(labels)["le"], value))
    return {series: promql.quantile(0.95, sorted(buckets)) for series, buckets in groups.items()}


def sums_by_model(found):
    sums = {}
    for (_, labels), value in found.items():
        model = key("", {"model": dict(labels)["model"]})
        sums[model] = sums.get(model, 0) + value
    return sums


def check_queries(server, at):
    """The answers to the second and the third, which can be known from the totals, too."""
    query = "rate(llm_requests_total[1m])"
    check_same(query, server.instant(query, at), rates(server, "llm_requests_total", at, MINUTE))

    query = 'rate(llm_requests_total{status="error"}[1m])'
    errors = check_same(query, server.instant(query, at),
                        rates(server, 'llm_requests_total{status="error"}', at, MINUTE))

    query = "histogram_quantile(0.95, rate(llm_request_duration_seconds_bucket[5m]))"
    found = rates(server, "llm_request_duration_seconds_bucket", at, 5 * MINUTE)
    durations = check_same(query, server.instant(query, at), quantiles(found))

    query = "sum(rate(llm_tokens_total[5m])) by (model)"
    check_same(query, server.instant(query, at),
               sums_by_model(rates(server, "llm_tokens_total", at, 5 * MINUTE)))
    return errors, durations


def check_known(run, errors, durations):
    """All of a run is in the window, so its quantiles are those of its totals."""
    for route in run.expected.routes:
        got = durations[key("", route_labels(route), run=run.name)]
        wanted = promql.quantile(0.95, run.expected.buckets(route))
        check(promql.same(got, wanted), f"{run.name}: p95 of {route}: {got}, expected {wanted}")
        rate = errors[key("", route_labels(route), run=run.name, status="error")]
        check((rate > 0) == (route["error"] > 0), f"{run.name}: error rate of {route}: {rate}")


# --- the run -------------------------------------------------------------------------------

def get_page(run):
    with urllib.request.urlopen(run.url + "/metrics", timeout=60) as answer:
        return answer.read()


def check_lint(run):
    lint = subprocess.run(["promtool", "check", "metrics"], input=get_page(run),
                          capture_output=True, timeout=60)
    said = (lint.stdout + lint.stderr).decode()
    check(lint.returncode == 0 and not said.strip(), f"{run.name}: promtool: {said}")


def start_load(server, runs, deadline):
    """Once two scrapes of each run have stored its zeros."""
    def stored():
        server.check_errors()
        return all(len(server.scrapes(run.name, now(), 5 * MINUTE)) >= 2 for run in runs)

    deadline.until("two scrapes of every run", stored)
    for run in runs:
        for _ in range(SCRAPES):
            get_page(run)


def load_ended(run):
    return any(" calls in " in line for line in run.demo.out)


def wait_for_ends(server, runs, deadline):
    """Until every run is over and a scrape has seen its end; the moment then."""
    def all_ended():
        server.check_errors()
        for run in runs:
            check(run.demo.process.poll() is None, f"{run.name} ended:\n{run.demo.text()}")
        return all(load_ended(run) for run in runs)

    deadline.until("the load to end", all_ended, pause=0.2)
    ended = now()
    return deadline.until("the end to be stored", lambda: server.settled(ended))


def check_end(run):
    run.demo.process.terminate()
    status = run.demo.wait()
    check(status == 0, f"{run.name} ended with {status}:\n{run.demo.text()}")
    check_table(run.expected, run.demo.out)


def middle_of(run, server, end):
    """A moment in the thick of the load."""
    total = {}
    for points in run.raw(server, "llm_requests_total", end).values():
        for when, value in points:
            total[when] = total.get(when, 0) + value
    half = max(total.values()) / 2
    return min(when for when, value in total.items() if value >= half) + 130


def check_run(run, server, end):
    check_totals(run)
    scrapes = check_scrapes(run, server, end)
    check_counters(run, server, end, scrapes)
    check_sums(run, server, end)
    check_in_flight(run, server, end)
    check_queries(server, middle_of(run, server, end))
    check_lint(run)
    print(f"{run.name}: {len(scrapes)} scrapes, {run.expected.requests()} requests, "
          f"{run.expected.total('error')} errors, {run.expected.total('input')} input and "
          f"{run.expected.total('output')} output tokens; all as expected")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--dispatch", required=True)
    parser.add_argument("--expect", required=True)
    parser.add_argument("--trace", required=True, help="used if it is there")
    programs = parser.parse_args()
    find_programs("prometheus", "promtool")
    deadline = Deadline(BOUNDED_SECONDS)
    clean = ["--trace", programs.trace] if os.path.exists(programs.trace) else ["--seed", "2"]
    failing = ["--seed", "3", "--error-share", "0.1", "--rate-limit-share", "0.05",
               "--hedge-after", "3", "--outage-every", "1000"]
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="quipu-e2e-"))
        runs = [Run("clean", clean, programs, stack, deadline),
                Run("failing", failing, programs, stack, deadline)]
        server = stack.enter_context(
            Server(folder, {run.name: run.port for run in runs}, deadline))
        start_load(server, runs, deadline)
        end = wait_for_ends(server, runs, deadline)
        known = check_queries(server, end)
        for run in runs:
            check_run(run, server, end)
            check_known(run, *known)
            check_end(run)


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"FAILED: {failure}")
