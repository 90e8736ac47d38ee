# SPDX-License-Identifier: MIT
"""Asks what is to be tested, and reads its answers."""
import argparse
import collections
import pathlib
import re
import shutil
import subprocess
import sys
import unittest

import binaries

# names: a list of (function, file, line), innermost first; shown: the one of them to show.
Answer = collections.namedtuple("Answer", "names shown why")

programs = argparse.Namespace()


def main():
    """Runs the tests of the script that calls it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--full", help="the program that reads debug information")
    parser.add_argument("--symbols", help="the one that does not")
    parser.add_argument("--plugin", help="what the first can load instead")
    parser.add_argument("test", nargs="*")
    parser.parse_args(namespace=programs)
    for name in "gcc", "g++", "objdump", "objcopy", "readelf", "addr2line", "nm":
        if not shutil.which(name):
            print(f"no {name}")
            sys.exit(77)
    unittest.main(argv=sys.argv[:1] + programs.test, verbosity=2)


def read_name(line):
    function, file, number = line.rsplit("|", 2)
    return plainly(function), pathlib.Path(file).name, int(number)


def plainly(function):
    """What the C++ library cannot read (gcc 12: with lambdas whose arguments are of any type) is
    read by binutils."""
    if not re.match("_Z.*Ul", function):
        return function
    return binaries.run("c++filt", function).strip()


def read_answer(block):
    names, shown, why = [], None, None
    for line in block.splitlines():
        if line.startswith("why "):
            why = line[4:]
            continue
        names.append(read_name(line.removeprefix("*")))
        if line.startswith("*"):
            shown = names[-1]
    return Answer(names, shown, why)


def ask_lines(lines, program=None, folders=None, plugin=None):
    command = [program or programs.full]
    if folders:
        command += ["-d", ":".join(map(str, folders))]
    if plugin:
        command += ["-p", plugin]
    text = binaries.run(*command, input="".join(f"{line}\n" for line in lines))
    return [read_answer(block) for block in re.split(r"(?<=\n)\n|^\n", text)[:-1]]


def ask(path, offsets, identity=None, **more):
    identity = identity or binaries.build_id(path)
    return ask_lines([f"{identity} {offset:#x} {path}" for offset in offsets], **more)
