#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""quipu contend diff: what changed between two runs that took different times."""
import argparse
import json
import pathlib
import re
import sys
import tempfile

from quipu import Failure, check, contend, said
from runs import SECOND, process, run, site, write


def rows(text):
    """The table's rows: (change, what comes after it)."""
    return [line.split(maxsplit=1) for line in text.splitlines()
            if re.match(r" *([+-][\d.]+\w+|0s) ", line)]


def differ(quipu, folder, before, after, *options):
    return said(quipu, "diff", "--no-names", *options, write(folder / "a.json", before),
                write(folder / "b.json", after), COLUMNS="200")


def changes(quipu, folder):
    ms = 10**6
    before = run(process([site("mutex", [(0, 0x10)], [ms] * 1000, lock="queue"),
                          site("mutex", [(0, 0x20)], [50 * ms] * 2),
                          site("wrlock", [(0, 0x30)], [300 * ms]),
                          site("cond", [(0, 0x40)], [9 * SECOND])]))
    after = run(process([site("mutex", [(0, 0x10)], [3 * ms] * 500, lock="queue"),
                         site("mutex", [(0, 0x20)], [50 * ms]),
                         site("rdlock", [(0, 0x30)], [20 * ms])], elapsed_ns=5 * SECOND))
    text = differ(quipu, folder, before, after)
    found = rows(text)
    # 1.0 s in 10 s; 1.5 s in 5 s
    check(found[0][0] == "+200ms" and re.match(
        r"100ms +300ms +1ms +3ms +mutex +server\+0x10 +queue$", found[0][1]), text)
    check(found[1][0] == "-30ms" and re.match(
        r"30ms +300ms +gone +wrlock +server\+0x30", found[1][1]), text)
    check(found[2][0] == "+4ms" and re.match(
        r"4ms +20ms +new +rdlock +server\+0x30", found[2][1]), text)
    check(found[3][0] == "0s" and "server+0x20" in found[3][1] and len(found) == 4, text)
    check("In all +174ms of waiting for locks in each second of the run, +124.3%." in text, text)
    check(" cond " not in text, text)
    check(" cond " in differ(quipu, folder, before, after, "--kind", "idle"), "where asked for")
    back = differ(quipu, folder, after, before)
    check(rows(back)[0][0] == "-200ms" and "In all -174ms" in back, back)
    check(len(rows(differ(quipu, folder, before, after, "--top", "1"))) == 1, "top")


def for_programs(quipu, folder):
    """--json: the same runs and changes, all of them, in exact figures."""
    ms = 10**6
    before = run(process([site("mutex", [(0, 0x10), (0, 0x90)], [ms] * 600, lock="queue"),
                          site("mutex", [(0, 0x10), (0, 0x91)], [ms] * 400, lock="queue"),
                          site("wrlock", [(0, 0x30)], [300 * ms]),
                          site("cond", [(0, 0x40)], [9 * SECOND])]))
    after = run(process([site("mutex", [(0, 0x10)], [3 * ms] * 500, lock="queue"),
                         site("rdlock", [(0, 0x30)], [20 * ms])], elapsed_ns=5 * SECOND))
    made = json.loads(differ(quipu, folder, before, after, "--json", "--top", "1"))
    check(made["quipu_contend_diff"] == 1, made)
    check((made["before"]["elapsed_ns"], made["after"]["elapsed_ns"]) ==
          (10 * SECOND, 5 * SECOND), made["before"])
    check(made["before"]["locks_ns_per_second"] == 130 * ms, made["before"])
    check(made["before"]["processes"][0]["pid"] > 0 and made["after"]["locks_waits"] == 501, made)
    check([(change["kind"], change["lock"], change["change_ns_per_second"])
           for change in made["sites"]] ==
          [("mutex", "queue", 200 * ms), ("wrlock", None, -30 * ms), ("rdlock", None, 4 * ms)],
          made["sites"])
    queue, written, read = made["sites"]
    # stacks that end in one place are one place
    check((queue["before"]["waits"], queue["after"]["waits"]) == (1000, 500), queue)
    check((queue["before"]["mean_ns"], queue["after"]["mean_ns"]) == (ms, 3 * ms), queue)
    check(queue["before"]["site"] == queue["after"]["site"] == "server+0x10", queue)
    check(written["after"] is None and read["before"] is None and not read["idle"], made["sites"])
    made = json.loads(differ(quipu, folder, before, after, "--json", "--kind", "idle"))
    check([change["idle"] for change in made["sites"]] == [True], made["sites"])
    made = json.loads(differ(quipu, folder, run(), run(), "--json"))
    check(made["sites"] == [] and made["after"]["processes"] == [], made)


def nothing(quipu, folder):
    same = run(process([site("mutex", [(0, 1)], [5000] * 7)]))
    text = differ(quipu, folder, same, same)
    check([change for change, _ in rows(text)] == ["0s"], text)
    empty = run(process([]))
    text = differ(quipu, folder, empty, empty)
    check(not rows(text) and "In all 0s" in text, text)
    text = differ(quipu, folder, empty, same)
    check("new" in text and "nan" not in text.lower() and "inf" not in text.lower(), text)
    differ(quipu, folder, run(), run())


def wrong(quipu, folder):
    good = write(folder / "good.json", run(process([])))
    bad = write(folder / "bad.json", "[]")
    for files in (good, bad), (bad, good):
        status, out, err = contend(quipu, "diff", *files)
        check(status == 1 and not out and f"quipu contend diff: {bad}:1:1: " in err, err)
    for files in (), (good,), (good, good, good):
        status, _, err = contend(quipu, "diff", *files)
        check(status == 2 and "it wants two files" in err, err)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--quipu", required=True)
    quipu = parser.parse_args().quipu
    with tempfile.TemporaryDirectory() as folder:
        for test in changes, for_programs, nothing, wrong:
            test(quipu, pathlib.Path(folder))


try:
    main()
except Failure as failure:
    sys.exit(f"FAILED: {failure}")
