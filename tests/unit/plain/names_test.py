#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every test in the sources is a test of the program, under Criterion's main and under ours:

    names_test.py FILE      lines of "program source..."

Both mains are compared with the sources, and so with each other.
"""
import pathlib
import re
import subprocess
import sys

TEST = re.compile(r"^Test\((\w+),\s*(\w+)", re.M)
MACRO = re.compile(r"^#define (\w+)\((\w+)\)[ \t]*\\\n\s*Test\((\w+), \2\)", re.M)


def in_source(path):
    """The tests of a source, also those made by a macro of one argument."""
    text = pathlib.Path(path).read_text()
    names = TEST.findall(text)
    for macro, _, suite in MACRO.findall(text):
        names += [(suite, name) for name in re.findall(rf"^{macro}\((\w+)\)", text, re.M)]
    return {f"{suite}/{name}" for suite, name in names}


def in_program(program):
    """What --list says: lines of suite/name, or Criterion's tree."""
    listed = subprocess.run([program, "--list"], capture_output=True, text=True, check=True)
    names, suite = set(), None
    for line in listed.stdout.splitlines():
        if head := re.match(r"(\w+): \d+ tests?$", line):
            suite = head[1]
        elif leaf := re.match(r"[├└]── (\w+)", line):
            names.add(f"{suite}/{leaf[1]}")
        else:
            names.add(line)
    return names


total, programs = 0, 0
for line in pathlib.Path(sys.argv[1]).read_text().splitlines():
    program, *sources = line.split()
    wanted = set().union(*(in_source(source) for source in sources))
    got = in_program(program)
    total, programs = total + len(got), programs + 1
    if got != wanted or not got:
        sys.exit(f"{program}:\nnot run: {sorted(wanted - got)}\nunknown: {sorted(got - wanted)}")
if not programs:
    sys.exit("no program")
print(f"{total} tests in {programs} programs")
