#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The dashboards as Grafana will lay them out: nothing overlaps, nothing is unnamed, everything has
a unit and says what it shows; the demo's four queries are there; all are found from each."""
import itertools
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
DEPLOY = HERE.parents[1] / "tools/deploy"
sys.dont_write_bytecode = True
sys.path.insert(0, str(HERE.parent / "e2e"))

import boards  # noqa: E402
from children import Failure, check  # noqa: E402

FOUR = ["rate(llm_requests_total[1m])", 'rate(llm_requests_total{status="error"}[1m])',
        "histogram_quantile(0.95, rate(llm_request_duration_seconds_bucket[5m]))",
        "sum(rate(llm_tokens_total[5m])) by (model)"]
WANTED = {"quipu-llm-overview", "quipu-dispatch-loop", "quipu-agents", "quipu-process",
          "quipu-metrics"}
# Identifiers of Grafana's units, as its picker has them.
UNITS = {"none", "short", "percentunit", "s", "dtdurations", "bytes", "Bps", "reqps", "ops", "cps",
         "cpm", "currencyUSD"}
COLORS = {"green", "orange", "red", "text"}
COLUMNS = 24


def cells(panel):
    grid = panel["gridPos"]
    return set(itertools.product(range(grid["x"], grid["x"] + grid["w"]),
                                 range(grid["y"], grid["y"] + grid["h"])))


def check_grid(name, dashboard):
    taken = {}
    for panel in dashboard["panels"]:
        for cell in cells(panel):
            check(0 <= cell[0] < COLUMNS, f"{name}: {panel['title']} sticks out at {cell}")
            check(cell not in taken, f"{name}: {panel['title']} lies on {taken.get(cell)}")
            taken[cell] = panel["title"]
    height = 1 + max(y for _, y in taken)
    check(len(taken) == COLUMNS * height,
          f"{name}: {COLUMNS * height - len(taken)} cells of the grid are empty")
    ids = [panel["id"] for panel in dashboard["panels"]]
    check(len(set(ids)) == len(ids), f"{name}: panels of the same id")


def check_panel(name, panel):
    where = f"{name}: {panel['title']!r}"
    check(panel["title"] and panel["description"], f"{where} has no title or no description")
    check(panel["description"].endswith(".") or panel["description"] in FOUR,
          f"{where}: its description is no sentence")
    defaults = panel["fieldConfig"]["defaults"]
    check(defaults["unit"] in UNITS, f"{where}: {defaults['unit']} is no unit")
    for source in (panel["datasource"], *(one["datasource"] for one in panel["targets"])):
        check(source == {"type": "prometheus", "uid": "${datasource}"},
              f"{where}: another data source: {source}")
    check(panel["targets"], f"{where} asks nothing")
    steps = defaults.get("thresholds", {"steps": []})["steps"]
    limits = [step["value"] for step in steps[1:]]
    check(limits == sorted(limits) and {step["color"] for step in steps} <= COLORS,
          f"{where}: thresholds {steps}")


def check_table(name, panel):
    """The columns that are renamed and set up are those that the queries make."""
    where = f"{name}: {panel['title']!r}"
    organize = panel["transformations"][1]["options"]
    values = {f"Value #{target['refId']}" for target in panel["targets"]}
    check(len(values) > 1, f"{where}: with one query its column has another name")
    check(values < organize["renameByName"].keys(), f"{where}: a column without a title")
    titles = set(organize["renameByName"].values())
    set_up = {one["matcher"]["options"] for one in panel["fieldConfig"]["overrides"]}
    check(set_up < titles and panel["options"]["sortBy"][0]["displayName"] in titles,
          f"{where}: sets up {set_up}, has {titles}")


def check_variables(name, dashboard):
    """Each is used, each that is used is there, and each that a series could have narrows it."""
    used = set()
    for _, target in boards.queries(dashboard):
        used |= set(re.findall(r"\$\{?(\w+)", target["expr"]))
    there = {variable["name"] for variable in dashboard["templating"]["list"]}
    check(used - {"__rate_interval", "__range"} == there - {"datasource"},
          f"{name}: variables {there}, used {used}")


def check_four(dashboards):
    """The README's queries, but for what the variables add."""
    asked = {re.sub(r'(job|instance|provider|model)=~"\$\1",?', "", target["expr"])
             .replace("{}", "").replace(",}", "}")
             for _, target in boards.queries(dashboards["quipu-llm-overview.json"])}
    for query in FOUR:
        check(query in asked, f"no panel asks {query}")


def check_links(dashboards):
    for name, dashboard in dashboards.items():
        (link,) = dashboard["links"]
        check(link["type"] == "dashboards" and link["includeVars"] and link["keepTime"] and
              all(set(link["tags"]) <= set(other["tags"]) for other in dashboards.values()),
              f"{name}: its links lead not to all")
    alerts = (DEPLOY / "prometheus/alerts.yml").read_text(encoding="utf-8")
    leads = set(re.findall(r"dashboard: /d/([\w-]+)", alerts))
    check(leads <= WANTED, f"alerts lead to dashboards that there are not: {leads - WANTED}")


def main():
    dashboards = boards.load(DEPLOY / "grafana/dashboards")
    check({one["uid"] for one in dashboards.values()} == WANTED, f"there are {dashboards.keys()}")
    for name, dashboard in dashboards.items():
        check(name == dashboard["uid"] + ".json" and dashboard["description"], name)
        check_grid(name, dashboard)
        check_variables(name, dashboard)
        for panel in boards.panels(dashboard):
            check_panel(name, panel)
            if panel["type"] == "table":
                check_table(name, panel)
    check_four(dashboards)
    check_links(dashboards)
    print(f"{len(dashboards)} dashboards, "
          f"{sum(len(boards.panels(one)) for one in dashboards.values())} panels")


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"FAILED: {failure}")
