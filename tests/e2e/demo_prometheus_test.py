#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""tools/demo --prometheus: a real Prometheus scrapes the demo and is asked; nothing is left."""
import argparse
import json
import os
import re
import shutil
import signal
import socket
import sys
import tempfile
import urllib.parse
import urllib.request

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


def wait_answers(demo):
    """Until Prometheus has answers for every route; its address."""
    line = demo.wait_line(lambda text: text.startswith("Prometheus: http://"))
    base = line.split()[1]
    demo.wait_line(lambda text: text.startswith("  tokens/s  sum"))
    query = urllib.parse.urlencode({"query": "sum(rate(llm_requests_total[1m])) "
                                             "by (model, provider) > 0"})

    def answered():
        with urllib.request.urlopen(f"{base}/api/v1/query?{query}", timeout=20) as answer:
            return len(json.loads(answer.read())["data"]["result"]) == 6

    demo.deadline.until("rates of all routes", answered, pause=0.5)


def check_answers(demo):
    """Every route of the demo's own table has answers to all four queries."""
    table = demo.table()
    routes = {tuple(line.split()[:2]) for line in demo.out
              if re.match(r"\S+ +[a-z]+ +[\d,]+ +\d", line)}
    check(len(routes) == 6 and table.keys() == routes, f"{table.keys()}\n{demo.text()}")
    for row in table.values():
        check(float(row.group(3).replace(",", "")) > 0 < float(row.group(5)), demo.text())
    with_tokens = [row.group(1) for row in table.values() if row.group(6)]
    check(sorted(with_tokens) == sorted({model for model, _ in table}), demo.text())


def check_rules(arguments, demo):
    """All rules of the deployed files are at work."""
    deployed = os.path.join(os.path.dirname(arguments.demo), "deploy", "prometheus")
    wanted = 0
    for name in ("rules.yml", "alerts.yml"):
        path = os.path.join(deployed, name)
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                wanted += len(re.findall(r"^\s*- (?:record|alert):", file.read(), re.M))
    check(f"  alerts of {wanted} rules: " in demo.text(), f"not {wanted} rules:\n{demo.text()}")


def check_end(demo):
    status = demo.wait()
    check(status == 0, f"status {status}:\n{demo.text()}")
    check(sum(line.startswith("total ") for line in demo.out) == 1, demo.text())
    demo.check_nothing_left()


def test_answers(arguments, folder, deadline):
    """Ctrl-C in the middle: the demo's table, the last answers, and nothing left."""
    with Demo(arguments, folder, deadline, "--speed", "60", "--linger", "100") as demo:
        wait_answers(demo)
        os.killpg(demo.process.pid, signal.SIGINT)
        check_end(demo)
        check_answers(demo)
        check_rules(arguments, demo)


def test_ends_by_itself(arguments, folder, deadline):
    with Demo(arguments, folder, deadline, "--speed", "max", "--linger", "2") as demo:
        check_end(demo)


def test_terminated_early(arguments, folder, deadline):
    """Also before Prometheus is there."""
    with Demo(arguments, folder, deadline, "--speed", "30") as demo:
        demo.wait_line(lambda line: line.startswith("live page: "))
        demo.signal(signal.SIGTERM)
        check_end(demo)


def test_killed(arguments, folder, deadline):
    """Who cannot clean up any more has children that do."""
    with Demo(arguments, folder, deadline, "--speed", "30", "--duration", "20",
              "--linger", "0") as demo:
        demo.wait_line(lambda line: line.startswith("  tokens/s  sum"))
        demo.signal(signal.SIGKILL)
        demo.process.wait()
        demo.check_nothing_left()


def test_nobody_there(arguments, folder, deadline):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))  # and does not listen
        url = "http://127.0.0.1:%d" % free.getsockname()[1]
        tool = os.path.join(os.path.dirname(arguments.demo), "prometheus")
        with Child("tools/prometheus", [tool, url], deadline,
                   env={**os.environ, "TMPDIR": folder}) as child:
            status = child.wait()
    check(status == 1 and f"{url}: nobody listens there" in child.text(), child.text())
    check(not os.listdir(folder), f"left behind: {os.listdir(folder)}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--demo", required=True)
    parser.add_argument("--build", required=True, help="build directory to use")
    arguments = parser.parse_args()
    if not shutil.which("prometheus"):
        print("there is no prometheus; tools/setup checks installs it")
        sys.exit(77)
    deadline = Deadline(280)
    for test in (test_answers, test_ends_by_itself, test_terminated_early, test_killed,
                 test_nobody_there):
        with tempfile.TemporaryDirectory(prefix="quipu-e2e-") as folder:
            test(arguments, folder, deadline)
        print(f"{test.__name__} passed", flush=True)


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"FAILED: {failure}")
