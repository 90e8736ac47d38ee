# SPDX-License-Identifier: MIT
"""What the contention profiler costs whoever is watched: a pair, a program that only locks, real
programs; without it, preloaded but off, and on."""
import atexit
import json
import os
import pathlib
import shutil
import statistics
import tempfile

from suite import profiled, real
from suite.figures import number
from suite.rounds import Measure
from suite.states import Remark, States

TITLE = "What does watching locks cost?"
LIBRARY = "libquipu-contend.so"
WHY_PAIR = """A hook is at least a jump through a pointer and a test; on, it counts too, and asks for the
    lock by the call that does not wait. Beside a lock of ten nanoseconds it shows when somebody else uses the core as
    well. The instruction counts have it without noise."""
WHY_RATE = """What hooks add to a lock is nanoseconds; how threads meet at it is chance, and the control
    beside these figures says how much of a ratio chance makes."""
STATES = ("without", "off", "on")
HEADS = ("without", "preloaded, off", "on")
AGAIN = "again"   # without it once more: what chance alone makes of a ratio
PAIRS = {
    "mutex": "**mutex**", "recursive": "recursive mutex", "rdlock": "read-write lock, read",
    "wrlock": "read-write lock, write", "spin": "spin lock", "sem": "semaphore, wait and post",
    "alone": "mutex, in a process with one thread",
}
CONTENDED = {"mutex": "mutex", "spin": "spin lock"}
LOADS = {
    "one": "one mutex", "few": "16 mutexes", "many": "1,024 mutexes",
    "queue": "a queue, mutex and conditions", "cache": "a table under a read-write lock, 1 % writes",
}
COUNTED = {"mutex": "mutex", "rdlock": "read-write lock, read", "spin": "spin lock",
           "sem": "semaphore, wait and post"}
COUNTED_STATES = {"without": "without", "unstarted": "preloaded, never started", "off": "off", "on": "on"}
THREADS = 8
MEMORY = {"1/10": "1 thread, 10 waits", "64/10": "64 threads, 10 waits each",
          "1/3000": "1 thread, 3,000 waits"}


class Under(Measure):
    """A real program under load (suite/real.py), with what it finds in its environment."""

    def __init__(self, key, program, environment):
        super().__init__(key, [], environment=environment)
        self.program = program

    def run(self, results):
        with tempfile.TemporaryDirectory(prefix="bench") as name:
            folder, environment = pathlib.Path(name), dict(self.environment)
            saved = folder / "saved"
            saved.mkdir()
            if "QUIPU_CONTEND_SAVE" in environment:
                environment["QUIPU_CONTEND_SAVE"] = str(saved)
            found = self.program.work(environment, folder)
            counts = profiled.seen(saved)
        for what, rate in found.items():
            results.add(f"{self.key}/{what}", "1/s", [rate])
        for what, count in counts.items():
            results.add(f"{self.key}/{what}", what, [count])
        return True


def environments(library):
    """As `quipu contend run` starts programs, which save what they saw once a second and at the
    end: into a folder that goes with this process."""
    folder = tempfile.TemporaryDirectory(prefix="bench")
    atexit.register(folder.cleanup)
    on = {"LD_PRELOAD": str(library), "QUIPU_CONTEND_SAVE": folder.name,
          "QUIPU_CONTEND_RUNNER": str(os.getpid())}
    return {"without": {}, "off": {**on, "QUIPU_CONTEND_OFF": "1"}, "on": on, AGAIN: {}}


def measures(kit):
    library, program = kit.programs.library(LIBRARY), kit.programs.program("locks")
    if not library or not program:
        yield Remark("locks/missing/all", f"{LIBRARY if program else 'bench_locks'} was not built")
        return
    states = environments(library)
    yield from synthetic(kit, program, states)
    for name, one in real.PROGRAMS.items():
        why = one.missing()
        if why:
            yield Remark(f"locks/missing/{name}", why)
        else:
            key = f"locks/real/{name}"
            yield States(key, {state: Under(f"{key}/{state}", one, environment)
                               for state, environment in states.items()}, one.figures,
                         rounds=1 if kit.quick else 5)
    script = pathlib.Path(__file__).resolve().parents[1] / "instructions"
    if kit.programs.program("lock_instructions") and shutil.which("valgrind"):
        yield Measure("locks/instructions", [script, "--json", "--build", kit.programs.bench.parent],
                      rounds=1, parse=parse_instructions)
    yield Measure("locks/size", ["size", library.resolve()], rounds=1, parse=parse_size)


