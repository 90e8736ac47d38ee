#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What the library writes, as the golden files have it, is clean. Where the files are not the
bytes themselves, PRINTER --print FORMAT CASE writes those."""
import argparse
import pathlib
import subprocess
import sys

from table import LIMIT, run


def content(file, arguments):
    if not arguments.printer:
        return file.read_bytes()
    return subprocess.run([arguments.printer, "--print", arguments.format, file.stem],
                          check=True, timeout=LIMIT, stdout=subprocess.PIPE).stdout


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--quipu", required=True)
    parser.add_argument("--format", required=True)
    parser.add_argument("--printer")
    parser.add_argument("folder", type=pathlib.Path)
    arguments = parser.parse_args()
    files = sorted(arguments.folder.glob("*.txt"))
    failed = 0
    for file in files:
        answer = run(arguments.quipu, "check", "--lint=no", "--format", arguments.format,
                     data=content(file, arguments))
        if answer.status != 0 or answer.err:
            failed += 1
            print(f"FAIL {file.name}:\n{answer.err}")
    print(f"{len(files) - failed} of {len(files)} files are clean")
    sys.exit(failed > 0 or not files)


main()
