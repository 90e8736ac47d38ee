# SPDX-License-Identifier: MIT
"""quipu-dispatch on a mock, and what it says of itself."""
import argparse
import os
import pathlib
import re
import signal
import sys
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))

from children import Child, Deadline, Failure, check  # noqa: E402

from mock import Mock  # noqa: E402

SERIES = re.compile(r"^(\w+)(?:\{(.*)\})? (\S+)$")
LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


class Metrics:
    """A page of the text format, asked by name and labels."""

    def __init__(self, text):
        self.text = text
        self.series = []
        for line in text.splitlines():
            if not line.startswith("#") and (match := SERIES.match(line)):
                self.series.append((match[1], dict(LABEL.findall(match[2] or "")),
                                    float(match[3])))

    def sum(self, name, **labels):
        """Of all series of the name that have these labels."""
        return sum(value for found, has, value in self.series
                   if found == name and labels.items() <= has.items())

    def by(self, name, label, **labels):
        """{label value: sum}, without zeros."""
        values = {}
        for found, has, value in self.series:
            if found == name and labels.items() <= has.items() and value:
                values[has[label]] = values.get(has[label], 0) + value
        return values


class Dispatch(Child):
    """The program on its way; ended at the end of the with block."""

    def __init__(self, program, deadline, options, **environment):
        clean = {name: value for name, value in os.environ.items()
                 if name not in ("OPENAI_API_KEY", "QUIPU_DISPATCH_API_KEY")}
        program = program if isinstance(program, list) else [program]
        super().__init__("quipu-dispatch", [*program, "--listen", "127.0.0.1:0", *options], deadline,
                         env={**clean, **environment})

    def base_url(self):
        line = next((line for line in self.out if line.startswith("listening on ")), None)
        line = line or self.wait_line(lambda text: text.startswith("listening on "))
        return line.removeprefix("listening on ")

    def metrics(self):
        with urllib.request.urlopen(self.base_url() + "/metrics", timeout=60) as answer:
            return Metrics(answer.read().decode())

    def loaded(self):
        """The metrics once all calls are over: the totals are out by then."""
        self.base_url()
        self.wait_line(lambda text: " failed in the end" in text)
        return self.metrics()

    def interrupt(self):
        self.signal(signal.SIGINT)
        return self.wait()


class Bench:
    """Starts programs for tests, all before one deadline."""

    def __init__(self, program, seconds):
        self.program, self.deadline = program, Deadline(seconds)

    def start(self, url, *options, **environment):
        return Dispatch(self.program, self.deadline,
                        ["--endpoint", url, "--model", "m", "--provider", "p", "--speed", "max",
                         "--backoff", "1", "--linger", "3600", *options], **environment)

    def refused(self, said, *options, **environment):
        with Dispatch(self.program, self.deadline, options, **environment) as child:
            status = child.wait()
        check(status == 2 and any(said in line for line in child.err),
              f"{options}: status {status}, expected 2 and {said!r}:\n{child.text()}")
        return child.text()

    def load(self, behave, *options):
        """One load on a mock: its metrics, and the mock."""
        with Mock(behave) as mock, self.start(mock.url, *options) as child:
            metrics = child.loaded()
            status = child.interrupt()
        check(status == 0, f"status {status}:\n{child.text()}")
        check_sums(metrics)
        return metrics, mock


def equal(got, wanted, what):
    check(got == wanted, f"{what}: {got}, and not {wanted}")


def check_sums(metrics):
    """What must hold whatever happened."""
    equal(metrics.sum("llm_requests_in_flight"), 0, "in flight at the end")
    equal(metrics.sum("llm_queue_depth"), 0, "waiting at the end")
    equal(metrics.sum("llm_misuse_total"), 0, "misuse of the kit")
    failed = (metrics.sum("llm_requests_total")
              - metrics.sum("llm_requests_total", status="success"))
    equal(metrics.sum("llm_errors_total"), failed, "errors by type, and requests by status")


def main(tests, seconds):
    parser = argparse.ArgumentParser()
    parser.add_argument("--dispatch", required=True)
    parser.add_argument("only", nargs="*")
    arguments = parser.parse_args()
    bench = Bench(arguments.dispatch, seconds)
    try:
        for test in tests:
            if not arguments.only or test.__name__ in arguments.only:
                test(bench)
                print(f"{test.__name__} passed", flush=True)
    except Failure as failure:
        sys.exit(f"FAILED: {failure}")
