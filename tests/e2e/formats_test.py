#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""One run of the demo, scraped by three scrapers at once, each in the format that it asks for:
a Prometheus with native histograms (protobuf), another without (OpenMetrics), and a
VictoriaMetrics (text). All end at the same exact totals; the first answers from native buckets,
and both Prometheus show exemplars.
"""
import argparse
import contextlib
import math
import os
import re
import subprocess
import sys
import tempfile
import urllib.request

import promql
from children import Child, Deadline, Failure, check
from expected import Expected, key, route_labels
from server import Server, Victoria, find_programs, now

BOUNDED_SECONDS = 500
MINUTE = 60_000
SCRAPES = 200  # that the load waits for; more than there are until start_load makes them
GROWTH = 2 ** (1 / 8)  # of the native buckets of factor 1.1


def start_demo(programs, stack, deadline, arguments):
    demo = stack.enter_context(Child("quipu-dispatch", [
        programs.dispatch, *arguments, "--speed", "400", "--threads", "16",
        "--listen", "127.0.0.1:0", "--start-after-scrapes", str(SCRAPES), "--linger", "600",
    ], deadline))
    line = demo.wait_line(lambda text: text.startswith("listening on "))
    return demo, line.removeprefix("listening on ")


def start_load(url, servers, victoria, deadline):
    """Once every scraper has stored its zeros."""
    def stored():
        for server in servers:
            server.check_errors()
        return victoria.scraped(0) and all(
            len(server.scrapes("run", now(), 5 * MINUTE)) >= 2 for server in servers)

    deadline.until("two scrapes by every scraper", stored)
    for _ in range(SCRAPES):
        with urllib.request.urlopen(url + "/metrics", timeout=60) as answer:
            answer.read()


def wait_for_end(demo, victoria, deadline):
    """When the load was seen to be over; by then, or soon, VictoriaMetrics has the end."""
    def ended():
        check(demo.process.poll() is None, f"the demo ended:\n{demo.text()}")
        return any(" calls in " in line for line in demo.out)

    deadline.until("the load to end", ended, pause=0.2)
    end = now()
    deadline.until("VictoriaMetrics to store the end", lambda: victoria.scraped(end))
    return end


def same_totals(name, stored, expected):
    """Every expected series is there, with exactly its value."""
    stored = {(series, tuple(label for label in labels if label[0] != "run")): value
              for (series, labels), value in stored.items()}
    for series, value in expected.items():
        check(stored.get(series) == value,
              f"{name}: {series} ends at {stored.get(series)}, expected {value}")


def floats(server, at, *names):
    found = {}
    for name in names:
        found.update(server.instant(name, at))
    return found


# --- native histograms -----------------------------------------------------------------------

def check_native(server, at, expected):
    """Counts and sums are exact, and the buckets add up to the count."""
    stored = server.histograms("llm_request_duration_seconds", at)
    wanted = {key("llm_request_duration_seconds", route_labels(route), run="run"): route
              for route in expected.routes}
    check(stored.keys() == wanted.keys(), f"native series: {stored.keys() ^ wanted.keys()}")
    for series, route in wanted.items():
        found = stored[series]
        check(float(found["count"]) == route["count"], f"{series}: count {found['count']}")
        check(promql.same(float(found["sum"]), route["sum"]), f"{series}: sum {found['sum']}")
        in_buckets = sum(float(bucket[3]) for bucket in found["buckets"])
        check(in_buckets == route["count"], f"{series}: {in_buckets} in the buckets")


def check_native_quantiles(server, at, expected):
    """A quantile from native buckets lies in the classic bucket that it must be in."""
    query = "histogram_quantile(0.95, rate(llm_request_duration_seconds[5m]))"
    answer = server.instant(query, at)
    check(len(answer) == len(expected.routes), f"{query}: {answer}")
    for route in expected.routes:
        got = answer[key("", route_labels(route), run="run")]
        buckets = expected.buckets(route)
        rank = 0.95 * buckets[-1][1]
        index = next(i for i, (_, count) in enumerate(buckets) if count >= rank)
        low, high = buckets[index - 1][0] if index else 0, buckets[index][0]
        check(low / GROWTH <= got <= high * GROWTH and not math.isnan(got),
              f"{query}: {got} for {route_labels(route)}, not within {low} and {high}")


# --- exemplars -------------------------------------------------------------------------------

def check_exemplars(name, server, at, family):
    found = server.exemplars(family, at, 5 * MINUTE)
    check(found, f"{name}: no exemplars of {family}")
    for series, exemplars in found.items():
        for exemplar in exemplars:
            check(re.fullmatch("[0-9a-f]{32}", exemplar["labels"].get("trace_id", "")),
                  f"{name}: {series}: {exemplar}")
            check(abs(exemplar["timestamp"] - at / 1000) < 300, f"{name}: {exemplar}")
    return sum(len(exemplars) for exemplars in found.values())


def check_bucket_exemplars(server, at):
    """Each lies in the bucket that it is shown with."""
    for (_, labels), exemplars in server.exemplars("llm_request_duration_seconds_bucket", at,
                                                   5 * MINUTE).items():
        for exemplar in exemplars:
            check(float(exemplar["value"]) <= float(dict(labels)["le"]),
                  f"exemplar {exemplar} of {labels}")


# --- what was served -------------------------------------------------------------------------

ACCEPTS = {
    "protobuf": "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;"
                "encoding=delimited,application/openmetrics-text;version=1.0.0;q=0.8,"
                "application/openmetrics-text;version=0.0.1;q=0.75,"
                "text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
    "openmetrics": "application/openmetrics-text;version=1.0.0,"
                   "application/openmetrics-text;version=0.0.1;q=0.75,"
                   "text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
    "openmetrics 2": "application/openmetrics-text;version=2.0.0",
    "text": "text/plain;version=0.0.4;q=1,*/*;q=0.1",
    "json": "application/json",
}
TYPES = {
    "protobuf": "application/vnd.google.protobuf",
    "openmetrics": "application/openmetrics-text; version=1.0.0",
    "openmetrics 2": "application/openmetrics-text; version=2.0.0",
    "text": "text/plain; version=0.0.4",
    "json": "application/json",
}


def check_served(quipu, url):
    """Each scraper gets the format that it asks for, in its words, and quipu check finds no
    fault in it, nor promtool's lint."""
    for name, accept in ACCEPTS.items():
        request = urllib.request.Request(url + "/metrics", headers={"Accept": accept})
        with urllib.request.urlopen(request, timeout=60) as answer:
            got = answer.headers["Content-Type"]
        check(got.startswith(TYPES[name]), f"asked for {name}, got {got}")
        judged = subprocess.run([quipu, "check", "--accept", accept, url + "/metrics"],
                                capture_output=True, text=True, timeout=60)
        check(judged.returncode == 0, f"{name}: {judged.stdout}{judged.stderr}")


