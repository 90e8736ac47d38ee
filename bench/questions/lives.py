# SPDX-License-Identifier: MIT
"""Threads that start, record and end."""

TITLE = "What do threads cost that come and go?"
RECORDS = (1, 1000)


def measures(kit):
    program = kit.programs.program("lives")
    if program:
        for records in RECORDS:
            yield kit.measure(f"lives/quipu/{records}", [program, records, kit.seconds * 5],
                              {"empty_us": "µs", "recording_us": "µs", "first_record_ns": "ns",
                               "empty_64_us": "µs", "recording_64_us": "µs", "shards": "shards"})


def targets(results):
    return []


def report(results, page):
    page.text("""**Method.** In turns: a thread that does nothing is started and joined; and one that
        records into three series, a counter, a histogram and one found by its labels. The first record
        of a thread attaches it: it takes over a shard that an ended thread left, or reserves one.""")
    rows = []
    for records in RECORDS:
        base = f"lives/quipu/{records}"
        rows.append([f"{records:,} records of each" if records > 1 else "one record of each",
                     *(results.get(f"{base}/{name}") for name in
                       ("empty_us", "recording_us", "empty_64_us", "recording_64_us",
                        "first_record_ns"))])
    page.table(["", "an empty thread's life, µs", "a recording one's, µs",
                "the same, 64 alive at once: empty, µs", "recording, µs", "first record, ns"], rows)
    page.text("""**What limits it.** Starting and joining a thread is the operating system's work. A first
        record that takes over an ended thread's shard makes two system calls, to block signals and
        to let them through again; one that needs a new shard six more, to reserve and mark its
        address space; the first look-up two, to register with RCU. No memory is left behind: an
        ended thread's shard goes to the next one that starts.""")
