#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""However a preloaded program ends, what it becomes and what children it has: each process leaves the
run that it should, and no other; it serves while it lives.

    lives_test.py LIBRARY PROGRAM LINKED QUIPU      libquipu-contend.so, contend_lives, the same
                                                    with the library in it, quipu
"""
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request

LIBRARY, PROGRAM, LINKED, QUIPU = sys.argv[1:5]
del sys.argv[1:5]
WAITED = 10_000_000  # nanoseconds that contend_lives waits at least
PATIENCE = 120
TRIES = 3  # of what may go otherwise on a busy machine


class Lives(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)

    def start(self, *arguments, **variables):
        environment = {**os.environ, "LD_PRELOAD": LIBRARY,
                       "QUIPU_CONTEND_SAVE": str(self.folder),
                       "QUIPU_CONTEND_RUNNER": str(os.getpid()), **variables}
        process = subprocess.Popen([PROGRAM, *arguments], env=environment, text=True,
                                   stdout=subprocess.PIPE)
        self.addCleanup(self.end, process)
        return process

    @staticmethod
    def end(process):
        if process.poll() is None:
            process.kill()
        process.wait()
        process.stdout.close()

    def live(self, *arguments, status=3):
        process = self.start(*arguments)
        process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, status)
        return process.pid

    def runs(self):
        """By process id and generation; no temporary file may be left."""
        runs = {}
        for path in self.folder.iterdir():
            pid, generation = path.stem.split("-")
            self.assertEqual(path.suffix, ".json")
            runs[int(pid), int(generation)], = json.loads(path.read_text())["processes"]
        return runs

    def empty(self):
        for path in self.folder.iterdir():
            path.unlink()

    @staticmethod
    def waited(run):
        """How often for the mutex, and how long."""
        sites = [site for site in run["sites"] if site["kind"] == "mutex"
                 and run["objects"][site["frames"][0][0]]["path"] == os.path.realpath(PROGRAM)]
        return sum(site["waits"] for site in sites), sum(site["ns"] for site in sites)

    def check(self, run, state, waits=1):
        """It waited so many times for the mutex, and for nothing else."""
        self.assertEqual(run["state"], state)
        self.assertEqual(self.waited(run)[0], waits)
        self.assertGreaterEqual(self.waited(run)[1], waits * WAITED)

    def wait_for(self, found):
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if result := found():
                return result
            time.sleep(0.05)
        self.fail("it did not come")

    def running(self, pid, waits=1):
        """The run of a process that goes on, once it has waited so often."""
        def found():
            run = self.runs_if_whole().get((pid, 1))
            goes_on = run and run["state"] == "running" and self.waited(run)[0] >= waits
            return run if goes_on else None
        return self.wait_for(found)

    def runs_if_whole(self):
        try:
            return self.runs()
        except (AssertionError, FileNotFoundError):  # one is just being replaced
            return {}


class Ends(Lives):
    def test_every_end(self):
        for way in "main", "exit", "_exit", "_Exit", "quick_exit", "handler":
            with self.subTest(way):
                pid = self.live(way)
                self.check(self.runs()[pid, 1], "ended")

    def test_abort(self):
        """Who aborts waits for a second to be saved, no longer."""
        for _ in range(TRIES):
            self.empty()
            pid = self.live("abort", status=-signal.SIGABRT)
            run = self.runs_if_whole().get((pid, 1))
            if run and self.waited(run)[0]:
                break
        self.check(run, "running")

    def test_a_signal_while_it_is_saved(self):
        pid = self.live("alone-interrupted")
        self.assertEqual(self.runs()[pid, 1]["state"], "ended")

    def test_files_are_limited(self):
        pid = self.live("alone-limited")
        self.assertEqual(self.runs()[pid, 1]["state"], "running")

    def test_killed(self):
        process = self.start("signal")
        self.assertEqual(process.stdout.readline(), "waiting\n")
        self.check(self.running(process.pid), "running")
        process.send_signal(signal.SIGKILL)
        process.wait()
        for path in self.folder.glob("*.tmp.*"):  # it was about to save again
            path.unlink()
        self.check(self.runs()[process.pid, 1], "running")

    def test_killed_at_once(self):
        process = self.start("signal")
        self.wait_for(lambda: self.runs_if_whole().get((process.pid, 1)))
        process.kill()


class Execs(Lives):
    def test_every_exec(self):
        for function in "execl", "execlp", "execle", "execv", "execvp", "execvpe", "execve":
            with self.subTest(function):
                pid = self.live("exec", function)
                runs = self.runs()
                self.check(runs[pid, 1], "replaced")
                self.assertEqual(runs[pid, 2]["command"], ["sh", "-c", "exit 3"])
                self.assertEqual(runs[pid, 2]["state"], "ended")

    def test_itself(self):
        pid = self.live("itself", "main")
        runs = self.runs()
        self.assertEqual(set(runs), {(pid, 1), (pid, 2)})
        self.check(runs[pid, 1], "replaced")
        self.check(runs[pid, 2], "ended")

    def test_in_vain(self):
        pid = self.live("vain")
        self.assertEqual(set(self.runs()), {(pid, 1)})
        self.check(self.runs()[pid, 1], "ended", waits=2)

    def test_in_vain_and_then_killed(self):
        process = self.start("vain", "signal")
        self.assertEqual(process.stdout.readline(), "waiting\n")
        self.check(self.running(process.pid, waits=2), "running", waits=2)


class Children(Lives):
    def test_fork(self):
        pid = self.live("fork")
        runs = self.runs()
        child, = runs.keys() - {(pid, 1)}
        self.check(runs[pid, 1], "ended")
        self.check(runs[child], "ended")
        self.assertEqual(runs[child]["parent"], pid)

    def test_beside_the_loader(self):
        pid = self.live("fork-loader")
        child, = self.runs().keys() - {(pid, 1)}
        self.assertEqual(self.runs()[child]["state"], "ended")
        self.assertEqual([site["kind"] for site in self.runs()[child]["sites"]], ["sem"])

    def test_others_leave_nothing(self):
        for way in ["fork-nothing"], ["fork-heap"], ["fork-exec"], ["spawn"], ["vfork", "/nowhere"]:
            with self.subTest(way[0]):
                pid = self.live(*way)
                self.check(self.runs()[pid, 1], "ended")
                self.assertEqual(len(self.runs()), 1)
            self.empty()

    def test_vfork(self):
        pid = self.live("vfork", PROGRAM)
        runs = self.runs()
        child, = runs.keys() - {(pid, 1)}
        self.check(runs[pid, 1], "ended")
        self.check(runs[child], "ended")


class Environment(Lives):
    def test_it_is_as_it_was(self):
        process = self.start("environment")
        seen, _ = process.communicate(timeout=PATIENCE)
        expected = {**os.environ, "LD_PRELOAD": LIBRARY, "QUIPU_CONTEND_SAVE": str(self.folder),
                    "QUIPU_CONTEND_RUNNER": str(os.getpid())}
        self.assertEqual(sorted(seen.splitlines()),
                         sorted(f"{name}={value}" for name, value in expected.items()))

    def test_nothing_asked_nothing_done(self):
        environment = {name: value for name, value in os.environ.items()
                       if not name.startswith("QUIPU_CONTEND")}
        process = subprocess.run([PROGRAM, "main"], timeout=PATIENCE, check=False,
                                 env={**environment, "LD_PRELOAD": LIBRARY}, cwd=self.folder)
        self.assertEqual(process.returncode, 3)
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_a_folder_that_is_not_there(self):
        process = self.start("main", QUIPU_CONTEND_SAVE=str(self.folder / "not" / "there"))
        process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, 3)


class Rights(Lives):
    """Of a program that the library is linked into: nobody can preload it into one with rights."""
    def start(self, *arguments, rights=(os.getuid(), os.geteuid())):
        process = subprocess.Popen([LINKED, *arguments], text=True, stdout=subprocess.PIPE, env={
            **os.environ, "QUIPU_CONTEND_SAVE": str(self.folder),
            "QUIPU_CONTEND_RUNNER": str(os.getpid())},
            preexec_fn=lambda: os.setresuid(*rights, rights[1]))
        self.addCleanup(self.end, process)
        return process

    def test_as_who_started_it(self):
        self.live("alone")
        self.assertEqual(len(self.runs()), 1)

    @unittest.skipIf(os.geteuid(), "only root can have another user's rights")
    def test_more_rights(self):
        process = self.start("alone", rights=(65534, 0))
        process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, 3)
        self.assertEqual(list(self.folder.iterdir()), [])


class Serving(Lives):
    def serve(self, *arguments, address="127.0.0.1:0"):
        return self.start(*arguments, QUIPU_CONTEND_LISTEN=address)

    def scrape(self, run, path="/metrics"):
        with urllib.request.urlopen(f"http://{run['listen']}{path}", timeout=PATIENCE) as answer:
            return answer.read().decode("utf-8")

    @staticmethod
    def counts(page):
        """The lines of the mutex."""
        return [line for line in page.splitlines()
                if line.startswith("quipu_lock_wait_seconds_count") and 'object="' +
                os.path.basename(PROGRAM) in line and 'kind="mutex"' in line]

    def scrape_named(self, run):
        """A place is held back until its name is found."""
        def found():
            page = self.scrape(run)
            return page if self.counts(page) else None
        return self.wait_for(found)

    def judge(self, *command, text):
        if not shutil.which(command[0]):
            return
        judge = subprocess.run(command, input=text, text=True, capture_output=True, check=False)
        self.assertEqual(judge.returncode, 0, judge.stdout + judge.stderr)

    def test_while_it_lives(self):
        process = self.serve("signal")
        self.assertEqual(process.stdout.readline(), "waiting\n")
        run = self.running(process.pid)
        page = self.scrape_named(run)
        self.judge("promtool", "check", "metrics", text=page)
        self.judge(QUIPU, "check", "-", text=page)
        counts = self.counts(page)
        self.assertEqual(len(counts), 1)
        self.assertRegex(counts[0], r'[{,]function="meet",.* 1$')
        if os.path.exists(os.path.join(os.path.dirname(LIBRARY), "libquipu-contend-names.so")):
            self.assertRegex(counts[0], r'[{,]site="lives\.c:\d+"')
        self.assertIn("process_threads", page)
        self.assertIn("<!doctype html", self.scrape(run, "/").lower())
        if shutil.which("curl"):
            subprocess.run(["curl", "-fsS", f"http://{run['listen']}/metrics"], check=True,
                           stdout=subprocess.DEVNULL, timeout=PATIENCE)

    def test_nothing_of_the_profiler_s_own(self):
        process = self.serve("signal")
        self.assertEqual(process.stdout.readline(), "waiting\n")
        run = self.running(process.pid)
        self.scrape_named(run)
        for _ in range(5):
            page = self.scrape(run)
        self.assertIn("quipu_lock_wait_seconds_count{", page)
        self.assertNotIn('object="libquipu', page)

    def test_the_address_is_in_use(self):
        with socket.create_server(("127.0.0.1", 0)) as other:
            address = "127.0.0.1:%d" % other.getsockname()[1]
            process = self.serve("main", address=address)
            process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, 3)
        run = self.runs()[process.pid, 1]
        self.assertIn(address, run["listen_error"])
        self.assertNotIn("listen", run)

    def test_after_an_exec_it_goes_on(self):
        for _ in range(TRIES):  # another process may take the port first
            with socket.create_server(("127.0.0.1", 0)) as free:
                address = "127.0.0.1:%d" % free.getsockname()[1]
            process = self.serve("itself", "signal", address=address)
            self.assertEqual(process.stdout.readline(), "waiting\n")
            run = self.wait_for(lambda: self.runs_if_whole().get((process.pid, 2)))
            if "listen" in run:
                break
        self.assertEqual(run.get("listen"), address)
        self.assertIn("quipu_lock_calls_total", self.scrape(run))

    def test_only_the_first_process(self):
        process = self.start("main", QUIPU_CONTEND_LISTEN="127.0.0.1:0", QUIPU_CONTEND_RUNNER="1")
        process.communicate(timeout=PATIENCE)
        run = self.runs()[process.pid, 1]
        self.assertNotIn("listen", run)
        self.assertNotIn("listen_error", run)


if __name__ == "__main__":
    unittest.main()
