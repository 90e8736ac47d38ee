#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""quipu check and client_python's OpenMetrics parser agree on every exposition of the table, but
where the table says why not."""
import argparse
import io
import sys

import cases_openmetrics
from prometheus_client.openmetrics.parser import text_fd_to_metric_families
from table import run


def verdict(data):
    """Bytes as a client reads an answer: as UTF-8, line by line."""
    try:
        for _ in text_fd_to_metric_families(io.TextIOWrapper(io.BytesIO(data), "utf-8")):
            pass
    except Exception:  # it raises what int() and list.index raise as well
        return "bad"
    return "ok"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--quipu", required=True)
    quipu = parser.parse_args().quipu
    failed = 0
    for case in cases_openmetrics.openmetrics:
        answer = run(quipu, "check", "--format", "openmetrics-1.0.0", data=case.data)
        ours = "bad" if answer.status == 1 else "ok"
        theirs = verdict(case.data)
        expected = case.other[0] if case.other else ours
        if theirs != expected or (case.other and theirs == ours):
            failed += 1
            print(f"FAIL {case.name}: client_python says {theirs}, we say {ours}, listed is "
                  f"{case.other}")
    print(f"{len(cases_openmetrics.openmetrics)} expositions, {failed} unlisted differences")
    sys.exit(failed > 0)


main()
