#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The plain main of unit tests sees what is wrong: mistakes_test.py MISTAKES"""
import pathlib
import re
import subprocess
import sys

PROGRAM = sys.argv[1]
SOURCE = pathlib.Path(__file__).with_name("mistakes.c").read_text()


def run(*arguments):
    result = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, check=False)
    return result.returncode, result.stdout


def expect(what, good):
    if not good:
        sys.exit(f"{what}\n{OUTPUT}")


NAMES = [f"{suite}/{name}" for suite, name in re.findall(r"^Test\((\w+), (\w+)", SOURCE, re.M)]
BAD = sorted(name for name in NAMES if name.startswith("bad"))

status, OUTPUT = run("--list")
expect("--list shows every test", status == 0 and OUTPUT.split() == NAMES)

status, OUTPUT = run()
expect("failures fail", status == 1)
expect("each bad test fails, and no other",
       sorted(re.findall(r"^FAIL (\S+):", OUTPUT, re.M)) == BAD)
expect("the sum is right",
       f"Tested: {len(NAMES)}, failed: {len(BAD)}, skipped: 1\n" in OUTPUT)
expect("nothing goes on after an assertion", "went on" not in OUTPUT)
body = SOURCE[SOURCE.index("every_kind_fails"):SOURCE.index("Test(bad, stops)")]
first = SOURCE[:SOURCE.index("every_kind_fails")].count("\n") + 1
for number, line in enumerate(body.split("\n")):
    if "cr_expect" in line:
        expect(f"told: {line}", f"mistakes.c:{first + number}: failed" in OUTPUT)
expect("with its message", "with a message" in OUTPUT and "for ever" in OUTPUT)
expect("fixtures end, after failures too", OUTPUT.count("the end was reached") == 3)

for pattern, wanted in (("good*", 0), ("good/alone", 0), ("bad/stops", 1), ("no/such", 1)):
    status, OUTPUT = run(pattern)
    expect(f"{pattern} ends with {wanted}", status == wanted)
expect("no test is an error", "Tested: 0" in OUTPUT)
status, OUTPUT = run("--no-such-option")
expect("an unknown option is refused", status == 2)
