#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""tools/demo: from the command to the table, and how it ends."""
import argparse
import os
import re
import shutil
import signal
import socket
import sys
import tempfile
import urllib.request

from children import Child, Deadline, Failure, check

LISTEN = ["--listen", "127.0.0.1:0"]


def start(demo, build, deadline, *options, **environment):
    # its own group, as a terminal gives it, so that Ctrl-C reaches all of it
    return Child("tools/demo", [demo, *options], deadline, start_new_session=True,
                 env={**os.environ, "QUIPU_DEMO_BUILD": build, **environment})


def totals(child):
    return [line for line in child.out if line.startswith("total ")]


def test_once_through(*demo):
    with start(*demo, "--speed", "max", "--linger", "0", *LISTEN) as child:
        status = child.wait()
    text = child.text()
    check(status == 0 and len(totals(child)) == 1, f"status {status}:\n{text}")
    places = [line for line in child.out if line.startswith(("listening on ", "live page: "))]
    check(places == [places[0], places[0].replace("listening on", "live page:") + "/"], text)
    for wanted in (r"curl -s http://127\.0\.0\.1:[1-9]\d*/metrics",
                   r"rate\(llm_requests_total\[1m\]\)",
                   r'rate\(llm_requests_total\{status="error"\}\[1m\]\)',
                   r"histogram_quantile\(0\.95, rate\(llm_request_duration_seconds_bucket\[5m\]\)\)",
                   r"sum\(rate\(llm_tokens_total\[5m\]\)\) by \(model\)"):
        check(re.search(wanted, text), f"{wanted} is not in:\n{text}")


def test_interrupted(*demo):
    with start(*demo, "--speed", "1", *LISTEN) as child:
        child.wait_line(lambda line: line.startswith("listening on "))
        os.killpg(child.process.pid, signal.SIGINT)
        status = child.wait()
    check(status == 0 and len(totals(child)) == 1, f"status {status}:\n{child.text()}")


def test_contention(*demo):
    """Its workers wait for work on a semaphore: that wait has a series, by its place."""
    _, build, deadline = demo
    if not os.path.exists(os.path.join(build, "tools/contention/libquipu-contend.so")):
        return print("no profiler in this build")
    with start(*demo, "--contention", "--linger", "0", *LISTEN) as child:
        line = child.wait_line(lambda line: line.startswith("listening on "))
        page = line.removeprefix("listening on ") + "/metrics"

        def has_waited():
            with urllib.request.urlopen(page, timeout=20) as answer:
                return re.search(r'^quipu_lock_wait_seconds_count\{.*kind="sem".*\} [1-9]',
                                 answer.read().decode(), re.M)

        deadline.until("a wait for work", has_waited, pause=0.5)
        os.killpg(child.process.pid, signal.SIGINT)
        status = child.wait()
    return check(status == 0 and len(totals(child)) == 1, f"status {status}:\n{child.text()}")


def test_busy_port(*demo):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = "127.0.0.1:%d" % taken.getsockname()[1]
        with start(*demo, "--listen", address) as child:
            status = child.wait()
    check(status == 1 and address in child.text() and "--listen" in child.text(),
          f"status {status}:\n{child.text()}")


def test_bad_option(*demo):
    with start(*demo, "--threads", "none") as child:
        status = child.wait()
    check(status == 2 and "--threads none" in child.text(), f"status {status}:\n{child.text()}")


def test_help(*demo):
    """At once: nothing is built, and so there need be nothing to build with."""
    with tempfile.TemporaryDirectory() as folder:
        for tool in ("dirname", "cat"):
            os.symlink(shutil.which(tool), os.path.join(folder, tool))
        with start(*demo, "--help", PATH=folder) as child:
            status = child.wait()
    check(status == 0 and child.out[0].startswith(
        "usage: tools/demo [--prometheus] [--contention] [--open]"), child.text())
    check("--hedge-after SECONDS" in child.text() and len(child.out) < 40, child.text())


def test_without_prometheus(*demo):
    """Who has none, or no browser to open, is told before anything is built, and how to get it."""
    with tempfile.TemporaryDirectory() as folder:
        os.symlink(shutil.which("dirname"), os.path.join(folder, "dirname"))
        for option, remedy in (("--prometheus", "tools/setup checks"), ("--open", "xdg-utils")):
            with start(*demo, option, PATH=folder) as child:
                status = child.wait()
            check(status == 1 and option in child.text() and remedy in child.text(),
                  f"status {status}:\n{child.text()}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--demo", required=True)
    parser.add_argument("--build", required=True, help="build directory to use")
    arguments = parser.parse_args()
    demo = (arguments.demo, arguments.build, Deadline(110))
    for test in (test_once_through, test_interrupted, test_contention, test_busy_port,
                 test_bad_option, test_help, test_without_prometheus):
        test(*demo)
        print(f"{test.__name__} passed")


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"FAILED: {failure}")
