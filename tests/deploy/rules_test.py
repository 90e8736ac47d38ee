#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""promtool's own tests of the rules: each alert of alerts.yml fires where it must, with the text
that a person reads, and is silent where it must be; alerts.yml in this directory says when. An
alert that lacks either is an error."""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

try:
    import yaml
except ImportError:
    print("python3-yaml is not installed; tools/setup kit installs it")
    sys.exit(77)

HERE = pathlib.Path(__file__).resolve().parent
DEPLOY = HERE.parents[1] / "tools/deploy"
PROMETHEUS = DEPLOY / "prometheus"
sys.dont_write_bytecode = True
sys.path[:0] = [str(DEPLOY), str(HERE.parent / "e2e")]

from children import Failure, check  # noqa: E402
from generator.lists import Names  # noqa: E402
from server import find_programs  # noqa: E402

USUAL = {"job": "dispatch", "instance": "10.0.0.1:2222", "provider": "openai", "model": "gpt-4o",
         "queue": "main", "loop": "turn", "tool": "search", "stage": "input",
         "family": "calls_total", "kind": "ended_twice", "site": "pool.c:123", "function": "pool_take",
         "object": "server", "lock": "pool"}
NAMES = Names()


def load(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def series(short):
    """A series with the labels that were left out."""
    name, _, inside = short.partition("{")
    given = dict(re.findall(r'(\w+)="([^"]*)"', inside))
    for label, value in given.items():
        NAMES.check_label(name, label, None if label == "le" else value, short)
    labels = {label: given.get(label, USUAL.get(label))
              for label in sorted(NAMES.labels_of(name, short))}
    inside = ",".join(f'{label}="{value}"' for label, value in labels.items())
    check("None" not in labels.values() and None not in labels.values(),
          f"{short}: a label has no usual value: {labels}")
    return f"{name}{{{inside}}}"


def expected(case, rule):
    """The one alert of a case; what holds no template is taken from the rule."""
    same = {name: rule["annotations"][name] for name in ("action", "dashboard")}
    return [{"exp_labels": {"severity": case["severity"],
                            **{label: USUAL[label] for label in case["by"].split()}},
             "exp_annotations": {"summary": case["summary"],
                                 "description": case["description"], **same}}]


def group(alert, kind, case, rule):
    return {
        "name": f"{alert} {kind}: {case['why']}", "interval": "1m",
        "input_series": [{"series": series(short), "values": str(values)}
                         for short, values in case["series"].items()],
        "alert_rule_test": [{"eval_time": case["at"], "alertname": alert,
                             "exp_alerts": expected(case, rule) if kind == "fires" else []}],
    }


def groups(cases, rules):
    """{how often the rules are evaluated: the tests}; more seldom where a test is hours long, but
    within the five minutes for which a sample counts."""
    found = {"1m": [], "4m": []}
    for alert, of_alert in cases.items():
        check(alert in rules, f"{alert} is tested, and there is no such alert")
        for kind in ("fires", "silent"):
            for case in of_alert[kind]:
                often = "4m" if int(case["at"].rstrip("m")) > 120 else "1m"
                found[often].append(group(alert, kind, case, rules[alert]))
    return found


def check_complete(cases, rules):
    for alert in rules:
        for kind in ("fires", "silent"):
            check(cases.get(alert, {}).get(kind), f"{alert}: no test of it: {kind}")


def promtool(*arguments):
    # it writes a database for each test: in memory, where that can be
    folder = {"TMPDIR": "/dev/shm"} if os.access("/dev/shm", os.W_OK) else {}
    run = subprocess.run(["promtool", *arguments], capture_output=True, text=True, timeout=500,
                         env={**os.environ, **folder})
    check(run.returncode == 0, f"promtool {' '.join(arguments)}:\n{run.stdout}{run.stderr}")


def written(path, often, tests):
    path.write_text(json.dumps({
        "rule_files": [str(PROMETHEUS / name) for name in ("rules.yml", "alerts.yml")],
        "evaluation_interval": often, "tests": tests}), encoding="utf-8")
    return str(path)


def main():
    find_programs("promtool")
    promtool("check", "config", str(PROMETHEUS / "prometheus.yml"))
    promtool("check", "config", str(PROMETHEUS / "compose.yml"))
    rules = {rule["alert"]: rule for one in load(PROMETHEUS / "alerts.yml")["groups"]
             for rule in one["rules"]}
    cases = load(HERE / "alerts.yml")
    check_complete(cases, rules)
    with tempfile.TemporaryDirectory(prefix="quipu-deploy-") as folder:
        for often, tests in groups(cases, rules).items():
            promtool("test", "rules", written(pathlib.Path(folder, f"{often}.yml"), often, tests))
            print(f"{len(tests)} cases, evaluated every {often}")
    print(f"{len(rules)} alerts")


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"FAILED: {failure}")
