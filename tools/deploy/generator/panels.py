# SPDX-License-Identifier: MIT
"""Panels as Grafana's JSON has them, all of one look; where they lie is told by the board.

A query is (expression, legend). limits are (value, colour): from that value on the colour."""

SOURCE = {"type": "prometheus", "uid": "${datasource}"}

GOOD, WARNING, BAD, PLAIN = "green", "orange", "red", "text"


def thresholds(limits, base=GOOD):
    return {"mode": "absolute",
            "steps": [{"color": base, "value": None},
                      *({"color": color, "value": value} for value, color in limits)]}


def targets(queries, **options):
    return [{"refId": chr(ord("A") + at), "datasource": SOURCE, "expr": expr,
             "legendFormat": legend, "editorMode": "code", **options}
            for at, (expr, legend) in enumerate(queries)]


def panel(kind, title, about, unit, queries, options, custom=None, **defaults):
    defaults = {"unit": unit, **defaults}
    if custom:
        defaults["custom"] = custom
    return {"type": kind, "title": title, "description": about, "datasource": SOURCE,
            "targets": queries, "fieldConfig": {"defaults": defaults, "overrides": []},
            "options": options}


def stat(title, unit, about, expr, limits=(), **defaults):
    """One number, with its course behind it."""
    options = {
        "colorMode": "value" if limits else "none", "graphMode": "area", "justifyMode": "auto",
        "orientation": "auto", "percentChangeColorMode": "standard", "showPercentChange": False,
        "textMode": "value", "wideLayout": True,
        "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
    }
    return panel("stat", title, about, unit, targets([(expr, title)], range=True), options,
                 thresholds=thresholds(limits, GOOD if limits else PLAIN),
                 color={"mode": "thresholds"}, **defaults)


def lines(title, unit, about, *queries, stacked=False, limits=(), exemplars=False, **defaults):
    """A course for each series; limits are drawn across."""
    custom = {
        "drawStyle": "line", "lineInterpolation": "linear", "lineWidth": 1,
        "fillOpacity": 30 if stacked else 8, "gradientMode": "none", "showPoints": "never",
        "spanNulls": False, "stacking": {"group": "A", "mode": "normal" if stacked else "none"},
        "thresholdsStyle": {"mode": "dashed" if limits else "off"},
        "axisPlacement": "auto", "axisLabel": "",
        "scaleDistribution": {"type": "linear"},
    }
    options = {
        "legend": {"calcs": ["mean", "lastNotNull"], "displayMode": "table",
                   "placement": "bottom", "showLegend": True, "sortBy": "Last *",
                   "sortDesc": True},
        "tooltip": {"mode": "multi", "sort": "desc"},
    }
    asked = targets(queries, range=True, **({"exemplar": True} if exemplars else {}))
    return panel("timeseries", title, about, unit, asked, options, custom,
                 thresholds=thresholds(limits), color={"mode": "palette-classic"},
                 **{"min": 0, **defaults})


def quantiles(title, unit, about, histogram, *wanted, by="", **options):
    """Lines of quantiles of a histogram, over everything or by a label."""
    inner = f"sum by ({by + ', ' if by else ''}le) (rate({histogram}_bucket[$__rate_interval]))"
    legend = f"{{{{{by}}}}} " if by else ""
    return lines(title, unit, about,
                 *((f"histogram_quantile(0.{q}, {inner})", f"{legend}p{q}") for q in wanted),
                 **options)


def heat_map(title, unit, about, histogram):
    """How observations of a histogram spread, over time."""
    options = {
        "calculate": False, "cellGap": 1, "cellValues": {"unit": "short"},
        "color": {"mode": "scheme", "scheme": "Oranges", "fill": "dark-orange", "steps": 64,
                  "exponent": 0.5, "scale": "exponential", "reverse": False},
        "exemplars": {"color": "rgba(255,0,255,0.7)"}, "filterValues": {"le": 1e-9},
        "legend": {"show": True}, "rowsFrame": {"layout": "auto"}, "showValue": "never",
        "tooltip": {"mode": "single", "showColorScale": True, "yHistogram": True},
        "yAxis": {"axisPlacement": "left", "reverse": False, "unit": unit},
    }
    expr = f"sum by (le) (increase({histogram}_bucket[$__rate_interval]))"
    custom = {"hideFrom": {"legend": False, "tooltip": False, "viz": False},
              "scaleDistribution": {"type": "linear"}}
    return panel("heatmap", title, about, unit,
                 targets([(expr, "{{le}}")], range=True, format="heatmap"), options, custom)


def timeline(title, about, expr, legend, states):
    """A bar for each series, coloured by what state it is in; states: (text, colour), from 0."""
    mapping = {str(at): {"text": text, "color": color, "index": at}
               for at, (text, color) in enumerate(states)}
    options = {
        "alignValue": "left", "mergeValues": True, "rowHeight": 0.9, "showValue": "auto",
        "legend": {"calcs": [], "displayMode": "list", "placement": "bottom",
                   "showLegend": True},
        "tooltip": {"mode": "single", "sort": "none"},
    }
    return panel("state-timeline", title, about, "none", targets([(expr, legend)], range=True),
                 options, {"fillOpacity": 80, "lineWidth": 0},
                 mappings=[{"type": "value", "options": mapping}],
                 thresholds=thresholds(()), color={"mode": "thresholds"})


# --- tables ----------------------------------------------------------------------------------

def column(title, unit, expr, limits=()):
    return title, unit, expr, limits


def override(title, unit, limits):
    properties = [{"id": "unit", "value": unit}]
    if limits:
        properties += [{"id": "thresholds", "value": thresholds(limits)},
                       {"id": "custom.cellOptions", "value": {"type": "color-text"}}]
    return {"matcher": {"id": "byName", "options": title}, "properties": properties}


def table(title, about, by, *columns, sort):
    """A line for each value of the labels `by`, {label: title}; two columns at least."""
    refs = [chr(ord("A") + at) for at in range(len(columns))]
    titles = {**by, **{f"Value #{ref}": column[0] for ref, column in zip(refs, columns)}}
    options = {"cellHeight": "sm", "frameIndex": 0, "showHeader": True,
               "sortBy": [{"desc": True, "displayName": sort}]}
    made = panel("table", title, about, "short",
                 targets([(expr, "") for _, _, expr, _ in columns], instant=True,
                         range=False, format="table"),
                 options, {"align": "auto", "cellOptions": {"type": "auto"}, "inspect": False},
                 thresholds=thresholds(()), color={"mode": "thresholds"})
    made["transformations"] = [
        {"id": "merge", "options": {}},
        {"id": "organize", "options": {
            "excludeByName": {"Time": True}, "renameByName": titles,
            "indexByName": {name: at for at, name in enumerate(titles)}}}]
    made["fieldConfig"]["overrides"] = [override(title, unit, limits)
                                        for title, unit, _, limits in columns]
    return made