# --- the run -----------------------------------------------------------------------------------

def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--dispatch", required=True)
    parser.add_argument("--expect", required=True)
    parser.add_argument("--quipu", required=True, help="the checker")
    parser.add_argument("--trace", required=True, help="used if it is there")
    programs = parser.parse_args()
    find_programs("prometheus", "victoria-metrics")
    deadline = Deadline(BOUNDED_SECONDS)
    arguments = ["--trace", programs.trace] if os.path.exists(programs.trace) else []
    # a seed by which no quantile lies at a bucket's edge, where a late scrape could tip it over
    arguments += ["--seed", "4", "--error-share", "0.02"]
    expected = Expected(programs.expect, arguments)
    counters = expected.counters()
    plain = {series: value for series, value in counters.items()
             if not series[0].startswith("llm_request_duration_seconds")}
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="quipu-e2e-"))
        demo, url = start_demo(programs, stack, deadline, arguments)
        targets = {"run": int(url.rsplit(":", 1)[1])}
        native = stack.enter_context(Server(
            os.path.join(folder, "native"), targets, deadline,
            "--enable-feature=native-histograms,exemplar-storage"))
        openmetrics = stack.enter_context(Server(
            os.path.join(folder, "openmetrics"), targets, deadline,
            "--enable-feature=exemplar-storage"))
        victoria = stack.enter_context(
            Victoria(os.path.join(folder, "victoria"), targets, deadline))
        check_served(programs.quipu, url)
        start_load(url, (native, openmetrics), victoria, deadline)
        end = wait_for_end(demo, victoria, deadline)
        check_served(programs.quipu, url)
        native_at, openmetrics_at = (
            deadline.until("the end to be stored", lambda server=server: server.settled(end))
            for server in (native, openmetrics))
        for name, server, at in (("protobuf", native, native_at),
                                 ("openmetrics", openmetrics, openmetrics_at)):
            server.check_errors()
            server.scrapes("run", at, 5 * MINUTE)
            same_totals(name, floats(server, at, "llm_requests_total", "llm_tokens_total"), plain)
            check(check_exemplars(name, server, at, "llm_requests_total") > 0, name)
            check(server.kinds().get("llm_request_duration_seconds") == "histogram", name)
        check_native(native, native_at, expected)
        check_native_quantiles(native, native_at, expected)
        check_exemplars("protobuf", native, native_at, "llm_request_duration_seconds")
        at = openmetrics_at
        same_totals("openmetrics", floats(openmetrics, at, "llm_request_duration_seconds_bucket",
                                          "llm_request_duration_seconds_count"),
                    {series: value for series, value in counters.items() if series not in plain})
        check_exemplars("openmetrics", openmetrics, at, "llm_request_duration_seconds_bucket")
        check_bucket_exemplars(openmetrics, at)
        same_totals("text", victoria.last('{__name__=~"llm_.*"}'), counters)
        print(f"{expected.requests()} calls: the same totals by protobuf, OpenMetrics and text")


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"FAILED: {failure}")
