#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""names_test.py COMMAND...: what a real program serves (it says "listening on URL") has the names,
kinds and labels that the generator reads of the lists: nothing else, and nothing is missing."""
import pathlib
import re
import sys
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path[:0] = [str(HERE.parents[1] / "tools/deploy"), str(HERE.parent / "e2e")]

from children import Child, Deadline, Failure, check  # noqa: E402
from generator.lists import contention_families, families  # noqa: E402

OF_KIT = re.compile(r"(llm|dispatch_loop|agent|tool|guard)_")
# Only where the process has such a limit.
MAY_LACK = {"process_virtual_memory_max_bytes"}
# Only where it is profiled.
OF_PROFILER = {family.name for family in contention_families()}
SAMPLE = re.compile(r'(\w+)(?:\{(.*)\})? \S+')


def page_of(command):
    deadline = Deadline(60)
    with Child(command[0], command, deadline) as program:
        line = program.wait_line(lambda text: text.startswith("listening on "))
        with urllib.request.urlopen(line.removeprefix("listening on ") + "/metrics",
                                    timeout=20) as answer:
            return answer.read().decode()


def served(page):
    """{family: (kind, {labels of its samples})}, a histogram's le aside."""
    kinds = dict(re.findall(r"^# TYPE (\w+) (\w+)$", page, re.M))
    found = {name: (kind, set()) for name, kind in kinds.items()}
    for line in page.splitlines():
        match = SAMPLE.match(line)
        if not match:
            continue
        name = match[1]
        family = name if name in kinds else name.rsplit("_", 1)[0]
        labels = re.findall(r'(\w+)="', match[2] or "")
        found[family][1].add(tuple(label for label in labels if label != "le"))
    return found


def check_family(family, kind, label_sets):
    listed = "gauge" if family.kind == "stateset" else family.kind
    check(kind == listed, f"{family.name} is a {kind}, listed as a {listed}")
    wanted = set(family.values)
    for labels in label_sets:
        # what is beyond a family's cap is in a series of its own
        check(set(labels) == wanted or labels == ("otel_metric_overflow",),
              f"{family.name} has the labels {labels}, listed are {wanted}")


def main():
    found = served(page_of(sys.argv[1:]))
    listed = {family.name: family for family in families()}
    for name, (kind, label_sets) in found.items():
        check(name in listed, f"{name} is served and in no list")
        check_family(listed[name], kind, label_sets)
    wanted = {name for name in listed if "llm_misuse_total" in found or not OF_KIT.match(name)}
    if not OF_PROFILER & found.keys():
        wanted -= OF_PROFILER
    missing = wanted - found.keys() - MAY_LACK
    check(not missing, f"listed and not served: {sorted(missing)}")
    print(f"{len(found)} families, as listed")


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"FAILED: {failure}")
