# SPDX-License-Identifier: MIT
"""What Prometheus reads: whom it scrapes, the recording rules, the alerts; the same rules as a
Kubernetes object; and their tables in the README."""
import re

import thresholds as at
from generator import alerting, recording
from generator.lists import ListError
from generator.promql import Expression
from generator.writing import yaml

MADE = "Made by tools/deploy/generate: change what it reads, not this."

SCRAPES_HERE = f"""\
{MADE}

Scrapes the demo (tools/demo) on this machine:

  prometheus --config.file=tools/deploy/prometheus/prometheus.yml \\
      --storage.tsdb.path="$(mktemp -d)"

then ask on http://127.0.0.1:9090. (Where a service has that port already:
--web.listen-address=127.0.0.1:9091.) Without the option the data would go where the package says,
with Debian's to /var/lib/prometheus, which is the service's."""

SCRAPES_COMPOSE = f"""\
{MADE}

For compose.yaml: as prometheus.yml, but the demo is another host."""


def scraping(target):
    return {
        "global": {"scrape_interval": f"{at.SCRAPE_INTERVAL}s",
                   "scrape_timeout": f"{at.SCRAPE_TIMEOUT}s",
                   "evaluation_interval": f"{at.SCRAPE_INTERVAL}s"},
        "rule_files": ["rules.yml", "alerts.yml"],
        "scrape_configs": [{"job_name": "quipu-dispatch",
                            "static_configs": [{"targets": [target]}]}],
    }


# --- rules -----------------------------------------------------------------------------------

def result_labels(expression):
    """Those by which the outermost aggregation groups."""
    (labels,) = re.findall(r"by \((.*?)\)", str(expression))[:1]
    return {label.strip() for label in labels.split(",")} - {"le"}


def recorded(names):
    """The recording rules; from here on their names may be asked for."""
    groups = []
    for group, rules in recording.GROUPS.items():
        for name, expr in rules:
            expression = Expression(expr, name).check(names)
            names.add(name, result_labels(expression), {})
            if name not in recording.MEANINGS:
                raise ListError(f"{name}: it is not told what this means")
        groups.append({"name": group,
                       "rules": [{"record": name, "expr": expr} for name, expr in rules]})
    return {"groups": groups}


def check_alert(alert, names):
    expression = Expression(alert.expr, alert.name).check(names)
    told = re.findall(r"\$labels\.(\w+)", alert.summary + alert.description)
    for label in set(told) - expression.labels(names):
        raise ListError(f"{alert.name}: tells a label {label}, which nothing in it has")


def alert_rule(alert):
    rule = {"alert": alert.name, "expr": alert.expr, "for": alert.holds_for,
            "labels": {"severity": alert.severity},
            "annotations": {"summary": alert.summary, "description": alert.description,
                            "action": alert.action, "dashboard": f"/d/{alert.dashboard}"}}
    if alert.holds_for == "0m":
        del rule["for"]
    return rule


def alerts(names):
    for alert in alerting.alerts():
        check_alert(alert, names)
    return {"groups": [{"name": group, "rules": [alert_rule(alert) for alert in of_group]}
                       for group, of_group in alerting.GROUPS.items()]}


def kubernetes_rule(*files):
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {"name": "quipu", "labels": {"app.kubernetes.io/name": "quipu"}},
        "spec": {"groups": [group for file in files for group in file["groups"]]},
    }


# --- tables ----------------------------------------------------------------------------------

def table(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def readable(text):
    """An annotation without its templates."""
    text = re.sub(r"\$?\{\{ \$value[^}]*\}\}", "so many", text)
    return re.sub(r"\{\{ \$labels\.(\w+) \}\}", r"*\1*", text)


def alert_table():
    return table(["Alert", "Severity", "What is wrong", "First thing to do"],
                 [[f"`{alert.name}`", alert.severity, readable(alert.summary), alert.action]
                  for alert in alerting.alerts()])


def rule_table():
    return table(["Rule", "What it is"],
                 [[f"`{name}`", recording.MEANINGS[name]]
                  for rules in recording.GROUPS.values() for name, _ in rules])


def files(names):
    """{path: text}, and makes the rules' names known."""
    rules, alarms = recorded(names), alerts(names)
    return {
        "prometheus/prometheus.yml": yaml(scraping("127.0.0.1:2222"), SCRAPES_HERE),
        "prometheus/compose.yml": yaml(scraping("demo:2222"), SCRAPES_COMPOSE),
        "prometheus/rules.yml": yaml(rules, MADE),
        "prometheus/alerts.yml": yaml(alarms, MADE),
        "kubernetes/prometheus-rule.yaml": yaml(kubernetes_rule(rules, alarms), MADE),
    }
