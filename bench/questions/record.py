# SPDX-License-Identifier: MIT
"""Every way of recording on one thread, the machine's limits, the rivals."""
import json

from questions.common import ENTRANTS, RIVALS, best, divide, minus, record

TITLE = "What does one record cost?"
LIMITS = {
    "empty": "empty loop", "thread_local": "thread-local add", "xadd_own": "`lock xadd`",
    "cas_double_shared": "compare-and-swap of a double", "mutex_own": "mutex and add",
    "rcu_section": "RCU read section", "clock_monotonic": "`clock_gettime`",
    "clock_coarse": "`clock_gettime`, coarse",
}
PEER_CASES = {"counter": 1, "histogram": 1, "lookup": 64}
# names in programs/record.cc
VERBS = {
    "empty_loop": "empty loop",
    "read_values": "reading the values, no more",
    "read_labels": "reading the label sets, no more",
    "make_indices": "making a grid's indices, no more",
    "counter_inc": "**counter** `quipu_inc`",
    "counter_inc_spread": "**counter** `quipu_inc`, 64 handles in turn",
    "float_counter_add": "**float counter** `quipu_add`",
    "updown_inc_dec": "**up-down** `quipu_inc` and `quipu_dec`",
    "gauge_set": "**gauge** `quipu_set` (one shared cell)",
    "gauge_add": "**gauge** `quipu_add` (one shared cell)",
    "histogram_observe": "**histogram** `quipu_observe`",
    "histogram_observe_ns": "**histogram** `quipu_observe_ns`",
    "native_observe": "**native histogram** `quipu_observe`, factor 1.1",
    "both_observe": "**histogram with both kinds of buckets** `quipu_observe`",
    "summary_observe": "**summary** `quipu_observe`",
    "histogram_exemplar": "**histogram** `quipu_observe_exemplar`, not wanted",
    "counter_exemplar": "**counter** `quipu_inc_exemplar`, not wanted",
    "grid_inc": "**grid** `quipu_inc(quipu_grid_at(…))`, 8 × 8",
    "time_scope": "**timer** `QUIPU_TIME_SCOPE` (two clock reads)",
    "lookup_inc": "**look-up** `quipu_inc_at`, three C strings",
    "lookup_inc_v": "**look-up** `quipu_inc_at_v`, three strings with lengths",
    "lookup_inc_typed": "**look-up** `quipu_inc_with`, typed label set",
    "lookup_observe": "**look-up** `quipu_observe_at`, three C strings",
    "llm_call": "**LLM kit**, a call's whole life, its clock reads apart",
    "llm_call_both": "**LLM kit**, the same under both namings",
    "llm_route": "**LLM kit** `quipu_llm_route_of`, model and provider",
}

WHY_WORD = """One word that is hit again and again takes what the processor needs to forward its last
    store to the next load, up to 5 cycles: 1.7 ns at 3 GHz, more on a slower clock. A plain
    thread-local add, in the table of limits, pays the same."""
WHY_BUCKET = """An observation is 39 instructions: it loads the bucket table's entry, compares once, and then
    moves the cell, 16 bytes, one load waiting for the other, so it follows the clock and the first
    cache's latency. In a loop of nothing else some processors (Zen 3) hold it back until the cell
    before is stored, for fear that it is the same: with the cell known beforehand it took 1.1 ns there,
    and always the same cell 5.2."""
WHY_LABELS = """A look-up hashes every byte of three labels, compares every byte again, and is some 290
    instructions (270 with lengths), so it follows the clock; nothing in it waits for another thread."""
WHY_CALL = """A call's whole life is some 530 instructions, seven observations of histograms among
    them, so it follows the clock; core/llm/README.md has more."""
WHY_GRID = """A grid's place is reckoned from its indices at every use: each is held against its axis and
    multiplied, 15 instructions more than a kept handle of 64 in turn. Who keeps the handle that
    `quipu_grid_at` gives pays a kept handle's price."""


def parse_google(text):
    """{'/counter_inc/1': ('ns', [cpu time])}"""
    found = {}
    for one in json.loads(text)["benchmarks"]:
        name = one["name"].replace("/threads:", "/")
        found["/" + name] = ("ns", [one["cpu_time"]])
    return found


def measures(kit):
    for entrant in ENTRANTS:
        for case, series in PEER_CASES.items():
            yield from record(kit, f"record/{entrant}/{case}", entrant, case, series, 1)
    for limit in LIMITS:
        yield from record(kit, f"record/limits/{limit}", "limits", limit, 1, 1)
    for linkage in ("static", "shared"):
        program = kit.programs.program(f"record_{linkage}")
        if program:
            yield kit.measure(f"record/verbs/{linkage}",
                              [program, "--benchmark_format=json",
                               f"--benchmark_min_time={kit.seconds / 2}",
                               "--benchmark_enable_random_interleaving=true"],
                              parse=parse_google)


def verb(name, linkage="static", threads=1):
    return f"record/verbs/{linkage}/{name}/{threads}"


