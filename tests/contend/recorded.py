# SPDX-License-Identifier: MIT
"""Programs run under the profiler, and what it saved of them; names come from binutils' addr2line,
which has nothing to do with the profiler's own."""
import functools
import json
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))

from children import Child, Deadline, Failure, check  # noqa: E402

IDLE = ("cond", "sem", "barrier")


class Run:
    """A program that has ended: status, out (lines), err (lines), and processes, as saved."""

    def __init__(self, child, status, folder):
        self.status, self.out, self.err = status, child.out, child.err
        self.text = child.text()
        self.processes = saved(folder)

    def lines(self):
        """What the program printed of its own measurements, one JSON object a line."""
        return [json.loads(line) for line in self.out if line.startswith("{")]

    def only(self):
        check(len(self.processes) == 1, f"{len(self.processes)} processes saved:\n{self.text}")
        return self.processes[0]


def saved(folder):
    """Every process in a folder of saved runs."""
    processes = []
    for path in sorted(pathlib.Path(folder).glob("*.json")):
        run = json.loads(path.read_text(encoding="utf-8"))
        check(run["quipu_contend"] == 1, f"{path}: {run.keys()}")
        processes += [Process(process) for process in run["processes"]]
    return processes


class Process:
    """What was saved of one process."""

    def __init__(self, saved_process):
        self.saved = saved_process
        self.pid, self.parent = saved_process["pid"], saved_process["parent"]
        self.state, self.totals = saved_process["state"], saved_process["totals"]
        self.command = saved_process["command"]
        self.sites = saved_process["sites"]
        for site in self.sites:
            self._check_site(site)

    def _check_site(self, site):
        inside = sum(count for _, count in site["buckets"])
        check(inside == site["waits"], f"buckets hold {inside} of {site}")
        check(site["max_ns"] <= site["ns"], f"the longest is longer than all: {site}")
        check(site["waits"] or site["busy"], f"nothing happened at {site}")

    def places(self, site):
        """[(function, line)] of the innermost frame, what is inlined first; and its object."""
        if not site["frames"]:
            return [("", 0)], ""
        index, offset = site["frames"][0]
        path = self.saved["objects"][index]["path"]
        return _addr2line(path, offset - 1), path

    def at(self, function, kind):
        """The sites of that kind in (or inlined into) a function."""
        return [site for site in self.sites if site["kind"] == kind and
                any(name == function for name, _ in self.places(site)[0])]

    def in_object(self, part, kind):
        return [site for site in self.sites
                if site["kind"] == kind and part in self.places(site)[1]]

    def contended(self):
        return sum(site["ns"] for site in self.sites if site["kind"] not in IDLE)

    def describe(self):
        return "\n".join(f"{site['kind']} {self.places(site)} {site['waits']} waits "
                         f"{site['ns']} ns, {site['busy']} busy" for site in self.sites)


@functools.lru_cache(maxsize=None)
def _addr2line(path, address):
    answer = subprocess.run(["addr2line", "-i", "-f", "-C", "-e", path, hex(address)],
                            capture_output=True, text=True, check=False).stdout.splitlines()
    places = []
    for function, place in zip(answer[::2], answer[1::2]):
        line = place.split(" ")[0].rpartition(":")[2]
        places.append((function, int(line) if line.isdigit() else 0))
    return places


def total(sites, field):
    return sum(site[field] for site in sites)


class Recorder:
    """Runs programs with the library preloaded and what they record saved."""

    def __init__(self, library, seconds):
        self.library, self.seconds = os.path.abspath(library), seconds
        self.deadline = None

    def renew(self):
        """Every test has so many seconds."""
        self.deadline = Deadline(self.seconds)

    def environment(self, folder, **more):
        return {**os.environ, "LD_PRELOAD": self.library, "QUIPU_CONTEND_SAVE": folder, **more}

    def start(self, command, folder, cwd=None, **more):
        return Child(command[0], command, self.deadline, cwd=cwd,
                     env=self.environment(folder, **more))

    def run(self, command, status=0, **more):
        """Runs it to its end; its own exit status has to be the one expected."""
        with tempfile.TemporaryDirectory() as folder:
            with self.start(command, folder, **more) as child:
                got = child.wait()
            run = Run(child, got, folder)
        check(got == status, f"{command}: status {got}, expected {status}\n{run.text}")
        return run


def plain(command, deadline, **options):
    """Runs it without the profiler: its status, and its output and errors, whole."""
    with Child(command[0], command, deadline, **options) as child:
        return child.wait(), child.out, child.err


def main(tests, arguments, renew):
    """Runs the tests, each with the arguments, after renew(); says which failed, and exits."""
    failed = 0
    for test in tests:
        renew()
        try:
            test(arguments)
            print(f"passed: {test.__name__}")
        except Failure as failure:
            failed += 1
            print(f"FAILED: {test.__name__}: {failure}")
    sys.exit(1 if failed else 0)
