#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Functions and lines in what quipu contend report says; the compiler itself says which are right.
A file that is another one than at the time of the run is not asked."""
import argparse
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from quipu import Failure, check, said
from runs import process, run, site, write


def places(program):
    """(offset, function, line) as the program says it."""
    text = subprocess.run([program], capture_output=True, text=True, check=True, timeout=60).stdout
    return [(int(offset, 16), function, int(line))
            for offset, function, line in map(str.split, text.splitlines())]


def build_id(program):
    text = subprocess.run(["readelf", "-n", program], capture_output=True, text=True,
                          check=True).stdout
    found = re.search(r"Build ID: (\w+)", text)
    return found[1] if found else ""


def saved(folder, objects, known):
    sites = [site("mutex", [(0, offset)], [10**9 * (i + 1)])
             for i, (offset, _, _) in enumerate(known)]
    return write(folder / "run.json", run(process(sites, objects=objects)))


def rows(quipu, path, *options):
    made = json.loads(said(quipu, "report", "--json", *options, path))
    return sorted(made["sites"], key=lambda row: row["ns"])


def lines(quipu, folder, program, known):
    here = {"path": str(program), "build_id": build_id(program)}
    path = saved(folder, [here], known)
    for row, (_, function, line) in zip(rows(quipu, path), known):
        check(row["function"] == function, (row, function))
        if row["line"] is not None:
            check((row["line"], row["site"]) == (line, f"places.c:{line}"), (row, line))
            check(pathlib.Path(row["file"]).name == "places.c", row)
    text = said(quipu, "report", path)
    _, function, line = known[-1]
    if rows(quipu, path)[0]["line"]:
        wanted = rf"^\d .* mutex +{function} +places.c:{line} +{program.name}$"
        check(re.search(wanted, text, re.M) and "FUNCTION" in text, text)
        check(f"in {function} (places.c:{line})." in text, text)
    folded = said(quipu, "report", "--folded", path)
    check(f"{known[0][1]} (places.c:{known[0][2]});[mutex] 1000000" in folded
          or rows(quipu, path)[0]["line"] is None, folded)
    for row in rows(quipu, path, "--no-names"):
        check(row["function"] is None and row["site"].startswith(program.name + "+0x"), row)


def way_to_a_lock(quipu, folder, program, known):
    """Where nothing but a wrapper is known, the report says what would tell who called it."""
    here = {"path": str(program), "build_id": build_id(program)}
    way, caller = (0, known[0][0]), (0, known[1][0])
    for frames, hint in ([way], True), ([way, caller], False), ([caller], False):
        path = write(folder / "run.json",
                     run(process([site("mutex", frames, [10**9])], objects=[here])))
        place = rows(quipu, path)[0]["site"]
        text = said(quipu, "report", path)
        check((f"{place} is but the way to a lock. Who called it: run --stacks." in text) == hint, text)
        check(("is but the way" in text) == hint, text)


def renamed(quipu, folder, program, known):
    """To diff a place is the same in a program that has another name since."""
    other = folder / "renamed"
    shutil.copy(program, other)
    files = [write(folder / f"{path.name}.json",
                   run(process([site("mutex", [(0, known[1][0])], [10**9])],
                               objects=[{"path": str(path), "build_id": build_id(program)}])))
             for path in (program, other)]
    text = said(quipu, "diff", *files)
    moved = re.search(r" (new|gone) ", text) is not None
    check(moved == (rows(quipu, files[0])[0]["line"] is None), text)


def another_file(quipu, folder, program, known):
    for other in {"path": str(program), "build_id": "00" * 20}, {"path": "/not/there",
                                                                "build_id": "ab"}:
        path = saved(folder, [other], known)
        for row in rows(quipu, path):
            check(row["function"] is None and "+0x" in row["site"], row)
        text = said(quipu, "report", path)
        check("No lines for some places: " in text and other["path"] in text, text)


def debug_file(quipu, folder, program, known):
    """Stripped, with its debug information elsewhere, found by build-id."""
    wanted = build_id(program)
    if not wanted or not shutil.which("objcopy"):
        return
    bare, debug = folder / "bare", folder / "debug" / ".build-id" / wanted[:2]
    debug.mkdir(parents=True)
    subprocess.run(["objcopy", "--only-keep-debug", program, debug / f"{wanted[2:]}.debug"],
                   check=True)
    subprocess.run(["objcopy", "--strip-all", program, bare], check=True)
    path = saved(folder, [{"path": str(bare), "build_id": wanted}], known)
    for row, (_, function, _) in zip(rows(quipu, path, "--debug-path", folder / "debug"), known):
        check(row["function"] == function, (row, function))
    check(all(row["function"] is None for row in rows(quipu, path)), "without it")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--quipu", required=True)
    parser.add_argument("--places", required=True, type=pathlib.Path)
    arguments = parser.parse_args()
    known = places(arguments.places)
    check(len(known) == 3, known)
    with tempfile.TemporaryDirectory() as folder:
        for test in lines, way_to_a_lock, renamed, another_file, debug_file:
            test(arguments.quipu, pathlib.Path(folder), arguments.places, known)


try:
    main()
except Failure as failure:
    sys.exit(f"FAILED: {failure}")
