# SPDX-License-Identifier: MIT
"""Measures whose ratio is what counts: one right after the other, several turns in a round, and
of the turns that one is kept which the rest of the machine disturbed least.

Which one that is tells the time that the processors worked for others meanwhile (/proc/stat, what
a hypervisor took included), never a figure of the turn itself: the choice favours nobody.
"""
import os
import resource

from suite.figures import Results

BUSY = (0, 1, 2, 5, 6, 7)   # in /proc/stat: user, nice, system, irq, softirq, steal


def busy():
    """Seconds that all processors worked, for whomever; 0 where the system does not tell."""
    try:
        with open("/proc/stat", encoding="ascii") as file:
            ticks = [int(number) for number in file.readline().split()[1:]]
    except OSError:
        return 0.0
    return sum(ticks[k] for k in BUSY if k < len(ticks)) / os.sysconf("SC_CLK_TCK")


def own():
    """Seconds of them for us, and for the programs that we ran to their end."""
    return sum(used.ru_utime + used.ru_stime for used in
               map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))


class Turns:
    """In a round's place of a Measure (suite/rounds.py).

    ratio: from a turn's Results to the number that is kept under key + "/ratio".
    keep: whether the kept turn's figures are kept as well.
    """

    def __init__(self, key, measures, ratio, turns=3, keep=False, disturbance=None):
        self.key = key
        self.measures = list(measures)
        self.ratio = ratio
        self.turns = turns
        self.keep = keep
        self.rounds = None
        self.disturbance = disturbance or (lambda: busy() - own())

    def run(self, results):
        """False: the entrant does not have this."""
        turns = [self.turn(n) for n in range(self.turns)]
        if None in turns:
            return False
        _, found = min(turns, key=lambda turn: turn[0])
        results.add(self.key + "/ratio", "×", [self.ratio(found)])
        for key, figure in found.figures.items() if self.keep else ():
            results.add(key, figure.unit, figure.samples)
        return True

    def turn(self, n):
        """(disturbance, Results), in every other turn backwards; None: something is not there."""
        found, before = Results(), self.disturbance()
        for measure in self.measures[::-1] if n % 2 else self.measures:
            if not measure.run(found):
                return None
        return self.disturbance() - before, found
