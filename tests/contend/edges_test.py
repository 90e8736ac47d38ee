#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The edges of a process's life: each program knows how often it waited where (edges/known.h), and
that is what has to be there, process by process."""
import argparse
import os
import pathlib
import signal
import tempfile

from recorded import Recorder, check, main, saved, total

JEMALLOC = "libjemalloc.so.2"


def check_known(process, line):
    """Exactly its waits, in no more time than its own clock saw."""
    sites = process.at(line["function"], line["kind"])
    waits, ns = total(sites, "waits"), total(sites, "ns")
    check(waits == line["waits"], f"{line['function']}: {waits} waits, not {line['waits']}\n"
          f"{process.describe()}")
    check(ns <= 1.01 * line["high"], f"{line['function']}: {ns} ns of {line['high']}")
    longest = max((site["max_ns"] for site in sites), default=0)
    check(longest <= 1.01 * line["high"], f"{line['function']}: {longest} ns of {line['high']}")


def check_run(run):
    """Every line of every process that printed one; nothing else but by-work has waited."""
    for line in filter(lambda line: line["waits"], run.lines()):
        matching = [process for process in run.processes if process.pid == line["pid"] and
                    process.at(line["function"], line["kind"])]
        check(len(matching) == 1, f"{line}: in {len(matching)} processes\n" + "\n\n".join(
            f"{process.pid}:\n{process.describe()}" for process in run.processes))
        check_known(matching[0], line)


def program(arguments, name):
    return str(pathlib.Path(arguments.programs).resolve() / f"contend_{name}")


def checked(arguments, name, *options, status=0, **more):
    run = arguments.recorder.run([program(arguments, name), *options], status, **more)
    check(run.lines(), f"{name} printed nothing:\n{run.text}")
    check_run(run)
    return run


def test_fork(arguments):
    """A child starts at nothing, the parent's numbers are whole."""
    run = checked(arguments, "forks", "3", "0")
    check(len(run.processes) == 4, f"{len(run.processes)} processes")
    parent, = {line["pid"] for line in run.lines() if line["function"] == "wait_after"}
    for process in run.processes:
        check(parent in (process.pid, process.parent), f"{process.pid} of {process.parent}")
        # who waited before it forked, the parent, waited; not who has its lock now, too
        waits = total(process.at("wait_and_fork", "mutex"), "waits")
        check(waits == (process.pid == parent), f"{waits} waits for the inherited lock")


def test_fork_while_threads_wait(arguments):
    checked(arguments, "forks", "20", "3")


def test_titles(arguments):
    """Children of a server that wrote its title over its environment save where it does."""
    run = checked(arguments, "titles")
    check(len(run.processes) == 2, f"{len(run.processes)} processes")


def test_exec(arguments):
    """One process, twice: as it was before, replaced, and after."""
    run = checked(arguments, "execs", "exec", status=5)
    check(sorted(process.state for process in run.processes) == ["ended", "replaced"],
          f"{[process.state for process in run.processes]}")
    check(len({process.pid for process in run.processes}) == 1, "other processes")


def test_spawn_and_vfork(arguments):
    for how in ("spawn", "vfork"):
        run = checked(arguments, "execs", how, status=5)
        check([process.state for process in run.processes] == ["ended", "ended"],
              f"{how}: {[process.state for process in run.processes]}")


def test_endings(arguments):
    for how in ("return", "exit", "_exit", "_Exit", "quick_exit", "thread"):
        run = checked(arguments, "endings", how, status=3)
        check(run.only().state == "ended", f"{how}: {run.only().state}")


def test_main_thread(arguments):
    """main has left by pthread_exit: the process ends with its last thread, ours not counted."""
    run = checked(arguments, "endings", "main_thread")
    check(run.only().state == "ended", run.only().state)


def test_killed(arguments):
    """Nobody can save at the end: what was saved a second before is there."""
    run = checked(arguments, "endings", "kill", status=-signal.SIGKILL)
    check(run.only().state == "running", run.only().state)


def test_abort(arguments):
    """It keeps its status; what was waited in the last second may be lost."""
    arguments.recorder.run([program(arguments, "endings"), "abort"], -signal.SIGABRT)


def test_daemon(arguments):
    """The last one of three processes outlives the others, and what started it."""
    recorder = arguments.recorder
    with tempfile.TemporaryDirectory() as folder:
        with recorder.start([program(arguments, "endings"), "daemon"], folder) as child:
            check(child.wait() == 0, child.text())

        def daemons():
            return [process for process in saved(folder) if process.at("wait_here", "mutex")
                    and process.state == "ended"]
        found = recorder.deadline.until("the daemon's file", daemons)
        check(total(found[0].at("wait_here", "mutex"), "waits") == 1, found[0].describe())


