#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""promtool_test.py SHOW LIST: what the kit shows is good by promtool's rules, and, told by a reader
that is not ours, has the families, types and label names that tools/llm_list tells of."""
import json
import re
import shutil
import subprocess
import sys

SKIPPED = 77
PROMETHEUS = {"COUNTER": "counter", "COST": "counter", "HISTOGRAM": "histogram"}


def output(*command, **more):
    return subprocess.run(command, check=True, capture_output=True, text=True, **more).stdout


def check_list(text, listed):
    types = dict(re.findall(r"^# TYPE (\S+) (\S+)$", text, re.M))
    wanted = {family["name"]: PROMETHEUS.get(family["kind"], "gauge")
              for family in listed["families"] + listed["opentelemetry"]}
    assert types == wanted, f"families: {sorted(set(types.items()) ^ set(wanted.items()))}"
    for family in listed["families"] + listed["opentelemetry"]:
        check_values(text, family)


def check_values(text, family):
    """Every value of a closed set is one of it."""
    for line in re.findall(rf"^{family['name']}(?:_bucket|_sum|_count)?\{{(.*)\}} \S+$", text, re.M):
        shown = dict(re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', line))
        for label in family["labels"]:
            values = label["values"]
            assert label["name"] in shown, f"{family['name']}{{{line}}} has no {label['name']}"
            assert values is None or shown[label["name"]] in values, f"{family['name']}{{{line}}}"


def main():
    show, list_ = sys.argv[1:]
    text = output(show, "text-0.0.4")
    check_list(text, json.loads(output(list_, "--json")))
    if not shutil.which("promtool"):
        print("promtool is missing: tools/setup installs it", file=sys.stderr)
        return SKIPPED
    done = subprocess.run(["promtool", "check", "metrics"], input=text, text=True,
                          capture_output=True)
    print(done.stdout + done.stderr, end="")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
