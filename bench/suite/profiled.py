# SPDX-License-Identifier: MIT
"""A program under `quipu contend run`: its own figures, and what the profiler says of it."""
import collections
import json
import pathlib
import subprocess
import tempfile

from suite.rounds import Measure

UNNAMED = "no lock was waited for"
IDLE = {"cond", "sem", "barrier"}   # kinds that are no contention


class Profiled(Measure):
    """The command prints JSON, of which units are kept as ever; beside them

    wait_share    of the threads' time, what they waited for locks
    locks, waits  asked for and waited for, by each of what the program counts as per
    switches      of context, a second
    and as texts  top (function and line of the longest waits), sentence, report
    """

    def __init__(self, key, tool, threads, per, command, units, **options):
        super().__init__(key, command, units, **options)
        self.tool = str(tool)
        self.threads = threads
        self.per = per

    def run(self, results):
        with tempfile.TemporaryDirectory(prefix="bench") as name:
            folder = pathlib.Path(name)
            said = self.call("run", "--save", folder / "saved", "--json", "--output",
                             folder / "report", "--", *self.command)
            found = json.loads((folder / "report").read_text(encoding="utf-8"))
            table = self.call("report", folder / "saved")
        for suffix, (unit, samples) in self.parse(said).items():
            results.add(self.key + suffix, unit, samples)
        for what, (unit, value) in self.figures(found, json.loads(said)[self.per]).items():
            results.add(f"{self.key}/{what}", unit, [value])
        results.texts.update({f"{self.key}/top": top(found),
                              f"{self.key}/sentence": found["sentence"],
                              f"{self.key}/report": self.without_paths(table)})
        return True

    def call(self, *arguments):
        done = subprocess.run([self.tool, "contend", *map(str, arguments)], capture_output=True,
                              stdin=subprocess.DEVNULL, text=True, timeout=self.timeout, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"quipu contend {arguments[0]}: exit status {done.returncode}: "
                               f"{done.stderr.strip()[-300:]}")
        return done.stdout

    def without_paths(self, text):
        """The program by its name: where it lies is this machine's business."""
        program = pathlib.Path(self.command[0])
        return text.replace(str(program), program.name)

    def figures(self, found, n):
        totals, outside = found["totals"], found["outside"]
        seconds = found["elapsed_ns"] / 1e9
        asked = sum(n for kind, n in totals["calls"].items() if kind not in IDLE)
        figures = {
            "wait_share": ("", totals["locks_ns"] / (found["elapsed_ns"] * self.threads)),
            "wait_ns": ("ns", totals["locks_ns"]),
            "waits": ("", totals["locks_waits"] / n),
            "locks": ("", asked / n),
        }
        switches = (outside["voluntary_switches"], outside["involuntary_switches"])
        if None not in switches:
            figures["switches"] = ("1/s", sum(switches) / seconds)
        return figures


def seen(folder):
    """What the processes saved there (tools/contention/README.md): how many locks and semaphores
    they asked for, and how often they waited for a lock."""
    counts = {"locks": 0, "semaphores": 0, "waits": 0}
    for path in folder.glob("*.json"):
        for process in json.loads(path.read_text(encoding="utf-8"))["processes"]:
            counts["locks"] += sum(n for kind, n in process["totals"]["calls"].items()
                                   if kind not in IDLE)
            counts["semaphores"] += process["totals"]["calls"].get("sem", 0)
            counts["waits"] += sum(site["waits"] for site in process["sites"]
                                   if site["kind"] not in IDLE)
    return counts


def short(function):
    """Without its parameters: where waiting is looked for, the name will do."""
    return function.replace("(anonymous namespace)::", "").split("(")[0] or function


def top(found):
    """Where threads waited longest for a lock: its share, function and line. One line that is
    inlined in several places has a row for each."""
    waited = collections.Counter()
    for row in found["sites"]:
        if not row["idle"]:
            waited[short(row["function"] or row["object"]), row["site"]] += row["ns"]
    (function, site), ns = max(waited.items(), key=lambda one: one[1], default=((None, None), 0))
    return f"{ns / sum(waited.values()):.0%} `{function}` ({site})" if ns else UNNAMED
