# SPDX-License-Identifier: MIT
"""One hot series, 64, 10,000 in random order; quiet, scraped, while series come and go."""
from questions.common import record

TITLE = "What do many series, scrapes and churn cost?"
CASES = {"counter": "counter, kept handle", "histogram": "histogram, kept handle",
         "lookup": "look-up, C strings", "lookup_v": "look-up, lengths known"}
SERIES = (1, 64, 10000)
MEANWHILE = {"quiet": "quiet", "scraped": "scraped all the time",
             "churned": "series come and go"}
THREADS = (1, 2)


def key(case, series, threads, meanwhile):
    return f"circumstances/quipu/{case}/{series}/{threads}/{meanwhile}"


def measures(kit):
    for case in CASES:
        for series in SERIES:
            for threads in THREADS:
                for meanwhile in MEANWHILE:
                    yield from record(kit, key(case, series, threads, meanwhile), "quipu", case,
                                      series, threads, meanwhile)


def targets(results):
    from suite.page import Target
    cpu = "/cpu_ns"
    yield Target("look-up of 3 C strings among 64 sets, random order", 30,
                 results.median(key("lookup", 64, 1, "quiet") + cpu), " ns")
    yield Target("look-up of 3 strings with lengths, 64 sets, random order", 25,
                 results.median(key("lookup_v", 64, 1, "quiet") + cpu), " ns")
    yield Target("look-up of 3 C strings among 10,000 sets, random order", 80,
                 results.median(key("lookup", 10000, 1, "quiet") + cpu), " ns")


def report(results, page):
    page.text("""**Method.** As before; shown is the processor time of one operation of one thread, which
        a neighbour on the same processor does not lengthen. Many series are visited in a random
        order that repeats after 16,384 operations. *Scraped*: a further thread does nothing but
        scrape all of it. *Come and go*: a further thread makes and removes series of the same family
        as fast as it can, a thousand of them alive at a time.""")
    for threads in THREADS:
        rows = []
        for case, word in CASES.items():
            for series in SERIES:
                cells = [results.get(key(case, series, threads, meanwhile) + "/cpu_ns")
                         for meanwhile in MEANWHILE]
                if any(cells):
                    rows.append([f"{word}; {series:,} series" if series > 1
                                 else f"{word}; one series", *cells])
        page.table([f"ns, {threads} thread{'s' if threads > 1 else ''} recording",
                    *MEANWHILE.values()], rows)
    page.text("""**What limits it.** 10,000 series are more than the first cache holds: 80 KB of counters,
        1.9 MB of histogram cells; a look-up touches the table's entry, the series and the thread's
        cell, each likely elsewhere. A scrape reads the shard's lines, so the next record into each of
        them has to get it back into its own core's cache: once for each line and scrape. Churn costs
        a look-up nothing but the table's growth and a colder cache.""")
