# SPDX-License-Identifier: MIT
"""Running a measuring program: what it printed, or that it refused."""
import json
import pathlib
import subprocess

LIMIT = 100


class Wrong(Exception):
    """What a program did otherwise than it should."""


class Programs:
    """The programs of one build folder."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)

    def path(self, name):
        return str(self.folder / f"bench_{name}")

    def call(self, name, *arguments):
        return subprocess.run([self.path(name), *map(str, arguments)], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=LIMIT, check=False)

    def figures(self, name, *arguments):
        """The one JSON object on the one line that it prints."""
        done = self.call(name, *arguments)
        if done.returncode != 0 or done.stdout.count("\n") != 1:
            raise Wrong(f"{name} {arguments}: status {done.returncode}\n{done.stdout}{done.stderr}")
        return json.loads(done.stdout)

    def refused(self, name, *arguments, status=2):
        """It must say why on stderr, and how it is used, and print nothing else."""
        done = self.call(name, *arguments)
        if done.returncode != status or done.stdout or not done.stderr:
            raise Wrong(f"{name} {arguments}: status {done.returncode}, not {status}\n"
                        f"{done.stdout}{done.stderr}")
        if status == 2 and "usage: " not in done.stderr:
            raise Wrong(f"{name} {arguments}: no usage\n{done.stderr}")


def expect(what, true):
    if not true:
        raise Wrong(what)


def ascending(figures, names):
    values = [figures[name] for name in names]
    expect(f"{names} do not ascend: {values}", values == sorted(values))
    expect(f"{names}: {values} are not all positive", values[0] > 0)


def positive(figures, *names):
    for name in names:
        expect(f"{name} is {figures[name]}", figures[name] > 0)


def run(tests, *arguments):
    """Every test, by its name; how many failed."""
    failed = 0
    for test in tests:
        try:
            test(*arguments)
            print(f"good {test.__name__}")
        except (Wrong, KeyError, ValueError, subprocess.TimeoutExpired) as error:
            failed += 1
            print(f"FAIL {test.__name__}: {error!r}")
    return failed
