#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""reload_test.py PROGRAM: runs the program made of reload_test.c in a folder of its own."""
import subprocess
import sys

from kit import Folder


def main():
    folder = Folder()
    try:
        sys.exit(subprocess.run([sys.argv[1], folder.path], timeout=50, check=False).returncode)
    finally:
        folder.close()


main()
