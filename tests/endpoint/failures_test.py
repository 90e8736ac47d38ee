#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Servers that fail, in every way: what is counted, and that it comes to an end."""
import socket

import behaviours as b
from running import Failure, check, equal, main


def failed(bench, behave, error, *options, n=3, side=None):
    """n calls without a retry that all end with this error; side: who ended their streams."""
    metrics, mock = bench.load(behave, "--calls", str(n), "--retries", "0", *options)
    status = {"rate_limited": "rate_limited"}.get(error, "error")
    equal(metrics.by("llm_errors_total", "type"), {error: n}, "errors")
    equal(metrics.by("llm_requests_total", "status"), {status: n}, "requests")
    equal(metrics.by("llm_stream_aborts_total", "side"), {side: n} if side else {}, "aborts")
    equal(metrics.sum("llm_retries_total"), 0, "retries")
    equal(len(mock.requests), n, "requests that came")
    return metrics


def test_statuses(bench):
    for status, error in ((400, "invalid_request"), (401, "auth"), (403, "auth"),
                          (404, "not_found"), (408, "timeout"), (413, "too_large"),
                          (422, "invalid_request"), (429, "rate_limited"), (500, "server"),
                          (503, "overloaded"), (504, "timeout"), (529, "overloaded")):
        failed(bench, b.refusing(status), error)


def test_error_bodies(bench):
    """A 400 says in its body what is wrong."""
    for code, error in (("context_length_exceeded", "too_large"),
                        ("content_filter", "content_filter"), ("nobody_knows", "invalid_request")):
        body = {"error": {"type": "invalid_request_error", "message": "m", "code": code}}
        failed(bench, b.refusing(400, body), error, n=2)
    failed(bench, b.refusing(400, {"error": "just a text"}), "invalid_request", n=2)


def test_redirects(bench):
    failed(bench, b.refusing(302, Location="http://127.0.0.1:1/"), "other")
    failed(bench, b.refusing(308, Location="/elsewhere"), "other")


def test_malformed(bench):
    good = b.event(b.piece("x"))
    for bad in (b"data: {\"choices\": [\n\n", b"data: nonsense\n\n", b"data: [1]\n\n",
                b"data: {\"choices\": [{\"delta\": 5}], }\n\n", b"data: {\"unknown\": 1}\n\n",
                b'data: {"usage": {"prompt_tokens": -4}}\n\n',
                b'data: {"usage": {"prompt_tokens": 9007199254740992}}\n\n',
                b'data: {"usage": {"prompt_tokens": 1.5}}\n\n'):
        metrics = failed(bench, b.raw(good + bad + good), "malformed", n=2, side="client")
        equal(metrics.sum("llm_tokens_total"), 0, "tokens")


def test_malformed_whole(bench):
    async def nonsense(exchange):
        await exchange.whole(200, b"<html>not found</html>")
    failed(bench, nonsense, "malformed", "--no-stream")


def test_huge_lines(bench):
    """What has no end is broken off; the memory of it is bounded."""
    async def endless(exchange):
        await exchange.head(200, Transfer_Encoding="chunked")
        await exchange.chunk(b"data: ")
        while True:
            await exchange.chunk(b"x" * 65536)
    async def endless_event(exchange):
        await exchange.head(200, Transfer_Encoding="chunked")
        while True:
            await exchange.chunk(b"data: " + b"x" * 1000 + b"\n")
    async def endless_refusal(exchange):
        await exchange.head(500, Transfer_Encoding="chunked")
        for _ in range(200):
            await exchange.chunk(b"x" * 65536)
        await exchange.finish()
    failed(bench, endless, "malformed", side="client")
    failed(bench, endless_event, "malformed", side="client")
    metrics = failed(bench, endless_refusal, "server")
    peak = metrics.sum("process_resident_memory_bytes")
    check(peak < 400 << 20, f"{peak} bytes resident")


def test_broken_streams(bench):
    for after in 0, 1, 3, 7:
        failed(bench, b.broken(after), "broken_stream", side="upstream")
    failed(bench, b.streaming(done=False), "broken_stream", side="upstream")
    failed(bench, b.streaming(0, usage=None, done=False), "broken_stream", side="upstream")


