#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""quipu contend run as a person runs it: statuses, the places it names, and that it says loudly
when it could not see a thing."""
import argparse
import json
import os
import pathlib
import shutil
import stat
import subprocess
import sys
import tempfile

from recorded import Child, Deadline, check, main

BLIND, NOT_RUN, NOT_FOUND = 125, 126, 127
NOBODY = 65534


class Commands:
    def __init__(self, arguments):
        self.quipu, self.folder = arguments.quipu, pathlib.Path(arguments.programs)
        self.deadline = None

    def renew(self):
        self.deadline = Deadline(60)

    def program(self, name):
        return str(self.folder / f"contend_{name}")

    def run(self, *command, **options):
        """Status, and the child that has ended."""
        with Child("quipu contend run", [self.quipu, "contend", "run", *command], self.deadline,
                   **options) as child:
            return child.wait(), child

    def report(self, *command, status=0):
        """The report as JSON, and what the program itself printed."""
        with tempfile.TemporaryDirectory() as folder:
            path = f"{folder}/report.json"
            got, child = self.run("--json", "--output", path, "--", *command)
            check(got == status, f"{command}: status {got}, expected {status}\n{child.text()}")
            with open(path, encoding="utf-8") as file:
                return json.load(file), child.out

    def blind(self, *command, words, **options):
        """It has to refuse, or say afterwards that nothing was seen; and in what words."""
        status, child = self.run("--", *command, **options)
        text = "\n".join(child.err)
        check(status == BLIND, f"{command}: status {status}\n{child.text()}")
        check(any(word in text.lower() for word in words), f"{command}: none of {words}:\n{text}")


def measured(out):
    return [json.loads(line) for line in out if line.startswith("{")]


def test_names(commands):
    """Each place by its function, file and line, with its waits, to within what it measured."""
    report, out = commands.report(commands.program("truth"), "2", "10")
    for line in measured(out):
        rows = [site for site in report["sites"] if site["function"] == line["function"]
                and site["kind"] == line["kind"]]
        check(len(rows) == 1, f"{line}: {len(rows)} rows\n{json.dumps(report['sites'], indent=1)}")
        row, = rows
        check(row["line"] == line["line"] and row["site"] == f"truth.c:{line['line']}" and
              row["file"].endswith("truth/truth.c"), f"{line}: {row}")
        check(row["waits"] == line["waits"] and row["busy"] == line["busy"], f"{line}: {row}")
        check(0.99 * line["low"] <= row["ns"] <= 1.01 * line["high"], f"{line}: {row}")
        check(row["object"].endswith("contend_truth"), f"{row}")


def test_cxx_names(commands):
    """Who calls a lock of the C++ library is named, not the library."""
    report, out = commands.report(commands.program("truth_cxx"), "2", "10")
    for line in measured(out):
        rows = [site for site in report["sites"] if site["function"] == line["function"]]
        check(rows or line["kind"] == "cond", f"{line}\n{json.dumps(report['sites'], indent=1)}")
        check(all(row["line"] == line["line"] for row in rows), f"{line}: {rows}")


def test_rank(commands):
    """The first row is the place that waited longest, by its own clock; idle ones do not count."""
    report, out = commands.report(commands.program("rank"), "300")
    locks = [site for site in report["sites"] if not site["idle"]]
    order = [site["function"] for site in locks if site["function"].startswith("wait_")]
    lines = sorted(measured(out), key=lambda line: -line["high"])
    check(order == [line["function"] for line in lines], f"{order}: {lines}")
    check(report["verdict"] in ("locks", "processor"), report["verdict"])


def test_statuses(commands):
    for how, status in (("return", 3), ("_exit", 3), ("quick_exit", 3), ("abort", 134),
                        ("main_thread", 0)):
        got, child = commands.run("--", commands.program("endings"), how)
        check(got == status, f"{how}: status {got}, expected {status}\n{child.text()}")
    got, child = commands.run("--", "./no-such-program")
    check(got == NOT_FOUND and "no-such-program" in child.text(), f"{got}: {child.text()}")
    got, child = commands.run("--", "/")
    check(got == NOT_RUN, f"{got}: {child.text()}")


def test_nothing_to_see(commands):
    """A program that takes no lock; one that nothing can be preloaded into."""
    commands.blind(commands.program("quiet"), words=["no hook", "not one", "no call", "nothing"])
    commands.blind(commands.program("static"), words=["static"])


def test_sanitized(commands):
    for name in ("asan", "tsan"):
        if os.path.exists(commands.program(name)):
            commands.blind(commands.program(name), words=["sanitizer"])


def may_be_setuid(folder):
    flags = os.statvfs(folder).f_flag
    return os.geteuid() == 0 and not flags & os.ST_NOSUID


def test_setuid(commands):
    """The loader preloads nothing into a program that runs as somebody else."""
    with tempfile.TemporaryDirectory() as folder:
        if not may_be_setuid(folder):
            print("skipped: setuid programs cannot be made here")
            return
        os.chmod(folder, 0o755)
        program = f"{folder}/program"
        shutil.copy(commands.program("endings"), program)
        os.chmod(program, 0o4755)
        if not can_run(program):
            print("skipped: nobody cannot run programs here")
            return
        check(stat.S_ISUID & os.stat(program).st_mode, "no setuid bit")
        commands.blind(program, "return", words=["setuid", "set-user-id", "privilege"],
                       user=NOBODY, group=NOBODY, extra_groups=[], cwd=folder,
                       env={**os.environ, "HOME": folder, "TMPDIR": "/tmp"})


def can_run(program):
    """Whether nobody can run the program, and the tool, which may be in a private folder."""
    for command in ([program, "return"], [arguments.quipu, "contend", "--help"]):
        try:
            subprocess.run(command, user=NOBODY, group=NOBODY, extra_groups=[], cwd="/",
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        except OSError:
            return False
    return True


def test_fork_and_exec(commands):
    """All processes of a run are in one report."""
    report, out = commands.report(commands.program("execs"), "exec", status=5)
    for line in measured(out):
        rows = [site for site in report["sites"] if site["function"] == line["function"]]
        check(sum(row["waits"] for row in rows) == line["waits"], f"{line}: {rows}")
    states = sorted(process["state"] for process in report["processes"])
    check(states == ["ended", "replaced"], f"{states}")


def test_killed(commands):
    """Who was killed is told as such, with what was saved until a second before."""
    report, out = commands.report(commands.program("endings"), "kill", status=137)
    check([process["state"] for process in report["processes"]] == ["killed"],
          f"{report['processes']}")
    row, = [site for site in report["sites"] if site["function"] == "wait_here"]
    check(row["waits"] == measured(out)[0]["waits"], f"{row}")


def test_saved(commands):
    """report of a saved run has what the run said; diff of it with itself has no change."""
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/run.json"
        got, child = commands.run("--save", path, "--", commands.program("rank"), "50")
        check(got == 0, child.text())
        for command in (["report", path], ["report", "--folded", path], ["diff", path, path]):
            answer = subprocess.run([commands.quipu, "contend", *command], capture_output=True,
                                    text=True, check=False)
            check(answer.returncode == 0, f"{command}: {answer.stderr}")
            check(command[0] == "diff" or "wait_much" in answer.stdout,
                  f"{command}: {answer.stdout}")


parser = argparse.ArgumentParser()
parser.add_argument("--quipu", required=True)
parser.add_argument("--library", required=True)
parser.add_argument("--programs", required=True)
parser.add_argument("--only")
arguments = parser.parse_args()
os.environ["QUIPU_CONTEND_LIBRARY"] = os.path.abspath(arguments.library)
tests = [test_names, test_cxx_names, test_rank, test_statuses, test_nothing_to_see, test_sanitized,
         test_setuid, test_fork_and_exec, test_killed, test_saved]
sys.stdout.reconfigure(line_buffering=True)
commands = Commands(arguments)
main([test for test in tests if arguments.only in (None, test.__name__)], commands,
     commands.renew)
