#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The API key: to the endpoint, and to nobody else."""
import pathlib

import behaviours as b
from mock import Mock
from running import check, equal, main

KEY = "sk-" + "Zq7xW3" * 8
OTHER = "sk-" + "Kp5vT9" * 8


def nowhere(text, where):
    check("Zq7xW3" not in text and "Kp5vT9" not in text, f"the key is in {where}")


def proc(child, name):
    return pathlib.Path(f"/proc/{child.process.pid}/{name}").read_bytes().decode("latin-1")


def run_with_key(bench, behave, *options, **environment):
    with Mock(behave) as mock, bench.start(mock.url, "--calls", "4", *options,
                                           **environment) as child:
        metrics = child.loaded()
        nowhere(metrics.text, "/metrics")
        nowhere(proc(child, "cmdline"), "the command line")
        nowhere(proc(child, "environ"), "the environment")
        equal(child.interrupt(), 0, "status")
    nowhere(child.text(), "what was printed")
    return mock


def test_sent(bench):
    mock = run_with_key(bench, b.streaming(), OPENAI_API_KEY=KEY)
    equal({r.fields.get("authorization") for r in mock.requests}, {f"Bearer {KEY}"}, "field")
    mock = run_with_key(bench, b.streaming(), OPENAI_API_KEY=OTHER, QUIPU_DISPATCH_API_KEY=KEY)
    equal({r.fields.get("authorization") for r in mock.requests}, {f"Bearer {KEY}"}, "field")


def test_empty(bench):
    """The first name that is set decides, be it for no key; the other one is wiped."""
    mock = run_with_key(bench, b.streaming(), OPENAI_API_KEY=OTHER, QUIPU_DISPATCH_API_KEY="")
    equal({r.fields.get("authorization") for r in mock.requests}, {None}, "field")


def test_failures(bench):
    """Servers that say the key back, in the hope that somebody prints it."""
    echo = {"error": {"message": f"Incorrect API key: {KEY}", "code": "invalid_api_key"}}
    for behave in b.refusing(401, echo), b.refusing(500, echo, X_Key=KEY), b.raw(KEY.encode()), \
            b.raw(b.event(echo)), b.broken(2):
        run_with_key(bench, behave, "--retries", "1", OPENAI_API_KEY=KEY)


def test_redirect_elsewhere(bench):
    """A key does not follow to where it was not meant to go."""
    with Mock(b.streaming()) as thief:
        behave = b.refusing(307, Location=thief.url + "/v1/chat/completions")
        run_with_key(bench, behave, OPENAI_API_KEY=KEY)
    equal(thief.connections, 0, "connections elsewhere")


def test_no_proxy(bench):
    """Nor through one that the environment names: this machine is reached directly."""
    with Mock(b.streaming()) as thief:
        mock = run_with_key(bench, b.streaming(), OPENAI_API_KEY=KEY, http_proxy=thief.url,
                            ALL_PROXY=thief.url)
    equal(thief.connections, 0, "connections to the proxy")
    equal(len(mock.requests), 4, "requests that came")


def test_refused(bench):
    """Unencrypted, to another machine."""
    options = ["--endpoint", "http://192.0.2.1/v1", "--model", "m", "--calls", "1"]
    nowhere(bench.refused("not sent unencrypted", *options, OPENAI_API_KEY=KEY), "an error")
    for host in "localhost.example", "127.0.0.1.example", "[2001:db8::1]:80":
        bench.refused("not sent unencrypted", "--endpoint", f"http://{host}/v1", "--model", "m",
                      OPENAI_API_KEY=KEY)
    bad = KEY + "\r\nX-Other: 1"
    nowhere(bench.refused("the API key has", *options, OPENAI_API_KEY=bad), "an error")
    nowhere(bench.refused("longer than", *options, OPENAI_API_KEY=KEY * 100), "an error")


def test_bad_options(bench):
    bench.refused("--model: is for calls to a server", "--model", "m")
    bench.refused("--endpoint: want --model NAME", "--endpoint", "http://127.0.0.1:1")
    for url in "ftp://127.0.0.1", "127.0.0.1:80", "http://", \
            "http://127.0.0.1:99999", "http://[::1", "https://a b/":
        bench.refused(f"--endpoint {url}: want a ", "--endpoint", url, "--model", "m")
    for url in f"http://u:{KEY}@127.0.0.1/v1", f"https://{KEY}@[::1", f"http://h/?api_key={KEY}", \
            f"http://a b/?api_key={KEY}", f"ftp://u:{KEY}@h", f"http://h/#{KEY}":
        nowhere(bench.refused("--endpoint: want a ", "--endpoint", url, "--model", "m"), url)
    bench.refused("--in-flight 0: want", "--in-flight", "0")
    bench.refused("--price-input 1.1234567: want dollars", "--price-input", "1.1234567")


if __name__ == "__main__":
    main([test_sent, test_empty, test_failures, test_redirect_elsewhere, test_no_proxy,
          test_refused, test_bad_options], 800)
