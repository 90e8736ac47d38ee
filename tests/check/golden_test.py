#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What the library writes, as the golden files have it, is clean."""
import argparse
import pathlib
import sys

from table import run


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--quipu", required=True)
    parser.add_argument("--format", required=True)
    parser.add_argument("folder", type=pathlib.Path)
    arguments = parser.parse_args()
    files = sorted(arguments.folder.iterdir())
    failed = 0
    for file in files:
        answer = run(arguments.quipu, "check", "--lint=no", "--format", arguments.format, file)
        if answer.status != 0 or answer.err:
            failed += 1
            print(f"FAIL {file}:\n{answer.err}")
    print(f"{len(files) - failed} of {len(files)} files are clean")
    sys.exit(failed > 0 or not files)


main()
