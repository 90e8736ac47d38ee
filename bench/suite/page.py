# SPDX-License-Identifier: MIT
"""Markdown, piece by piece."""
import textwrap


def verdict(target, value):
    if value is None:
        return "not measured"
    return "met" if target.holds(value) else "**missed**"


class Target:
    """A limit that the project set itself, and what was measured."""

    def __init__(self, what, limit, value, unit="", least=False, why=""):
        self.what = what
        self.limit = limit
        self.value = value
        self.unit = unit
        self.least = least   # the limit is the least, not the most
        self.why = why       # what limits it, said where it is missed

    @property
    def relative(self):
        """A ratio within the run, or a count: it holds on any machine."""
        return self.unit.strip() in ("", "×", "bytes", "instructions")

    def holds(self, value):
        return value >= self.limit if self.least else value <= self.limit

    @property
    def missed(self):
        return self.value is not None and not self.holds(self.value)

    def row(self):
        sign = "≥" if self.least else "≤"
        shown = "–" if self.value is None else f"{self.value:.3g}{self.unit}"
        return [self.what, f"{sign} {self.limit:g}{self.unit}", shown, verdict(self, self.value)]


def missed(targets):
    """{what limits them: [what was missed]}"""
    whys = {}
    for target in targets:
        if target.missed:
            whys.setdefault(target.why, []).append(target.what)
    return whys


class Page:
    """The report, or a section of it."""

    def __init__(self, plots, plot_prefix="", level=2):
        self.lines = []
        self.plots = plots            # draws and names files (plot.Plots)
        self.plot_prefix = plot_prefix
        self.level = level

    def heading(self, text, deeper=0):
        self.lines += ["#" * (self.level + deeper) + " " + text, ""]

    def text(self, text):
        """A paragraph, in one piece wherever it was broken in the source."""
        flat = " ".join(text.split())
        if not flat:
            return
        self.lines += textwrap.wrap(flat, 100, break_long_words=False, break_on_hyphens=False) + [""]

    def table(self, heads, rows):
        """None is shown as a gap, figures with their spread; no rows but gaps: no table."""
        if all(cell is None for row in rows for cell in row[1:]):
            return
        self.lines.append("| " + " | ".join(heads) + " |")
        self.lines.append("|---" + "|--:" * (len(heads) - 1) + "|")
        for row in rows:
            self.lines.append("| " + " | ".join("–" if cell is None else str(cell)
                                                for cell in row) + " |")
        self.lines.append("")

    def code(self, text):
        """Lines as they are."""
        self.lines += ["```", *text.rstrip().splitlines(), "```", ""]

    def targets(self, targets):
        self.table(["", "target", "measured", ""], [target.row() for target in targets])
        for why, whats in missed(targets).items():
            self.text(f"**Missed: {'; '.join(whats)}.** {why}")

    def plot(self, name, text, draw, **options):
        """draw: one of the functions of plot.py, with the options it takes."""
        path = self.plots.draw(self.plot_prefix + name, draw, options)
        if path:
            self.lines += [f"![{text}]({path})", ""]

    def include(self, other):
        self.lines += other.lines

    def __str__(self):
        return "\n".join(self.lines).rstrip() + "\n"
