# SPDX-License-Identifier: MIT
"""The same hot loop on 1 to 64 threads: what they share is what they pay for."""
from questions.common import ENTRANTS, RIVALS, best, divide, record, times
from suite.turns import Turns

TITLE = "What do more threads cost?"
CASES = ("counter", "histogram", "lookup")
LIMITS = {
    "counter": {"thread-local add": "thread_local", "shared atomic": "xadd_shared",
                "sharded by CPU": "xadd_by_cpu", "mutex": "mutex_shared"},
    "histogram": {"shared atomic": "atomic_histogram", "mutex": "mutex_histogram"},
    "lookup": {},
}
VERBS = {   # quipu's others, with quipu_record.c's names
    "float_counter": "float counter", "updown": "up-down, inc and dec", "gauge_set": "gauge, set",
    "gauge_add": "gauge, add", "native": "native histogram", "exemplar": "histogram, exemplar not wanted",
    "timer": "timer (two clock reads)", "grid": "grid, 64 places", "lookup_v": "look-up, lengths known",
    "lookup_observe": "look-up, histogram",
}
CONTROL = "thread_local"   # what the machine itself gives to more threads
SHORT = {"counter": "counter", "histogram": "histogram", "lookup": "look-up"}
SERIES = {"counter": 1, "histogram": 1, "lookup": 64, "lookup_v": 64, "lookup_observe": 64}
COUNTS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)
WORDS = {"counter": "counter, +1 through a kept handle",
         "histogram": "histogram of 11 bounds, through a kept handle",
         "lookup": "counter found by three label values, 64 sets in random order"}
WHY_ALONE = """The threads share no line that one of them writes, so nothing of quipu holds the second
    back; what does is that it has no processor of its own for the whole sample, because other
    programs, or other guests of the host, run on it too, or because both are hardware threads of one
    core. The control is the thread-local add, measured in the same way, below."""
WHY_SHARED = """A rival's shared counter is the faster the nearer to each other the host puts the
    processors, by up to four times; quipu's rate does not depend on that."""


def key(entrant, case, threads):
    return f"contention/{entrant}/{case}/{threads}"


def measures(kit):
    for case in CASES:
        for threads in kit.threads:
            for entrant in ENTRANTS:
                yield from record(kit, key(entrant, case, threads), entrant, case, SERIES[case],
                                  threads)
            for limit in LIMITS[case].values():
                yield from record(kit, key("limits", limit, threads), "limits", limit, 1, threads)
    for verb in VERBS:
        for threads in kit.threads:
            yield from record(kit, key("quipu", verb, threads), "quipu", verb, SERIES.get(verb, 1),
                              threads)
    for entrant, case in (("limits", CONTROL), *(("quipu", case) for case in CASES)):
        for threads in {2, most(kit.cpus)} - {1}:
            yield from turns(kit, entrant, case, threads)


def most(cpus):
    """As many threads as have a processor each."""
    return max(threads for threads in COUNTS if threads <= cpus)


def turns(kit, entrant, case, threads):
    """One thread and many, in turns: what their ratio is."""
    pair = [one for n in (1, threads) for one in
            record(kit, key(entrant, case, n), entrant, case, SERIES.get(case, 1), n)]
    if pair:
        yield Turns(f"contention/turns/{case}/{threads}", pair,
                    lambda found: of_medians(found, case, threads, entrant), turns=5)


def of_medians(results, case, threads, entrant="quipu"):
    return results.ratio(key(entrant, case, threads) + "/rate", key(entrant, case, 1) + "/rate")


def scaling(results, case, threads):
    """The total rate by one thread's: by turns, or of the medians where there were none."""
    found = results.median(f"contention/turns/{case}/{threads}/ratio")
    return of_medians(results, case, threads) if found is None else found


def sharing(results, case, threads):
    """quipu's rate by that of the best rival, and who that is."""
    name, rate = best(results, RIVALS, key("{}", case, threads) + "/rate", least=False)
    return name, divide(results.median(key("quipu", case, threads) + "/rate"), rate)


def targets(results):
    from suite.page import Target
    at_least = {"counter": 4, "histogram": 8}
    for case, limit in at_least.items():
        cpus = results.machine["cpus"]
        name, lead = sharing(results, case, 2)
        yield Target(f"{case}, 2 threads on one series: total rate by one thread's", 1.9,
                     scaling(results, case, 2), " ×", least=True, why=WHY_ALONE)
        if not name and results.entrants.get(RIVALS[0]) is None:
            continue
        yield Target(f"{case}, 2 threads on one series: total rate by the best rival's "
                     f"({name or 'none here'})", limit, lead, " ×", least=True, why=WHY_SHARED)
        if cpus > 2:
            many = most(cpus)
            yield Target(f"{case}, {many} threads on {cpus} processors: total rate by one thread's",
                         0.8 * many, scaling(results, case, many), " ×", least=True, why=WHY_ALONE)


