#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What the dispatcher does about it: retries, waits, hedges, another model, limits, the circuit."""
import asyncio
import email.utils
import itertools
import time

import behaviours as b
from running import check, equal, main

ONE = ["--calls", "1", "--in-flight", "1"]


def test_retries(bench):
    """Two of three kinds of trouble, then an answer."""
    fails = b.refusing(500), b.refusing(429), b.broken(4), b.streaming()
    metrics, mock = bench.load(b.in_turn(*fails), *ONE)
    equal(metrics.by("llm_requests_total", "status"),
          {"error": 2, "rate_limited": 1, "success": 1}, "requests")
    equal(metrics.by("llm_retries_total", "reason"),
          {"server": 1, "rate_limited": 1, "broken_stream": 1}, "retries")
    equal(metrics.by("llm_rate_limit_events_total", "kind"), {"http_429": 1}, "rate limits")
    equal(len({r.prompt() for r in mock.requests}), 1, "prompts of one call")


def test_no_more_retries(bench):
    metrics, mock = bench.load(b.refusing(503), "--calls", "4", "--retries", "2")
    equal(len(mock.requests), 12, "requests that came")
    equal(metrics.by("llm_retries_total", "reason"), {"overloaded": 8}, "retries")
    metrics, mock = bench.load(b.refusing(401), "--calls", "4")
    equal(len(mock.requests), 4, "requests that could not go well another time")


def test_backoff(bench):
    """At least a half of 200, 400 and 800 ms."""
    metrics, mock = bench.load(stamped(b.refusing(500)), *ONE, "--backoff", "200")
    times = [r.came for r in mock.requests]
    equal(len(times), 4, "requests that came")
    for wait, (before, after) in zip((0.1, 0.2, 0.4), itertools.pairwise(times)):
        check(after - before >= wait, f"again after {after - before:.3f} s, not {wait}")


def stamped(behave):
    async def stamp(exchange):
        exchange.request.came = time.monotonic()
        await behave(exchange)
    return stamp


def retried_after(bench, value):
    """How long a retry waited, and how long the dispatcher says; value(): when it is asked for."""
    async def limit(exchange):
        await b.refusing(429, Retry_After=value())(exchange)
    metrics, mock = bench.load(stamped(b.in_turn(limit, b.streaming())), *ONE)
    equal(metrics.by("llm_requests_total", "status"), {"rate_limited": 1, "success": 1}, "requests")
    equal(metrics.sum("llm_rate_limit_wait_seconds_count"), 1, "waits")
    first, second = (r.came for r in mock.requests)
    return second - first, metrics.sum("llm_rate_limit_wait_seconds_sum")


def http_date(ahead):
    return lambda: email.utils.formatdate(time.time() + ahead, usegmt=True)


def test_retry_after(bench):
    waited, told = retried_after(bench, lambda: "1")
    check(waited >= 1 and told == 1, f"again after {waited} s, told {told}")
    waited, told = retried_after(bench, http_date(4))
    check(waited >= 1 and 1 <= told <= 4, f"again after {waited} s, told {told}")
    waited, told = retried_after(bench, http_date(-60))
    check(told == 0, f"told {told}")


def test_retry_after_for_too_long(bench):
    metrics, mock = bench.load(b.refusing(429, Retry_After="3600"), *ONE)
    equal(len(mock.requests), 1, "requests that came")
    equal(metrics.sum("llm_retries_total"), 0, "retries")


def test_fallback(bench):
    behave = b.by_model(m=b.refusing(500), spare=b.streaming())
    metrics, mock = bench.load(behave, "--calls", "3", "--retries", "1", "--fallback", "spare")
    equal(metrics.by("llm_requests_total", "model"), {"m": 6, "spare": 3}, "requests")
    equal(metrics.sum("llm_fallbacks_total", **{"from": "m", "to": "spare"}), 3, "fallbacks")
    equal(metrics.sum("llm_requests_total", model="spare", status="success"), 3, "answers")
    behave = b.by_model(m=b.refusing(404), spare=b.streaming())
    metrics, _ = bench.load(behave, "--calls", "3", "--fallback", "spare")
    equal(metrics.by("llm_requests_total", "model"), {"m": 3, "spare": 3}, "requests")
    behave = b.by_model(m=b.refusing(400), spare=b.streaming())
    metrics, _ = bench.load(behave, "--calls", "3", "--fallback", "spare")
    equal(metrics.sum("llm_fallbacks_total"), 0, "another model for a bad request")


def test_hedge_wins(bench):
    """The first of each two that come gives no token."""
    metrics, mock = bench.load(b.in_turn(b.silent, b.streaming()), *ONE, "--hedge", "100")
    equal(metrics.by("llm_requests_total", "status"), {"success": 1, "cancelled": 1}, "requests")
    equal(metrics.by("llm_hedges_total", "result"), {"won": 1}, "hedges")
    equal([r.ended for r in mock.requests], ["gone", "complete"], "how the mock saw it")


