#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""script_test.py BENCH_INSTRUCTIONS: its judgements, without valgrind: what fails, what skips."""
import contextlib
import importlib.machinery
import importlib.util
import io
import os
import pathlib
import sys
import tempfile
import unittest
from unittest import mock

FACTS = {"compiler": "gcc 12", "processor": "x86_64 avx avx2"}
COUNTS = {"counter": ("loop", 6.0), "lookup": ("loop", 400.0), "text": ("part", 800.0)}


def load(path):
    loader = importlib.machinery.SourceFileLoader("instructions", path)
    spec = importlib.util.spec_from_loader("instructions", loader)
    module = importlib.util.module_from_spec(spec)
    sys.dont_write_bytecode = True
    loader.exec_module(module)
    return module


class Gate(unittest.TestCase):
    def setUp(self):
        self.gate = load(SCRIPT)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.gate.STORED = pathlib.Path(folder.name) / "stored.tsv"
        self.gate.store(COUNTS, FACTS)

    def run_with(self, arguments, counts=None, facts=None, **environment):
        """Exit status and what was said, of a run that counts these."""
        counted = {**COUNTS, **(counts or {})}
        counted = {name: value for name, value in counted.items() if value}
        seen = {**FACTS, **(facts or {})}
        said = io.StringIO()
        with mock.patch.object(self.gate, "count", lambda _: (counted, seen)), \
                mock.patch.object(sys, "argv", ["instructions", *arguments]), \
                mock.patch.dict(os.environ, environment), \
                contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            if not environment:
                os.environ.pop("QUIPU_GATE", None)
            status = self.gate.main()
        return status, said.getvalue()

    def expect(self, status, text, *arguments, **how):
        got, said = self.run_with(arguments or ["--check"], **how)
        self.assertEqual(got, status, said)
        self.assertIn(text, said)

    def test_same(self):
        self.expect(0, "counter")

    def test_within(self):
        self.expect(0, "+0.90", counts={"counter": ("loop", 5.9), "lookup": ("loop", 400.9)})
        self.expect(0, "+8.00", counts={"lookup": ("loop", 408.0)})
        self.expect(0, "-40.00", counts={"text": ("part", 760.0)})

    def test_more(self):
        self.expect(1, "counter: more than", counts={"counter": ("loop", 7.0)})
        self.expect(1, "lookup: more than stored", counts={"lookup": ("loop", 408.1)})
        self.expect(1, "text: more than stored", counts={"text": ("part", 840.1)})
        self.expect(1, "--update", counts={"text": ("part", 840.1)})

    def test_better_is_to_be_stored(self):
        self.expect(1, "counter: better than stored", counts={"counter": ("loop", 5.0)})

    def test_new_and_gone(self):
        self.expect(1, "grid: not stored yet", counts={"grid": ("loop", 20.0)})
        self.expect(1, "lookup: not counted any more", counts={"lookup": None})

    def test_promise_outlives_update(self):
        more = {"counter": ("loop", 7.0)}
        self.expect(0, "", "--update", counts=more)
        self.expect(1, "counter: more than the 6 that are promised", counts=more)

    def test_update(self):
        more = {"lookup": ("loop", 500.0)}
        self.expect(0, "", "--update", counts=more, facts={"compiler": "gcc 13"})
        self.expect(0, "lookup", counts=more, facts={"compiler": "gcc 13"})

    def test_json(self):
        self.expect(0, '"counter": 6.0', "--json")

    def test_others_are_skipped_loudly(self):
        for facts in ({"compiler": "clang 14"}, {"processor": "x86_64 avx"}):
            self.expect(77, "NOT CHECKED", facts=facts)
            self.expect(1, "QUIPU_GATE=required", facts=facts, QUIPU_GATE="required")

    def test_missing_is_skipped_loudly(self):
        with mock.patch.dict(os.environ, {"PATH": "/nonexistent"}), \
                self.assertRaisesRegex(self.gate.Skip, "valgrind is missing"):
            self.gate.callgrind(pathlib.Path(SCRIPT), "/nonexistent")
        with self.assertRaisesRegex(self.gate.Skip, "is missing"):
            self.gate.count("/nonexistent")

    def test_dumps_out_of_step(self):
        said = "fact compiler gcc 12\nloop empty\nloop counter\nfirst thread_new\n"
        dumps = [("empty", n) for n in (9, 3007, 6007)] + [("counter", n) for n in (9, 9007, 18007)]
        dumps += [("thread_new", 600), ("thread_new", 20)]
        counts, facts = self.gate.read_counts(said, list(dumps))
        self.assertEqual(counts, {"counter": ("loop", 6.0), "thread_new": ("first", 580)})
        self.assertEqual(facts, {"compiler": "gcc 12"})
        for wrong in (dumps[1:], dumps[:-1], dumps + [("other", 1)], dumps[:3] + dumps[:3]):
            with self.assertRaises(SystemExit):
                self.gate.read_counts(said, list(wrong))


if __name__ == "__main__":
    SCRIPT = sys.argv.pop(1)
    unittest.main()
