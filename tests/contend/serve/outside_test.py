#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What a saved run has of context switches, schedules, pressure and jemalloc, beside what the kernel
tells Python of the same process and what jemalloc prints.

    outside_test.py PROGRAM [PROGRAM ON JEMALLOC]      contend_besides
"""
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import unittest

PROGRAM = sys.argv.pop(1)
ON_JEMALLOC = sys.argv.pop(1) if len(sys.argv) > 1 and os.path.exists(sys.argv[1]) else None


class Program:
    """Runs until its run is saved, and stays."""

    def __init__(self, program, **environment):
        self.folder = tempfile.TemporaryDirectory()
        self.path = os.path.join(self.folder.name, "run.json")
        self.process = subprocess.Popen([program, self.path], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True,
                                        env={**os.environ, **environment})
        if self.process.stdout.readline() != "saved\n":
            self.process.communicate()
            raise RuntimeError("the program has not saved its run")
        with open(self.path, encoding="utf-8") as file:
            self.outside = json.load(file)["processes"][0]["outside"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.communicate("\n", timeout=60)
        self.folder.cleanup()

    def tasks(self):
        return [f"/proc/{self.process.pid}/task/{task}"
                for task in os.listdir(f"/proc/{self.process.pid}/task")]


def text(path):
    with open(path, encoding="ascii") as file:
        return file.read()


def pressure(line):
    match = re.search(line + r" .*total=(\d+)", text("/proc/pressure/cpu"))
    return int(match[1]) * 1000 if match else 0


class Outside(unittest.TestCase):
    def test_scheduling(self):
        with Program(PROGRAM) as program:
            told = program.outside["scheduling"]
            if not os.path.exists(f"/proc/{program.process.pid}/schedstat"):
                self.assertIsNone(told)
                self.skipTest("no schedstat here")
            figures = [text(f"{task}/schedstat").split() for task in program.tasks()]
        self.assertEqual(told["threads"], len(figures))
        on_cpu, run_queue = (sum(int(task[i]) for task in figures) for i in (0, 1))
        # less by what was before the start, and by what came after the save
        self.assertLessEqual(told["on_cpu_ns"], on_cpu)
        self.assertGreater(told["on_cpu_ns"], 0.2 * on_cpu)
        self.assertLessEqual(told["run_queue_ns"], run_queue)

    def test_switches(self):
        with Program(PROGRAM) as program:
            told = program.outside["switches"]
            status = [text(f"{task}/status") for task in program.tasks()]
        for kind, name in (("voluntary", "voluntary"), ("involuntary", "nonvoluntary")):
            now = sum(int(re.search(rf"^{name}_ctxt_switches:\s(\d+)", task, re.M)[1])
                      for task in status)
            self.assertLessEqual(told[kind], now)
        self.assertGreaterEqual(told["voluntary"], 4 * 20)

    def test_pressure(self):
        if not os.path.exists("/proc/pressure/cpu"):
            self.skipTest("no pressure here")
        first, start = pressure("some"), time.monotonic_ns()
        with Program(PROGRAM) as program:
            told = program.outside["pressure"]
        self.assertLessEqual(told["some_ns"], time.monotonic_ns() - start + 2e9)
        if told["scope"] == "system":
            self.assertLessEqual(told["some_ns"], pressure("some") - first)

    def test_no_jemalloc(self):
        with Program(PROGRAM) as program:
            self.assertIsNone(program.outside["allocator"])


COLUMNS = ["ops", "waits", "spins", "owner switches", "ns"]  # each followed by its rate


def printed(path):
    """The lines of mutexes in what jemalloc 5 prints for people, by the name that they have with us.
    (Not what it prints as JSON: there, in 5.3.0, columns are under the names of others.)"""
    mutexes, before = {}, ""
    with open(path, encoding="ascii") as file:
        for line in file:
            if match := re.match(r"arenas\[(\d+)\]:|(Merged arenas stats):", line):
                before = f"arena {match[1]} " if match[1] else None
            match = re.fullmatch(r"(\w+)((?: +\d+){12})", line.rstrip())
            if match and before is not None:
                values = [int(value) for value in match[2].split()]
                mutexes[before + match[1]] = dict(zip(COLUMNS, values[::2]), max_ns=values[10])
    return mutexes


@unittest.skipUnless(ON_JEMALLOC, "no program on jemalloc")
class Jemalloc(unittest.TestCase):
    def test_what_it_prints(self):
        # one arena, and no cache of a thread's own: they meet
        with Program(ON_JEMALLOC, MALLOC_CONF="narenas:1,tcache:false") as program:
            stats = printed(program.path + ".malloc_stats")
            told = program.outside["allocator"]
        self.assertEqual(told["name"], "jemalloc")
        told = {mutex["name"]: mutex for mutex in told["mutexes"]}
        self.assertGreater(told["arena 0 extents_dirty"]["ops"], 100000)
        self.assertIn("ctl", stats)
        for name, mutex in told.items():
            if not name.endswith(" bins"):
                self.same(mutex, stats[name], name)
        for name in stats.keys() - told.keys():
            self.assertLess(stats[name]["ops"], 20, name)

    def same(self, mutex, stats, name):
        for column in "waits", "spins", "ns", "max_ns":
            self.assertEqual(mutex[column], stats[column], (name, column))
        # saving and printing take the mutexes too
        if name != "ctl":
            self.assertTrue(mutex["ops"] <= stats["ops"] <= mutex["ops"] + 500, name)


if __name__ == "__main__":
    unittest.main()
