# SPDX-License-Identifier: MIT
"""Programs that a test starts and surely ends: by pid, also when the test itself is killed."""
import ctypes
import os
import queue
import signal
import subprocess
import threading
import time

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


class Failure(Exception):
    """What a test says when it fails."""


class Deadline:
    """One end for everything a test waits for."""

    def __init__(self, seconds):
        self.end = time.monotonic() + seconds

    def left(self):
        return max(0.0, self.end - time.monotonic())

    def until(self, what, ready, pause=0.05):
        """Waits until ready() gives something true, and returns that."""
        while True:
            value = ready()
            if value:
                return value
            if not self.left():
                raise Failure(f"timed out waiting for {what}")
            time.sleep(pause)


def _die_with_parent():
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Child:
    """A running program whose standard output and error are read line by line."""

    def __init__(self, name, command, deadline, **options):
        self.name, self.deadline = name, deadline
        self.out, self.err = [], []
        self._lines = queue.Queue()
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            preexec_fn=_die_with_parent, **{"stdin": subprocess.DEVNULL, **options})
        self._readers = [self._read(self.process.stdout, self.out),
                         self._read(self.process.stderr, self.err)]

    def _read(self, stream, lines):
        def run():
            for line in stream:
                lines.append(line.rstrip("\n"))
                self._lines.put(lines[-1])

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        return thread

    def wait_line(self, holds):
        """The next line, of either stream, for which holds(line)."""
        while True:
            try:
                line = self._lines.get(timeout=min(0.1, self.deadline.left() + 0.01))
            except queue.Empty:
                self._check_waiting()
                continue
            if holds(line):
                return line

    def _check_waiting(self):
        if self._lines.empty() and self.process.poll() is not None:
            raise Failure(f"{self.name} ended with {self.process.returncode}:\n{self.text()}")
        if not self.deadline.left():
            raise Failure(f"timed out waiting for a line of {self.name}:\n{self.text()}")

    def wait(self):
        """The exit status, once all output is read."""
        try:
            status = self.process.wait(self.deadline.left())
        except subprocess.TimeoutExpired:
            raise Failure(f"{self.name} does not end:\n{self.text()}") from None
        for reader in self._readers:
            reader.join(60)
        return status

    def signal(self, number):
        os.kill(self.process.pid, number)

    def text(self):
        return "\n".join(self.out + self.err)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        for reader in self._readers:
            reader.join(60)
        self.process.stdout.close()
        self.process.stderr.close()


def check(condition, message):
    if not condition:
        raise Failure(message)
