# SPDX-License-Identifier: MIT
"""Builds small programs, takes their debug information apart, and finds where their calls return
to."""
import pathlib
import re
import shutil
import subprocess

FIXTURES = pathlib.Path(__file__).resolve().parent / "fixture"


def run(*command, **more):
    """What it prints."""
    command = [str(part) for part in command]
    done = subprocess.run(command, capture_output=True, text=True, **more)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr}")
    return done.stdout


def compilers():
    """C and C++ of each."""
    both = [("gcc", "g++"), ("clang", "clang++")]
    return [pair for pair in both if all(shutil.which(name) for name in pair)]


def compile(compiler, source, to, *flags):
    """In the folder that the result is in, so that names of sources are relative to nothing."""
    run(compiler, *flags, FIXTURES / source, "-o", to, "-pthread", cwd=to.parent)
    return to


def build_id(path):
    found = re.search(r"Build ID: (\w+)", run("readelf", "-n", "-W", path))
    return found[1] if found else "-"


def returns(path):
    """Where every call returns to, by the disassembler."""
    found = []
    for line in run("objdump", "-d", "-w", path).splitlines():
        parts = line.split("\t")
        if len(parts) >= 3 and re.match(r"(call|bl|blr)\b", parts[2].strip()):
            found.append(int(parts[0].strip(" :"), 16) + len(parts[1].split()))
    return found


def functions(path, *options):
    """Address, size and name of every function, by nm."""
    table = []
    for line in run("nm", "-S", *options, path).splitlines():
        parts = line.split(maxsplit=3)
        if len(parts) == 4 and parts[2] in "tTwW":
            table.append((int(parts[0], 16), int(parts[1], 16), parts[3]))
    return table


def separate(path, debug_file):
    """Leaves its debug information to another file, which it does not name."""
    debug_file.parent.mkdir(parents=True, exist_ok=True)
    run("objcopy", "--only-keep-debug", path, debug_file)
    run("strip", "--strip-all", path)
    return debug_file


def by_build_id(folder, path):
    identity = build_id(path)
    return folder / ".build-id" / identity[:2] / f"{identity[2:]}.debug"


def link(path, debug_file):
    run("objcopy", f"--add-gnu-debuglink={debug_file}", path)
