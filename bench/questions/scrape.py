# SPDX-License-Identifier: MIT
"""Expositions made in memory: by format, by number of series, by number of shards, by library."""
from questions.common import ENTRANTS, RIVALS, best, divide, times

TITLE = "What does a scrape cost in process?"
SIZES = {"counters": (1000, 10000, 100000, 1000000), "histograms": (1000, 10000),
         "natives": (1000, 10000)}
FORMATS = {"text-0.0.4": "text 0.0.4", "text-1.0.0": "text 1.0.0",
           "openmetrics-1.0.0": "OpenMetrics 1.0.0", "openmetrics-2.0.0": "OpenMetrics 2.0.0-rc0",
           "protobuf": "protobuf", "json": "JSON"}
SHARDS = (1, 8, 64, 512)
SHARD_SIZES = {"counters": (1000, 10000, 100000, 1000000), "histograms": (1000, 10000)}
BY_SHARDS = {"open_ms": "snapshot alone", "text_ms": "text 0.0.4", "text_1_ms": "text 1.0.0",
             "openmetrics_ms": "OpenMetrics 1.0.0", "openmetrics_2_ms": "OpenMetrics 2.0.0-rc0",
             "protobuf_ms": "protobuf", "json_ms": "JSON", "longest_step_ms": "longest step"}
OF_SHARDS = {**dict.fromkeys(BY_SHARDS, "ms"), "step_cpu_ms": "ms", "first_ms": "ms"}
WORDS = {"counters": "counters", "histograms": "histograms of 11 bounds",
         "natives": "native histograms"}

WHY = """Each series is read once and its text written once, so what counts is memory: beyond some ten
    thousand series they lie in the last cache, which a guest shares with others, and a buffer that is
    made anew is handed over by the kernel page by page."""
WHY_STEP = """A step is meant to be about a millisecond of work; memory that is touched for the first time,
    and interrupts in its midst, lengthen it."""


def text(entrant, kind, series):
    return f"scrape/{entrant}/{kind}/{series}/text-0.0.4"


def repeats(series):
    """How often in one process, the same for all: enough that the median is a warm one's time, when
    caches have what they can hold and allocators have learnt how large a text is."""
    return {1000: 21, 1000000: 5}.get(series, 9)


def measures(kit):
    for kind, sizes in SIZES.items():
        for series in sizes:
            yield from of_formats(kit, kind, series)
            if series <= 100000 and kind != "natives":
                yield from of_rivals(kit, kind, series)
    limits = kit.programs.entrant("limits")
    if limits:
        for kind, size in (("counters", 8464195), ("histograms", 14640384)):
            yield kit.measure(f"scrape/limits/copy/{kind}", [limits, "copy", size, 10],
                              {"ms": "ms"})
    yield from of_shards(kit)


def of_formats(kit, kind, series):
    quipu = kit.programs.entrant("quipu")
    if not quipu or (kit.quick and series > 100000):
        return
    for name in FORMATS:
        yield kit.measure(f"scrape/quipu/{kind}/{series}/{name}",
                          [quipu, "text", kind, series, repeats(series), name],
                          {"ms": "ms", "bytes": "bytes"}, rounds=3 if series > 100000 else None)


def of_rivals(kit, kind, series):
    if kit.quick and series > 10000:
        return
    for rival in RIVALS:
        path = kit.programs.entrant(rival)
        if path:
            yield kit.measure(text(rival, kind, series),
                              [path, "text", kind, series, repeats(series)],
                              {"ms": "ms", "bytes": "bytes"})


def of_shards(kit):
    program = kit.programs.program("shards")
    if not program:
        return
    for kind, sizes in SHARD_SIZES.items():
        for series in sizes:
            for threads in SHARDS:
                if kit.quick and (series > 10000 or threads > 64):
                    continue
                yield kit.measure(f"scrape/quipu/shards/{kind}/{series}/{threads}",
                                  [program, kind, series, threads], OF_SHARDS,
                                  rounds=2 if series * threads > 10**7 else 3)


def targets(results):
    from suite.page import Target
    counters = results.median(text("quipu", "counters", 100000) + "/ms")
    yield Target("100,000 counters to text", 6, counters, " ms", why=WHY)
    yield Target("10,000 histograms to text", 15,
                 results.median(text("quipu", "histograms", 10000) + "/ms"), " ms", why=WHY)
    name, rival = best(results, RIVALS, "scrape/{}/counters/100000/text-0.0.4/ms")
    yield Target(f"100,000 counters: the fastest rival ({name or 'none here'}) by quipu", 10,
                 divide(rival, counters), " ×", least=True, why=WHY)
    step = results.median("scrape/quipu/shards/counters/1000000/8/step_cpu_ms")
    yield Target("longest step of a scrape of 1,000,000 counters of 8 threads, processor time", 20,
                 step, " ms", why=WHY_STEP)


