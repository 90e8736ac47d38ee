#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""read_json.py FOLDER: Python must read every file, strictly, and find in it what json.c promises."""
import json
import pathlib
import sys

TYPES = {"counter", "gauge", "histogram", "stateset", "info", "unknown", "summary"}
TEXTS = {"NaN", "+Inf", "-Inf"}


def refuse(text):
    raise ValueError(f"{text} is not JSON")


def unique(pairs):
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a name twice in one object")
    return dict(pairs)


def number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool) or value in TEXTS


def check_histogram(series):
    buckets = series.get("buckets", [])
    counts = [bucket["count"] for bucket in buckets]
    assert counts == sorted(counts), "buckets are not cumulative"
    if buckets:
        assert buckets[-1] == {"le": "+Inf", "count": series["count"]}
    if native := series.get("native"):
        signs = [native["negative"], native["positive"]]
        assert all(len(sign["counts"]) == sum(span["length"] for span in sign["spans"])
                   for sign in signs), "spans and counts"
        assert native["zero_count"] + sum(sum(sign["counts"]) for sign in signs) == series["count"]


def check_series(kind, series):
    assert all(isinstance(value, str) for value in series["labels"].values())
    if kind in ("histogram", "summary"):
        assert isinstance(series["count"], int) and number(series["sum"])
    if kind == "histogram":
        check_histogram(series)
    elif kind == "summary":
        assert all(number(q["quantile"]) and number(q["value"]) for q in series["quantiles"])
    elif kind == "stateset":
        assert all(isinstance(state, bool) for state in series["states"].values())
    else:
        assert number(series["value"])
    assert all(number(exemplar["value"]) for exemplar in series.get("exemplars", []))


def check(path):
    try:
        document = json.loads(path.read_bytes(), parse_constant=refuse, object_pairs_hook=unique)
        for family in document["families"]:
            assert family["name"] and family["type"] in TYPES
            for series in family["series"]:
                check_series(family["type"], series)
    except (ValueError, AssertionError, KeyError) as error:
        print(f"FAIL {path.name}: {error!r}")
        return False
    return True


def main():
    paths = sorted(pathlib.Path(sys.argv[1]).glob("*.txt"))
    good = sum([check(path) for path in paths])
    print(f"{good} of {len(paths)} files pass")
    return 0 if paths and good == len(paths) else 1


sys.exit(main())
