#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Answers of every kind: what the dispatcher says it got is what the mock sent."""
import tempfile

import behaviours as b
from mock import Mock
from running import check, equal, main

USAGE = {"prompt_tokens": 1200, "completion_tokens": 345,
         "prompt_tokens_details": {"cached_tokens": 1000, "cache_write_tokens": 50},
         "completion_tokens_details": {"reasoning_tokens": 300}}


def answered(metrics, n):
    equal(metrics.by("llm_requests_total", "status"), {"success": n}, "requests")


def tokens(metrics):
    return metrics.by("llm_tokens_total", "direction")


def bucket(metrics, name, bound):
    return metrics.sum(f"{name}_bucket", le=bound)


def test_streams(bench):
    metrics, mock = bench.load(b.streaming(5, usage=USAGE), "--calls", "20", "--in-flight", "4",
                               "--price-input", "2.50", "--price-output", "10.000003")
    answered(metrics, 20)
    equal(tokens(metrics), {"input": 24000, "output": 6900, "cache_read": 20000,
                            "cache_write": 1000, "reasoning": 6000}, "tokens")
    # 1200 * 2.5 + 345 * 10.000003 = 6450.001035 micro-dollars a call
    equal(round(metrics.sum("llm_cost_dollars_total") * 1e6), 20 * 6450, "micro-dollars")
    equal(metrics.sum("llm_time_to_first_token_seconds_count"), 20, "first tokens")
    equal(metrics.sum("llm_time_between_chunks_seconds_count"), 20 * 4, "chunks after the first")
    equal(metrics.sum("llm_time_per_output_token_seconds_count"), 20, "times per token")
    equal(metrics.sum("llm_queue_wait_seconds_count"), 20, "calls that left the queue")
    check(metrics.sum("dispatch_loop_iterations_total") > 0, "no turns of the loop")
    check(mock.most_open <= 4, f"{mock.most_open} at a time")


def test_requests(bench):
    _, mock = bench.load(b.streaming(), "--calls", "6", "--max-tokens", "9", "--seed", "7")
    _, again = bench.load(b.streaming(), "--calls", "6", "--max-tokens", "9", "--seed", "7",
                          "--threads", "1")
    for request in mock.requests:
        equal((request.method, request.path), ("POST", "/v1/chat/completions"), "request")
        equal(request.fields["content-type"], "application/json", "content type")
        check("authorization" not in request.fields, "a key that nobody gave")
        body = request.body
        equal((body["model"], body["stream"], body["stream_options"]),
              ("m", True, {"include_usage": True}), "body")
        check(1 <= body["max_tokens"] <= 9, f"max_tokens {body['max_tokens']}")
    equal(sorted(r.prompt() for r in mock.requests), sorted(r.prompt() for r in again.requests),
          "prompts of the same seed")
    check(len({r.prompt() for r in mock.requests}) == 6, "prompts repeat")


def test_prompt_lengths(bench):
    lengths = [1, 13, 700]
    with tempfile.NamedTemporaryFile("w", suffix=".csv") as trace:
        trace.write("TIMESTAMP,ContextTokens,GeneratedTokens\n")
        for number, length in enumerate(lengths):
            trace.write(f"2023-11-16 18:17:0{number},{length},{number + 5}\n")
        trace.flush()
        _, mock = bench.load(b.streaming(), "--trace", trace.name, "--in-flight", "1")
    equal([len(r.prompt().split()) for r in mock.requests], lengths, "words of prompts")
    equal([r.body["max_tokens"] for r in mock.requests], [5, 6, 7], "max_tokens")


def test_urls(bench):
    for path in "/v1", "/v1/", "/v1/chat/completions":
        with Mock(b.streaming()) as mock, bench.start(mock.url + path, "--calls", "1") as child:
            answered(child.loaded(), 1)
            child.interrupt()
        equal(mock.requests[0].path, "/v1/chat/completions", path)


def test_slow(bench):
    """No faster than the mock was."""
    metrics, _ = bench.load(b.streaming(3, first=0.3, pause=0.6), "--calls", "4")
    answered(metrics, 4)
    equal(bucket(metrics, "llm_time_to_first_token_seconds", "0.25"), 0, "first token too early")
    check(metrics.sum("llm_time_to_first_token_seconds_sum") >= 4 * 0.29, "first tokens too early")
    # a first chunk that is seen late shortens the time to the next
    check(metrics.sum("llm_time_between_chunks_seconds_sum") >= 4 * 0.3, "chunks too early")
    check(metrics.sum("llm_request_duration_seconds_sum") >= 4 * (0.3 + 5 * 0.6), "too short")


def test_whole_answers(bench):
    for options in ("--no-stream",), ():
        metrics, mock = bench.load(b.whole(USAGE), "--calls", "5", *options)
        answered(metrics, 5)
        equal(tokens(metrics)["output"], 5 * 345, "tokens")
        equal(metrics.sum("llm_time_to_first_token_seconds_count"), 0, "first tokens")
        equal("stream" in mock.requests[0].body, not options, "asked for a stream")


