#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Entrants of the benchmarks do what bench/README.md says, and the same: each shows exactly the
families, label sets and values that the test computes, as client_python's parser reads them, and
answers each of its operations.

    entrants_test.py ENTRANT...
"""
import contextlib
import json
import math
import os
import subprocess
import sys
import urllib.request

from contents import FAMILIES, expected, key
from prometheus_client.parser import text_string_to_metric_families

LIMIT = 60  # seconds for one operation
HAVE_NOT = 3
SHOWN = {"counters": 1000, "histograms": 100}
MEASURED = 10000  # series, for memory
SERIES_BYTES = range(16, 8192)  # of memory: anything else is a mistake
CASES = ("counter", "histogram", "lookup")
SUM_TOLERANCE = 1e-12  # not everyone writes all digits


class Failure(Exception):
    """What an entrant did wrong."""


def check(condition, message):
    if not condition:
        raise Failure(message)


def call(entrant, *args):
    return subprocess.run([entrant, *map(str, args)], capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=LIMIT, check=False)


def output(entrant, *args):
    done = call(entrant, *args)
    check(done.returncode == 0, f"{args}: status {done.returncode}, {done.stderr.strip()}")
    return done.stdout


def result(entrant, *args):
    """The one JSON object on the one line."""
    lines = output(entrant, *args).splitlines()
    check(len(lines) == 1, f"{args}: {len(lines)} lines")
    return json.loads(lines[0])


# --- what is shown ----------------------------------------------------------------------------

def read(text):
    """The families and samples of an exposition: {name: (type, help)}, {key: value}."""
    families, samples = {}, {}
    for family in text_string_to_metric_families(text):
        check(family.name not in families, f"{family.name} twice")
        families[family.name] = (family.type, family.documentation)
        for sample in family.samples:
            name = key(sample.name, sample.labels)
            check(name not in samples, f"{name} twice")
            samples[name] = sample.value
    return families, samples


def same(value, wanted, name):
    if name.endswith("_sum"):
        return math.isclose(value, wanted, rel_tol=SUM_TOLERANCE)
    return value == wanted


def compare(samples, wanted):
    missing, more = wanted.keys() - samples.keys(), samples.keys() - wanted.keys()
    check(not missing, f"{len(missing)} samples missing, {next(iter(missing), None)}")
    check(not more, f"{len(more)} samples too many, {next(iter(more), None)}")
    for name, value in wanted.items():
        check(same(samples[name], value, name[0]),
              f"{name}: {samples[name]}, expected {value}")


def check_show(entrant):
    for kind, series in SHOWN.items():
        families, samples = read(output(entrant, "show", kind, series))
        check(families == FAMILIES[kind], f"show {kind}: {families}")
        compare(samples, expected(kind, series))


def get(port):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=LIMIT) as answer:
        kind = answer.headers["Content-Type"]
        check(kind.startswith("text/plain"), f"served as {kind}")
        return answer.read().decode()


def compare_served(text, kind, series):
    """A server may add families about itself."""
    families, samples = read(text)
    wanted = FAMILIES[kind]
    check(wanted.items() <= families.items(), f"serve {kind}: {families}")
    own = [name for name in families if name not in wanted]
    compare({name: value for name, value in samples.items()
             if not name[0].startswith(tuple(own))}, expected(kind, series))


@contextlib.contextmanager
def serving(entrant, kind, series):
    server = subprocess.Popen([entrant, "serve", kind, str(series)], text=True,
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        yield server
    finally:
        server.kill()
        server.wait()
        server.stdin.close()
        server.stdout.close()


def check_serve(entrant):
    for kind, series in SHOWN.items():
        with serving(entrant, kind, series) as server:
            port = json.loads(server.stdout.readline())["port"]
            for _ in range(2):
                compare_served(get(port), kind, series)
            server.stdin.close()
            check(server.wait(LIMIT) == 0, f"serve ends with status {server.returncode}")


# --- what is measured --------------------------------------------------------------------------

def check_about(entrant):
    about = result(entrant, "about")
    for field in ("name", "version", "language"):
        check(about.get(field), f"about has no {field}: {about}")


def check_rate(recorded, threads):
    rate, cpu_ns = recorded["rate"], recorded["cpu_ns"]
    check(rate > 0 and cpu_ns > 0, f"{recorded}")
    # of the processors that its threads can have; helpers (a collector, a compiler) may add one
    share = rate * cpu_ns / 1e9
    check(0.005 * threads < share < threads + 1.1,
          f"{recorded} is {share:.3f} processors with {threads} threads")


def check_recorded(entrant, case, series, threads):
    """In a time so short that a busy machine may not let it run at all: then in a longer one."""
    for seconds in (0.02, 0.5, 5):
        try:
            return check_rate(result(entrant, "record", case, series, threads, seconds), threads)
        except (Failure, ValueError) as error:
            wrong = error
    raise Failure(f"record {case}: {wrong}")


def check_record(entrant):
    for case in CASES:
        for series in (1, 64):
            check_recorded(entrant, case, series, 1)
        if call(entrant, "record", case, 64, 2, 0.02).returncode != HAVE_NOT:
            check_recorded(entrant, case, 64, 2)
    check_recorded(entrant, "lookup", MEASURED, 1)


def check_text(entrant):
    for kind, series in SHOWN.items():
        made = result(entrant, "text", kind, series, 3)
        check(len(made["ms"]) == 3 and min(made["ms"]) > 0, f"text {kind}: {made}")
        shown = len(output(entrant, "show", kind, series).encode())
        check(made["bytes"] == shown, f"text {kind}: {made}, {shown} bytes are shown")


def check_memory(entrant):
    for kind in SHOWN:
        grown = result(entrant, "memory", kind, MEASURED)["bytes"]
        check(grown // MEASURED in SERIES_BYTES, f"memory {kind}: {grown} for {MEASURED}")


def check_refusal(entrant):
    unknown = call(entrant, "record", "nothing", 1, 1, 0.02)
    check(unknown.returncode == HAVE_NOT, f"unknown case: status {unknown.returncode}")
    wrong = call(entrant, "nothing")
    check(wrong.returncode not in (0, HAVE_NOT), f"unknown operation: {wrong.returncode}")
    for done in unknown, wrong:
        check(done.stderr and not done.stdout, "a refusal belongs on stderr, and only there")


CHECKS = (check_about, check_show, check_serve, check_record, check_text, check_memory,
          check_refusal)


def failures(entrant):
    """What is wrong with it, one line each."""
    for one in CHECKS:
        try:
            one(entrant)
        except (Failure, OSError, ValueError, LookupError, subprocess.TimeoutExpired) as error:
            yield f"{one.__name__}: {type(error).__name__}: {error}"


def main():
    entrants = sys.argv[1:]
    if not entrants:
        sys.exit(__doc__)
    wrong = 0
    for entrant in entrants:
        found = list(failures(entrant))
        wrong += len(found)
        print(f"{os.path.basename(entrant)}: {'as it should be' if not found else ''}")
        for line in found:
            print(f"    FAIL {line}")
    sys.exit(wrong > 0)


main()
