#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""quipu-dispatch as a command: what it prints, how it refuses, how it ends."""
import argparse
import os
import re
import signal
import sys
import tempfile
import urllib.request

from children import Child, Deadline, Failure, check
from expected import Expected, check_table

LISTEN = ["--listen", "127.0.0.1:0"]
TRACE = ("TIMESTAMP,ContextTokens,GeneratedTokens\r\n"
         "2023-11-16 18:17:03.9799600,4808,10\r\n"
         "2023-11-16 18:17:04.0319600,many,8\r\n"
         "2023-11-16 18:17:04.0781490,110,27")


class Commands:
    def __init__(self, arguments):
        self.dispatch, self.expect = arguments.dispatch, arguments.expect
        self.trace = arguments.trace
        self.deadline = Deadline(500)

    def start(self, *options):
        return Child("quipu-dispatch", [self.dispatch, *options], self.deadline)

    def run(self, *options):
        with self.start(*options) as child:
            return child.wait(), child

    def refused(self, status, said, *options):
        got, child = self.run(*options)
        check(got == status and any(said in line for line in child.err),
              f"{options}: status {got}, expected {status} and {said!r}:\n{child.text()}")


def base_url(child):
    line = child.wait_line(lambda text: text.startswith("listening on "))
    return line.removeprefix("listening on ")


def get(url):
    with urllib.request.urlopen(url, timeout=60) as answer:
        return answer.read().decode()


def test_help(commands):
    status, child = commands.run("--help")
    check(status == 0 and child.out[0].startswith("usage: quipu-dispatch"), child.text())


def test_bad_options(commands):
    commands.refused(2, "--threads 0: want a whole number from 1 to 1024", "--threads", "0")
    commands.refused(2, "--speed fast: want a number", "--speed", "fast")
    commands.refused(2, "--colour: no such option", "--colour")
    commands.refused(2, "nowhere", "--listen", "nowhere")
    commands.refused(2, "127.0.0.1:99999", "--listen", "127.0.0.1:99999")
    commands.refused(1, "no-such-trace.csv: No such file", "--trace", "no-such-trace.csv")


def test_bad_lines(commands):
    with tempfile.NamedTemporaryFile("w", suffix=".csv", newline="") as file:
        file.write(TRACE)
        file.flush()
        options = ["--trace", file.name, "--speed", "max", *LISTEN]
        reason = f"{file.name}:3: ContextTokens is not a whole number"
        commands.refused(1, reason, *options, "--bad-lines", "fatal")
        status, child = commands.run(*options, "--bad-lines", "skip")
        check(status == 0 and f"{reason} (skipped)" in child.err, child.text())
        check(any(re.match(r"total\s+2\s+0\s+0\s+4,918\s+37 ", line) for line in child.out),
              child.text())


def test_table_is_exact(commands):
    for options in (["--seed", "5"], ["--error-share", "0.2", "--rate-limit-share", "0.1",
                                      "--hedge-after", "2", "--outage-every", "500"]):
        if os.path.exists(commands.trace):
            options += ["--trace", commands.trace]
        expected = Expected(commands.expect, options)
        for threads in ("1", "3"):
            status, child = commands.run(*options, *LISTEN, "--speed", "max",
                                         "--threads", threads)
            check(status == 0, child.text())
            check_table(expected, child.out)
            check(" records/s" in child.out[-1], child.text())


def test_table_by_other_names(commands):
    """What OpenTelemetry's names tell comes to the same table."""
    options = ["--error-share", "0.1", "--rate-limit-share", "0.1", "--hedge-after", "3"]
    expected = Expected(commands.expect, options)
    for names in ("otel", "both"):
        status, child = commands.run(*options, *LISTEN, "--speed", "max", "--names", names)
        check(status == 0, child.text())
        check_table(expected, child.out)


