# SPDX-License-Identifier: MIT
"""Runs measurements in rounds: each round runs every one once, in an order drawn anew."""
import json
import os
import random
import statistics
import subprocess
import sys
import time

HAVE_NOT = 3  # an entrant's exit status: "this I do not have"


class Measure:
    """A command that prints JSON, and which figures of it are kept.

    units: what is kept, {name in the JSON: unit}; of a list there, the median.
    parse: instead, from the output to {what follows the key: (unit, samples)}.
    rounds: for what is slow or never varies, fewer than the others have.
    environment: what it finds there beside our own.
    """

    def __init__(self, key, command, units=None, parse=None, rounds=None, timeout=120,
                 environment=None):
        self.key = key
        self.command = [str(part) for part in command]
        self.units = units
        self.parse = parse or self.pick
        self.rounds = rounds
        self.timeout = timeout
        self.environment = environment or {}

    def pick(self, text):
        whole = json.loads(text)
        found = {f"/{name}": (unit, [middle(whole[name])])
                 for name, unit in self.units.items() if name in whole}
        if not found:
            raise ValueError(f"none of {', '.join(self.units)} in {text.strip()[:100]}")
        return found

    def run(self, results):
        """False: the entrant does not have this."""
        done = subprocess.run(self.command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, timeout=self.timeout, check=False,
                              env={**os.environ, **self.environment})
        if done.returncode == HAVE_NOT:
            return False
        if done.returncode != 0:
            raise RuntimeError(f"exit status {done.returncode}: {done.stderr.strip()[-300:]}")
        for suffix, (unit, samples) in self.parse(done.stdout).items():
            results.add(self.key + suffix, unit, samples)
        return True


def middle(value):
    """Of what a process did several times, the first on cold caches, one sample."""
    return statistics.median(value) if isinstance(value, list) else value


class Progress:
    """One line on a terminal, now and then a line elsewhere."""

    def __init__(self, total):
        self.total = total
        self.done = 0
        self.started = time.monotonic()
        self.shown = self.started
        self.terminal = sys.stderr.isatty()

    def step(self, what):
        now = time.monotonic()
        if now - self.shown > (0.2 if self.terminal else 20):
            left = (now - self.started) * (self.total - self.done) / max(self.done, 1)
            line = f"{self.done}/{self.total}  about {left / 60:.0f} min left  {what}"
            print(f"\r\033[K{line[:100]}" if self.terminal else line,
                  end="" if self.terminal else "\n", file=sys.stderr, flush=True)
            self.shown = now
        self.done += 1

    def end(self):
        if self.terminal:
            print("\r\033[K", end="", file=sys.stderr, flush=True)


def run_all(measures, results, rounds, seed=None):
    """Returns what failed, {key: why}; of that no samples are kept, and it is not run again."""
    out, failed = set(), {}
    plan = [[measure for measure in measures if n < (measure.rounds or rounds)]
            for n in range(rounds)]
    progress = Progress(sum(map(len, plan)))
    draw = random.Random(seed)
    for some in plan:
        draw.shuffle(some)
        for measure in some:
            progress.step(measure.key)
            if measure.key in out:
                continue
            try:
                kept = measure.run(results)
            except Exception as why:  # whatever it was: the others go on, and it is told
                failed[measure.key] = f"{type(why).__name__}: {why}"
                results.drop(measure.key)
                kept = False
            if not kept:
                out.add(measure.key)
    progress.end()
    return failed