def targets(results):
    from suite.page import Target
    ns = "/cpu_ns"
    counter = results.median(verb("counter_inc"))
    grid = results.median(verb("grid_inc"))
    empty = results.median(verb("empty_loop"))
    xadd = results.median("record/limits/xadd_own" + ns)
    _, rival = best(results, RIVALS, "record/{}/counter" + ns)
    yield Target("counter, kept handle, above the empty loop", 1.2, minus(counter, empty), " ns",
                 why=WHY_WORD)
    yield Target("counter, kept handle, loop included, as a part of an uncontended `lock xadd`", 0.6,
                 divide(results.median("record/quipu/counter" + ns), xadd), why=WHY_WORD)
    yield Target("the fastest rival's counter by quipu's", 2,
                 divide(rival, results.median("record/quipu/counter" + ns)), " ×", least=True,
                 why=WHY_WORD)
    yield Target("histogram, 11 bounds, inline (static)", 4.5,
                 results.median(verb("histogram_observe")), " ns", why=WHY_BUCKET)
    yield Target("histogram, 11 bounds, through the shared library", 5,
                 results.median(verb("histogram_observe", "shared")), " ns", why=WHY_BUCKET)
    yield Target("look-up of 3 C strings, 64 sets in a fixed order", 30,
                 results.median(verb("lookup_inc")), " ns", why=WHY_LABELS)
    yield Target("look-up of 3 strings with lengths, 64 sets in a fixed order", 25,
                 results.median(verb("lookup_inc_v")), " ns", why=WHY_LABELS)
    yield Target("LLM kit: a call's whole life, beyond its clock reads", 60,
                 results.median(verb("llm_call")), " ns", why=WHY_CALL)
    yield Target("grid of enumerated labels, by a kept handle of 64 in turn", 3,
                 results.ratio(verb("grid_inc"), verb("counter_inc_spread")), " ×", why=WHY_GRID)
    yield Target("grid, above the loop that makes its indices: as a kept handle", 1.2,
                 minus(grid, results.median(verb("make_indices"))), " ns", why=WHY_GRID)
    yield Target("grid, loop included, as a part of an uncontended `lock xadd`: as a kept handle",
                 0.6, divide(grid, xadd), why=WHY_GRID)


def compared(results, page):
    from suite import plot
    rows, groups = [], {}
    words = {"counter": "counter", "histogram": "histogram", "lookup": "look-up"}
    for entrant in ENTRANTS:
        cells = [results.get(f"record/{entrant}/{case}/cpu_ns") for case in PEER_CASES]
        if any(cells):
            rows.append([f"**{entrant}**" if entrant == "quipu" else entrant, *cells])
        for case, cell in zip(PEER_CASES, cells):
            if cell:
                groups.setdefault(words[case], {})[entrant] = cell
    page.table(["ns, one thread", "counter, kept handle", "histogram, kept handle",
                "counter by three labels, 64 sets in random order"], rows)
    page.plot("record", "Processor time of one record on one thread, by library", plot.bars,
              groups=groups, ylabel="ns, one thread (logarithmic)")
    limits = [[word, results.get(f"record/limits/{limit}/cpu_ns")] for limit, word in LIMITS.items()]
    page.table(["the machine's limits, loop included", "ns"], limits)


def report(results, page):
    page.text("""**Method.** One thread. The first table has every library at the
        same work, the second what the machine itself charges. Shown is processor time, because that
        is what recording costs a program. quipu is linked statically here, as are the Rust and Go libraries;
        prometheus-cpp is Debian's shared one. The table of verbs has quipu both ways.""")
    compared(results, page)
    rows = [[word, results.get(verb(name)), results.get(verb(name, "shared")),
             results.get(verb(name, threads=2))] for name, word in VERBS.items()
            if results.get(verb(name))]
    if rows:
        page.heading("Every verb", 1)
        page.text("""With Google Benchmark (`bench/programs/record.cc`), loop included. Histogram values:
            16,384 doubles, log-uniform from 0.0025 to 12; look-ups cycle through 64 label sets in a
            fixed order, whose strings lie at addresses of any alignment. Debian's Google Benchmark
            says that it was built as DEBUG: true, and without effect here, because its library
            only starts, stops and prints; the timed loop is inlined from its header into our
            optimised program.""")
        page.table(["ns", "1 thread, static", "1 thread, shared library", "2 threads, static"], rows)
    page.text("""**What limits it.** A counter is a load of the thread's base, a test whether there is one,
        and an add to memory: the loop around it costs as much. Hit again and again, one word takes what
        the processor needs to forward its last store: from nothing, on processors that rename memory
        (Golden Cove and later), to 5 cycles, also there when a neighbour shares the core; a plain
        thread-local add shows the same. A float counter that is hit back to
        back waits for its own last store, 4 or 5 cycles of addition and forwarding. A histogram loads the bucket table's entry
        and then the cell, 16 bytes at a time, one after the other. A look-up reads, hashes and compares
        every byte of every label. Two clock reads cost more than everything else together.""")