def test_duration_repeats(commands):
    """However long it takes to get through the 10,000 once."""
    for seconds in ("0.3", "3", "30"):
        status, child = commands.run("--speed", "max", "--duration", seconds, *LISTEN)
        found = re.search(r"^([\d,]+) calls in ", "\n".join(child.out), re.M)
        check(status == 0 and found, child.text())
        if int(found.group(1).replace(",", "")) > 10000:
            return
    raise Failure(child.text())


def test_every_call_is_answered(commands):
    """With failures, too, the answered calls come to exactly the workload's tokens."""
    mishaps = ["--error-share", "0.02", "--rate-limit-share", "0.02", "--hedge-after", "4",
               "--outage-every", "2000"]
    workload = ["--trace", commands.trace] if os.path.exists(commands.trace) else ["--seed", "1"]
    calm, rough = (Expected(commands.expect, options) for options in (workload, workload + mishaps))
    for what in ("success", "input", "output"):
        check(calm.total(what) == rough.total(what), f"{what}: {rough.total(what)}")
    for what in ("error", "rate_limited", "cancelled"):
        check(calm.total(what) == 0 < rough.total(what), f"{what}: {rough.total(what)}")
    if os.path.exists(commands.trace):
        got = (calm.requests(), calm.total("input"), calm.total("output"))
        check(got == (8819, 18059974, 245896), f"the trace came to {got}")


def test_live_page(commands):
    with commands.start("--start-after-scrapes", "1", *LISTEN) as child:
        url = base_url(child)
        line = child.wait_line(lambda text: text.startswith("live page: "))
        check(line == f"live page: {url}/", line)
        check("<html" in get(line.removeprefix("live page: ")).lower(), "no page there")
    with tempfile.TemporaryDirectory() as folder:
        status, child = commands.run("--speed", "max", "--listen", f"unix:{folder}/socket")
        check(status == 0 and not any("live page" in line for line in child.out), child.text())


def test_start_after_scrapes(commands):
    """The scrapes that are waited for all show zero, and so does everything before the load."""
    with commands.start("--start-after-scrapes", "3", "--speed", "max", "--linger", "30",
                        *LISTEN) as child:
        url = base_url(child)
        for _ in range(3):
            page = get(url + "/metrics")
            # circuit breakers are in a state from the start
            values = re.findall(r"^llm_(?!circuit_state).* (\S+)$", page, re.M)
            check(len(values) > 50 and set(values) == {"0"}, page)
        child.wait_line(lambda line: " calls in " in line)
        total = sum(int(value) for value in re.findall(
            r'^llm_requests_total{.*status="success"} (\d+)$', get(url + "/metrics"), re.M))
        check(total == 10000, f"{total} requests after the load")


def end_by(commands, number, *options, after):
    """The signal ends it in an orderly way: the table, nothing in flight, status 0."""
    with commands.start(*options, *LISTEN) as child:
        child.wait_line(lambda line: line.startswith(after))
        child.signal(number)
        status = child.wait()
        check(status == 0, f"{options}: status {status}:\n{child.text()}")
        check(sum(line.startswith("total ") for line in child.out) == 1, child.text())


def test_signals(commands):
    end_by(commands, signal.SIGINT, "--speed", "1", "--threads", "2", after="listening on ")
    end_by(commands, signal.SIGTERM, "--speed", "max", "--duration", "100", after="listening on ")
    end_by(commands, signal.SIGINT, "--start-after-scrapes", "9", after="listening on ")
    end_by(commands, signal.SIGTERM, "--speed", "max", "--linger", "100", after="total ")


def test_busy_port(commands):
    with commands.start("--start-after-scrapes", "1", *LISTEN) as child:
        address = base_url(child).removeprefix("http://")
        commands.refused(1, address, "--listen", address)
        commands.refused(1, "--listen ADDR:PORT", "--listen", address)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--dispatch", required=True)
    parser.add_argument("--expect", required=True)
    parser.add_argument("--trace", required=True, help="used if it is there")
    commands = Commands(parser.parse_args())
    for name, test in list(globals().items()):
        if name.startswith("test_"):
            test(commands)
            print(f"{name} passed")


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"FAILED: {failure}")
