#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""tools/fuzz with programs that only pretend to be fuzzers: every way to fail has to show in the
exit status, and a harness that did nothing is one of them. runner_test.py TOOLS_FUZZ"""
import contextlib
import importlib.machinery
import importlib.util
import io
import pathlib
import sys
import tempfile

STATS = 'echo "#99 DONE cov: 7 ft: 9 corp: 5/40b"; echo stat::number_of_executed_units: 999'
GOOD = f"sleep 1; {STATS}"
PLANTED = 'echo "it does not hold: planted"; touch crash-0; exit 77'
# what the fuzzer of `query` does, what a planted one does, what is said, the exit status
CASES = [
    (GOOD, PLANTED, "0 failed", 0),
    ("exit 0", PLANTED, "it tried 0 inputs", 1),
    ('sleep 1; echo stat::number_of_executed_units: 4', PLANTED, "it tried 4 inputs", 1),
    (None, PLANTED, "there is no program for it", 1),
    ('printf "\\001found" >crash-1; echo "it does not hold: x"; exit 77', PLANTED,
     "01 66 6f 75 6e 64", 1),
    (f"{GOOD}; : >timeout-1; exit 70", PLANTED, "a finding (exit status 70)", 1),
    (f"{GOOD}; : >leak-1", PLANTED, "a finding (exit status 0)", 1),
    ("kill -9 $$", PLANTED, "a finding (exit status -9)", 1),
    (GOOD, GOOD, "query found nothing", 1),
    (GOOD, None, "there is no program with a planted bug", 1),
]


def load(path):
    loader = importlib.machinery.SourceFileLoader("fuzz", path)
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("fuzz", loader))
    sys.dont_write_bytecode = True
    loader.exec_module(module)
    return module


def program(path, text):
    if text is not None:
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)


def run(fuzz, place, harness, planted):
    fuzz.BUILD, fuzz.PROGRAMS, fuzz.build = place, place, lambda: None
    program(place / "fuzzer_query", harness)
    program(place / "planted_bug-query", planted)
    (place / "planted.txt").write_text("bug query\n" if planted else "")
    sys.argv = ["fuzz", "--seconds", "1", "--jobs", "1", "query"]
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        status = fuzz.main()
    return status, said.getvalue()


def main():
    fuzz = load(sys.argv[1])
    failed = 0
    for harness, planted, words, expected in CASES:
        with tempfile.TemporaryDirectory() as place:
            status, said = run(fuzz, pathlib.Path(place), harness, planted)
        if status != expected or words not in said:
            failed += 1
            print(f"FAIL {harness!r}, {planted!r}: exit status {status}, wanted {expected} and "
                  f"{words!r} in\n{said}")
    print(f"{len(CASES)} cases, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
