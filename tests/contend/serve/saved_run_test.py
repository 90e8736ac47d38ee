#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A saved run is JSON, and says what was recorded, whatever bytes the names have.

    saved_run_test.py PROGRAM       contend_hostile
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

PROGRAM = sys.argv.pop(1)
HOSTILE = b"a\"b\\c\n\t\x7f\x01 \xff\xc3( \xe2\x82\xac"


def shown(raw):
    """The text that bytes become: U+FFFD for each byte that is no UTF-8."""
    return "".join("\ufffd" if "\udc80" <= c <= "\udcff" else c
                   for c in raw.decode("utf-8", "surrogateescape"))


class SavedRun(unittest.TestCase):
    def setUp(self):
        self.folder = os.fsencode(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        self.program = os.path.join(self.folder, HOSTILE)
        shutil.copy(PROGRAM, self.program)
        self.path = os.path.join(self.folder, b"run.json")
        self.command = [self.program, self.path, HOSTILE, b""]
        before = time.time_ns()
        with subprocess.Popen(self.command) as process:
            self.assertEqual(process.wait(), 0)
            self.pid = process.pid
        self.span = before, time.time_ns()
        with open(self.path, "rb") as file:
            self.run_ = json.loads(file.read().decode("utf-8"))
        self.process, = self.run_["processes"]

    def test_who(self):
        self.assertEqual(self.run_["quipu_contend"], 1)
        self.assertEqual(self.process["command"], [shown(word) for word in self.command])
        self.assertEqual(self.process["executable"], shown(os.path.realpath(self.program)))
        self.assertEqual(self.process["pid"], self.pid)
        self.assertEqual(self.process["parent"], os.getpid())
        self.assertEqual(self.process["processors"], os.cpu_count())
        self.assertEqual(self.process["state"], "running")
        self.assertEqual(self.process["listen"], "[::1]:1")
        self.assertEqual(self.process["listen_error"], 'no "way"')

    def test_when(self):
        first, last = self.span
        started = self.process["started_unix_ns"]
        self.assertTrue(first <= started <= last)
        self.assertLessEqual(started + self.process["elapsed_ns"], last)

    def test_what(self):
        every_byte = bytes(range(1, 256))
        self.assertEqual(self.process["objects"], [
            {"path": shown(every_byte), "build_id": "ab12"}, {"path": "", "build_id": ""}])
        bounds = self.process["bounds_ns"]
        self.assertEqual(bounds[:4], [64, 90, 128, 181])
        self.assertEqual(len(bounds), 60)
        self.assertEqual(self.process["sites"], [
            {"kind": "rdlock", "lock": shown(b"\"\\\n\xe2\x82\xac\xff"), "frames": [[1, 2**64 - 1]],
             "waits": 4, "ns": 3 * 64 + 2**61 - 1, "max_ns": 2**61 - 1, "busy": 9,
             "buckets": [[0, 3], [60, 1]]},
            {"kind": "mutex", "frames": [], "waits": 1, "ns": 65, "max_ns": 65, "busy": 0,
             "buckets": [[1, 1]]}])
        totals = self.process["totals"]
        self.assertEqual(totals["calls"].pop("mutex"), 2**64 - 1)
        self.assertEqual(set(totals["calls"].values()), {0})
        self.assertEqual((totals["early"], totals["overflowed"], totals["capacity"]), (1, 2, 3))

    def test_outside(self):
        self.assertEqual(set(self.process["outside"]),
                         {"switches", "scheduling", "pressure", "allocator"})

    def test_nothing_else_is_left(self):
        self.assertEqual(sorted(os.listdir(self.folder)), sorted([HOSTILE, b"run.json"]))


if __name__ == "__main__":
    unittest.main()
