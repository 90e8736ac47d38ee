# SPDX-License-Identifier: MIT
"""The dashboards as they are committed, and their queries as Grafana would ask them."""
import json
import re


def load(folder):
    """{file name: dashboard}."""
    return {path.name: json.loads(path.read_text(encoding="utf-8"))
            for path in sorted(folder.glob("*.json"))}


def panels(dashboard):
    """Those that show something."""
    return [panel for panel in dashboard["panels"] if panel["type"] != "row"]


def queries(dashboard):
    """(panel, target) of each."""
    return [(panel, target) for panel in panels(dashboard) for target in panel["targets"]]


def variables(dashboard):
    """{name: (selector, label)} of those whose values are asked for."""
    found = {}
    for variable in dashboard["templating"]["list"]:
        if variable["type"] == "query":
            asked = variable["query"]["query"]
            selector, label = re.fullmatch(r"label_values\((.*), (\w+)\)", asked).groups()
            found[variable["name"]] = selector, label
    return found


def replaced(text, values):
    """With its variables replaced; one that has no value is an error."""
    return re.sub(r"\$\{?(\w+)\}?", lambda match: values[match[1]], text)


def any_of(values):
    """A choice of several as Grafana's data source for Prometheus writes it inside a string."""
    escaped = [re.sub(r"[\\^$*+?.()|\[\]{}]", r"\\\\\g<0>", value) for value in values]
    return f"({'|'.join(escaped)})"
