# SPDX-License-Identifier: MIT
"""Bytes for each series, each thread that touches it, each connection."""
from questions.common import ENTRANTS
from suite.figures import number

TITLE = "What does it take in memory?"
KINDS = {"counter": ("counters", 100000), "histogram": ("histograms", 10000)}
OWN = {"counter": (10000, 100000), "histogram": (10000,)}
TARGETS = {"counter": (160, 8), "histogram": (360, 192)}
UNITS = {"bytes_per_series": "bytes", "bytes_per_series_and_thread": "bytes",
         "bytes_per_thread": "bytes"}
CONNECTIONS = 100
PAGE = 4096
CELLS = {"counter": 8, "histogram": 192}   # of a thread, for each series that it touches
SCRAPED = 100000   # counters that a connection asks for
WHY = """Values lie in whole pages, and the allocator rounds each block and keeps some for itself; a
    table that has just doubled is half empty."""


def measures(kit):
    for entrant in ENTRANTS:
        path = kit.programs.entrant(entrant)
        if path:
            for plural, series in KINDS.values():
                yield kit.measure(f"memory/{entrant}/{plural}/{series}",
                                  [path, "memory", plural, series], {"bytes": "bytes"}, rounds=3)
    program = kit.programs.program("memory")
    if not program:
        return
    for kind, sizes in OWN.items():
        for series in sizes:
            yield kit.measure(f"memory/own/{kind}/{series}", [program, kind, series, 8], UNITS,
                              rounds=3)
    yield kit.measure("memory/own/connection", [program, "connection", CONNECTIONS],
                      {"bytes_per_idle_connection": "bytes", "bytes_per_scrape": "bytes"}, rounds=3)


def per_series(results, entrant, kind):
    plural, series = KINDS[kind]
    figure = results.get(f"memory/{entrant}/{plural}/{series}/bytes")
    return figure.scaled(1 / series, "bytes") if figure else None


def block(size):
    """What glibc's malloc takes for it."""
    return max(32, (size + 8 + 15) // 16 * 16)


def of_series(n):
    """Of one of n series without its values, by core/README.md: the block with its labels' text,
    and its places in the tables."""
    whole = 0
    for i in range(n):
        values = (f"model-{i % 100}", f"provider-{i // 100 % 10}", f"status-{i // 1000}")
        lacks = max(0, 16 - len(values[-1]))
        whole += block(58 + sum(map(len, values)) + len(values) + lacks) + 57
    return whole / n


def pages(series, bytes_each):
    """None lies in two of them; the first may have begun before."""
    return -(-series // (PAGE // bytes_each)) + 1


def formulas(results):
    """[(what, at most by the formula, measured)]"""
    found = []
    for kind, sizes in OWN.items():
        for series in sizes:
            base = f"memory/own/{kind}/{series}/"
            found += [
                (f"a {kind} series without its values, one of {series:,}", of_series(series),
                 results.get(base + "bytes_per_series")),
                ("its values, for each thread that touches all",
                 pages(series, CELLS[kind]) * PAGE / series,
                 results.get(base + "bytes_per_series_and_thread"))]
    connection = "memory/own/connection/"
    asked = (18 + 258 + 1024 + 128) * 1024   # for its request, answer, pieces and snapshot
    found += [("a thread that touches one series", PAGE,
               results.get(f"memory/own/counter/{OWN['counter'][0]}/bytes_per_thread")),
              ("an idle connection: its slot", 512,
               results.get(connection + "bytes_per_idle_connection")),
              (f"a scrape of {SCRAPED:,} counters, while it lasts", 8 * SCRAPED + asked,
               results.get(connection + "bytes_per_scrape"))]
    return [row for row in found if row[2]]


def targets(results):
    from suite.page import Target
    for kind, (of_series, of_thread) in TARGETS.items():
        series = OWN[kind][-1]
        base = f"memory/own/{kind}/{series}/"
        yield Target(f"memory of a {kind} series without its values, one of {series:,}", of_series,
                     results.median(base + "bytes_per_series"), " bytes", why=WHY)
        yield Target(f"its values, for each thread that touches it, in whole pages (5 % more than "
                     f"{of_thread} bytes)", of_thread * 1.05,
                     results.median(base + "bytes_per_series_and_thread"), " bytes", why=WHY)


def draw(results, page):
    from suite import plot
    groups = {f"a {kind} series": {entrant: per_series(results, entrant, kind)
                                   for entrant in ENTRANTS if per_series(results, entrant, kind)}
              for kind in KINDS}
    if all(groups.values()):
        page.plot("memory", "Memory of one series that one thread recorded, by library", plot.bars,
                  groups=groups, ylabel="bytes", log=False)


def beside_formula(results, page):
    rows = [[what, number(formula), measured, f"{measured.median / formula:.2f}"]
            for what, formula, measured in formulas(results)]
    if rows:
        page.heading("Beside the formula", 1)
        page.text("""What quipu takes at most is stated in [core/README.md](core/README.md) and
            [http/README.md](http/README.md), "Bounds"; a test fails where a program takes 5 % more. Here a
            block of the heap is what glibc makes of it, and values are whole pages. A connection has
            its slot from the server's start; the kernel's socket comes on top.""")
        page.table(["quipu, bytes", "formula, at most", "measured", "by formula"], rows)


def report(results, page):
    page.text("""**Method.** Growth of the process's resident memory. First every library with 100,000 counters
        or 10,000 histograms, made and recorded by one thread; then quipu's parts: a series without its
        values, and what each of seven more threads adds that touches all of them.""")
    rows = [[f"**{entrant}**" if entrant == "quipu" else entrant]
            + [per_series(results, entrant, kind) for kind in KINDS] for entrant in ENTRANTS
            if any(per_series(results, entrant, kind) for kind in KINDS)]
    page.table(["bytes, all in, one thread", "a counter series", "a histogram series"], rows)
    draw(results, page)
    beside_formula(results, page)
    page.text("""**What limits it.** The formula: series × (labels' text, the series, its place in the table and in
        the list) + threads × series × cells, 8 bytes a counter and 16 a bucket, in whole pages of 4 KiB;
        and 8 bytes a slot while a snapshot is open. Native histograms have a cell for each bucket of
        their range (121 from 1 ms to 100 s at a factor of 1.1), of which those pages count that are
        touched. Tables double as they grow, and what they replace is given back a little later, so a series
        costs a few bytes more or less from number to number and run to run. Series that a thread never
        touches cost it nothing but the pages that they share with others that it does.""")