def rival_rows(results, kind, sizes):
    rows = []
    for entrant in ENTRANTS:
        cells = [results.get(text(entrant, kind, series) + "/ms") for series in sizes]
        if any(cells):
            rows.append([f"**{entrant}**" if entrant == "quipu" else entrant, *cells])
    copied = results.get(f"scrape/limits/copy/{kind}/ms")
    if copied and rows:
        rows.append(["copying that many bytes, no more",
                     *(copied if series == (100000 if kind == "counters" else 10000) else None
                       for series in sizes)])
    return rows


def compared(results, page, kind):
    from suite import plot
    sizes = [series for series in SIZES[kind] if series <= 100000]
    rows = rival_rows(results, kind, sizes)
    if not rows:
        return
    page.heading(f"Text of {WORDS[kind]}, by library", 1)
    page.table(["ms"] + [f"{series:,}" for series in sizes], rows)
    series = {entrant: [(size, results.get(text(entrant, kind, size) + "/ms")) for size in SIZES[kind]
                        if results.get(text(entrant, kind, size) + "/ms")] for entrant in ENTRANTS}
    page.plot(f"scrape-{kind}", f"Time to make the text of {WORDS[kind]}, by library", plot.lines,
              series={name: points for name, points in series.items() if points}, logx=10,
              xlabel="series", ylabel="ms (logarithmic)", title=f"text of {WORDS[kind]}")
    name, rival = best(results, RIVALS, f"scrape/{{}}/{kind}/{sizes[-1]}/text-0.0.4/ms")
    if name:
        page.text(f"""The fastest rival at {sizes[-1]:,} ({name}) takes
            {times(divide(rival, results.median(text('quipu', kind, sizes[-1]) + '/ms')))} as long.""")


def formats(results, page):
    heads, columns = [], []
    for kind, sizes in SIZES.items():
        for series in sizes:
            if results.get(text("quipu", kind, series) + "/ms"):
                heads.append(f"{series:,} {kind}")
                columns.append((kind, series))
    rows = [[word] + [results.get(f"scrape/quipu/{kind}/{series}/{name}/ms")
                      for kind, series in columns] for name, word in FORMATS.items()]
    if columns:
        page.heading("Every format", 1)
        page.table(["ms"] + heads, rows)


def by_shards(results, name):
    """[(what, [figure for each number of shards])] of those that were measured."""
    rows = []
    for kind, sizes in SHARD_SIZES.items():
        for series in sizes:
            cells = [results.get(f"scrape/quipu/shards/{kind}/{series}/{threads}/{name}")
                     for threads in SHARDS]
            if any(cells):
                rows.append((f"{series:,} {kind}", cells))
    return rows


def shards(results, page):
    from suite import plot
    texts = by_shards(results, "text_ms")
    if not texts:
        return
    heads = [f"{threads} shard{'s' if threads > 1 else ''}" for threads in SHARDS]
    page.heading("By number of threads that recorded", 1)
    page.text("""Each thread has touched every series and is alive, so a scrape sums that many shards. First
        of a scrape the snapshot, until the first byte; then the whole of it, format by format; then the
        longest that one step of any keeps a server from answering others, wall-clock.""")
    for name, word in BY_SHARDS.items():
        page.table([f"{word}, ms", *heads],
                   [[what, *cells] for what, cells in by_shards(results, name)])
    page.plot("scrape-shards", "Time of a scrape by number of shards", plot.lines,
              series={what: [(threads, cell) for threads, cell in zip(SHARDS, cells) if cell]
                      for what, cells in texts},
              xlabel="shards that touched every series", ylabel="ms (logarithmic)",
              title="text, by number of shards", bold="1,000,000 counters")


def report(results, page):
    page.text("""**Method.** The whole exposition of counters with three labels, or of histograms, is made in
        memory, in a buffer made anew each time; wall-clock milliseconds on one thread, the median of some
        passes in one process. One thread recorded (see below for more). Everyone shows the same samples; a
        test holds them against each other (`tests/bench/`).""")
    compared(results, page, "counters")
    compared(results, page, "histograms")
    formats(results, page)
    shards(results, page)
    page.text("""**What limits it.** A scrape reads each series once, so what counts is memory: the series and
        its labels lie where they were made, and their text is written once. Beyond some ten
        thousand series they no longer fit into the second cache. Summing many shards adds a pass
        over memory for each, 8 bytes a counter and 192 a histogram, at the speed of the memory. A scrape is cut
        into steps of about a millisecond, between which a server answers others. Protobuf carries
        when each series began, which the text has not.""")
