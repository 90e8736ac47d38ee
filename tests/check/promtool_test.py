#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""quipu check and promtool check metrics say the same of text 0.0.4: the same exit status but
where the tables say why not, the same advice, also about random families; and of changed
expositions, what we let pass promtool lets pass, with the same advice."""
import argparse
import random
import sys

import cases_text
from table import Case, changed, run

SEED = 20240229
WORDS = ["llm", "requests", "bytes", "milliseconds", "kibibytes", "hours", "weeks", "bits", "s",
         "ms", "kb", "MB", "sec", "d", "counter", "gauge", "summary", "histogram", "total",
         "count", "sum", "bucket", "thermometers", "tokensUsed", "a:b", "Celsius", "info"]
UNITS = {"bytes", "milliseconds", "kibibytes", "hours", "weeks", "bits"}
LABELS = ["le", "quantile", "model", "statusCode", "zone_id", "aB"]


def random_name(source):
    while True:
        words = [source.choice(WORDS) for _ in range(source.randint(1, 5))]
        if sum(word in UNITS for word in words) < 2:  # of several promtool takes any one
            return "_".join(words)


def random_family(source, name):
    kind = source.choice(["counter", "gauge", "untyped", ""])
    lines = [f"# HELP {name} Text." if source.random() < 0.7 else "# nothing"]
    if kind:
        lines.append(f"# TYPE {name} {kind}")
    for value in range(source.randint(0, 3)):
        labels = source.sample(LABELS, source.randint(0, 3))
        lines.append(name + "{" + f'n="{value}"' + "".join(f',{label}="x"' for label in labels) +
                     f"}} {value}")
    return lines


def random_exposition(source):
    """Families, none of which has the name of another's samples."""
    names = sorted({random_name(source) for _ in range(12)})
    return "".join(line + "\n" for name in names for line in random_family(source, name))


def compare(case, quipu, promtool):
    """The differences that the case does not have."""
    ours = run(quipu, "check", "--format", "text-0.0.4", data=case.data)
    theirs = run(promtool, "check", "metrics", data=case.data)
    expected = case.other[0] if case.other else ours.status
    if theirs.status != expected:
        yield f"promtool's status is {theirs.status}, not {expected} (ours {ours.status})"
    if case.other and theirs.status == ours.status:
        yield "no difference, although the table has one"
    if theirs.status in (0, 3) and not case.other and ours.advice != theirs.err.splitlines():
        yield f"advice\n{theirs.err}and ours\n{ours.err}"


def only_passing(quipu, count):
    """Changed expositions in which we find no error."""
    clean = cases_text.good + cases_text.lint
    for number, data in enumerate(changed(SEED, clean, count)):
        if run(quipu, "check", "--format", "text-0.0.4", data=data).status != 1:
            yield Case(f"changed {number}: {data!r}", data)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--quipu", required=True)
    parser.add_argument("--promtool", required=True)
    arguments = parser.parse_args()
    source = random.Random(SEED)
    cases = cases_text.text_0 + [Case(f"random {n}", random_exposition(source))
                                 for n in range(60)]
    cases += only_passing(arguments.quipu, 150)
    failed = 0
    for case in cases:
        for difference in compare(case, arguments.quipu, arguments.promtool):
            failed += 1
            print(f"FAIL {case.name}: {difference}")
    listed = sum(case.other is not None for case in cases)
    print(f"{len(cases)} expositions, {listed} listed differences, {failed} others")
    sys.exit(failed > 0)


main()
