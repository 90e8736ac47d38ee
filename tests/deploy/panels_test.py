#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""panels_test.py [--readers N] COMMAND...: a real Prometheus, with the configuration, the rules and the alerts as
they are committed, scrapes what the command serves (it says "listening on URL"). Each recording
rule gives a series, each alert is evaluated without an error, each variable has values, and each
query of each panel gives a number, with "All" chosen and with every value chosen by name. So many
readers ask for the page beside Prometheus: they make the threads of a program that is profiled wait
for one another."""
import contextlib
import math
import pathlib
import re
import sys
import tempfile
import threading
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
DEPLOY = HERE.parents[1] / "tools/deploy"
sys.dont_write_bytecode = True
sys.path.insert(0, str(HERE.parent / "e2e"))

import boards  # noqa: E402
from children import Child, Deadline, Failure, check  # noqa: E402
from server import Server, find_programs  # noqa: E402

TIMES = {"__rate_interval": "15s", "__range": "30s", "__interval": "5s"}
SHOWN_SECONDS = 30


def configuration(folder, port):
    """What is committed, only faster; the rules beside it."""
    text = (DEPLOY / "prometheus/prometheus.yml").read_text(encoding="utf-8")
    for there, here in (('"15s"', '"1s"'), ('"10s"', '"900ms"'),
                        ("127.0.0.1:2222", f"127.0.0.1:{port}")):
        check(there in text, f"prometheus.yml has no {there}")
        text = text.replace(there, here)
    for name in ("rules.yml", "alerts.yml"):
        (folder / name).write_bytes((DEPLOY / "prometheus" / name).read_bytes())
    return text


def is_number(sample):
    return not math.isnan(float(sample[1]))


class Asker:
    """Asks queries as Grafana does."""

    def __init__(self, server):
        self.server, self.chosen = server, dict(TIMES)

    def text(self, expr):
        return boards.replaced(expr, self.chosen)

    def series(self, target):
        """[(labels, [sample])] of what a panel's query gives now."""
        query, now = self.text(target["expr"]), time.time()
        if target.get("instant"):
            found = self.server.api("query", query=query, time=now)["result"]
            return [(one["metric"], [one["value"]]) for one in found]
        found = self.server.api("query_range", query=query, start=now - SHOWN_SECONDS, end=now,
                                step=1)["result"]
        return [(one["metric"], one["values"]) for one in found]

    def values(self, selector, label):
        return self.server.api(f"label/{label}/values", **{"match[]": self.text(selector)})


# --- rules -----------------------------------------------------------------------------------

def rules(server, kind):
    return [rule for group in server.api("rules", type=kind)["groups"]
            for rule in group["rules"]]


def recorded_nothing(server):
    """The recording rules that have no number yet."""
    return [rule["name"] for rule in rules(server, "record")
            if not any(is_number(one["value"]) for one in
                       server.api("query", query=rule["name"])["result"])]


def check_rules(server):
    for kind in ("record", "alert"):
        found = rules(server, kind)
        check(found, f"no {kind} rules")
        for rule in found:
            check(rule["health"] == "ok" and not rule.get("lastError"),
                  f"{rule['name']}: {rule['health']} {rule.get('lastError')}")


# --- panels ----------------------------------------------------------------------------------

def wrong_with(panel, target, series):
    """What is wrong with a query's answer, or None."""
    if not any(is_number(sample) for _, samples in series for sample in samples):
        return "no number"
    labels = re.findall(r"\{\{(\w+)\}\}", target["legendFormat"])
    for label in labels:
        if not all(label in metric for metric, _ in series):
            return f"a series without the label {label} of its legend"
    if panel["type"] == "heatmap":
        grown = {metric["le"] for metric, samples in series
                 if any(float(value) > 0 for _, value in samples)}
        return None if len(series) > 2 and grown else "a heat map of nothing"
    return None


def all_wrong(asker, dashboards):
    wrong = []
    for name, dashboard in dashboards.items():
        for panel, target in boards.queries(dashboard):
            said = wrong_with(panel, target, asker.series(target))
            if said:
                wrong.append(f"{name}: {panel['title']}: {said}:\n    "
                             f"{asker.text(target['expr'])}")
    return wrong


def choose(asker, dashboards, choice):
    """For each variable what choice makes of all the values that there are."""
    for name in {name for one in dashboards.values() for name in boards.variables(one)}:
        asker.chosen[name] = ".*"
    for board, dashboard in dashboards.items():
        for name, (selector, label) in boards.variables(dashboard).items():
            found = asker.values(selector, label)
            check(found, f"{board}: ${name} has no values")
            asker.chosen[name] = choice(found)


def all_answered(asker, dashboards, deadline):
    """Every panel, once it has had time to get data; a late scrape may leave a gap."""
    wrong = all_wrong(asker, dashboards)
    while wrong and deadline.left():
        time.sleep(2)
        wrong = all_wrong(asker, dashboards)
    check(not wrong, "\n".join([f"with {asker.chosen}:", *wrong]))


# --- the run ---------------------------------------------------------------------------------

def wait_for_rules(server, deadline):
    def recorded():
        for target in server.api("targets", state="active")["activeTargets"]:
            error = target["lastError"]
            check(not error or "deadline" in error, f"Prometheus could not scrape: {error}")
        return not recorded_nothing(server)

    try:
        deadline.until("the recording rules", recorded, pause=1)
    except Failure as failure:
        raise Failure(f"{failure}: {' '.join(recorded_nothing(server))}") from None


@contextlib.contextmanager
def readers(url, count):
    over = threading.Event()

    def read():
        while not over.wait(0.02):
            with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=20) as answer:
                answer.read()

    threads = [threading.Thread(target=read) for _ in range(count)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


def run(command, folder, stack, count):
    deadline = Deadline(300)
    dashboards = boards.load(DEPLOY / "grafana/dashboards")
    program = stack.enter_context(Child(command[0], command, deadline))
    line = program.wait_line(lambda text: text.startswith("listening on "))
    stack.enter_context(readers(line.removeprefix("listening on ") + "/metrics", count))
    given = configuration(folder, int(line.rsplit(":", 1)[1]))
    server = stack.enter_context(Server(folder, {}, deadline, given=given))
    wait_for_rules(server, deadline)
    for choice in (lambda found: ".*"), boards.any_of:
        asker = Asker(server)
        choose(asker, dashboards, choice)
        all_answered(asker, dashboards, deadline)
    check_rules(server)
    asked = sum(len(boards.queries(one)) for one in dashboards.values())
    records, alerts = (len(rules(server, kind)) for kind in ("record", "alert"))
    print(f"{len(dashboards)} dashboards, {asked} queries, {records} recording rules, "
          f"{alerts} alerts: all answered")


def main():
    find_programs("prometheus")
    command, count = sys.argv[1:], 0
    if command[0] == "--readers":
        count, command = int(command[1]), command[2:]
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="quipu-deploy-"))
        run(command, pathlib.Path(folder), stack, count)


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"FAILED: {failure}")
