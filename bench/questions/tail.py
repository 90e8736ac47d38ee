# SPDX-License-Identifier: MIT
"""The slowest records, quiet and while 100,000 series are scraped all the time."""
from questions.common import times
from suite.turns import Turns

TITLE = "How slow are the slowest records?"
CASES = {"counter": "counter", "histogram": "histogram", "lookup": "look-up of three labels"}
SERIES = (1, 10000)
WHILE = ("quiet", "scraped")
PERCENTILES = ("p50", "p90", "p99", "p999", "p9999")
SHOWN = {"p50": "p50", "p90": "p90", "p99": "p99", "p999": "p99.9", "p9999": "p99.99"}
WHY = """No record waits for a scrape. While one runs without a pause, each line of the thread's cells
    that the scraper has read must be fetched back before the next write to it, and a batch that comes
    right after the scraper meets many of them at once; whatever else the machine runs meanwhile pushes
    the series out of the caches that the two share. The control has a few lines only, which nobody
    reads, so it does not show this."""


def key(case, series, meanwhile):
    return f"tail/quipu/{case}/{series}/{meanwhile}"


def measures(kit):
    program = kit.programs.program("tail")
    if not program or kit.cpus < 2:
        return
    units = {name: "ns" for one in PERCENTILES for name in (one, f"control_{one}")}
    units["max"] = "ns"
    units["batch"] = "records"
    for case in CASES:
        for series in SERIES:
            pair = [kit.measure(key(case, series, meanwhile),
                                [program, case, series, min(kit.cpus - 1, 8), kit.seconds * 4,
                                 meanwhile], units) for meanwhile in WHILE]
            yield turns(case, series, pair)


def turns(case, series, pair):
    return Turns(f"tail/quipu/{case}/{series}", pair,
                 lambda found: of_medians(found, case, series, "p999"), turns=3, keep=True)


def slower(results, case, series):
    """p99.9 scraped by p99.9 quiet: by turns, or of the medians where there were none."""
    found = results.median(f"tail/quipu/{case}/{series}/ratio")
    return of_medians(results, case, series, "p999") if found is None else found


def of_medians(results, case, series, percentile):
    """Scraped by quiet; or by the control beside it, where that is slower: then the machine was."""
    scraped = results.median(f"{key(case, series, 'scraped')}/{percentile}")
    others = (results.median(f"{key(case, series, 'quiet')}/{percentile}"),
              results.median(f"{key(case, series, 'scraped')}/control_{percentile}"))
    if scraped is None or None in others:
        return None
    return scraped / max(others)


def targets(results):
    from suite.page import Target
    for series in SERIES:
        for case, word in CASES.items():
            yield Target(f"{word}, {'one' if series == 1 else f'{series:,}'} series: p99.9 while "
                         "scraped without a pause, by the slower of quiet and control", 2,
                         slower(results, case, series), " ×", why=WHY)


def report(results, page):
    page.text("""**Method.** One thread fewer than processors (eight at most) record, each bound to a
        processor, in batches that take a fraction of a microsecond, because a record is much shorter than a
        look at the clock: 512 counters, 128 observations or 16 look-ups, 512 adds of the control; a figure
        is a batch's time by its records, two looks at the clock (some 25 ns) included. So a stall of
        10 µs adds 20 ns to a counter's figure and 600 to a look-up's. While *scraped*, one more thread writes
        100,000 further series and the recorded ones as text, without a pause. The control is a batch of adds
        to words that nobody else ever reads, between any two batches: where it is slow too, the machine
        was (an interrupt, a hypervisor, a shared cache).""")
    if any(results.get(f"tail/quipu/{case}/1/ratio") for case in CASES):
        page.text("""Quiet and scraped come one right after the other, three times in each round; of the
            turns that one counts during which the processors worked least for others, by the system's account of
            their time.""")
    for series in SERIES:
        rows = []
        for case, word in CASES.items():
            for meanwhile in WHILE:
                base = key(case, series, meanwhile)
                if results.get(base + "/p50"):
                    rows.append([f"**{word}**, {meanwhile}"]
                                + [results.get(f"{base}/{one}") for one in PERCENTILES])
                    rows.append([f"control beside it, {meanwhile}"]
                                + [results.get(f"{base}/control_{one}") for one in PERCENTILES])
        if rows:
            page.table([f"ns per record, {series:,} series" if series > 1
                        else "ns per record, one series", *SHOWN.values()], rows)
    from suite import plot
    groups = {}
    for case in CASES:
        for meanwhile in WHILE:
            found = {SHOWN[one]: results.get(f"{key(case, 1, meanwhile)}/{one}")
                     for one in PERCENTILES}
            if all(found.values()):
                groups[f"{case},\n{meanwhile}"] = found
    if groups:
        page.plot("tail", "Percentiles of a record's time, quiet and scraped", plot.bars,
                  groups=groups, ylabel="ns per record (logarithmic)", shades=True)
    ratios = [f"{word} {times(slower(results, case, 1))}, of 10,000 series "
              f"{times(slower(results, case, 10000))}"
              for case, word in CASES.items() if slower(results, case, 1)]
    if ratios:
        page.text("**p99.9 while scraped, by quiet** (or by the control beside it, where that is "
                  "slower): " + "; ".join(ratios) + ".")
    page.text("""**What limits it.** A scrape takes no lock that recording takes and stops nobody. What a
        record feels of it is the memory system: a line of its shard that the scraper has read must
        come back before the next write to it, once for each line and scrape. 10,000 histograms are
        1.9 MB of cells, 30,000 lines, and they are fetched back after every one of these scrapes, which
        come hundreds of times a second; a Prometheus comes every 15 seconds. The rest of the tail is the machine's, as
        the control shows: interrupts of the timer, and other guests of the host.""")
