#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What is reported of known waits: as many as there were, and times between two that the waiting
and the holding thread measured themselves (truth/turns.h); at the function and line that waited."""
import argparse

from recorded import Recorder, check, main, total

SLACK = 0.01  # clocks read in other units round


def check_bracket(name, value, low, high):
    check(low * (1 - SLACK) <= value <= high * (1 + SLACK),
          f"{name}: {value} ns is not between {low} and {high}")


def check_place(process, line, sites):
    # the last one: addr2line gives what is inlined the name of where it came to be
    lines = {dict(process.places(site)[0])[line["function"]] for site in sites}
    check(lines == {line["line"]}, f"{line['function']}: lines {lines}, not {line['line']}")


def check_line(process, line):
    """One place: its waits, their sum, the longest, the tries that found it taken."""
    name = f"{line['function']} ({line['kind']})"
    if line["object"]:
        sites = process.in_object(line["object"], line["kind"])
    else:
        sites = process.at(line["function"], line["kind"])
    check(sites, f"{name}: not there\n{process.describe()}")
    if not line["object"]:
        check_place(process, line, sites)
    for field in ("waits", "busy"):
        check(total(sites, field) == line[field],
              f"{name}: {total(sites, field)} {field}, not {line[field]}")
    if line["waits"]:
        check_bracket(name, total(sites, "ns"), line["low"], line["high"])
        longest = max(site["max_ns"] for site in sites)
        check_bracket(f"{name}, the longest", longest, line["max_low"], line["max_high"])


def say_width(lines):
    """Where nothing held the machine up the bracket is this narrow."""
    narrow = [line for line in lines if line["low"] >= 0.95 * line["high"] > 0]
    print(f"{len(narrow)} of {len(lines)} places measured to within 5 %")


def check_program(recorder, program, *options, **more):
    run = recorder.run([program, *options], **more)
    process, lines = run.only(), run.lines()
    check(process.totals["overflowed"] == 0, f"{program}: {process.totals}")
    for line in lines:
        check_line(process, line)
    say_width(lines)
    return process, lines


def test_c(arguments):
    process, lines = check_program(arguments.recorder, arguments.truth, "3", "20")
    calls = process.totals["calls"]
    for kind in {line["kind"] for line in lines}:
        waits = sum(line["waits"] for line in lines if line["kind"] == kind)
        check(calls.get(kind, 0) >= waits, f"{kind}: {calls} calls, {waits} waits")


def test_cxx(arguments):
    check_program(arguments.recorder, arguments.cxx, "3", "20")


def test_linked(arguments):
    for program in arguments.linked:
        check_program(arguments.recorder, program, "2", "20", LD_PRELOAD="")


def test_rank(arguments):
    """Two places under load: the same order as the threads found themselves, never more time."""
    run = arguments.recorder.run([arguments.rank, "300"])
    process = run.only()
    reported = {}
    for line in run.lines():
        sites = process.at(line["function"], "mutex")
        check_place(process, line, sites)
        reported[line["function"]] = total(sites, "ns")
        check(0 < reported[line["function"]] <= line["high"] * (1 + SLACK),
              f"{line['function']}: {reported} ns, its threads waited {line['high']}")
    measured = {line["function"]: line["high"] for line in run.lines()}
    check(sorted(reported, key=reported.get) == sorted(measured, key=measured.get),
          f"reported {reported}, measured {measured}")
    check(max(process.sites, key=lambda site: site["ns"]) in process.at("wait_much", "mutex"),
          process.describe())


parser = argparse.ArgumentParser()
parser.add_argument("--library", required=True)
parser.add_argument("--truth", required=True)
parser.add_argument("--cxx", required=True)
parser.add_argument("--rank", required=True)
parser.add_argument("--linked", action="append", default=[])
arguments = parser.parse_args()
arguments.recorder = Recorder(arguments.library, 60)
main([test_c, test_cxx, test_linked, test_rank], arguments, arguments.recorder.renew)
