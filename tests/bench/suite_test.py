#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""tools/bench's own parts: figures survive being kept, comparing finds what was planted and
nothing else, rounds keep what an entrant prints, and the report shows what was measured."""
import importlib.machinery
import importlib.util
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
from suite import (compare, core, figures, page, plot, profiled, real, report,  # noqa: E402
                   rounds, states)
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


def load_tool():
    """tools/bench as a module."""
    loader = importlib.machinery.SourceFileLoader("bench_tool", str(ROOT / "tools" / "bench"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("bench_tool", loader))
    loader.exec_module(module)
    return module


class Publishing(unittest.TestCase):
    """Answers to some questions among those that were kept, in a folder of the test's own."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.tool = load_tool()
        self.tool.ROOT = self.root = pathlib.Path(folder.name)
        self.tool.RESULTS = self.root / "results"
        self.tool.SOAKED = self.root / "none"
        kept = run(1)
        kept.add("record/quipu/counter/cpu_ns", "ns", [1.11])
        kept.add("start/quipu/process_none_us", "µs", [222])
        kept.add("start/quipu/gone_us", "µs", [333])
        kept.texts["start/quipu/remark"] = "old"
        kept.failed["start/size"] = "it was not there"
        kept.failed["record/other"] = "neither"
        kept.save(self.tool.RESULTS / "this-machine.json")

    def publish(self, results, *names):
        with redirect_stdout(io.StringIO()):
            self.tool.publish_some(results, names)
        kept = figures.Results.load(self.tool.RESULTS / "this-machine.json")
        return kept, (self.root / "BENCHMARKS.md").read_text(encoding="utf-8")

    def later(self, **machine):
        results = figures.Results(dict(MACHINE, commit="def", date="2026-02-02", **machine),
                                  {"rounds": 5, "seconds": 0.1})
        results.add("start/quipu/process_none_us", "µs", [444])
        results.add("record/quipu/counter/cpu_ns", "ns", [9.99])
        results.texts["start/quipu/note"] = "new"
        return results

    def test_one_answer_takes_its_place_and_no_other(self):
        kept, page = self.publish(self.later(), "start")
        self.assertEqual(kept.median("start/quipu/process_none_us"), 444)
        self.assertIsNone(kept.get("start/quipu/gone_us"))
        self.assertEqual(kept.median("record/quipu/counter/cpu_ns"), 1.11)
        self.assertEqual(kept.texts, {"start/quipu/note": "new"})
        self.assertEqual(kept.failed, {"record/other": "neither"})
        self.assertEqual(kept.machine["commit"], "abc")
        self.assertIn("444", page)

    def test_the_page_says_what_was_measured_apart(self):
        _, page = self.publish(self.later(), "start")
        said = [line for line in page.split("## ") if "Measured apart" in line]
        self.assertEqual(len(said), 1)
        self.assertRegex(said[0], r"(?s)^What does it cost to have it\?.*commit def, 2026-02-02, "
                                  r"5\s+rounds\s+on\s+the\s+same\s+machine")
        _, page = self.publish(self.later(cpus=64), "start")
        self.assertRegex(page, r"another\s+machine\s+\(a\s+processor,\s+64\s+processors\)")

    def test_the_same_commit_and_day_need_no_word(self):
        results = self.later()
        results.machine = dict(MACHINE)
        _, page = self.publish(results, "start")
        self.assertNotIn("Measured apart", page)

    def test_what_failed_is_said_and_what_was_measured_stands(self):
        results = self.later()
        results.failed["start/size/x"] = "RuntimeError: broken"
        kept, page = self.publish(results, "start")
        self.assertEqual(kept.median("start/quipu/process_none_us"), 444)
        self.assertIn("start/size/x: RuntimeError: broken", page)

    def test_nothing_measured_changes_nothing(self):
        with self.assertRaisesRegex(ValueError, "nothing was measured"):
            self.tool.publish_some(figures.Results(dict(MACHINE)), ["start"])
        kept = figures.Results.load(self.tool.RESULTS / "this-machine.json")
        self.assertEqual(kept.median("start/quipu/process_none_us"), 222)

    def test_a_question_without_an_answer_keeps_the_old_one(self):
        results = self.later()
        results.drop("record")
        kept, _ = self.publish(results, "start", "record")
        self.assertEqual(kept.median("record/quipu/counter/cpu_ns"), 1.11)


