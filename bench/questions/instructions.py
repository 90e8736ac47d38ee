# SPDX-License-Identifier: MIT
"""Instructions of the hot paths: what no noise can move."""
import json
import pathlib
import shutil

TITLE = "How many instructions is a record?"
WORDS = {
    "counter": "**counter**, kept handle in memory", "counter_local": "the same, handle in a register",
    "counter_add": "counter, add of an amount", "float_counter": "float counter",
    "updown": "up-down, inc", "gauge_set": "gauge, set", "gauge_add": "gauge, add",
    "grid": "grid of 8 × 8", "histogram": "**histogram**, 11 bounds",
    "histogram_ns": "histogram, nanoseconds", "native": "native histogram", "summary": "summary",
    "exemplar_counter": "counter, exemplar not wanted",
    "exemplar_histogram": "histogram, exemplar not wanted",
    "timer": "timer, two clock reads up to the system call", "lookup": "**look-up**, three C strings",
    "lookup_lengths": "look-up, three strings with lengths", "lookup_typed": "look-up, typed label set",
    "lookup_refused": "look-up refused by a full family", "removed": "late write to a removed series",
    "zero_counter": "write to the sink", "llm_call": "LLM kit: a call's whole life, three chunks",
    "llm_call_both": "the same under both namings", "llm_route_of": "LLM kit: a route by its names", "thread_new": "first record of a thread, new shard",
    "thread_again": "first record of a thread, adopted shard",
    "counters_text": "a counter series in text", "counters_openmetrics": "in OpenMetrics",
    "counters_protobuf": "in protobuf", "histograms_text": "a histogram series in text",
    "histograms_openmetrics": "in OpenMetrics", "histograms_protobuf": "in protobuf",
}

DRAWN = {"counter": "counter", "float_counter": "float\ncounter", "updown": "up-down",
         "gauge_set": "gauge,\nset", "grid": "grid", "histogram": "histogram", "native": "native", "timer": "timer",
         "lookup": "look-up", "lookup_lengths": "look-up,\nlengths"}
WHY = """Six is what gcc 12 makes at -O2 of loading the thread's base and the handle, testing, adding;
    another compiler may take one or two more, and other options more still."""


def parse(text):
    return {f"/{name}": ("instructions", [count]) for name, count in json.loads(text).items()
            if "_pair_" not in name}   # those are shown by questions/locks.py


def measures(kit):
    script = pathlib.Path(__file__).resolve().parents[1] / "instructions"
    if kit.programs.program("instructions") and shutil.which("valgrind"):
        yield kit.measure("instructions/quipu", [script, "--json", "--build", kit.programs.bench.parent],
                          parse=parse, rounds=1)


def targets(results):
    from suite.page import Target
    yield Target("counter, kept handle", 6, results.median("instructions/quipu/counter"),
                 " instructions", why=WHY)


def report(results, page):
    page.text("""**Method.** `valgrind --tool=callgrind` counts user instructions; a figure is the difference of
        two lengths of the same inlined loop, less that of an empty loop. The counts are stored in
        `bench/instructions.tsv`, and CI fails where one has changed by an instruction and by more than 2 %
        (5 % for scrapes), for the worse or for the better. A further test disassembles what gcc and clang make of
        the verbs on kept handles: no locked instruction, no call but the slow path's. Another
        (`faults_noalloc`) makes twenty thousand records with every verb and asserts that none called the
        allocator, mmap or a lock, and that none made a system call.""")
    counts = results.under("instructions/quipu/")
    page.table(["", "instructions"], [[word, f"{counts[name].median:,.0f}"]
                                      for name, word in WORDS.items() if name in counts])
    drawn = {word: {"quipu": counts[name]} for name, word in DRAWN.items() if name in counts}
    if drawn:
        from suite import plot
        page.plot("instructions", "Instructions of one record", plot.bars, groups=drawn,
                  ylabel="instructions (logarithmic)")
    page.text("""**What limits it.** A counter is six: load the thread's base, load the handle, test, branch, add,
        add to memory. A histogram finds its bucket by the value's upper bits and one comparison, and
        moves its cell as a whole. A look-up works through every byte of three labels twice, once
        to hash and once to compare.""")
