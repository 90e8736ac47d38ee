#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""quipu contend report: what it says of saved runs: texts beside golden files, JSON and folded
stacks beside what was put into the runs; and what it says of files that are none."""
import argparse
import json
import math
import pathlib
import random
import sys
import tempfile

import runs
from quipu import Failure, check, contend, said
from runs import SECOND, outside, process, run, site, write

HERE = pathlib.Path(__file__).resolve().parent
SEED = 20261128


class Tester:
    def __init__(self, quipu, folder, update):
        self.quipu, self.folder, self.update = quipu, folder, update

    def file(self, made, name="run.json"):
        return write(self.folder / name, made)

    def report(self, made, *options, **variables):
        return said(self.quipu, "report", "--no-names", *options, self.file(made), **variables)

    def json(self, made, *options):
        return json.loads(self.report(made, "--json", *options))

    def golden(self, name, text):
        path = HERE / "golden" / name
        if self.update:
            path.write_text(text, encoding="utf-8")
        check(path.read_text(encoding="utf-8") == text, f"not as in golden/{name}:\n{text}")


def waits_of(seed, n, mean):
    source = random.Random(seed)
    return [int(source.expovariate(1 / mean)) + 1 for _ in range(n)]


def busy_server():
    """Something of everything."""
    return [site("mutex", [(0, 0x1199), (0, 0x2000)], waits_of(1, 1234, 3.6e6), lock="queue"),
            site("mutex", [(0, 0x1199), (0, 0x3000)], waits_of(2, 100, 3.6e6), lock="queue"),
            site("wrlock", [(1, 0x99)], waits_of(3, 400, 1e6)),
            site("rdlock", [(0, 0x5500)], waits_of(4, 40, 2e6), lock="Größe 漢字 \x1b[31m"),
            site("spin", [], [700, 900, 1200]),
            site("mutex", [(0, 0x99123)], [], busy=17),
            site("cond", [(0, 0x77)], waits_of(5, 300, 30e6)),
            site("sem", [(0, 0x87)], [5 * SECOND])]


# --- for people -----------------------------------------------------------------------------------

def texts(tester):
    server = run(process(busy_server()))
    tester.golden("server-120", tester.report(server))
    tester.golden("server-80", tester.report(server, COLUMNS="80"))
    tester.golden("server-ascii", tester.report(server, LC_ALL="C"))
    tester.golden("server-top-2", tester.report(server, "--top", "2", "--kind", "locks"))
    children = run(process(busy_server()[:3]),
                   process(busy_server()[2:], pid=101, parent=100, state="killed",
                           started_unix_ns=runs.START + 2 * SECOND, command=["worker"],
                           totals={"calls": {"mutex": 3}, "early": 4000, "overflowed": 12,
                                   "capacity": 1024}),
                   process([], pid=102, state="running", outside=outside()))
    tester.golden("children", tester.report(children))
    tester.golden("children-each", tester.report(children, "--per-process"))
    tester.golden("quiet", tester.report(run(process([site("mutex", [(0, 5)], [900])]))))
    tester.golden("nothing", tester.report(run(process([], outside=outside()))))
    tester.golden("no-process", tester.report(run()))


def widths(tester):
    """No line is wider than what there is, whatever is in it."""
    long = process([site("mutex", [(0, 0xFFFFFFFFFFFF)], [2**63, 2**62], lock="n" * 300)],
                   objects=["/usr/lib/" + "o" * 300], command=["c" * 200, "d" * 200])
    for columns in range(60, 140, 7):
        for line in tester.report(run(long), COLUMNS=str(columns)).splitlines():
            check(len(line) <= columns, f"{len(line)} of {columns}: {line}")


def verdicts(tester):
    def verdict(ns=0, **parts):
        made = process([site("mutex", [(0, 1)], [ns])] if ns else [site("cond", [(0, 1)], [5])],
                       outside=outside(**parts))
        return tester.json(run(made))["verdict"]

    def queued(ns):
        return {"threads": 2, "on_cpu_ns": 1, "run_queue_ns": ns}

    def jemalloc(ns):
        return {"name": "jemalloc", "mutexes": [runs.mutex("arena", 5, 4, ns, ns)]}

    check(verdict(SECOND) == "locks", "locks")
    check(verdict(SECOND, scheduling=queued(SECOND // 2)) == "locks", "locks before the queue")
    check(verdict(SECOND // 2, scheduling=queued(SECOND)) == "processor", "the queue")
    check(verdict(SECOND // 2, allocator=jemalloc(SECOND)) == "allocator", "the allocator")
    check(verdict(SECOND // 20) == "hardly", "a half percent")
    check(verdict() == "hardly", "idle waits are no contention")
    empty = tester.json(run(process([])))
    check(empty["verdict"] == "nothing seen", empty)
    calls = process([], outside=outside())
    calls["totals"]["calls"]["mutex"] = 1
    check(tester.json(run(calls))["verdict"] == "hardly", "a call that did not wait")


# --- quantiles ------------------------------------------------------------------------------------

def quantile(counts, longest, q):
    """Interpolation as histogram_quantile of PromQL has it, in exact numbers where it can be."""
    total, before = sum(count for _, count in counts), 0
    if not total:
        return 0
    for index, count in counts:
        if before + count >= q * total:
            low = runs.BOUNDS[index - 1] if index else 0
            high = runs.BOUNDS[index] if index < 60 else max(longest, runs.BOUNDS[-1])
            return min(longest, low + (high - low) * (q * total - before) / count)
        before += count
    return longest


def true_quantile(waits, q):
    return sorted(waits)[max(0, math.ceil(q * len(waits)) - 1)]


def quantiles(tester):
    source = random.Random(SEED)
    for _ in range(25):
        spread = source.choice([lambda: source.randrange(1, 200), lambda: 64,
                                lambda: int(source.lognormvariate(12, 4)) + 1,
                                lambda: source.randrange(1, 2**40)])
        waits = [spread() for _ in range(source.choice([1, 2, 3, 10, 500]))]
        row = tester.json(run(process([site("mutex", [(0, 1)], waits)])))["sites"][0]
        for name, q in ("p50_ns", 0.5), ("p90_ns", 0.9), ("p99_ns", 0.99):
            wanted = quantile(runs.buckets(waits), max(waits), q)
            check(abs(row[name] - wanted) <= 1 + wanted * 1e-9, f"{name} {row[name]} {wanted}")
            check(row[name] <= max(waits), row)
            real = runs.bucket(true_quantile(waits, q))
            check(runs.bucket(row[name]) in (real, real - 1), f"{name}: {row} {real}")
        check(row["mean_ns"] == sum(waits) // len(waits) and row["max_ns"] == max(waits), row)


def other_bounds(tester):
    """A version with coarser buckets: counts go where their bounds are."""
    made = process([site("mutex", [(0, 1)], [1000] * 4)])
    made["bounds_ns"] = [64, 1024, 4096]
    made["sites"][0]["buckets"] = [[1, 3], [3, 1]]
    row = tester.json(run(made))["sites"][0]
    check(512 < row["p50_ns"] <= 1000, row)


# --- for programs ---------------------------------------------------------------------------------

def sums(tester):
    """Processes and stacks add up; nothing is in two places."""
    a, b = process(busy_server()), process(busy_server()[:4], pid=7)
    said_of = tester.json(run(a, b))
    sites = a["sites"] + b["sites"]
    locks = [made for made in sites if made["kind"] not in ("cond", "sem", "barrier")]
    totals = said_of["totals"]
    check(totals["locks_ns"] == sum(made["ns"] for made in locks), totals)
    check(totals["locks_waits"] == sum(made["waits"] for made in locks), totals)
    for what in "ns", "waits", "busy":
        check(sum(row[what] for row in said_of["sites"]) == sum(made[what] for made in sites),
              what)
    check(abs(sum(row["share"] for row in said_of["sites"] if not row["idle"]) - 1) < 1e-5,
          "shares of locks")
    ranks = [row["ns"] for row in said_of["sites"]]
    check(ranks == sorted(ranks, reverse=True), ranks)
    check(len([row for row in said_of["sites"] if row["site"] == "server+0x1199"]) == 2, ranks)
    check(len(said_of["processes"]) == 2 and said_of["elapsed_ns"] == 10 * SECOND, said_of)
    whole = tester.report(run(a, b))
    check(whole.count("server+0x1199") == 2, whole)  # a row and the verdict
    check(said_of["outside"]["voluntary_switches"] == 2 * 12345, said_of["outside"])
    check(said_of["outside"]["allocator"]["ns"] == 2 * 10_200_000, said_of["outside"])
    check(said_of["outside"]["pressure_some_ns"] == 1_500_000_000, "one system, two processes")


def apart(tester):
    """What is one row, and what is two."""
    one = site("mutex", [(0, 5)], [100], lock="a")
    for other, rows in ((one, 1), ({**one, "lock": "b"}, 2), ({**one, "kind": "spin"}, 2),
                        ({**one, "frames": [[0, 6]]}, 2), ({**one, "frames": [[1, 5]]}, 2),
                        ({**one, "frames": [[0, 5], [0, 9]]}, 1), ({**one, "frames": []}, 2),
                        (site("mutex", [(0, 5)], [100]), 2)):
        text = tester.report(run(process([one, other])), "--kind", "locks")
        table = text.partition("WAITING FOR LOCKS\n")[2].partition("\n\n")[0]
        check(table.count("\n") == rows, (other, text))


def sorting(tester):
    sites = [site("mutex", [(0, 1)], [10] * 1000), site("mutex", [(0, 2)], [500] * 50),
             site("mutex", [(0, 3)], [9000, 1]), site("mutex", [(0, 4)], [6000])]
    for order, member, wanted in (("total", "ns", [25000, 10000, 9001, 6000]),
                                  ("waits", "waits", [1000, 50, 2, 1]),
                                  ("mean", "mean_ns", [6000, 4500, 500, 10]),
                                  ("max", "max_ns", [9000, 6000, 500, 10])):
        rows = tester.json(run(process(sites)), "--sort", order)["sites"]
        check([row[member] for row in rows] == wanted, rows)


def too_much(tester):
    """Sums stay at the most that 64 bits hold."""
    most = 2**64 - 1
    sites = [site("mutex", [(0, 1)], [most]), site("mutex", [(0, 1)], [most])]
    said_of = tester.json(run(process(sites), process(sites, pid=101)))
    check(said_of["totals"]["locks_ns"] == most and said_of["sites"][0]["ns"] == most, said_of)
    check(said_of["sites"][0]["waits"] == 4 and len(said_of["sites"]) == 1, said_of)


def quoting(tester):
    """What a program may name its locks and files."""
    for name in 'a"b\\c', "new\nline\ttab", "漢字 ü", "semi;colon 5", "\x7f\x01", "\ud800x", "":
        made = process([site("mutex", [(0, 1)], [10**6], lock=name)],
                       objects=["/lib/" + name.replace("/", "") + "x"], command=[name])
        path = tester.file("")
        path.write_bytes(json.dumps(run(made), ensure_ascii=False).encode(
            "utf-8", "surrogatepass"))
        row = json.loads(said(tester.quipu, "report", "--no-names", "--json", path))["sites"][0]
        wanted = name.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
        check(row["lock"] == wanted, (row["lock"], name))
        folded = said(tester.quipu, "report", "--no-names", "--folded", path)
        stack, _, number = folded.rstrip("\n").rpartition(" ")
        check(number == "1000" and folded.count("\n") == 1, folded)
        check(stack.count(";") == 2 and stack.split(";")[2].startswith("[mutex"), folded)
        check(all(c.isprintable() for c in folded[:-1] if c < "\x80"), folded)


def folded(tester):
    text = tester.report(run(process(busy_server())), "--folded")
    lines = text.splitlines()
    check(any(line.startswith("server;server+0x2000;server+0x1199;[mutex queue] ")
              for line in lines), text)
    check(any(line.startswith("server;other;[spin] 3") for line in lines), text)
    check("[cond" not in text, text)
    micros = sum(int(line.rpartition(" ")[2]) for line in lines)
    wanted = sum(made["ns"] for made in busy_server() if made["kind"] not in ("cond", "sem"))
    check(abs(micros - wanted / 1000) <= len(lines), (micros, wanted))
    check("[cond] " in tester.report(run(process(busy_server())), "--folded", "--kind", "idle"),
          "idle waits where they are asked for")


def forms(tester):
    """Files and standard input, several runs, an output file."""
    made = run(process(busy_server()))
    once = tester.report(made)
    path = tester.file(made)
    status, out, _ = contend(tester.quipu, "report", "--no-names", "-", stdin=path.read_text())
    check(status == 0 and out == once, out)
    twice = said(tester.quipu, "report", "--no-names", path, path)
    check(twice == once + "\n" + once, twice)
    target = tester.folder / "report"
    check(said(tester.quipu, "report", "--no-names", "--output", target, path) == "", "no output")
    check(target.read_text(encoding="utf-8") == once, "the file")
    text = tester.report(run(process([]), process([], pid=105)), "--json", "--per-process")
    first, end = json.JSONDecoder().raw_decode(text)
    pids = [made["processes"][0]["pid"] for made in (first, json.loads(text[end:]))]
    check(pids == [100, 105], text)


# --- what is no saved run -------------------------------------------------------------------------

def broken():
    """Texts, and what is said of each: the place, and words."""
    def in_process(**members):
        return json.dumps(run({**process([]), **members}))

    def in_site(**members):
        return in_process(sites=[{**site("mutex", [(0, 1)], [5]), **members}])

    yield "", "1:1: no object where one should be"
    yield "{}", '1:3: no "quipu_contend": not a saved run'
    yield '{"families": []}', "not a saved run"
    yield '{"quipu_contend": 1}', 'no "processes"'
    yield '{"quipu_contend": 2,\n "processes": []}', "1:20: a saved run of another form"
    yield '{"quipu_contend": 1,\n\n  "processes": 5}', "3:16: no array where one should be"
    yield json.dumps(run()) + "x", "something after the end"
    yield json.dumps(run(process(busy_server())))[:900], ":1:"
    yield in_process(pid=-1), "not a whole number"
    yield in_process(elapsed_ns=1.5), "not a whole number"
    yield in_process(elapsed_ns=2**64), "not a whole number of at most 64 bits"
    yield in_process(elapsed_ns="5"), "a text where a whole number should be"
    yield in_process(state="gone"), '"gone" is no state of a process'
    yield in_process(bounds_ns=[5, 5]), "bounds that do not rise"
    yield in_process(bounds_ns=list(range(1001))), "more than 1000 bounds"
    yield in_process(sites=[{"waits": 1}]), "a site without a kind"
    yield in_site(kind="futex"), '"futex" is no kind of lock'
    yield in_site(frames=[[2, 5]]), "a frame in an object that is not there"
    yield in_site(frames=[[2**40, 5]]), "no such object"
    yield in_site(frames=[[0, 5, 6]]), "more than two numbers"
    yield in_site(frames=[[0]]), "less than two numbers"
    yield in_site(frames=[[0, 1]] * 9), "more than 8 frames"
    yield in_site(buckets=[[61, 1]]), "a bucket beyond the bounds"
    yield in_site(lock=5), "no string where one should be"
    yield '{"quipu_contend": 1, "processes": [' + "[" * 100000, "no object where one should be"
    yield '{"x": ' + "[" * 100000, "too deep"
    yield '{"x": "\x1b[31m', "a string without a closing quote"


def malformed(tester):
    for text, words in broken():
        path = tester.file(text, "broken.json")
        status, out, err = contend(tester.quipu, "report", path)
        check(status == 1 and not out, f"{text[:200]}: status {status}\n{out}{err}")
        check(err.startswith(f"quipu contend report: {path}:") and words in err,
              f"{text[:200]}: not {words!r}:\n{err}")
        check(err.count("\n") == 1 and err[:-1].isprintable(), err)
    path = tester.folder / "not-there"
    status, _, err = contend(tester.quipu, "report", path)
    check(status == 1 and err == f"quipu contend report: {path}: No such file or directory\n", err)
    status, _, err = contend(tester.quipu, "report", tester.folder)
    check(status == 1 and "Is a directory" in err, err)
    good = tester.file(run(process([])), "good.json")
    status, out, err = contend(tester.quipu, "report", path, good)
    check(status == 1 and "quipu contend  server" in out and "not-there" in err, out + err)


def newer(tester):
    """Members that this version does not know are passed."""
    made = process([{**site("mutex", [(0, 1)], [5]), "new": {"a": [1, None, "x"]}}], later=[True])
    made["totals"]["rwtime"] = 5.5e-3
    check(tester.json({"future": None, **run(made)})["sites"][0]["waits"] == 1, made)


def options(tester):
    path = tester.file(run(process([])))
    for arguments, words in ((["--top", "0"], "0: --top wants a whole number"),
                             (["--top", "-5"], "-5: --top wants"),
                             (["--kind", "futex"], "futex: --kind wants some of"),
                             (["--sort", "name"], "name: --sort is total, waits, mean or max"),
                             (["--save", "x"], "--save: no such option"),
                             (["--top"], "--top: wants a value"),
                             (["--json", "--folded"], "one of them"), ([], "which file?")):
        files = [path] if arguments and arguments != ["--top"] else []
        status, out, err = contend(tester.quipu, "report", *arguments, *files)
        check(status == 2 and not out and words in err, f"{arguments}: {status} {out}{err}")
    status, out, err = contend(tester.quipu, "report", "--output", "/dev/full", path)
    check(status == 1 and "/dev/full: No space left" in err, err)
    for command in [], ["report"], ["diff"], ["run"]:
        text = said(tester.quipu, *command, "--help")
        check(text.startswith("usage: quipu contend") and len(max(text.splitlines(), key=len))
              <= 90, text)
    status, _, err = contend(tester.quipu, "walk")
    check(status == 2 and "walk: no such command" in err, err)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--quipu", required=True)
    parser.add_argument("--update", action="store_true", help="write the golden files")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        tester = Tester(arguments.quipu, pathlib.Path(folder), arguments.update)
        for test in (texts, widths, verdicts, quantiles, other_bounds, sums, apart, sorting,
                     too_much, quoting, folded, forms, malformed, newer, options):
            test(tester)


try:
    main()
except Failure as failure:
    sys.exit(f"FAILED: {failure}")
