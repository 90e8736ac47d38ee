#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A program that asks every lock everything gets the same answers with and without the profiler: no
surprise (P6)."""
import argparse
import difflib

from recorded import Recorder, check, main, plain


def check_same(without, run, how):
    difference = "\n".join(difflib.unified_diff(without, run.out, "without", how, n=0, lineterm=""))
    check(not difference, f"{how} the C library seems to answer differently:\n{difference}")
    check(sum(process.totals["calls"].get("mutex", 0) for process in run.processes) > 100,
          f"{how}: no hook was called\n{run.err}")


def test_preloaded(arguments):
    status, without, err = plain([arguments.semantics], arguments.recorder.deadline)
    check(status == 0 and len(without) > 1000, f"status {status}, {len(without)} lines: {err}")
    run = arguments.recorder.run([arguments.semantics])
    check_same(without, run, "preloaded")


def test_linked(arguments):
    _, without, _ = plain([arguments.semantics], arguments.recorder.deadline)
    for program in arguments.linked:
        run = arguments.recorder.run([program], LD_PRELOAD="")
        check_same(without, run, f"as linked into {program}")


parser = argparse.ArgumentParser()
parser.add_argument("--library", required=True)
parser.add_argument("--semantics", required=True)
parser.add_argument("--linked", action="append", default=[])
arguments = parser.parse_args()
arguments.recorder = Recorder(arguments.library, 60)
main([test_preloaded, test_linked], arguments, arguments.recorder.renew)
