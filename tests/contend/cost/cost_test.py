#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs cost.c under the profiler with the counting library behind it, on and off, and checks that
it counts at all: cost_test.py PROGRAM COUNTED CONTEND."""
import os
import subprocess
import sys
import tempfile
import unittest

PROGRAM, COUNTED, CONTEND = sys.argv[1:4]


def run(preload, **more):
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "LD_PRELOAD": ":".join(preload), "QUIPU_CONTEND_SAVE": folder,
                       **more}
        return subprocess.run([PROGRAM], env=environment, capture_output=True, text=True, timeout=200,
                              check=False)


class Cost(unittest.TestCase):
    def test_on(self):
        done = run([CONTEND, COUNTED])
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_on_with_stacks(self):
        done = run([CONTEND, COUNTED], QUIPU_CONTEND_STACKS="1")
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_the_counts_are_the_profiler_s(self):
        """Off, or without it, locks are asked for by the call that may wait, and the program sees it."""
        for preload, more in (([CONTEND, COUNTED], {"QUIPU_CONTEND_OFF": "1"}), ([COUNTED], {})):
            done = run(preload, **more)
            self.assertEqual(done.returncode, 1)
            self.assertIn("cost.tries == TIMES; it is 0", done.stderr)

    def test_nobody_counts(self):
        self.assertEqual(run([CONTEND]).returncode, 77)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
