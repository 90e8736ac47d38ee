#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""tools/demo --prometheus: a real Prometheus scrapes the demo and is asked; nothing is left."""
import argparse
import os
import re
import shutil
import signal
import sys
import tempfile
import time

from children import Child, Deadline, Failure, check

LISTEN = ["--listen", "127.0.0.1:0"]
# a row of the table: model, provider, calls/s, errors/s, p95
ROW = re.compile(r"  (\S+) +(\S+) +([\d,.]+) +([\d,.]+) +([\d,.]+)( +[\d,]+)?$")


class Demo(Child):
    """The demo with a folder of its own for temporary files."""

    def __init__(self, arguments, folder, deadline, *options):
        self.folder = folder
        super().__init__("tools/demo", [arguments.demo, "--prometheus", *LISTEN, *options],
                         deadline, start_new_session=True,
                         env={**os.environ, "QUIPU_DEMO_BUILD": arguments.build,
                              "TMPDIR": folder})

    def left_behind(self):
        """Processes that were started with our folder, and files in it."""
        found = []
        for process in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{process}/environ", "rb") as file:
                    environment = file.read().split(b"\0")
            except OSError:
                continue
            if f"TMPDIR={self.folder}".encode() in environment:
                found.append(process)
        return found + os.listdir(self.folder)

    def check_nothing_left(self):
        # one that was killed with its parent may take a moment
        try:
            self.deadline.until("everything to end", lambda: not self.left_behind())
        except Failure:
            raise Failure(f"left behind: {self.left_behind()}\n{self.text()}") from None

    def table(self):
        """{(model, provider): row} of the last table of answers."""
        start = max((i for i, line in enumerate(self.out) if line.startswith("Prometheus at the")),
                    default=None)
        check(start is not None, f"no answers at the end:\n{self.text()}")
        rows = filter(None, (ROW.match(line) for line in self.out[start:]))
        return {row.group(1, 2): row for row in rows}


def wait_scraped(demo):
    """Until two scrapes must have come after the load began."""
    demo.wait_line(lambda line: line.startswith("  tokens/s  sum"))
    time.sleep(5)


def test_answers(arguments, folder, deadline):
    """Every route has answers to all four queries, and the rules are in."""
    with Demo(arguments, folder, deadline, "--speed", "120", "--duration", "30", "--linger",
              "1") as demo:
        status = demo.wait()
        check(status == 0, f"status {status}:\n{demo.text()}")
        table = demo.table()
        routes = [line.split()[:2] for line in demo.out if re.match(r"\S+ +\S+ +[\d,]+ +\d", line)]
        check(len(table) == 6, f"{len(table)} routes:\n{demo.text()}")
        check(all(tuple(route) in table for route in routes if route[0] != "total"),
              f"{routes}\n{demo.text()}")
        for row in table.values():
            check(float(row.group(3).replace(",", "")) > 0 < float(row.group(5)), demo.text())
        models = {model for model, _ in table}
        check(sum(bool(row.group(6)) for row in table.values()) == len(models), demo.text())
        folder_of_rules = os.path.join(os.path.dirname(arguments.demo), "deploy", "prometheus")
        if os.path.exists(os.path.join(folder_of_rules, "rules.yml")):
            check(re.search(r"alerts of [1-9]\d* rules: ", demo.text()), demo.text())
        demo.check_nothing_left()


def test_interrupted(arguments, folder, deadline):
    """Ctrl-C in the middle: the table, the last answers, and nothing left."""
    with Demo(arguments, folder, deadline, "--speed", "30", "--linger", "100") as demo:
        wait_scraped(demo)
        os.killpg(demo.process.pid, signal.SIGINT)
        status = demo.wait()
        check(status == 0, f"status {status}:\n{demo.text()}")
        check(sum(line.startswith("total ") for line in demo.out) == 1, demo.text())
        check(demo.table(), demo.text())
        demo.check_nothing_left()


def test_terminated_early(arguments, folder, deadline):
    """Also before Prometheus is there."""
    with Demo(arguments, folder, deadline, "--speed", "30") as demo:
        demo.wait_line(lambda line: line.startswith("live page: "))
        demo.signal(signal.SIGTERM)
        status = demo.wait()
        check(status == 0, f"status {status}:\n{demo.text()}")
        demo.check_nothing_left()


def test_killed(arguments, folder, deadline):
    """Who cannot clean up any more has children that do."""
    with Demo(arguments, folder, deadline, "--speed", "30", "--duration", "20",
              "--linger", "0") as demo:
        demo.wait_line(lambda line: line.startswith("  tokens/s  sum"))
        demo.signal(signal.SIGKILL)
        demo.process.wait()
        demo.check_nothing_left()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--demo", required=True)
    parser.add_argument("--build", required=True, help="build directory to use")
    arguments = parser.parse_args()
    if not shutil.which("prometheus"):
        print("there is no prometheus; tools/setup checks installs it")
        sys.exit(77)
    deadline = Deadline(280)
    for test in (test_answers, test_interrupted, test_terminated_early, test_killed):
        with tempfile.TemporaryDirectory(prefix="quipu-e2e-") as folder:
            test(arguments, folder, deadline)
        print(f"{test.__name__} passed", flush=True)


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"FAILED: {failure}")
