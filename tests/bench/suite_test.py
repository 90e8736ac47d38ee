#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""tools/bench's own parts: figures survive being kept, comparing finds what was planted and
nothing else, rounds keep what an entrant prints, and the report shows what was measured."""
import io
import json
import pathlib
import random
import subprocess
import sys
import tempfile
import time
import unittest
from contextlib import redirect_stdout

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))
sys.dont_write_bytecode = True

import questions  # noqa: E402
from questions import memory  # noqa: E402
from suite import compare, core, figures, page, plot, report, rounds  # noqa: E402
from suite import turns as suite_turns  # noqa: E402

MACHINE = {"cpu": "a processor", "model": "", "hypervisor": "", "cpus": 2, "threads_per_core": "1",
           "l2": "", "l3": "", "memory_gib": 1, "kernel": "", "compiler": "", "libc": "",
           "commit": "abc", "date": "2026-01-01", "load": 0}


def run(seed, scale=lambda key: 1.0, n=7):
    """A run of 60 figures and 20 limits, each with 2 % of noise."""
    draw = random.Random(seed)
    results = figures.Results(dict(MACHINE), {"rounds": n, "seconds": 0.1})
    for entrant, many in (("quipu", 60), ("limits", 20)):
        for i in range(many):
            key = f"record/{entrant}/case{i}/cpu_ns"
            base = (1 + i) * scale(key)
            results.add(key, "ns", [base * draw.gauss(1, 0.02) for _ in range(n)])
    return results


class Figures(unittest.TestCase):
    def test_kept_and_read_again(self):
        results = run(1)
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "results.json"
            results.save(path)
            again = figures.Results.load(path)
        self.assertEqual(again.machine, results.machine)
        self.assertEqual(set(again.figures), set(results.figures))
        for key, figure in results.figures.items():
            self.assertAlmostEqual(again.median(key), figure.median, delta=figure.median * 1e-5)

    def test_another_schema_is_refused(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "results.json"
            path.write_text(json.dumps({"schema": 999}), encoding="utf-8")
            with self.assertRaisesRegex(ValueError, "schema 999"):
                figures.Results.load(path)

    def test_numbers(self):
        shown = [figures.number(value) for value in (0, 0.0123, 0.41, 3.456, 27.89, 1234.5)]
        self.assertEqual(shown, ["0", "0.0123", "0.41", "3.46", "27.9", "1,234"])
        self.assertEqual(str(figures.Figure("ns", [3, 1, 2])), "2.00 (1.00–3.00)")


class Comparing(unittest.TestCase):
    def changed(self, old, new):
        return {row[0] for row in compare.compare(old, new)}

    def test_noise_is_no_change(self):
        found = sum(len(self.changed(run(seed), run(seed + 100))) for seed in range(20))
        self.assertLessEqual(found, 12, "1 % of 1200 comparisons may be chance")

    def test_a_planted_change_is_found(self):
        slow = {f"record/quipu/case{i}/cpu_ns" for i in (3, 17, 40)}
        new = run(2, lambda key: 1.2 if key in slow else 1.0)
        self.assertLessEqual(slow, self.changed(run(1), new))

    def test_the_odds_are_exact(self):
        self.assertAlmostEqual(compare.rank_chance([1, 2, 3, 4, 5], [6, 7, 8, 9, 10]), 2 / 252)
        self.assertAlmostEqual(compare.rank_chance([1, 3, 5], [2, 4, 6]), 0.7)
        self.assertEqual(compare.rank_chance([1, 1], [1, 1]), 1)

    def test_a_change_is_found_in_any_number_of_rounds(self):
        for n in (3, 4, 5, 7):
            slow = "record/quipu/case3/cpu_ns"
            new = run(2, lambda key: 3 if key == slow else 1, n=n)
            self.assertIn(slow, self.changed(run(1, n=n), new), f"{n} rounds")

    def test_a_slower_machine_is_no_change(self):
        new = run(2, lambda key: 1.3)
        self.assertEqual(self.changed(run(1), new), set())

    def test_few_samples_have_to_lie_far_apart(self):
        old, new = run(1, n=3), run(2, n=3)
        for results, near, far in ((old, [1, 2, 3], [1, 2, 3]), (new, [3.1, 4, 5], [8, 9, 10])):
            results.add("tail/quipu/near/p50", "ns", near)
            results.add("tail/quipu/far/p50", "ns", far)
        self.assertEqual({"tail/quipu/far/p50"},
                         {key for key in self.changed(old, new) if key.startswith("tail/")})

    def test_a_count_is_taken_at_its_word(self):
        old, new = run(1), run(2)
        for name, before, after in (("counter", 5, 6), ("lookup", 470, 469), ("grid", 23, 23)):
            old.add(f"instructions/quipu/{name}", "instructions", [before])
            new.add(f"instructions/quipu/{name}", "instructions", [after])
        self.assertEqual({"instructions/quipu/counter", "instructions/quipu/lookup"},
                         {key for key in self.changed(old, new) if "instructions" in key})

    def test_rates_rise_for_the_better(self):
        old, new = run(1), run(2)
        old.add("contention/quipu/counter/2/rate", "1/s", [100] * 7)
        new.add("contention/quipu/counter/2/rate", "1/s", [50] * 7)
        shown = io.StringIO()
        with redirect_stdout(shown):
            compare.print_comparison(old, new)
        self.assertRegex(shown.getvalue(), r"WORSE  *-(49|50)\.\d%  contention/quipu/counter/2/rate")


class Rounds(unittest.TestCase):
    def measure(self, script, **options):
        return rounds.Measure("a/b", [sys.executable, "-c", script], {"x": "ns"}, **options)

    def test_every_round_adds_a_sample(self):
        results = figures.Results()
        failed = rounds.run_all([self.measure("print('{\"x\": 4}')"),
                                 rounds.Measure("c", ["echo", '{"y": [9, 1, 2]}'], {"y": "ms"},
                                                rounds=1)], results, 3)
        self.assertEqual(failed, {})
        self.assertEqual(results.get("a/b/x").samples, [4, 4, 4])
        self.assertEqual(results.get("c/y").samples, [2])

    def test_what_an_entrant_does_not_have_is_a_gap(self):
        results = figures.Results()
        self.assertEqual(rounds.run_all([self.measure("raise SystemExit(3)")], results, 2), {})
        self.assertIsNone(results.get("a/b/x"))

    def test_failures_are_told(self):
        for script in ("raise SystemExit('broken')", "print('no JSON')", "print('[]')"):
            failed = rounds.run_all([self.measure(script)], figures.Results(), 2)
            self.assertEqual(list(failed), ["a/b"])

    def test_what_fails_later_leaves_no_samples(self):
        with tempfile.TemporaryDirectory() as folder:
            script = (f"import os, pathlib; been = pathlib.Path('{folder}/been')\n"
                      "print('broken' if been.exists() else '{\"x\": 1}'); been.touch()")
            results = figures.Results()
            failed = rounds.run_all([self.measure(script)], results, 3)
        self.assertEqual(list(failed), ["a/b"])
        self.assertEqual(results.figures, {})


class Turns(unittest.TestCase):
    """The machine of these is disturbed by what a list says, turn by turn."""

    class Step:
        """Gives 1, 2, 3 … under its key; or is not there."""

        def __init__(self, key, have=True):
            self.key, self.have, self.n = key, have, 0

        def run(self, results):
            self.n += 1
            results.add(self.key, "ns", [self.n])
            return self.have

    def turns(self, disturbed, *steps, **options):
        clock = iter([moment for part in disturbed for moment in (0, part)])
        return suite_turns.Turns("c", steps, lambda found: found.median("a") * 10,
                                 turns=len(disturbed), disturbance=lambda: next(clock), **options)

    def test_the_least_disturbed_turn_is_kept(self):
        for keep in (False, True):
            results = figures.Results()
            pair = self.Step("a"), self.Step("b")
            self.assertTrue(self.turns([3, 1, 2], *pair, keep=keep).run(results))
            self.assertEqual(results.get("c/ratio").samples, [20])
            self.assertEqual(results.get("b").samples if keep else results.get("b"),
                             [2] if keep else None)

    def test_what_is_not_there_gives_no_ratio(self):
        results = figures.Results()
        self.assertFalse(self.turns([1], self.Step("a"), self.Step("b", have=False)).run(results))
        self.assertEqual(results.figures, {})

    def test_others_work_is_told(self):
        before = suite_turns.busy() - suite_turns.own()
        with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as other:
            time.sleep(0.5)
            meanwhile = suite_turns.busy() - suite_turns.own() - before
            other.kill()
        self.assertGreater(meanwhile, 0.02, "a program that has not ended is another's")

    def test_a_ratio_is_not_compared(self):
        old, new = run(1), run(2)
        old.add("contention/turns/counter/2/ratio", "×", [1.9] * 7)
        new.add("contention/turns/counter/2/ratio", "×", [1.2] * 7)
        self.assertNotIn("contention/turns/counter/2/ratio",
                         {row[0] for row in compare.compare(old, new)})

    def test_targets_are_of_the_turns_where_there_are_some(self):
        results = run(1)
        results.add("contention/quipu/counter/1/rate", "1/s", [100])
        results.add("contention/quipu/counter/2/rate", "1/s", [150])
        results.add("tail/quipu/lookup/10000/quiet/p999", "ns", [10])
        results.add("tail/quipu/lookup/10000/scraped/p999", "ns", [30])
        results.add("tail/quipu/lookup/10000/scraped/control_p999", "ns", [5])
        contention, tail = (questions.all_questions()[name] for name in ("contention", "tail"))
        for key, of, old, paired in (
                ("contention/turns/counter/2",
                 lambda: contention.scaling(results, "counter", 2), 1.5, 1.95),
                ("tail/quipu/lookup/10000",
                 lambda: tail.slower(results, "lookup", 10000), 3, 1.6)):
            self.assertEqual(of(), old)
            results.add(key + "/ratio", "×", [paired])
            self.assertEqual(of(), paired)


class Report(unittest.TestCase):
    def test_every_question_has_its_parts(self):
        for name, module in questions.all_questions().items():
            for part in ("TITLE", "measures", "targets", "report"):
                self.assertTrue(hasattr(module, part), f"{name}: {part}")

    def test_an_empty_run_makes_a_page(self):
        results = figures.Results(dict(MACHINE), {"rounds": 1, "seconds": 0.1})
        with tempfile.TemporaryDirectory() as folder:
            plots = plot.Plots(pathlib.Path(folder), "plots")
            self.assertIn("# Benchmarks", report.write(results, {}, plots))

    def test_figures_reach_their_tables(self):
        results = run(1)
        results.add("record/quipu/counter/cpu_ns", "ns", [0.4321])
        results.add("record/prometheus-cpp/counter/cpu_ns", "ns", [8.765])
        with tempfile.TemporaryDirectory() as folder:
            plots = plot.Plots(pathlib.Path(folder), "plots")
            text = report.write(results, {}, plots)
        self.assertRegex(text, r"\| \*\*quipu\*\* \| 0\.43 ")
        self.assertRegex(text, r"\| prometheus-cpp \| 8\.7[67] ")

    def test_the_page_says_whether_the_cores_were_ours(self):
        for adds, words in (([3.9, 3.96, 4.0], "quiet"), ([2.1, 2.9, 2.8, 4.0], "somebody else")):
            results = run(1)
            results.add("record/limits/empty/core", "adds", adds * 20)
            self.assertIn(words, core.sentence(results))
        self.assertEqual(core.sentence(run(1)), "")

    def test_a_missed_target_says_what_limits_it(self):
        shown = page.Page(None)
        shown.targets([page.Target(what, 2, value, why=why) for what, value, why in
                       (("a", 2.1, "The moon."), ("b", 9, "The moon."), ("c", 1, "The sun."),
                        ("d", None, "Rain."))])
        self.assertIn("**Missed: a; b.** The moon.", str(shown))
        self.assertNotIn("The sun.", str(shown))
        self.assertNotIn("Rain.", str(shown))

    def test_every_target_has_a_reason_at_hand(self):
        results = figures.Results(dict(MACHINE, cpus=16), {"rounds": 1, "seconds": 0.1})
        targets = [target for module in questions.all_questions().values()
                   for target in module.targets(results)]
        self.assertGreater(len(targets), 30)
        self.assertEqual([target.what for target in targets if not target.why.strip()], [])

    def test_memory_beside_its_formula(self):
        # model-0 provider-0 status-0: 58 + 25 + 3 + 8 bytes, in a block of 112; and 57
        self.assertEqual(memory.of_series(1), 169)
        # 512 counters fit in a page, 21 histograms; the first page may have begun before
        self.assertEqual([memory.pages(*one) for one in ((512, 8), (513, 8), (21, 192))], [2, 3, 2])
        results = run(1)
        results.add("memory/own/counter/10000/bytes_per_series", "bytes", [84.5])
        row = memory.formulas(results)
        self.assertEqual([(one[1], one[2].median) for one in row], [(169, 84.5)])

    def test_targets(self):
        most = page.Target("a", 2, 2.1, " ns")
        least = page.Target("a", 2, 2.1, " ×", least=True)
        self.assertEqual([most.row()[3], least.row()[3], page.Target("a", 2, None).row()[3]],
                         ["**missed**", "met", "not measured"])


if __name__ == "__main__":
    unittest.main()
