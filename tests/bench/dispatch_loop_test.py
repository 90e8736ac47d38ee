#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The dispatch loop's ways of recording show the same after the same calls, so that the profiler
compares like with like: dispatch_loop_test.py PROGRAM..."""
import json
import math
import subprocess
import sys
import unittest

from prometheus_client.parser import text_string_to_metric_families

PROGRAMS = sys.argv[1:]
HOWS = ("lookup", "kept")
CALLS = 20000


def call(*command):
    return subprocess.run([str(part) for part in command], capture_output=True, text=True,
                          timeout=100, check=False)


def show(program, how):
    """{(sample, labels): value}, or None where it has no such way."""
    done = call(program, "show", how, CALLS)
    if done.returncode == 3:
        return None
    if done.returncode != 0:
        raise AssertionError(f"{program}: {done.returncode}: {done.stderr}")
    return {(sample.name, *sorted(sample.labels.items())): sample.value
            for family in text_string_to_metric_families(done.stdout)
            for sample in family.samples
            # a handle that is kept shows its zero before it is used
            if sample.value != 0 and sample.name.startswith("llm_")}


def total(found, name):
    return sum(value for (sample, *_), value in found.items() if sample == name)


class DispatchLoop(unittest.TestCase):
    def setUp(self):
        self.shown = {f"{program} {how}": found for program in PROGRAMS for how in HOWS
                      if (found := show(program, how))}

    def test_every_call_is_in_every_total(self):
        for name, found in self.shown.items():
            with self.subTest(name):
                self.assertEqual(total(found, "llm_requests_total"), CALLS)
                for histogram in ("llm_request_duration_seconds", "llm_time_to_first_token_seconds"):
                    self.assertEqual(total(found, histogram + "_count"), CALLS)
                self.assertEqual(total(found, "llm_requests_in_flight"), 0)
                self.assertGreater(total(found, "llm_tokens_total"), CALLS)

    def test_all_show_the_same(self):
        first, *others = self.shown.values()
        self.assertGreater(len(first), 100)
        for name, other in zip(list(self.shown)[1:], others):
            self.assertEqual(set(first), set(other), name)
            apart = [key for key in first if not math.isclose(first[key], other[key], rel_tol=1e-9)]
            self.assertEqual(apart, [], name)

    def test_threads_record_all_they_did(self):
        for program in PROGRAMS:
            said = json.loads(call(program, "lookup", 4, 0.3).stdout)
            self.assertGreater(said["rate"], 0)
            self.assertGreater(said["scrapes"], 0)

    def test_what_makes_no_sense_is_refused(self):
        for wrong in ([], ["lookup", "0", "1"], ["lookup", "2", "x"], ["other", "2", "1"],
                      ["show", "lookup", "-1"], ["lookup", "2"]):
            done = call(PROGRAMS[0], *wrong)
            self.assertEqual((done.returncode, done.stdout), (2, ""), wrong)
            self.assertTrue(done.stderr, wrong)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
