# SPDX-License-Identifier: MIT
"""The dashboards, from their descriptions (../dashboards), and what tells Grafana of them."""
import importlib
import re
from typing import NamedTuple

import thresholds as at
from generator.lists import ListError
from generator.panels import SOURCE
from generator.promql import Expression
from generator.prometheus import MADE
from generator.writing import as_json, yaml

BOARDS = ("overview", "dispatch", "agents", "process", "metrics")
COLUMNS = 24
SCHEMA_VERSION = 42

# Where the values of a variable come from; those of the target from each board's own.
VALUES_OF = {"provider": "llm_requests_total", "model": "llm_requests_total",
             "queue": "llm_queue_depth", "loop": "dispatch_loop_iterations_total",
             "agent": "agent_turns_total", "tool": "tool_invocations_total"}

# The variables that narrow the values of another, where it is not those of the target.
NARROWED_BY = {"job": (), "instance": ("job",), "model": ("job", "instance", "provider")}


class Row(NamedTuple):
    """Panels side by side; widths in columns, where they are not equal."""
    height: int
    panels: list
    title: str = ""
    widths: tuple = ()


# --- layout ----------------------------------------------------------------------------------

def place(panel, x, y, width, height):
    return {"gridPos": {"x": x, "y": y, "w": width, "h": height}, **panel}


def heading(title, y):
    return place({"type": "row", "title": title, "collapsed": False, "panels": []},
                 0, y, COLUMNS, 1)


def laid_out(rows):
    placed, y = [], 0
    for row in rows:
        if row.title:
            placed.append(heading(row.title, y))
            y += 1
        x = 0
        for panel, width in zip(row.panels, row.widths or
                                [COLUMNS // len(row.panels)] * len(row.panels)):
            placed.append(place(panel, x, y, width, row.height))
            x += width
        if x != COLUMNS:
            raise ListError(f"{row.panels[0]['title']}: its row is {x} columns wide")
        y += row.height
    return [{"id": number, **panel} for number, panel in enumerate(placed, 1)]


# --- queries ---------------------------------------------------------------------------------

def check_legend(target, expression, names):
    for label in re.findall(r"\{\{(\w+)\}\}", target["legendFormat"]):
        if label not in expression.labels(names):
            raise ListError(f"{expression.where}: a legend of {label}, which nothing in it has")


def with_variables(panel, names, variables, board):
    for target in panel.get("targets", []):
        expression = Expression(target["expr"], f"{board}: {panel['title']}").check(names)
        check_legend(target, expression, names)
        target["expr"] = str(expression.narrow(names, variables))


# --- variables -------------------------------------------------------------------------------

def source_variable():
    return {"type": "datasource", "name": "datasource", "label": "Data source",
            "query": "prometheus", "refresh": 1, "hide": 0, "includeAll": False, "multi": False,
            "options": [], "regex": ""}


def query_variable(name, selector):
    return {"type": "query", "name": name, "label": name.capitalize(), "datasource": SOURCE,
            "query": {"query": f"label_values({selector}, {name})", "refId": f"values-{name}"},
            "refresh": 2, "sort": 1, "hide": 0, "regex": "", "multi": True, "includeAll": True,
            "allValue": ".*", "options": [],
            "current": {"selected": True, "text": ["All"], "value": ["$__all"]}}


def variables(board, names):
    chosen = [source_variable()]
    for name in ("job", "instance", *board.VARIABLES):
        metric = VALUES_OF.get(name, board.ANCHOR)
        names.check_label(metric, name, None, f"{board.UID}: ${name}")
        narrow = NARROWED_BY.get(name, ("job", "instance"))
        selector = Expression(metric, board.UID).narrow(names, narrow)
        chosen.append(query_variable(name, selector))
    return {"list": chosen}


# --- boards ----------------------------------------------------------------------------------

def links():
    return [{"type": "dashboards", "title": "quipu", "tags": ["quipu"], "icon": "external link",
             "tooltip": "The other dashboards", "asDropdown": False, "includeVars": True,
             "keepTime": True, "targetBlank": False, "url": ""}]


def annotations():
    return {"list": [{
        "builtIn": 1, "datasource": {"type": "grafana", "uid": "-- Grafana --"}, "enable": True,
        "hide": True, "iconColor": "rgba(0, 211, 255, 1)", "name": "Annotations & Alerts",
        "type": "dashboard"}]}


def dashboard(board, names):
    panels = laid_out(board.ROWS)
    for panel in panels:
        with_variables(panel, names, ("job", "instance", *board.VARIABLES), board.UID)
    return {
        "id": None, "uid": board.UID, "title": board.TITLE, "description": board.ABOUT,
        "tags": ["quipu"], "schemaVersion": SCHEMA_VERSION, "version": 1, "editable": True,
        "graphTooltip": 1, "refresh": "30s", "time": {"from": "now-1h", "to": "now"},
        "timepicker": {}, "timezone": "browser", "links": links(), "annotations": annotations(),
        "templating": variables(board, names), "panels": panels,
    }


# --- provisioning ----------------------------------------------------------------------------

def data_source():
    return {"apiVersion": 1, "datasources": [{
        "name": "Prometheus", "uid": "quipu-prometheus", "type": "prometheus", "access": "proxy",
        "url": "$PROMETHEUS_URL", "isDefault": True, "editable": False,
        "jsonData": {"httpMethod": "POST", "timeInterval": f"{at.SCRAPE_INTERVAL}s",
                     "prometheusType": "Prometheus", "manageAlerts": False}}]}


def provider():
    return {"apiVersion": 1, "providers": [{
        "name": "quipu", "folder": "quipu", "type": "file", "disableDeletion": True,
        "allowUiUpdates": False, "updateIntervalSeconds": 30,
        "options": {"path": "/etc/grafana/dashboards"}}]}


SOURCE_ABOUT = f"""\
{MADE}

The data source. PROMETHEUS_URL is in Grafana's environment, as http://127.0.0.1:9090."""

PROVIDER_ABOUT = f"""\
{MADE}

Where Grafana finds the dashboards; copy them there, or change the path."""


def files(names):
    made = {"grafana/provisioning/datasources/prometheus.yml": yaml(data_source(), SOURCE_ABOUT),
            "grafana/provisioning/dashboards/quipu.yml": yaml(provider(), PROVIDER_ABOUT)}
    for name in BOARDS:
        board = importlib.import_module(f"dashboards.{name}")
        made[f"grafana/dashboards/{board.UID}.json"] = as_json(dashboard(board, names))
    return made
