# SPDX-License-Identifier: MIT
"""The page's first table: quipu beside the best of the rivals, question by question."""
from questions.common import RIVALS, best, divide, times
from questions.contention import most
from suite.figures import number

PRICE = """
Speed on many threads has its price in memory and at scrape time, because each thread that touches
a series has cells of its own for it: 8 bytes more for a counter, 192 for a histogram of 11 bounds,
and a pass over them in each scrape. With three threads on every series a histogram takes as much
as the leanest rival's, a counter with forty.
"""

# What, key of the figure with the entrant left open, unit shown, factor, is least best?
ROWS = [
    ("counter, one thread", "record/{}/counter/cpu_ns", "ns", 1, True),
    ("histogram, one thread", "record/{}/histogram/cpu_ns", "ns", 1, True),
    ("counter by three labels, one thread", "record/{}/lookup/cpu_ns", "ns", 1, True),
    ("counter, {n} threads together", "contention/{}/counter/{n}/rate", "M/s", 1e-6, False),
    ("histogram, {n} threads together", "contention/{}/histogram/{n}/rate", "M/s", 1e-6, False),
    ("counter by three labels, {n} threads together", "contention/{}/lookup/{n}/rate", "M/s", 1e-6,
     False),
    ("text of 100,000 counters, one thread recorded", "scrape/{}/counters/100000/text-0.0.4/ms", "ms", 1, True),
    ("text of 10,000 histograms, one thread recorded", "scrape/{}/histograms/10000/text-0.0.4/ms", "ms", 1, True),
    ("GET of 100,000 counters, one thread recorded", "http/{}/100000/1/identity/ms_p50", "ms", 1, True),
    ("memory of a counter series, one thread recorded", "memory/{}/counters/100000/bytes", "bytes", 1e-5, True),
    ("memory of a histogram series, one thread recorded", "memory/{}/histograms/10000/bytes", "bytes", 1e-4, True),
]


def rows(results):
    threads = most(results.machine["cpus"])
    for what, pattern, unit, factor, least in ROWS:
        pattern = pattern.replace("{n}", str(threads))
        own = results.median(pattern.format("quipu"))
        name, rival = best(results, RIVALS, pattern, least)
        if own is None or name is None:
            continue
        lead = divide(rival, own) if least else divide(own, rival)
        yield [what.replace("{n}", str(threads)), f"**{number(own * factor)}** {unit}",
               f"{number(rival * factor)} {unit} ({name})", f"**{times(lead)}**"]


def write(results, page):
    found = list(rows(results))
    if found:
        page.table(["", "quipu", "best rival", ""], found)
        page.text(PRICE)