def test_cut_before_the_answer(bench):
    async def cut(exchange):
        exchange.cut()
    metrics, _ = bench.load(cut, "--calls", "3", "--retries", "0")
    equal(metrics.by("llm_errors_total", "type"), {"network": 3}, "errors")
    equal(metrics.sum("llm_stream_aborts_total"), 0, "aborts")


def test_cut_where_it_was_kept(bench):
    """A connection that served before is closed on a request: that is one attempt, and not two."""
    async def cut(exchange):
        exchange.cut()
    behave = b.in_turn(b.streaming(), cut, b.streaming())
    metrics, mock = bench.load(behave, "--calls", "3", "--in-flight", "1", "--retries", "0")
    equal(metrics.by("llm_requests_total", "status"), {"success": 2, "error": 1}, "requests")
    equal(metrics.by("llm_errors_total", "type"), {"network": 1}, "errors")
    equal(len(mock.requests), 3, "requests that came")


def test_error_in_a_stream(bench):
    said = [b.event(b.piece("x")), b.event({"error": {"message": "m", "type": "server_error"}})]
    failed(bench, b.raw(b"".join(said)), "server", side="upstream")
    said[1] = b.event({"error": {"message": "m", "code": "rate_limit_exceeded"}})
    failed(bench, b.raw(b"".join(said)), "rate_limited", side="upstream")


def test_content_filter(bench):
    data = b.event(b.piece("x")) + b.event(b.last("content_filter")) + b.event("[DONE]")
    failed(bench, b.raw(data), "content_filter")


def patiently(test, bench):
    """test(bench, timeout), again with a longer one where too little came before it."""
    for timeout in 0.4, 3:
        try:
            return test(bench, timeout)
        except Failure:
            pass
    return test(bench, 30)


def nothing_comes(bench, timeout):
    failed(bench, b.silent, "timeout", "--timeout", str(timeout))


def three_events_come(bench, timeout):
    metrics = failed(bench, b.stuck(3), "timeout", "--timeout", str(timeout), side="client")
    equal(metrics.sum("llm_time_to_first_token_seconds_count"), 3, "first tokens")
    # libcurl counts in milliseconds, from where it began
    lasted = metrics.sum("llm_request_duration_seconds_sum")
    check(lasted >= 3 * 0.95 * timeout, f"given up too early: {lasted} s")


def test_timeouts(bench):
    patiently(nothing_comes, bench)
    patiently(three_events_come, bench)


def test_nobody_there(bench):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = "http://127.0.0.1:%d" % closed.getsockname()[1]
        with bench.start(url, "--calls", "4", "--retries", "1") as child:
            metrics = child.loaded()
            equal(child.interrupt(), 0, "status")
    equal(metrics.by("llm_errors_total", "type"), {"network": 8}, "errors")
    equal(metrics.by("llm_retries_total", "reason"), {"network": 4}, "retries")


def test_no_http(bench):
    async def babble(exchange):
        await exchange.send(b"SSH-2.0-OpenSSH_9.2\r\n")
        exchange.cut()
    metrics, _ = bench.load(babble, "--calls", "2", "--retries", "0")
    equal(metrics.by("llm_requests_total", "status"), {"error": 2}, "requests")


def done_and_hanging(bench, timeout):
    """A stream that said it has ended has, whatever becomes of its connection."""
    async def hang(exchange):
        await exchange.stream(b.events())
        await b.silent(exchange)
    metrics, _ = bench.load(hang, "--calls", "2", "--timeout", str(timeout), "--in-flight", "2")
    equal(metrics.by("llm_requests_total", "status"), {"success": 2}, "requests")
    equal(metrics.sum("llm_tokens_total", direction="output"), 14, "tokens")


def test_done_and_hanging(bench):
    patiently(done_and_hanging, bench)


if __name__ == "__main__":
    main([test_statuses, test_error_bodies, test_redirects, test_malformed, test_malformed_whole,
          test_huge_lines, test_broken_streams, test_cut_before_the_answer,
          test_cut_where_it_was_kept, test_error_in_a_stream,
          test_content_filter, test_timeouts, test_nobody_there, test_no_http,
          test_done_and_hanging], 800)
