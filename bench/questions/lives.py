# SPDX-License-Identifier: MIT
"""Threads that start, record and end."""

TITLE = "What do threads cost that come and go?"
RECORDS = (1, 1000)
UNITS = {"empty_cpu_us": "µs", "recording_cpu_us": "µs", "empty_cpu_64_us": "µs",
         "recording_cpu_64_us": "µs", "empty_us": "µs", "recording_us": "µs",
         "first_record_ns": "ns", "first_lookup_ns": "ns", "first_record_new_shard_ns": "ns",
         "shards": "shards", "overflow_records": "records"}


def measures(kit):
    program = kit.programs.program("lives")
    if program:
        for records in RECORDS:
            yield kit.measure(f"lives/quipu/{records}", [program, records, kit.seconds * 5], UNITS)


def targets(results):
    return []


def figure(results, records, name):
    return results.get(f"lives/quipu/{records}/{name}")


def draw(results, page):
    from suite import plot
    groups = {}
    for which, pair in (("alone", ("empty_cpu_us", "recording_cpu_us")),
                        ("of 64 at once", ("empty_cpu_64_us", "recording_cpu_64_us"))):
        for records in RECORDS:
            cells = dict(zip(("empty", "recording"),
                             (figure(results, records, name) for name in pair)))
            if all(cells.values()):
                groups[f"{which},\n{records:,} record{'s' if records > 1 else ''} of each"] = cells
    if groups:
        page.plot("lives", "Processor time of a thread's life, empty and recording", plot.bars,
                  groups=groups, ylabel="µs", log=False, shades=True)


def report(results, page):
    page.text("""**Method.** In turns: a thread that does nothing is started and joined; and one that
        records into three series, a counter, a histogram and one found by its labels. Shown is the
        processor time of the whole process, because how long a join takes depends most on whether a
        processor has to be woken for it. The first record of a thread attaches it: it takes over a shard that
        an ended thread left, or reserves one.""")
    page.table(["processor time of a thread's life, µs", "empty", "recording",
                "of 64 at once: empty", "recording"],
               [[f"{records:,} records of each" if records > 1 else "one record of each",
                 *(figure(results, records, name) for name in list(UNITS)[:4])]
                for records in RECORDS])
    draw(results, page)
    page.table(["of a new thread, ns", "first record", "in a new shard, 64 starting at once",
                "first look-up"],
               [["", *(figure(results, 1, name) for name in
                       ("first_record_ns", "first_record_new_shard_ns", "first_lookup_ns"))]])
    shards, overflow = figure(results, 1, "shards"), figure(results, 1, "overflow_records")
    if shards and overflow:
        page.text(f"Shards at the end, after thousands of threads of which 64 were alive at once: "
                  f"{shards}; records that went to the overflow shard: {overflow}.")
    page.text("""**What limits it.** Starting and joining a thread is the operating system's work, and most of what
        recording seems to add is that too: a thread that only looks at the clock for 5 µs costs as much
        (44 µs where an empty one took 19, tried apart), because meanwhile the one that waits for it has gone to
        sleep, with its processor. A first
        record that takes over an ended thread's shard makes two system calls, to block signals and
        to let them through again; one that needs a new shard six more, to reserve and mark its
        address space, which wait for each other while many threads start; the first look-up two, to
        register with RCU. No memory is left behind: an ended thread's shard goes to the next one
        that starts.""")