def test_dlclose(arguments):
    """What was mapped at the same place later does not inherit, and names stay right."""
    folder = pathlib.Path(arguments.programs).resolve()
    owners = [str(folder / f"libcontend_owner_{owner}.so") for owner in "ab"]
    run = checked(arguments, "closes", *owners)
    print(run.out[-1])
    process = run.only()
    for owner, function in zip(owners, ("owner_a_waits", "owner_b_waits")):
        paths = {process.places(site)[1] for site in process.at(function, "mutex")}
        check(paths == {owner}, f"{function} in {paths}")
    check_objects(process, owners)


def check_objects(process, owners):
    """However often they were opened; each may have been seen at two places at once."""
    objects = [entry["path"] for entry in process.saved["objects"]]
    for owner in owners:
        check(objects.count(owner) <= 4, f"{owner}: {objects.count(owner)} objects")


def test_early(arguments):
    """Locks taken before there is anything to record with work, and so does all afterwards."""
    checked(arguments, "early")


def test_threads(arguments):
    for how in (["churn", "3000"], ["exits", "1000"], ["holds"], ["cancels"]):
        checked(arguments, "threads", *how)


def test_signals(arguments):
    """What a handler waits is recorded, but for those moments in which it interrupts recording: all
    of it where it interrupts a thread that waits."""
    run = arguments.recorder.run([program(arguments, "storm"), "1000"])
    of_threads, of_handlers, of_calm = run.lines()
    process = run.only()
    check_known(process, of_threads)
    check_known(process, of_calm)
    recorded = total(process.at("wait_in_handler", "mutex"), "waits")
    print(f"handlers: {recorded} waits of {of_handlers['waits']}")
    check(0 < recorded <= of_handlers["waits"],
          f"handlers: {recorded} waits of {of_handlers['waits']}")


def test_overflow(arguments):
    """More places than the table has: what has no room is counted together; nothing is lost."""
    run = arguments.recorder.run([program(arguments, "sites")])
    process, (line,) = run.only(), run.lines()
    mutexes = [site for site in process.sites if site["kind"] == "mutex"]
    rest = [site for site in process.sites if not site["frames"]]
    check(total(process.sites, "waits") == line["waits"],
          f"{total(process.sites, 'waits')} waits, not {line['waits']}")
    check(total(process.sites, "ns") <= 1.01 * line["high"], f"{total(process.sites, 'ns')} ns")
    check(0 < process.totals["overflowed"] < line["waits"], f"{process.totals}")
    check(total(rest, "waits") == process.totals["overflowed"],
          f"the rest has {total(rest, 'waits')}: {process.totals}")
    check(len(mutexes) <= process.totals["capacity"] + 1, f"{len(mutexes)} places")


def test_jemalloc(arguments):
    """Another allocator, before and after in the list; its own locks are in the report."""
    recorder = arguments.recorder
    for libraries in (f"{recorder.library}:{JEMALLOC}", f"{JEMALLOC}:{recorder.library}"):
        run = checked(arguments, "threads", "churn", "400", LD_PRELOAD=libraries)
        check("cannot be preloaded" not in run.text, run.text)
        allocator = run.only().saved["outside"]["allocator"]
        check(allocator["name"] == "jemalloc", f"{libraries}: {allocator}")
    run = checked(arguments, "forks", "4", "2", LD_PRELOAD=f"{recorder.library}:{JEMALLOC}")
    check(len(run.processes) == 5, f"{len(run.processes)} processes")


def test_nothing_saved_without_being_asked(arguments):
    """Preloaded alone it records nothing, writes nothing and says nothing."""
    with tempfile.TemporaryDirectory() as folder:
        with arguments.recorder.start([program(arguments, "endings"), "return"], folder,
                                      QUIPU_CONTEND_SAVE="", cwd=folder) as child:
            check(child.wait() == 3, child.text())
        check(not os.listdir(folder), f"{os.listdir(folder)}")
        check(not child.err, child.text())


parser = argparse.ArgumentParser()
parser.add_argument("--library", required=True)
parser.add_argument("--programs", required=True)
parser.add_argument("--only")
arguments = parser.parse_args()
arguments.recorder = Recorder(arguments.library, 60)
tests = [test_fork, test_fork_while_threads_wait, test_titles, test_exec, test_spawn_and_vfork,
         test_endings, test_main_thread, test_killed, test_abort, test_daemon, test_dlclose,
         test_early, test_threads, test_signals, test_overflow, test_jemalloc,
         test_nothing_saved_without_being_asked]
main([test for test in tests if arguments.only in (None, test.__name__)], arguments,
     arguments.recorder.renew)
