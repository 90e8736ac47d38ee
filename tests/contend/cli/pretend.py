#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""pretend.py FOLDER ACTION...: a program whose processes are already written: it gives the files of
FOLDER to quipu contend run as the profiler's library would, does what the actions say, in order,
and ends with status 0.

  out:TEXT, err:TEXT   says so
  wait:FILE            until the file is there
  give:FILE            FOLDER/FILE, as this process's
  touch:FILE           makes it
  signal:FILE          writes there which signals come, until SIGTERM
  env:NAME             says its value
  kill:NUMBER          sends itself a signal
  exit:STATUS          ends"""
import os
import pathlib
import signal
import sys
import time


def give(path):
    """By way of another name, as the library does."""
    folder = pathlib.Path(os.environ["QUIPU_CONTEND_SAVE"])
    text = path.read_text(encoding="utf-8", errors="surrogateescape")
    text = text.replace('"pid": 100,', f'"pid": {os.getpid()},')
    (folder / "new.tmp").write_text(text, encoding="utf-8", errors="surrogateescape")
    (folder / "new.tmp").rename(folder / f"{path.stem}-0.json")


def wait(path):
    while not path.exists():
        time.sleep(0.02)


def write_signals(path):
    numbers = {signal.SIGINT, signal.SIGHUP, signal.SIGTERM, signal.SIGUSR1, signal.SIGQUIT}
    signal.pthread_sigmask(signal.SIG_BLOCK, numbers)
    path.write_text("ready\n")
    while True:
        came = signal.sigwait(numbers)
        with path.open("a") as file:
            file.write(signal.Signals(came).name + "\n")
        if came == signal.SIGTERM:
            return


def main():
    here = pathlib.Path(sys.argv[1])
    for action in sys.argv[2:]:
        what, _, rest = action.partition(":")
        if what in ("out", "err"):
            print(rest, file=sys.stdout if what == "out" else sys.stderr, flush=True)
        elif what == "wait":
            wait(here / rest)
        elif what == "give":
            give(here / rest)
        elif what == "touch":
            (here / rest).write_text("")
        elif what == "signal":
            write_signals(here / rest)
        elif what == "env":
            print(os.environ.get(rest), flush=True)
        elif what == "kill":
            os.kill(os.getpid(), int(rest))
        elif what == "exit":
            sys.exit(int(rest))


main()
