#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""quipu check over tables of good and bad expositions: findings, places, advice, exit status."""
import argparse
import sys

import cases_openmetrics
import cases_json
import cases_openmetrics_2
import cases_protobuf
import cases_text
from table import failures

TABLES = [
    ("text-0.0.4", cases_text.text_0),
    ("text-1.0.0", cases_text.text_1),
    ("openmetrics-1.0.0", cases_openmetrics.openmetrics),
    ("openmetrics-2.0.0", cases_openmetrics_2.openmetrics_2),
    ("protobuf", cases_protobuf.protobuf),
    ("json", cases_json.json),
]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--quipu", required=True)
    quipu = parser.parse_args().quipu
    sys.exit(sum(failures(quipu, table, name) for name, table in TABLES) > 0)


main()