def test_hedge_loses(bench):
    behave = b.in_turn(b.streaming(3, first=2), b.silent)
    metrics, mock = bench.load(behave, *ONE, "--hedge", "50")
    equal(metrics.by("llm_requests_total", "status"), {"success": 1, "cancelled": 1}, "requests")
    equal(metrics.by("llm_hedges_total", "result"), {"lost": 1}, "hedges")
    equal(len(mock.requests), 2, "requests that came")


def test_hedge_of_a_failure(bench):
    """One of the two fails: the other one is what counts."""
    async def fail_late(exchange):
        await asyncio.sleep(1.5)
        await b.refusing(500)(exchange)
    behave = b.in_turn(fail_late, b.streaming(3, first=4))
    metrics, _ = bench.load(behave, *ONE, "--hedge", "50")
    equal(metrics.by("llm_requests_total", "status"), {"success": 1, "error": 1}, "requests")
    equal(metrics.by("llm_hedges_total", "result"), {"won": 1}, "hedges")
    equal(metrics.sum("llm_retries_total"), 0, "retries")


def test_no_hedge_after_a_token(bench):
    async def pause(exchange):
        await exchange.stream(b.events()[:2])
        await asyncio.sleep(4)
        for one in b.events()[2:]:
            await exchange.chunk(one)
        await exchange.finish()
    metrics, mock = bench.load(pause, *ONE, "--hedge", "3000")
    equal(len(mock.requests), 1, "requests that came")
    equal(metrics.sum("llm_hedges_total"), 0, "hedges")


def test_requests_per_minute(bench):
    """Ten a second, of which the first ten may come at once."""
    metrics, mock = bench.load(stamped(b.streaming()), "--calls", "40", "--in-flight", "40",
                               "--rpm", "600")
    times = sorted(r.came for r in mock.requests)
    check(times[39] - times[0] >= 1.5, f"40 requests in {times[39] - times[0]:.2f} s")
    events = metrics.by("llm_rate_limit_events_total", "kind")
    check(set(events) == {"local_rpm"} and events["local_rpm"] >= 5, f"rate limits {events}")
    equal(metrics.sum("llm_rate_limit_wait_seconds_count"), events["local_rpm"], "waits")


def test_tokens_per_minute(bench):
    """A thousand a second, of which the first thousand may come at once."""
    metrics, mock = bench.load(b.streaming(), "--calls", "4", "--in-flight", "4", "--threads", "1",
                               "--tpm", "60000")
    tokens = [len(r.prompt().split()) + r.body["max_tokens"] for r in mock.requests]
    waits = [before / 1000 - 1 for before in itertools.accumulate(tokens[:-1]) if before > 1000]
    equal(metrics.by("llm_rate_limit_events_total", "kind"), {"local_tpm": len(waits)}, "limits")
    told = metrics.sum("llm_rate_limit_wait_seconds_sum")
    check(abs(told - sum(waits)) < 0.001, f"waits {told}, and not {waits}")


def test_circuit(bench):
    """Five failures open it, for longer than everything else; nothing goes out then."""
    metrics, mock = bench.load(b.refusing(500), "--calls", "9", "--in-flight", "1", "--retries", "0",
                               "--circuit-failures", "5", "--circuit-rest", "3600")
    equal(len(mock.requests), 5, "requests that came")
    equal(metrics.by("llm_errors_total", "type"), {"server": 5, "circuit_open": 4}, "errors")
    equal(metrics.by("llm_circuit_transitions_total", "to"), {"open": 1}, "transitions")
    equal(metrics.by("llm_circuit_state", "llm_circuit_state"), {"open": 1}, "state")


def test_circuit_closes(bench):
    """After a rest one call is tried, and all is well."""
    behave = b.in_turn(*[b.refusing(500)] * 3, b.streaming())
    metrics, mock = bench.load(behave, "--calls", "6", "--in-flight", "1", "--retries", "100",
                               "--backoff", "40", "--circuit-failures", "3", "--circuit-rest", "0.3")
    equal(metrics.by("llm_requests_total", "status")["success"], 6, "answers")
    equal(metrics.by("llm_circuit_transitions_total", "to"),
          {"open": 1, "half_open": 1, "closed": 1}, "transitions")
    equal(len(mock.requests), 9, "requests that came")
    equal(metrics.by("llm_circuit_state", "llm_circuit_state"), {"closed": 1}, "state")


if __name__ == "__main__":
    main([test_retries, test_no_more_retries, test_backoff, test_retry_after,
          test_retry_after_for_too_long, test_fallback, test_hedge_wins, test_hedge_loses,
          test_hedge_of_a_failure, test_no_hedge_after_a_token, test_requests_per_minute,
          test_tokens_per_minute, test_circuit, test_circuit_closes], 800)