def all_series(results, case):
    """{name: [(threads, figure of the total rate in M/s)]}, quipu first, then limits, then rivals."""
    names = {"quipu": ("quipu", case)}
    names.update({word: ("limits", limit) for word, limit in LIMITS[case].items()})
    names.update({rival: (rival, case) for rival in RIVALS})
    series = {}
    for name, (entrant, what) in names.items():
        points = [(threads, results.get(key(entrant, what, threads) + "/rate"))
                  for threads in COUNTS]
        points = [(threads, figure.scaled(1e-6, "M/s")) for threads, figure in points if figure]
        if points:
            series[name] = points
    return series


def report(results, page):
    from suite import plot
    page.text(f"""**Method.** Threads record into the same series for {results.settings['seconds']} s, as fast as
        they can; shown is what all of them together achieve. *Shared atomic*, *mutex* and *sharded by CPU*
        are the three usual ways to count in a program without a library: one `lock xadd` for all (for
        the histogram a linear search, a `lock xadd` and a compare-and-swap of the sum), one mutex,
        and a `lock xadd` on a cell of the processor that `sched_getcpu` names. More threads than
        processors take turns.""")
    if results.under("contention/turns/"):
        page.text("""By how much many threads exceed one is measured for itself, because the machine changes
            from sample to sample: one thread and many, one right after the other, five times in each
            round, of which that pair counts during which the processors worked least for others. That is
            told by the system's account of their time (what the hypervisor took included) and never by the
            result.""")
    for case in CASES:
        one_case(results, page, case, plot)
    every_verb(results, page)
    verdict(results, page)


def one_case(results, page, case, plot):
    series = all_series(results, case)
    if "quipu" not in series:
        return
    threads = sorted({x for points in series.values() for x, _ in points})
    page.heading(WORDS[case][0].upper() + WORDS[case][1:], 1)
    rows = []
    for name, points in series.items():
        have = dict(points)
        rows.append([f"**{name}**" if name == "quipu" else name] + [have.get(n) for n in threads])
    page.table(["million a second, all threads"] + [f"{n} threads" if n > 1 else "1 thread"
                                                    for n in threads], rows)
    page.plot(f"contention-{case}", f"Total rate by number of threads: {WORDS[case]}", plot.lines,
              series=series, xlabel="threads", ylabel="million operations a second, all threads",
              title=WORDS[case])


def every_verb(results, page):
    rows = []
    counts = [n for n in COUNTS if results.get(key("quipu", "grid", n) + "/rate")]
    for verb, word in VERBS.items():
        cells = [results.get(key("quipu", verb, threads) + "/rate") for threads in counts]
        if any(cells):
            rows.append([word, *(cell and cell.scaled(1e-6, "M/s") for cell in cells)])
    if rows:
        page.heading("quipu's other verbs", 1)
        page.text("""A gauge is one cell for all threads, because its last value is: adding to it is the one
            verb that does not scale. Stores to it do, as measured, since a processor can merge its own before
            the line has to move.""")
        page.table(["million a second, all threads"] + [f"{n} thread{'s' if n > 1 else ''}"
                                                        for n in counts], rows)


def verdict(results, page):
    many = most(results.machine["cpus"])
    parts = []
    for case in CASES:
        name, lead = sharing(results, case, many)
        own = scaling(results, case, many)
        word = SHORT[case]
        if own and name:
            parts.append(f"{word}: {times(own)} its own rate on one thread, {times(lead)} the best "
                         f"rival's ({name})")
        elif own:
            parts.append(f"{word}: {times(own)} its own rate on one thread")
    control = results.median(f"contention/turns/{CONTROL}/{many}/ratio")
    if parts:
        page.text(f"**On {many} threads** quipu achieves, " + "; ".join(parts) + "."
                  + (f" The thread-local add, in turns as well: {times(control)}." if control else ""))
    page.text("""**What limits it.** Threads of quipu share no cache line that any of them writes: a
        shard has one writer. So the rate grows with the processors, and what remains is the
        processor's own speed at one add. Where a core has two hardware threads, they share its
        execution units, and the second adds what the first leaves idle; and one word hit again and
        again takes from 0.4 to 2.5 ns, depending on what else the core does (see above), so that
        one thread's rate is the least certain of all: more than one processor's worth for each thread
        means that it was low. Every read-modify-write of a shared cell falls instead, because the line
        that holds it travels at every operation.""")
