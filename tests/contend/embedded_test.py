#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Programs that profile themselves (embedded/embedded.c): what curl scrapes of them is what they
know to have waited (P2), valid by promtool and quipu check (P7), and never falls (P3)."""
import argparse
import json
import os
import re
import shutil
import subprocess
import tempfile

from recorded import Child, Deadline, check, main, saved, total

SAMPLE = re.compile(r'(quipu_lock_\w+|quipu_\w+_total)(?:\{(.*)\})? (\S+)$')
LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')
# who has the hooks in the program itself has no plug-in for debug information beside him
SITE = re.compile(r"embedded\.c:\d+|contend_embedded_(wrapped|static)\+0x[0-9a-f]+")
FUNCTIONS = ["place_0", "place_1", "place_2", "place_3", "place_4", "place_named"]


class Embedded:
    """A running program, told what to do through a pipe."""

    def __init__(self, program, top, deadline, **environment):
        orders, self.writing = os.pipe()
        self.child = Child(program, [program, str(top)], deadline, stdin=orders,
                           env={**os.environ, **environment})
        os.close(orders)
        line = self.child.wait_line(lambda text: text.startswith("listening on "))
        self.base = line.removeprefix("listening on ")
        self.base = self.base if "://" in self.base else f"http://{self.base}"

    def tell(self, order):
        """Sends it and waits for the answer: {function: (waits, nanoseconds)}."""
        seen = len(self.child.out)
        os.write(self.writing, f"{order}\n".encode())
        self.child.wait_line(lambda text: text == "done")
        lines = [line for line in self.child.out[seen:] if line != "done"]
        bad = [line for line in lines if not line.startswith("{")]
        check(not bad, f"{order}: {bad}")
        return {line["function"]: (line["waits"], line["high"])
                for line in map(json.loads, lines[-len(FUNCTIONS):])}

    def scrape(self):
        """The text of /metrics, as curl gets it."""
        return subprocess.run(["curl", "-sS", "--fail", f"{self.base}/metrics"],
                              capture_output=True, text=True, check=True, timeout=30).stdout

    def __enter__(self):
        return self

    def __exit__(self, *what):
        os.close(self.writing)
        if what[0] is None:
            check(self.child.wait() == 0, self.child.text())
        self.child.__exit__(*what)


def samples(text):
    """{(name, labels): value} of the profiler's own series."""
    found = {}
    for line in text.splitlines():
        sample = SAMPLE.match(line)
        if sample:
            labels = tuple(sorted(LABEL.findall(sample.group(2) or "")))
            found[sample.group(1), labels] = float(sample.group(3))
    return found


def of_function(series, name, function):
    return [(dict(labels), value) for (sample, labels), value in series.items()
            if sample == name and dict(labels).get("function") == function]


def check_valid(arguments, text):
    for command in (["promtool", "check", "metrics"], [arguments.quipu, "check", "-"]):
        answer = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
        check(answer.returncode == 0, f"{command}: {answer.stdout}{answer.stderr}")


def check_function(series, function, waits, ns):
    """A place has its own series: its waits, and no more time than its own clock saw."""
    counts = of_function(series, "quipu_lock_wait_seconds_count", function)
    check(len(counts) == 1, f"{function}: {counts}")
    labels, count = counts[0]
    (_, seconds), = of_function(series, "quipu_lock_wait_seconds_sum", function)
    check(count == waits, f"{function}: {count} waits, not {waits}")
    check(0 < seconds <= 1.01e-9 * ns, f"{function}: {seconds} s of {ns} ns")
    check(labels["kind"] == "mutex" and SITE.fullmatch(labels["site"])
          and labels["object"].startswith("contend_embedded"), f"{function}: {labels}")
    check(labels.get("lock", "") == ("cache" if function == "place_named" else ""), f"{labels}")


def counts(series):
    """{labels: waits} of mutexes: the server's own threads wait for each other, too."""
    return {labels: value for (sample, labels), value in series.items()
            if sample == "quipu_lock_wait_seconds_count" and dict(labels)["kind"] == "mutex"}


def sum_of(series):
    return sum(counts(series).values())


def sum_of_places(series):
    return sum(value for labels, value in counts(series).items()
               if dict(labels)["function"] in FUNCTIONS)


def scrape_until(program, holds):
    """Names are looked up by the by: the first scrapes may still have addresses."""
    def ready():
        text = program.scrape()
        return text if holds(samples(text)) else None
    return program.child.deadline.until("names of functions", ready, pause=0.2)


def has_names(series):
    return all(of_function(series, "quipu_lock_wait_seconds_count", name) for name in FUNCTIONS)


def test_series(arguments):
    """What was waited before it was switched on, or while it was off, is not in it."""
    for path in arguments.program:
        with Embedded(path, 0, arguments.deadline) as program:
            before = program.tell("wait 3")
            check(not samples(program.scrape()), "series before the start")
            program.tell("start")
            after = program.tell("wait 20")
            text = scrape_until(program, has_names)
            check_valid(arguments, text)
            for function in FUNCTIONS:
                check_function(samples(text), function, after[function][0] - before[function][0],
                               after[function][1])
            check_stopped(program, samples(text))


