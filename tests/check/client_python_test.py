#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""quipu check and client_python's OpenMetrics parser agree on every exposition of the table, but
where the table says why not; and of changed expositions, what we let pass it lets pass."""
import argparse
import io
import sys

import cases_openmetrics
from prometheus_client.openmetrics.parser import text_fd_to_metric_families
from table import changed, run

SEED = 20240301


def verdict(data):
    """Bytes as a client reads an answer: as UTF-8, line by line."""
    try:
        for _ in text_fd_to_metric_families(io.TextIOWrapper(io.BytesIO(data), "utf-8", newline="\n")):
            pass
    except Exception:  # it raises what int() and list.index raise as well
        return "bad"
    return "ok"


def our_verdict(quipu, data):
    answer = run(quipu, "check", "--format", "openmetrics-1.0.0", data=data)
    return "bad" if answer.status == 1 else "ok"


def compare(case, quipu):
    ours, theirs = our_verdict(quipu, case.data), verdict(case.data)
    return theirs == (case.other[0] if case.other else ours)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--quipu", required=True)
    quipu = parser.parse_args().quipu
    table = cases_openmetrics.openmetrics
    wrong = [case.name for case in table if not compare(case, quipu)]
    clean = [case for case in cases_openmetrics.good if not case.other]
    passed = [data for data in changed(SEED, clean, 1000) if our_verdict(quipu, data) == "ok"]
    wrong += [repr(data) for data in passed if verdict(data) == "bad"]
    for name in wrong:
        print(f"FAIL {name}")
    print(f"{len(table)} expositions and {len(passed)} changed ones that pass, "
          f"{len(wrong)} unlisted differences")
    sys.exit(bool(wrong) or not passed)


main()
