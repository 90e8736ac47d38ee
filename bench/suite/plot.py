# SPDX-License-Identifier: MIT
"""SVG plots: lines over threads or sizes, bars side by side; white paper, one colour an entrant."""
import hashlib

COLOURS = {
    "quipu": "#c0392b",
    "limits": "#7f8c8d",
    "thread-local add": "#b0b0b0",
    "empty loop": "#cccccc",
    "own atomic": "#8d9aa5",
    "shared atomic": "#5d6d7e",
    "sharded by CPU": "#2c3e50",
    "mutex": "#95a5a6",
    "prometheus-cpp": "#2471a3",
    "client_golang": "#17a589",
    "rust-prometheus": "#d68910",
    "prom-client": "#7d3c98",
    "a map under a mutex": "#95a5a6",
    "prometheus-cpp, kept handles": "#7fb3d5",
    "quipu, by labels each time": "#e59a8e",
}
SPARE = ["#1f618d", "#b9770e", "#148f77", "#76448a", "#a04000", "#566573"]
MARKS = "oosD^v<>ph"


def colour(name):
    if name in COLOURS:
        return COLOURS[name]
    for known, value in COLOURS.items():
        if name == known or name.startswith(known + " ") or name.startswith(known + ","):
            return value
    return SPARE[int(hashlib.sha1(name.encode()).hexdigest(), 16) % len(SPARE)]


class Plots:
    """Draws into a folder; None where matplotlib is missing."""

    def __init__(self, folder, shown_as):
        self.folder = folder
        self.shown_as = shown_as    # the folder's name from where the report lies
        self.names = set()
        try:
            import matplotlib
            matplotlib.use("svg")
            matplotlib.rcParams.update({
                "svg.fonttype": "none", "svg.hashsalt": "quipu", "font.size": 10,
                "font.family": "sans-serif", "axes.spines.top": False,
                "axes.spines.right": False, "axes.grid": True, "grid.color": "#e5e5e5",
                "axes.axisbelow": True, "legend.frameon": False, "axes.titlesize": 11,
                "axes.titlelocation": "left",
            })
            import matplotlib.pyplot
            self.pyplot = matplotlib.pyplot
        except ImportError:
            self.pyplot = None

    def draw(self, name, function, options):
        if not self.pyplot:
            return None
        self.folder.mkdir(parents=True, exist_ok=True)
        figure, axes = self.pyplot.subplots(figsize=options.pop("size", (8, 4.2)))
        function(axes, **options)
        figure.tight_layout()
        figure.savefig(self.folder / f"{name}.svg", metadata={"Date": None})
        self.pyplot.close(figure)
        self.names.add(f"{name}.svg")
        return f"{self.shown_as}/{name}.svg"

    def tidy(self):
        """Plots that the report no longer has."""
        if not self.pyplot:
            return
        for path in self.folder.glob("*.svg"):
            if path.name not in self.names:
                path.unlink()


def plain(axes, logy):
    """1,000 rather than a power of ten."""
    from matplotlib.ticker import FuncFormatter
    if logy:
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
    else:
        axes.set_ylim(bottom=0)


def lines(axes, series, xlabel, ylabel, title="", logx=2, logy=True, band=True, bold="quipu"):
    """series: {name: [(x, Figure)]}; the band is the spread."""
    for n, (name, points) in enumerate(series.items()):
        xs = [x for x, _ in points]
        main = name == bold or name.startswith(bold + ",")
        axes.plot(xs, [figure.median for _, figure in points], marker=MARKS[n % len(MARKS)],
                  markersize=5 if main else 4, linewidth=2.4 if main else 1.3, color=colour(name),
                  label=name, zorder=3 if main else 2)
        if band:
            axes.fill_between(xs, [figure.low for _, figure in points],
                              [figure.high for _, figure in points], color=colour(name),
                              alpha=0.13, linewidth=0)
    if logx:
        axes.set_xscale("log", base=logx)
        ticks = sorted({x for points in series.values() for x, _ in points})
        axes.set_xticks(ticks, [f"{tick:,}" for tick in ticks])
        axes.minorticks_off()
    plain(axes, logy)
    axes.set_xlabel(xlabel)
    axes.set_ylabel(ylabel)
    axes.set_title(title)
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5), fontsize=9)


SHADES = ["#f2c6bf", "#e59a8e", "#d66a5a", "#c0392b", "#8e2a20", "#5e1c15"]


def bars(axes, groups, ylabel, title="", log=True, shades=False):
    """groups: {group: {name: Figure}}: bars beside each other, the spread as a whisker. shades:
    the names are steps of one thing."""
    names = list(dict.fromkeys(name for group in groups.values() for name in group))
    width = 0.84 / max(len(names), 1)
    for n, name in enumerate(names):
        have = [(place, group[name]) for place, group in enumerate(groups.values())
                if name in group]
        xs = [place - 0.42 + width * (n + 0.5) for place, _ in have]
        medians = [figure.median for _, figure in have]
        spread = [[figure.median - figure.low for _, figure in have],
                  [figure.high - figure.median for _, figure in have]]
        axes.bar(xs, medians, width * 0.92, label=name, yerr=spread,
                 color=SHADES[n % len(SHADES)] if shades else colour(name),
                 error_kw={"elinewidth": 0.8, "ecolor": "#444444"})
        for x, value, above in zip(xs, medians, spread[1]):
            axes.annotate(f"{value:.2g}" if value < 10 else f"{value:,.0f}", (x, value + above),
                          xytext=(0, 3), textcoords="offset points", ha="center", fontsize=7)
    axes.set_xticks(range(len(groups)), list(groups))
    axes.grid(axis="x", visible=False)
    plain(axes, log)
    axes.set_ylabel(ylabel)
    axes.set_title(title)
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5), fontsize=9)