def check_stopped(program, earlier):
    program.tell("stop")
    program.tell("wait 2")
    check(not samples(program.scrape()), "series after the stop")
    program.tell("start")
    check(sum_of_places(samples(program.scrape())) == sum_of_places(earlier),
          "what was waited while it was off counts, or what was before is lost")
    program.tell("wait 1")
    later = samples(scrape_until(program, has_names))
    check(sum_of_places(later) == sum_of_places(earlier) + 3 * len(FUNCTIONS),
          f"{sum_of_places(later)} waits after {sum_of_places(earlier)} and {3 * len(FUNCTIONS)}")


def check_never_falls(series, last):
    """A place may lose its series to one that has waited far longer; it goes on where it was."""
    for key, value in series.items():
        is_gauge = key[0] in ("quipu_lock_sites", "quipu_lock_site_capacity")
        check(is_gauge or value >= last.get(key, 0), f"{key} fell from {last.get(key)} to {value}")


def mutex_waits(program, folder):
    """All that was recorded by now: the library's own locks are among them."""
    program.tell(f"save {folder}/run.json")
    process, = saved(folder)
    return total([site for site in process.sites if site["kind"] == "mutex"], "waits")


def check_sum(program, folder, last):
    """As many as there were before the scrape at least, as after it at most."""
    def holds(series):
        check_never_falls(series, last)
        last.update(series)
        return sum_of(last) >= least
    least = mutex_waits(program, folder)
    scrape_until(program, holds)
    most = mutex_waits(program, folder)
    check(sum_of(last) <= most, f"{sum_of(last)} waits, not {most}\n{counts(last)}")


def test_never_falls(arguments):
    """Few series for many places, whose order changes all the time."""
    for path in arguments.program:
        with tempfile.TemporaryDirectory() as folder, \
                Embedded(path, 2, arguments.deadline) as program:
            program.tell("start")
            last = {}
            for _ in range(12):
                program.tell("wait 5")
                check_sum(program, folder, last)
            check(any(dict(labels).get("site") == "other" for _, labels in last), f"{last}")


def test_save(arguments):
    """quipu_contend_save writes what `quipu contend report` reads."""
    for path in arguments.program:
        with tempfile.TemporaryDirectory() as folder, \
                Embedded(path, 0, arguments.deadline) as program:
            program.tell("start")
            known = program.tell("wait 4")
            program.tell(f"save {folder}/run.json")
            process, = saved(folder)
            for function in FUNCTIONS:
                waits = total(process.at(function, "mutex"), "waits")
                check(waits == known[function][0], f"{function}: {waits}, {known[function]}")
            locks = {site.get("lock") for site in process.at("place_named", "mutex")}
            check(locks == {"cache"}, f"{locks}")
            report = subprocess.run([arguments.quipu, "contend", "report", f"{folder}/run.json"],
                                    capture_output=True, text=True, check=False)
            check(report.returncode == 0 and all(name in report.stdout for name in FUNCTIONS),
                  f"{report.stdout}{report.stderr}")


def served(folder, deadline):
    """What is served beside the program, as `quipu contend run --listen` is told where."""
    def address():
        for name in os.listdir(folder):
            if name.endswith(".json"):
                with open(os.path.join(folder, name), encoding="utf-8") as file:
                    return json.load(file)["processes"][0].get("listen")
        return None
    return deadline.until("an address", address)


def test_beside_run(arguments):
    """Under `quipu contend run --listen` a program that profiles itself does as ever, and both serve
    the same."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {"QUIPU_CONTEND_SAVE": folder, "QUIPU_CONTEND_LISTEN": "127.0.0.1:0",
                       "QUIPU_CONTEND_RUNNER": str(os.getpid())}
        with Embedded(arguments.program[0], 0, arguments.deadline, **environment) as program:
            program.tell("start")
            known = program.tell("wait 5")
            own = samples(scrape_until(program, has_names))
            program.base = f"http://{served(folder, program.child.deadline)}"
            beside = samples(program.scrape())
            for function in FUNCTIONS:
                (_, count), = of_function(own, "quipu_lock_wait_seconds_count", function)
                check(count == known[function][0], f"{function}: {count}, {known[function]}")
            check(sum_of_places(own) == sum_of_places(beside), f"{counts(own)}\n{counts(beside)}")
            program.tell("stop")
            check(sum_of_places(samples(program.scrape())) == sum_of_places(beside),
                  "what is served beside went with the program's own")


parser = argparse.ArgumentParser()
parser.add_argument("--quipu", required=True)
parser.add_argument("--program", action="append", default=[])
arguments = parser.parse_args()
if not shutil.which("promtool"):
    print("promtool is missing: tools/setup checks installs it")
    raise SystemExit(77)


def renew():
    arguments.deadline = Deadline(120)


main([test_series, test_never_falls, test_save, test_beside_run], arguments, renew)