class Watching(unittest.TestCase):
    """What locks.py and demo_locks.py measure with."""

    def measure(self, key, script, **environment):
        return rounds.Measure(key, [sys.executable, "-c", script], {"rate": "1/s"},
                              environment=environment)

    def test_states_are_compared_turn_by_turn(self):
        with tempfile.TemporaryDirectory() as folder:
            # twice as fast with every turn, whatever the state; the second at three quarters
            script = (f"import os, pathlib; turn = pathlib.Path('{folder}')\n"
                      "n = len(list(turn.iterdir())) // 2; (turn / os.urandom(9).hex()).touch()\n"
                      "print('{\"rate\": %f}' % (100 * 2**n * float(os.environ['FACTOR'])))")
            both = states.States("a", {name: self.measure(f"a/{name}", script, FACTOR=factor)
                                       for name, factor in (("plain", "1"), ("slow", "0.75"))},
                                 ["rate"], ["rate"])
            results = figures.Results()
            self.assertEqual(rounds.run_all([both], results, 4), {})
        self.assertEqual(results.get("a/slow/rate/added").samples, [-200, -100, -50, -25])
        self.assertEqual(results.get("a/plain/rate").samples, [100, 200, 400, 800])
        self.assertEqual(results.get("a/slow/rate/ratio").samples, [0.75] * 4)
        self.assertIsNone(results.get("a/plain/rate/ratio"))

    def test_a_state_that_fails_leaves_no_other(self):
        both = states.States("a", {"good": self.measure("a/good", "print('{\"rate\": 1}')"),
                                   "bad": self.measure("a/bad", "raise SystemExit('broken')")})
        results = figures.Results()
        self.assertEqual(list(rounds.run_all([both], results, 2)), ["a"])
        self.assertEqual(results.figures, {})

    def test_texts_of_a_state_are_kept(self):
        results = figures.Results()
        states.States("a", {"one": states.Remark("a/one", "said")}).run(results)
        self.assertEqual(results.texts, {"a/one": "said"})

    def test_remarks_are_kept(self):
        results = figures.Results()
        rounds.run_all([states.Remark("locks/missing/redis", "not installed")], results, 3)
        with tempfile.TemporaryDirectory() as folder:
            results.save(pathlib.Path(folder) / "results.json")
            again = figures.Results.load(pathlib.Path(folder) / "results.json")
        self.assertEqual(again.texts, {"locks/missing/redis": "not installed"})

    def test_the_profiler_s_report_becomes_figures(self):
        row = {"kind": "mutex", "idle": False, "site": "map.cc:40", "function": "Metrics::add(int)",
               "object": "map", "ns": 3e9}
        idle = dict(row, kind="cond", idle=True, ns=9e9)
        found = {"elapsed_ns": 2e9, "sentence": "Locks.",
                 "sites": [idle, dict(row, site="map.cc:50", ns=2e9), dict(row, ns=1e9),
                           dict(row, ns=1e9)],
                 "totals": {"locks_ns": 4e9, "locks_waits": 10,
                            "calls": {"mutex": 100, "cond": 7, "sem": 5}},
                 "outside": {"voluntary_switches": 3, "involuntary_switches": 1}}
        one = profiled.Profiled("a", "quipu", 4, "calls", ["/a/path/b"], {})
        self.assertEqual({name: value for name, (_, value) in one.figures(found, 20).items()},
                         {"wait_share": 0.5, "wait_ns": 4e9, "waits": 0.5, "locks": 5, "switches": 2})
        self.assertEqual(one.without_paths("run /a/path/b 4"), "run b 4")
        self.assertEqual(profiled.top(found), "50% `Metrics::add` (map.cc:50)")
        found["sites"].append(dict(row, ns=1e9))
        self.assertEqual(profiled.top(found), "60% `Metrics::add` (map.cc:40)")
        self.assertEqual(profiled.short("a::(anonymous namespace)::B::c(d) const"), "a::B::c")
        self.assertEqual(profiled.top(dict(found, sites=[idle])), profiled.UNNAMED)

    def test_saved_runs_are_summed(self):
        def process(waits, **calls):
            return {"totals": {"calls": calls},
                    "sites": [{"kind": "mutex", "waits": waits}, {"kind": "cond", "waits": 1000}]}
        with tempfile.TemporaryDirectory() as name:
            for n, one in enumerate((process(3, mutex=10, cond=50), process(4, spin=5, sem=60))):
                (pathlib.Path(name) / f"{n}.json").write_text(json.dumps({"processes": [one]}))
            self.assertEqual(profiled.seen(pathlib.Path(name)), {"locks": 15, "semaphores": 60, "waits": 7})

    def test_a_server_is_ended_with_its_children(self):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            script = ("import signal, socket, subprocess, sys, time\n"
                      "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
                      "child = subprocess.Popen(['sleep', '600'])\n"
                      f"print(child.pid, file=open('{name}/pid', 'w'), flush=True)\n"
                      "listener = socket.socket(socket.AF_UNIX)\n"
                      f"listener.bind('{name}/socket'); listener.listen(); time.sleep(600)")
            real.PATIENCE = 0.1
            with real.serving([sys.executable, "-c", script], {}, folder, f"{name}/socket") as server:
                child = int((folder / "pid").read_text())
                self.assertIsNone(server.poll())
            self.assertIsNotNone(server.poll())
            for _ in range(200):   # its new parent may take a moment
                state = subprocess.run(["ps", "-o", "stat=", "-p", str(child)], check=False,
                                       capture_output=True, text=True).stdout.strip()
                if state in ("", "Z"):
                    break
                time.sleep(0.1)
            self.assertIn(state, ("", "Z"))

    def test_a_server_that_ends_at_once_is_told(self):
        with tempfile.TemporaryDirectory() as name, self.assertRaisesRegex(RuntimeError, "no luck"):
            with real.serving(["sh", "-c", "echo no luck"], {}, pathlib.Path(name), f"{name}/socket"):
                self.fail("it does not serve")

    def test_what_is_not_installed_is_named(self):
        program = real.Program("it", {"quipu-no-such-program": "no-package", "sh": "dash"}, None, {})
        self.assertIn("no-package", program.missing())
        self.assertNotIn("dash", program.missing())
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