def test_without_usage(bench):
    metrics, _ = bench.load(b.streaming(usage=None), "--calls", "3", "--price-input", "5")
    answered(metrics, 3)
    equal(tokens(metrics), {}, "tokens")
    equal(metrics.sum("llm_cost_dollars_total"), 0, "cost")


def test_cheap(bench):
    """Each call costs less than the unit that costs are counted in, or a little more."""
    cheap = {"prompt_tokens": 3, "completion_tokens": 2}
    metrics, _ = bench.load(b.streaming(1, usage=cheap), "--calls", "200", "--threads", "1",
                            "--price-input", "0.15", "--price-output", "0.36")
    # 3 * 0.15 + 2 * 0.36 = 1.17
    equal(round(metrics.sum("llm_cost_dollars_total") * 1e6), 234, "micro-dollars")


def test_dearest(bench):
    """As many tokens as are believed, at the highest price: the two tallies say the same."""
    most = {"prompt_tokens": 1 << 32, "completion_tokens": 1 << 32}
    with Mock(b.streaming(1, usage=most)) as mock, bench.start(
            mock.url, "--calls", "5", "--price-input", "1000000",
            "--price-output", "1000000") as child:
        metrics = child.loaded()
        equal(child.interrupt(), 0, "status")
    equal(metrics.sum("llm_cost_dollars_total"), 5e9, "dollars")
    equal(tokens(metrics), {"input": 5 << 32, "output": 5 << 32}, "tokens")
    check(any("5000000000" in line for line in child.out), child.text())


ODD = ("\ufeff: a comment first\n"
       'event: message\nid: 7\ndata: {"choices":[{"delta":{"role":"assistant"}}]}\n\n'
       ": keep-alive\n\n"
       'data:{"choices":[{"delta":{"content":"h\\u00e9 \\"ja\\""}}]}\n\n'
       'data: {"choices":\ndata:   [{"delta":{"content":"näh"}}]\ndata: }\n\n'
       "retry: 1000\n"
       'data: {"choices":[{"delta":{},"finish_reason":"stop"}],"usage":null}\n\n'
       'data: {"usage":{"completion_tokens":2,"prompt_tokens":3},"choices":[],"x":[1.5e3,{}]}\n\n'
       "data: [DONE]\n\n")


def test_cut_anywhere(bench):
    """The same stream with each line end, cut into chunks of 1 to 40 bytes."""
    texts = [ODD.replace("\n", end).encode() for end in ("\n", "\r\n", "\r")]
    cuts = [(text, size) for text in texts for size in (*range(1, 8), 16, 40, None)]
    metrics, _ = bench.load(b.in_turn(*(b.raw(*cut) for cut in cuts)), "--calls", str(len(cuts)),
                            "--retries", "0")
    answered(metrics, len(cuts))
    equal(tokens(metrics), {"input": 3 * len(cuts), "output": 2 * len(cuts)}, "tokens")
    equal(metrics.sum("llm_time_to_first_token_seconds_count"), len(cuts), "first tokens")
    equal(metrics.sum("llm_time_between_chunks_seconds_count"), len(cuts), "second chunks")


def test_other_contents(bench):
    """Reasoning and tool calls are tokens, too."""
    said = [b.event({"choices": [{"delta": delta}]}) for delta in (
        {"reasoning_content": "hm"}, {"content": None}, {"tool_calls": [{"index": 0}]},
        {"tool_calls": []})]
    data = b"".join(said + [b.event(b.usage_of(b.USAGE)), b.event("[DONE]")])
    metrics, _ = bench.load(b.raw(data), "--calls", "2")
    equal(metrics.sum("llm_time_to_first_token_seconds_count"), 2, "first tokens")
    equal(metrics.sum("llm_time_between_chunks_seconds_count"), 2, "second chunks")


def test_arrivals(bench):
    """At its speed the workload arrives and waits; the queue tells how long."""
    metrics, mock = bench.load(b.streaming(2, first=0.05), "--calls", "30", "--speed", "100000",
                               "--in-flight", "2", "--threads", "2")
    answered(metrics, 30)
    check(mock.most_open <= 2, f"{mock.most_open} at a time")
    equal(metrics.sum("llm_queue_wait_seconds_count"), 30, "calls that left the queue")
    # thirty that arrive at once, two at a time, each for 50 ms: the later ones wait long
    check(metrics.sum("llm_queue_wait_seconds_sum") > 1, "nobody waited")


if __name__ == "__main__":
    main([test_streams, test_requests, test_prompt_lengths, test_urls, test_slow,
          test_whole_answers, test_without_usage, test_cheap,
          test_dearest, test_cut_anywhere, test_other_contents,
          test_arrivals], 800)
