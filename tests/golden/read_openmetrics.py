#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""read_openmetrics.py FOLDER: the strict parser of Prometheus' Python client must take every file."""
import pathlib
import sys

from prometheus_client.openmetrics.parser import text_string_to_metric_families

# Quoted names: that parser reads them from its release 0.22 on, Debian 12 has 0.16.
UNREADABLE = {"names"}


def check(path):
    # newline="": what is in the file, not what Python would make of its line ends.
    with open(path, encoding="utf-8", newline="") as file:
        text = file.read()
    try:
        families = list(text_string_to_metric_families(text))
    except ValueError as error:
        if path.stem in UNREADABLE:
            return True
        print(f"FAIL {path.name}: {error}")
        return False
    samples = sum(len(family.samples) for family in families)
    lines = sum(not line.startswith("#") for line in text.rstrip("\n").split("\n"))
    if samples != lines:
        print(f"FAIL {path.name}: {samples} samples in {lines} lines")
        return False
    return True


def main():
    paths = sorted(pathlib.Path(sys.argv[1]).glob("*.txt"))
    good = sum([check(path) for path in paths])
    print(f"{good} of {len(paths)} files pass")
    return 0 if paths and good == len(paths) else 1


sys.exit(main())
