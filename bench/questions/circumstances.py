# SPDX-License-Identifier: MIT
"""One hot series, 64, 10,000 in random order; quiet, scraped, while series come and go."""
from questions.common import record

TITLE = "What do many series, scrapes and churn cost?"
CASES = {"counter": "counter, kept handle", "histogram": "histogram, kept handle",
         "lookup": "look-up, C strings", "lookup_v": "look-up, lengths known"}
# what only one thread is tried with, in few rounds
MORE = {"float_counter": "float counter, kept handle", "native": "native histogram, kept handle",
        "lookup_observe": "look-up, histogram"}
SINGLE = {"updown": "up-down, inc and dec", "gauge_set": "gauge, set", "gauge_add": "gauge, add",
          "exemplar": "histogram, exemplar not wanted", "timer": "timer (two clock reads)",
          "grid": "grid, 64 places"}
WORDS = {**CASES, **MORE, **SINGLE}
SERIES = (1, 64, 10000)
MEANWHILE = {"quiet": "quiet", "scraped": "scraped all the time",
             "churned": "series come and go"}
THREADS = (1, 2)
CROWD = 64   # threads

WHY = """A look-up hashes and compares every byte of three labels, some 290 instructions, and where the
    sets are many and in random order it waits for the table's entry, the series and the cell, one
    after the other, from whichever cache still has them."""


def key(case, series, threads, meanwhile):
    return f"circumstances/quipu/{case}/{series}/{threads}/{meanwhile}"


def several(case):
    """The numbers of series that a case is tried with."""
    return (1,) if case in SINGLE else SERIES


def plan(kit):
    """(case, threads, rounds, longer); a crowd needs its time until each has had a turn."""
    for threads in THREADS:
        for case in CASES:
            yield case, threads, None, 1
    for case in {**MORE, **SINGLE}:
        yield case, 1, kit.few, 1
    for case in () if kit.quick else CASES:
        yield case, CROWD, kit.few, 2


def measures(kit):
    for case, threads, rounds, longer in plan(kit):
        for series in several(case):
            for meanwhile in MEANWHILE:
                yield from record(kit, key(case, series, threads, meanwhile), "quipu", case,
                                  series, threads, meanwhile, rounds=rounds,
                                  longer=longer)


def targets(results):
    from suite.page import Target
    cpu = "/cpu_ns"
    yield Target("look-up of 3 C strings among 64 sets, random order", 30,
                 results.median(key("lookup", 64, 1, "quiet") + cpu), " ns", why=WHY)
    yield Target("look-up of 3 strings with lengths, 64 sets, random order", 25,
                 results.median(key("lookup_v", 64, 1, "quiet") + cpu), " ns", why=WHY)
    yield Target("look-up of 3 C strings among 10,000 sets, random order", 80,
                 results.median(key("lookup", 10000, 1, "quiet") + cpu), " ns", why=WHY)


def rows(results, threads):
    for case, word in WORDS.items():
        for series in several(case):
            cells = [results.get(key(case, series, threads, meanwhile) + "/cpu_ns")
                     for meanwhile in MEANWHILE]
            if any(cells):
                many = f"; {series:,} series" if series > 1 else "; one series"
                yield [word + ("" if case in SINGLE else many), *cells]


def draw(results, page):
    """The most series, where circumstances matter most."""
    from suite import plot
    groups = {}
    for case, word in CASES.items():
        cells = {shown: results.get(key(case, SERIES[-1], 1, meanwhile) + "/cpu_ns")
                 for meanwhile, shown in MEANWHILE.items()}
        if all(cells.values()):
            groups[word.replace(", ", ",\n")] = cells
    if groups:
        page.plot("circumstances", "Processor time of one record into one of 10,000 series, by what "
                  "else goes on", plot.bars, groups=groups, shades=True,
                  ylabel="ns, one thread (logarithmic)")


def report(results, page):
    page.text("""**Method.** As before; shown is the processor time of one operation of one thread, which
        a neighbour on the same processor does not lengthen. Many series are visited in a random
        order that repeats after 16,384 operations. *Scraped*: a further thread does nothing but
        scrape all of it. *Come and go*: a further thread makes and removes series of the counters'
        family as fast as it can, a thousand of them alive at a time.""")
    for threads in (*THREADS, CROWD):
        page.table([f"ns, {threads} thread{'s' if threads > 1 else ''} recording",
                    *MEANWHILE.values()], list(rows(results, threads)))
    draw(results, page)
    page.text("""**What limits it.** 10,000 series are more than the first cache holds: 80 KB of counters,
        1.9 MB of histogram cells; a look-up touches the table's entry, the series and the thread's
        cell, each likely elsewhere. A scrape reads the shard's lines, so the next record into each of
        them has to get it back into its own core's cache: once for each line and scrape. Churn costs
        a look-up nothing but the table's growth and a colder cache.""")
