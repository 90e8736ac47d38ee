# SPDX-License-Identifier: MIT
"""What was measured: samples under keys, their medians and spreads, kept as JSON."""
import copy
import json
import statistics

SCHEMA = 1


class Figure:
    """Samples of one quantity, all in one unit."""

    def __init__(self, unit, samples):
        self.unit = unit
        self.samples = sorted(samples)

    @property
    def median(self):
        return statistics.median(self.samples)

    @property
    def low(self):
        return self.samples[0]

    @property
    def high(self):
        return self.samples[-1]

    def scaled(self, factor, unit):
        return Figure(unit, [sample * factor for sample in self.samples])

    def __str__(self):
        if self.low == self.high:
            return number(self.median)
        return f"{number(self.median)} ({number(self.low)}–{number(self.high)})"


def number(value):
    """Three digits that say something, never in powers of ten."""
    if value == 0:
        return "0"
    size = abs(value)
    if size >= 100:
        return f"{value:,.0f}"
    if size >= 10:
        return f"{value:.1f}"
    if size >= 0.095:
        return f"{value:.2f}"
    return f"{value:.3g}"


class Results:
    """One run: about the machine, the entrants, the settings; and the figures."""

    def __init__(self, machine=None, settings=None):
        self.machine = machine or {}
        self.settings = settings or {}
        self.entrants = {}   # name: {"version": …} or {"why": it is missing}
        self.figures = {}
        self.failed = {}     # key: why
        self.texts = {}      # key: what is shown as it is
        self.apart = {}      # question: {"machine", "settings"} where another run answered it

    def add(self, key, unit, samples):
        old = self.figures.get(key)
        self.figures[key] = Figure(unit, (old.samples if old else []) + list(samples))

    def drop(self, prefix):
        for part in (self.figures, self.texts, self.failed):
            for key in [key for key in part if key == prefix or key.startswith(prefix + "/")]:
                del part[key]

    def take(self, other, names):
        """Another run's answers to these questions, in the place of those that were here."""
        for name in names:
            self.drop(name)
            for mine, theirs in ((self.figures, other.figures), (self.texts, other.texts),
                                 (self.failed, other.failed)):
                mine.update({key: value for key, value in theirs.items()
                             if key.startswith(name + "/")})
            self.apart[name] = {"machine": other.machine, "settings": other.settings}

    def seen_from(self, name):
        """The same figures, about the machine and the settings of the run that answered this
        question."""
        seen = copy.copy(self)
        if name in self.apart:
            seen.machine = self.apart[name]["machine"]
            seen.settings = self.apart[name]["settings"]
        return seen

    def get(self, key):
        """The figure, or None where nothing was measured."""
        return self.figures.get(key)

    def median(self, key):
        figure = self.figures.get(key)
        return figure.median if figure else None

    def ratio(self, above, below):
        """Of two medians; None where one is missing."""
        a, b = self.median(above), self.median(below)
        return a / b if a is not None and b else None

    def under(self, prefix):
        """Figures by what follows the prefix in their keys."""
        return {key[len(prefix):]: figure for key, figure in self.figures.items()
                if key.startswith(prefix)}

    def save(self, path):
        figures = {key: {"unit": figure.unit, "samples": figure.samples}
                   for key, figure in sorted(self.figures.items())}
        whole = {"schema": SCHEMA, "machine": self.machine, "settings": self.settings,
                 "entrants": self.entrants, "failed": self.failed}
        for name, part in (("apart", self.apart), ("texts", self.texts)):
            if part:
                whole[name] = dict(sorted(part.items()))
        whole["figures"] = figures
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dump(whole), encoding="utf-8")

    @classmethod
    def load(cls, path):
        whole = json.loads(path.read_text(encoding="utf-8"))
        if whole.get("schema") != SCHEMA:
            raise ValueError(f"{path}: schema {whole.get('schema')}, not {SCHEMA}")
        results = cls(whole["machine"], whole["settings"])
        results.entrants = whole["entrants"]
        results.failed = whole.get("failed", {})
        results.texts = whole.get("texts", {})
        results.apart = whole.get("apart", {})
        for key, figure in whole["figures"].items():
            results.figures[key] = Figure(figure["unit"], figure["samples"])
        return results


def dump(whole):
    """JSON with one figure on a line, so that a change of one is a change of one line."""
    lines = []
    for key, value in whole.items():
        if key != "figures":
            lines.append(f" {json.dumps(key)}: {json.dumps(value)}")
    figures = ",\n".join(f"  {json.dumps(key)}: {json.dumps(rounded(value))}"
                         for key, value in whole["figures"].items())
    lines.append(f' "figures": {{\n{figures}\n }}')
    return "{\n" + ",\n".join(lines) + "\n}\n"


def rounded(figure):
    return {"unit": figure["unit"],
            "samples": [float(f"{sample:.6g}") for sample in figure["samples"]]}