def synthetic(kit, program, states):
    def all_states(key, command, units, ratios=(), added=(), rounds=None, names=STATES):
        return States(key, {state: kit.measure(f"{key}/{state}", [program, *command], units,
                                               environment=states[state])
                            for state in names}, ratios, added, rounds)

    for kind in PAIRS:
        yield all_states(f"locks/pair/{kind}", ["pair", kind, kit.seconds], {"cpu_ns": "ns"},
                         added=["cpu_ns"])
    for kind in CONTENDED if kit.cpus > 1 else ():
        yield all_states(f"locks/contended/{kind}", ["contended", kind, 3 * kit.seconds],
                         {"rate": "1/s", "section_ns": "ns", "handover_ns": "ns"}, ["rate"])
    for what in LOADS:
        yield all_states(f"locks/load/{what}", ["load", what, THREADS, 4 * kit.seconds],
                         {"rate": "1/s"}, ["rate"], names=states)
    for case in MEMORY:
        yield all_states(f"locks/memory/{case}", ["memory", *case.split("/")],
                         {"bytes": "bytes"}, added=["bytes"],
                         rounds=1 if kit.quick else 3)


def parse_instructions(text):
    return {f"/{name}": ("instructions", [count]) for name, count in json.loads(text).items()
            if "_pair_" in name}


def parse_size(text):
    """What `size` prints under its head: text, data, bss."""
    numbers = text.splitlines()[1].split()[:3]
    return {f"/{part}": ("bytes", [int(value)])
            for part, value in zip(("text", "data", "bss"), numbers)}


def added(results, key, state):
    """By how much a state is above that without the library: the median of the turns' differences."""
    return results.median(f"{key.format(state)}/added")


def throughput(results, key, state="on"):
    """The median of the turns' ratios."""
    return results.median(f"{key.format(state)}/ratio")


def middle(results, keys):
    """Of several programs' ratios; None where none was measured."""
    found = [throughput(results, key) for key in keys.values()]
    found = [ratio for ratio in found if ratio is not None]
    return statistics.median(found) if found else None


def load_keys():
    return {word: f"locks/load/{what}/{{}}/rate" for what, word in LOADS.items()}


def real_keys():
    return {word: f"locks/real/{name}/{{}}/{what}" for name, one in real.PROGRAMS.items()
            for what, word in one.figures.items()}


def targets(results):
    from suite.page import Target
    pair = "locks/pair/mutex/{}/cpu_ns"
    yield Target("contention profiler off: added to a mutex's lock and unlock", 2,
                 added(results, pair, "off"), " ns", why=WHY_PAIR)
    yield Target("contention profiler on: the same, uncontended", 6, added(results, pair, "on"), " ns",
                 why=WHY_PAIR)
    for word, keys in (("programs that lock all the time", load_keys()), ("real programs", real_keys())):
        yield Target(f"contention profiler on: throughput of {word} by that without it, the middle "
                     "one", 0.98, middle(results, keys), " ×", least=True, why=WHY_RATE)


def percent(results, key, state):
    """Of a throughput: what the turns' ratios say, with their spread."""
    figure = results.get(f"{key.format(state)}/ratio")
    if figure is None:
        return None
    low, middle, high = (f"{100 * (value - 1):+.1f}".replace("-", "−").replace("+0.0", "0.0")
                         for value in (figure.low, figure.median, figure.high))
    return f"{middle} % ({low} to {high})"


def report(results, page):
    page.text(f"""**Method.** The same program runs without `{LIBRARY}`, with it preloaded but off, and with it
        on, one right after the other in an order drawn anew; so a ratio is that of two neighbours in time, and
        shown is the median of all turns, with the least and the most. Where threads contend, chance
        moves a throughput by more than any profiler could: how much, the control says, which is the same
        program without the library once more in each turn. The programs know nothing of the library; it is
        preloaded as `quipu contend run` does it, so that off and on what was seen is saved once a second and at the
        end.""")
    for key, why in results.texts.items():
        if key.startswith("locks/missing/"):
            page.text(f"**Left out**: {key.rsplit('/', 1)[1]}: {why}.")
    pairs(results, page)
    contended(results, page)
    loads(results, page)
    programs(results, page)
    memory(results, page)
    page.text("""**What limits it.** Off, a hook is one more call and a test of one flag. On, it asks for the lock
        by the call that does not wait, which costs about what the other does, counts, and looks whether the unlock
        ends a wait that it noted. Only a lock that is taken costs more: two looks at the clock, the
        second of them the one thing that happens while the lock is held; the wait is recorded after the
        unlock, into cells of the thread's own.""")


def pairs(results, page):
    rows = []
    for kind, word in PAIRS.items():
        key = f"locks/pair/{kind}/{{}}/cpu_ns"
        cells = [results.get(key.format(state)) for state in STATES]
        if any(cells):
            rows.append([word, *cells, *(signed(added(results, key, state)) for state in STATES[1:])])
    page.heading("A lock and its unlock, uncontended", 1)
    page.text("""Processor time of one thread, in the fastest tenth of batches, while another thread sleeps:
        in a process with one thread alone the C library leaves out atomic instructions, but not in the call that
        does not wait, by which a lock is asked for when the profiler is on.""")
    page.table(["ns", *HEADS, "off adds", "on adds"], rows)
    instructions(results, page)


