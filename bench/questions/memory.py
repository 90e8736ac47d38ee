# SPDX-License-Identifier: MIT
"""Bytes for each series, each thread that touches it, each connection."""
from questions.common import ENTRANTS

TITLE = "What does it take in memory?"
KINDS = {"counter": ("counters", 100000), "histogram": ("histograms", 10000)}
OWN = {"counter": (10000, 100000), "histogram": (10000,)}
TARGETS = {"counter": (160, 8), "histogram": (360, 192)}
UNITS = {"bytes_per_series": "bytes", "bytes_per_series_and_thread": "bytes",
         "bytes_per_thread": "bytes"}
CONNECTIONS = 100


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


def targets(results):
    from suite.page import Target
    for kind, (of_series, of_thread) in TARGETS.items():
        series = OWN[kind][-1]
        base = f"memory/own/{kind}/{series}/"
        yield Target(f"memory of a {kind} series without its values, one of {series:,}", of_series,
                     results.median(base + "bytes_per_series"), " bytes")
        yield Target(f"its values, for each thread that touches it, in whole pages (5 % more than "
                     f"{of_thread} bytes)", of_thread * 1.05,
                     results.median(base + "bytes_per_series_and_thread"), " bytes")


def report(results, page):
    page.text("""**Method.** Growth of the process's resident memory. First every library with 100,000 counters
        or 10,000 histograms, made and recorded by one thread; then quipu's parts: a series without its
        values, and what each of seven more threads adds that touches all of them.""")
    rows = [[f"**{entrant}**" if entrant == "quipu" else entrant]
            + [per_series(results, entrant, kind) for kind in KINDS] for entrant in ENTRANTS
            if any(per_series(results, entrant, kind) for kind in KINDS)]
    page.table(["bytes, all in, one thread", "a counter series", "a histogram series"], rows)
    rows = []
    for kind, sizes in OWN.items():
        for series in sizes:
            base = f"memory/own/{kind}/{series}/"
            if results.get(base + "bytes_per_series"):
                rows.append([f"{kind}, {series:,} series", *(results.get(base + name)
                                                           for name in UNITS)])
    if rows:
        page.table(["quipu, bytes", "a series", "and thread that touches it",
                    "a thread that touches one series"], rows)
    idle = results.get("memory/own/connection/bytes_per_idle_connection")
    if idle:
        page.text(f"An idle connection takes {idle} bytes of the process (the kernel's socket comes on "
                  "top), a scrape of 100,000 counters "
                  f"{results.get('memory/own/connection/bytes_per_scrape')} while it lasts.")
    page.text("""**What limits it.** The formula: series × (labels' text, the series, its place in the table and in
        the list) + threads × series × cells, 8 bytes a counter and 16 a bucket, in whole pages of 4 KiB;
        and 8 bytes a slot while a snapshot is open. Native histograms have a cell for each bucket of
        their range (121 from 1 ms to 100 s at a factor of 1.1), of which those pages count that are
        touched. Tables double as they grow, and what they replace is given back a little later, so a series
        costs a few bytes more or less from number to number and run to run. Series that a thread never
        touches cost it nothing but the pages that they share with others that it does.""")
