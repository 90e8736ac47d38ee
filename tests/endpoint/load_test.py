#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Thousands of calls, hundreds at a time, of every fate; and an end in the middle of them."""
import collections
import signal

import behaviours as b
from mock import Mock
from running import check, check_sums, equal, main

CALLS = 3000
USAGE = {"prompt_tokens": 1000003, "completion_tokens": 17}


def mixed():
    """Fates in a fixed order of arrival, and a count of them by what the dispatcher should say."""
    fates = collections.Counter()
    kinds = [("success", b.streaming(3, usage=USAGE))] * 7 + [
        ("success", b.whole(USAGE)), ("server", b.refusing(500)), ("rate_limited", b.refusing(429)),
        ("broken_stream", b.broken(3)), ("malformed", b.raw(b"data: {]\n\n")),
        ("invalid_request", b.refusing(400))]

    async def behave(exchange):
        name, one = kinds[exchange.request.number % len(kinds)]
        fates[name] += 1
        await one(exchange)
    return behave, fates


def test_thousands(bench):
    behave, fates = mixed()
    metrics, mock = bench.load(behave, "--calls", str(CALLS), "--in-flight", "200", "--threads", "3",
                               "--retries", "2", "--price-input", "3", "--price-output", "15.5",
                               "--circuit-failures", "0", "--timeout", "200")
    errors = {name: n for name, n in fates.items() if name != "success"}
    equal(metrics.by("llm_errors_total", "type"), errors, "errors")
    equal(metrics.sum("llm_requests_total", status="success"), fates["success"], "answers")
    equal(metrics.sum("llm_requests_total"), len(mock.requests), "requests")
    equal(metrics.sum("llm_tokens_total", direction="input"), 1000003 * fates["success"], "input")
    equal(metrics.sum("llm_tokens_total", direction="output"), 17 * fates["success"], "output")
    # 1000003 * 3 + 17 * 15.5 = 3000272.5 micro-dollars; each of three threads may keep a half
    cost = round(metrics.sum("llm_cost_dollars_total") * 1e6)
    check(0 <= 6000545 * fates["success"] - 2 * cost <= 3, f"cost {cost}")
    equal(metrics.sum("llm_retries_total"), len(mock.requests) - CALLS, "retries")
    equal(metrics.sum("llm_stream_aborts_total", side="upstream"), fates["broken_stream"], "aborts")
    equal(metrics.sum("llm_queue_wait_seconds_count"), CALLS, "calls")
    check(mock.most_open <= 200, f"{mock.most_open} at a time")
    check(mock.most_open > 20, f"only {mock.most_open} at a time")


def test_interrupted(bench):
    """Ctrl-C with all of them on their way: they are broken off, counted, and it ends well."""
    def half(exchange):
        return (b.silent if exchange.request.number % 2 else b.stuck(3))(exchange)
    with Mock(half) as mock, bench.start(mock.url, "--in-flight", "40", "--threads", "2") as child:
        child.base_url()
        bench.deadline.until("40 at a time", lambda: mock.open == 40)
        bench.deadline.until("first tokens of the half", lambda: child.metrics().sum(
            "llm_time_to_first_token_seconds_count") == 20)
        equal(child.metrics().sum("llm_requests_in_flight"), 40, "in flight")
        child.signal(signal.SIGINT)  # ends the load; what follows is the table and the end
        status = child.wait()
        bench.deadline.until("the mock to see it", lambda: mock.open == 0)
    equal(status, 0, "status")
    total = next(line.split() for line in child.out if line.startswith("total "))
    equal(total[1:5], ["40", "0", "0", "40"], "requests, errors, limited, cancelled")
    equal([r.ended for r in mock.requests], ["gone"] * 40, "how the mock saw it")


def test_duration(bench):
    """The time is up with calls on their way; the metrics tell the same."""
    def half(exchange):
        return (b.silent if exchange.request.number % 2 else b.stuck(3))(exchange)
    metrics, mock = bench.load(half, "--in-flight", "10", "--duration", "10")
    n = len(mock.requests)
    equal(n, 10, "requests that came")
    equal(metrics.by("llm_requests_total", "status"), {"cancelled": n}, "requests")
    equal(metrics.by("llm_stream_aborts_total", "side"), {"client": 5}, "aborts")
    check_sums(metrics)


def test_waiting_queue(bench):
    """What has arrived and is not served when it ends has left the queue."""
    metrics, _ = bench.load(b.silent, "--in-flight", "3", "--duration", "6", "--speed", "100000")
    equal(metrics.by("llm_requests_total", "status"), {"cancelled": 3}, "requests")
    equal(metrics.sum("llm_queue_depth"), 0, "waiting")


if __name__ == "__main__":
    main([test_thousands, test_interrupted, test_duration, test_waiting_queue], 800)
