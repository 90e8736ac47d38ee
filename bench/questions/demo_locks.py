# SPDX-License-Identifier: MIT
"""The demo's dispatch loop, recorded in three ways, and what the contention profiler says of each."""
from suite.figures import number
from suite.profiled import UNNAMED, Profiled
from suite.states import Remark, States

TITLE = "What do locks cost the dispatch loop, by the way it is counted?"
WAYS = {   # program, HOW: in words
    ("map", "lookup"): "a map under a mutex",
    ("prometheus", "lookup"): "prometheus-cpp, `Add` each time",
    ("prometheus", "kept"): "prometheus-cpp, kept handles",
    ("quipu", "lookup"): "**quipu**, by labels each time",
    ("quipu", "kept"): "**quipu**, kept handles",
}
PLAIN = {way: word.replace("*", "").replace("`", "") for way, word in WAYS.items()}
COUNTS = (2, 4, 8)
SECONDS = 6    # by the length of one sample
ROUNDS = 3
WHY = """Recording takes no lock; a thread's first record and a scrape do, and short runs have many of
    them beside few calls."""
LINES = 20     # of a report that are shown
CHOSEN = 4     # threads


def key(way, threads, state="alone"):
    return f"demo_locks/{'-'.join(way)}/{threads}/{state}"


def counts(cpus):
    return sorted({*COUNTS, cpus} if cpus > 1 else COUNTS)


def measures(kit):
    tool = kit.programs.tool()
    if not tool or not kit.programs.library("libquipu-contend.so"):
        yield Remark("demo_locks/missing/all", "quipu or libquipu-contend.so was not built")
        return
    for way in WAYS:
        program = kit.programs.program(f"dispatch_{way[0]}")
        if not program:
            yield Remark(f"demo_locks/missing/{PLAIN[way]}", "its library is not installed "
                         "(tools/setup peers)")
            continue
        for threads in counts(kit.cpus):
            yield loop(kit, tool, program, way, threads)


def loop(kit, tool, program, way, threads):
    command = [program, way[1], threads, f"{SECONDS * kit.seconds:.3g}"]
    units = {"rate": "1/s", "cpu_ns": "ns"}
    return States(f"demo_locks/{'-'.join(way)}/{threads}", {
        "alone": kit.measure(key(way, threads), command, units),
        "watched": Profiled(key(way, threads, "watched"), tool, threads, "calls", command,
                            units),
    }, ["rate"], rounds=1 if kit.quick else ROUNDS)


def measured(results):
    return sorted({int(name.split("/")[1]) for name in results.under("demo_locks/")
                   if "/watched/" in name})


def share(results, way, threads):
    """Of the threads' time, in percent."""
    value = results.median(key(way, threads, "watched") + "/wait_share")
    return None if value is None else 100 * value


def waits(results, way, threads):
    """For locks, in a thousand calls."""
    each = results.median(key(way, threads, "watched") + "/waits")
    return None if each is None else 1000 * each


def shown(value, digits=3):
    return None if value is None else number(round(value, digits))


def targets(results):
    from suite.page import Target
    if measured(results):
        most = measured(results)[-1]
        yield Target(f"dispatch loop recorded by quipu, {most} threads: waits for a lock in 1,000 calls "
                     f"(a map under a mutex: {shown(waits(results, ('map', 'lookup'), most))})", 0.1,
                     waits(results, ("quipu", "lookup"), most), "", why=WHY)


def report(results, page):
    page.text("""**Method.** `bench/programs/dispatch_loop` is the demo's loop without its network: the same calls
        go to the same simulated providers, which compute what a call comes to and do not wait for
        it. Seven records a call: requests in flight up and down, requests, tokens in and out, duration, time to the
        first token. All that differs is what records: a map from a name and labels to a value under one mutex, as
        programs count that have no library; prometheus-cpp, its series found by `Family::Add` in
        every record or once; quipu, by label values in every record or through kept handles. A test holds
        their expositions beside each other. All series are there before the threads start; somebody
        scrapes four times a second. Each runs alone, and unchanged under `quipu contend run`.""")
    for name, why in results.texts.items():
        if name.startswith("demo_locks/missing/"):
            page.text(f"**Left out**: {name.rsplit('/', 1)[1]}: {why}.")
    table(results, page)
    plot_rates(results, page)
    sayings(results, page)
    page.text("""**What limits it.** Flat out nothing but recording and a short computation happens, so
        shares are the most that locks can take; a dispatcher that waits for real providers makes fewer calls a second,
        and its locks are taken less often by as much. On more threads than processors a thread that
        loses its processor while it holds the lock keeps all others waiting.""")


def cells(results, way, threads):
    watched = key(way, threads, "watched")
    alone, slower = results.get(key(way, threads) + "/rate"), results.median(watched + "/rate/ratio")
    waiting = share(results, way, threads)
    return [alone and alone.scaled(1e-3, "k/s"), slower and f"{slower:.2f} ×",
            None if waiting is None else f"{shown(waiting)} %", shown(waits(results, way, threads)),
            shown(results.median(watched + "/switches"), 0), results.texts.get(watched + "/top")]


def table(results, page):
    for threads in measured(results):
        rows = [[word, *cells(results, way, threads)] for way, word in WAYS.items()
                if results.get(key(way, threads) + "/rate")]
        page.heading(f"{threads} threads", 1)
        page.table(["", "thousand calls a second, alone", "under the profiler, by that",
                    "time waiting for locks", "waits in 1,000 calls", "context switches a second",
                    "most of the waiting"], rows)


def plot_rates(results, page):
    from suite import plot
    series = {PLAIN[way]: [(threads, figure.scaled(1e-3, "k/s"))
                           for threads in measured(results)
                           if (figure := results.get(key(way, threads) + "/rate"))]
              for way in WAYS}
    series = {name: points for name, points in series.items() if points}
    if series:
        page.plot("demo-locks", "Calls a second by number of threads and way of recording", plot.lines,
                  series=series, xlabel="threads",
                  ylabel="thousand calls a second (logarithmic)",
                  title="the dispatch loop, by the way it is counted")


def saying(results, way, threads):
    """One sentence from the figures."""
    watched = key(way, threads, "watched")
    waiting, each = share(results, way, threads), results.median(watched + "/locks")
    where = results.texts.get(watched + "/top")
    said = (f"**{PLAIN[way]}**: {number(round(each, 2 if each >= 0.01 else 6))} locks a call; "
            f"{threads} threads spent {shown(waiting)} % of their time waiting for them")
    if not where or where == UNNAMED:
        return said + f", {UNNAMED}."
    part, place = where.split(" ", 1)
    return said + f", {part} of that in {place}."


def sayings(results, page):
    threads = CHOSEN if CHOSEN in measured(results) else next(iter(measured(results)), None)
    found = [way for way in WAYS if results.texts.get(key(way, threads, "watched") + "/sentence")]
    if not found:
        return
    page.heading(f"What the profiler says, {threads} threads", 1)
    for way in found:
        watched = key(way, threads, "watched")
        page.text(saying(results, way, threads))
        page.code("\n".join(results.texts[watched + "/report"].rstrip().splitlines()[:LINES]))
