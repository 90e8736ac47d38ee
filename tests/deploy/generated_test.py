#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What is committed is what tools/deploy/generate makes, to the byte; and the generator refuses
names that are in no list."""
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
DEPLOY = HERE.parents[1] / "tools/deploy"
sys.dont_write_bytecode = True
sys.path[:0] = [str(DEPLOY), str(HERE.parent / "e2e")]

from children import Failure, check  # noqa: E402
from generator.lists import ListError, Names, closed_sets, families  # noqa: E402
from generator.promql import Expression  # noqa: E402

# What is read of the lists is as much as they hold, counted in another way.
PROFILER = "lock_|context_|on_cpu_|run_queue_|cpu_|allocator_"
COUNTED = [("include/quipu/llm.def", r"^QUIPU_LLM_FAMILY\(", r"(llm|agent|tool|guard|dispatch)_"),
           ("include/quipu/self.h", r"^\tX\(", r"quipu_(?!family_|scrape_duration|" + PROFILER + ")"),
           ("collect/jemalloc.c", r'"jemalloc_', r"jemalloc_"),
           ("collect/process.c", r'\.name = "process_|"process_heap_bytes"', r"process_"),
           ("../tools/contention/serve/series.def", r"^X\(", f"quipu_({PROFILER})"),
           ("collect/fill.c", r'\{ "quipu_family_', r"quipu_family_")]

REFUSED = {
    "rate(llm_request_total[5m])": "llm_request_total is in no list",
    "sum by (modell) (llm_requests_in_flight)": "groups by modell",
    'rate(llm_requests_total{state="error"}[5m])': "has no label state",
    'rate(llm_requests_total{status="failed"}[5m])': 'has no status="failed"',
    'rate(llm_rate_limit_events_total{kind="ended_twice"}[5m])': 'has no kind="ended_twice"',
    'rate(llm_request_duration_seconds_bucket{le="300.5"}[5m])': 'has no le="300.5"',
    "rate(llm_request_duration_seconds[5m])": "llm_request_duration_seconds is in no list",
    "llm_queue_depth / on (provider) llm_queue_depth": "groups by provider",
    "llm_queue_depth unless absent_metric": "absent_metric is in no list",
}

NARROWED = {
    'sum by (model) (rate(llm_requests_total{status="error"}[1m] offset 1h)) or vector(0)':
        'sum by (model) (rate(llm_requests_total{job=~"$job",model=~"$model",status="error"}[1m] '
        "offset 1h)) or vector(0)",
    'sum(up{job="x"}) without (instance) == bool 0':
        'sum(up{job="x"}) without (instance) == bool 0',
    "max(llm_queue_depth) * 1e3": 'max(llm_queue_depth{job=~"$job"}) * 1e3',
}


def committed():
    made = (path for folder in ("grafana", "prometheus", "kubernetes")
            for path in (DEPLOY / folder).rglob("*.*"))
    return {str(path.relative_to(DEPLOY)) for path in made}


def check_same(folder):
    subprocess.run([DEPLOY / "generate", "--output", folder], check=True, timeout=60)
    made = {str(path.relative_to(folder)): path.read_bytes()
            for path in pathlib.Path(folder).rglob("*.*")}
    for path, content in made.items():
        check((DEPLOY / path).exists() and (DEPLOY / path).read_bytes() == content,
              f"{path} is not what tools/deploy/generate makes: run it")
    # beside those that are made nothing lies that looks like them
    for path in committed() - made.keys():
        head = (DEPLOY / path).read_text(encoding="utf-8")[:100]
        check("Made by" not in head and not path.endswith(".json"),
              f"{path} is not made any more")
    return len(made)


def check_lists():
    names = [family.name for family in families()]
    check(len(set(names)) == len(names), f"families of one name: {sorted(names)}")
    for path, written, family in COUNTED:
        text = (DEPLOY.parents[1] / "core" / path).read_text(encoding="utf-8")
        there = len(re.findall(written, text, re.M))
        found = sum(bool(re.match(family, name)) for name in names)
        check(there == found, f"{path}: {there} are written there, {found} were read")
    for family in families():
        check(family.help.endswith("."), f"{family.name}: help is {family.help!r}")
        check((family.kind == "histogram") == bool(family.bounds), f"{family.name}: bounds")
    check(len(closed_sets()) == 12, f"closed sets: {closed_sets().keys()}")


def check_refused():
    names = Names()
    for text, said in REFUSED.items():
        try:
            Expression(text, "test").check(names)
        except ListError as error:
            check(said in str(error), f"{text}: {error}")
        else:
            raise Failure(f"{text} is not refused")
    for text, narrowed in NARROWED.items():
        got = str(Expression(text, "test").check(names).narrow(names, ("job", "model")))
        check(got == narrowed, f"{text} became {got}")


def main():
    check_lists()
    check_refused()
    with tempfile.TemporaryDirectory(prefix="quipu-deploy-") as folder:
        print(f"{check_same(folder)} files, {len(families())} families")


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"FAILED: {failure}")