def instructions(results, page):
    found = results.under("locks/instructions/")
    if found:
        page.text("""What no noise can move: instructions of such a pair, all that the C library does for it
            included, counted by callgrind and held beside `bench/instructions.tsv` on every change.""")
        page.table(["instructions", *COUNTED_STATES.values()],
                   [[word, *(figure and f"{figure.median:,.0f}" for figure in
                             (found.get(f"{lock}_pair_{state}") for state in COUNTED_STATES))]
                    for lock, word in COUNTED.items()])


def signed(value):
    return None if value is None else f"{value:+.2f}".replace("-", "−")


def contended(results, page):
    rows = []
    for kind, word in CONTENDED.items():
        key = f"locks/contended/{kind}"
        for what, shown, factor, unit in (
                ("rate", "sections a second, million", 1e-6, "M/s"),
                ("section_ns", "the section itself, ns", 1, "ns"),
                ("handover_ns", "from one thread's section to the other's, ns", 1, "ns")):
            cells = [results.get(f"{key}/{state}/{what}") for state in STATES]
            if any(cells):
                rows.append([f"**{word}**: {shown}" if what == "rate" else f"{word}: {shown}",
                             *(cell and cell.scaled(factor, unit) for cell in cells)])
    if rows:
        page.heading("A lock that two threads want", 1)
        page.text("""Both compute as long inside the section as outside. The section is measured by the
            processor's own counter from its first to its last instruction; the handover, where the lock
            changed hands, is all between the end of one thread's section and the begin of the other's:
            waking up, the lock's own work and the profiler's. A median; a mutex seldom changes hands, because
            whoever frees it is likely to have it again before the other is awake.""")
        page.table(["", *HEADS], rows)


def throughputs(results, page, head, keys, factor=1):
    rows = []
    for word, key in keys.items():
        figure = results.get(key.format("without"))
        if figure:
            rows.append([word, figure.scaled(factor, ""),
                         *(percent(results, key, state) for state in (*STATES[1:], AGAIN))])
    page.table([head, *HEADS, "control: without, again"], rows)


def loads(results, page):
    page.heading("Programs that lock all the time", 1)
    page.text(f"""{THREADS} threads that compute some 50 ns inside the lock and 200 ns outside, three to four
        million locks a second each; but for the queue, whose threads compute nothing. A program whose threads do
        nothing but lock pays what the first table says.""")
    throughputs(results, page, "million a second", load_keys(), 1e-6)


def programs(results, page):
    if not results.under("locks/real/"):
        return
    page.heading("Real programs, as Debian has them", 1)
    page.text("""Each asked over a Unix socket or loopback by its usual client, or given a script; the client
        is not watched.""")
    throughputs(results, page, "a second", real_keys())
    page.table(["in one run, the start included", "locks taken", "of them waited for", "semaphores taken"],
               [[one.title, *(figure and number(figure.median) for figure in
                              (results.get(f"locks/real/{name}/on/{what}") for what in ("locks", "waits", "semaphores")))]
                for name, one in real.PROGRAMS.items()])


def kib(value):
    return None if value is None else f"{number(value / 1024)} KiB".replace("-", "−")


def each_thread(results):
    """In words: what one of 63 more threads takes, or nothing where it was not measured."""
    sizes = [added(results, f"locks/memory/{case}/{{}}/bytes", state)
             for state in ("on", "off") for case in ("64/10", "1/10")]
    if None in sizes:
        return ""
    return f", {kib((sizes[0] - sizes[1] - sizes[2] + sizes[3]) / 63)} each"


def memory(results, page):
    rows = []
    for case, word in MEMORY.items():
        key = f"locks/memory/{case}/{{}}/bytes"
        if results.get(key.format("without")):
            rows.append([word, kib(results.median(key.format("without"))),
                         *(kib(added(results, key, state)) for state in STATES[1:])])
    if not rows:
        return
    page.heading("Memory", 1)
    sizes = {part: results.median(f"locks/size/{part}") for part in ("text", "data", "bss")}
    page.text(f"""Resident, and how much more of it there is with the library, code included. Its tables are
        of a fixed size and part of the library ({kib(sizes['bss'])} of zeroes, of which pages are there that were
        touched); nothing in a hook allocates, as a test counts. A thread that takes a lock gets cells of its
        own{each_thread(results)}; what more waits at the same places take is nothing.""")
    page.table(["", "without", "off adds", "on adds"], rows)
