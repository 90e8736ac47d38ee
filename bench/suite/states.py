# SPDX-License-Identifier: MIT
"""One measure in several states, one right after the other in an order drawn anew, so that they
share what the machine does meanwhile; and how each state compares with the first, turn by turn.
"""
import random

from suite.figures import Results


class States:
    """In a round's place of a Measure (suite/rounds.py).

    measures: {state: Measure}, the first one what the others are compared with. Of the figures
    named in ratios the others keep KEY/ratio beside KEY, of those in differences KEY/added.
    """

    def __init__(self, key, measures, ratios=(), differences=(), rounds=None):
        self.key = key
        self.measures = measures
        self.ratios = ratios
        self.differences = differences
        self.rounds = rounds

    def run(self, results):
        """False: the entrant does not have this."""
        turn = Results()
        for measure in random.sample(list(self.measures.values()), len(self.measures)):
            if not measure.run(turn):
                return False
        first, *others = (measure.key for measure in self.measures.values())
        for other in others:
            self.compare(turn, first, other)
        for key, figure in turn.figures.items():
            results.add(key, figure.unit, figure.samples)
        results.texts.update(turn.texts)
        return True

    def compare(self, turn, first, other):
        for name in self.ratios:
            ratio = turn.ratio(f"{other}/{name}", f"{first}/{name}")
            if ratio is not None:
                turn.add(f"{other}/{name}/ratio", "×", [ratio])
        for name in self.differences:
            own, base = turn.get(f"{other}/{name}"), turn.get(f"{first}/{name}")
            if own and base:
                turn.add(f"{other}/{name}/added", own.unit, [own.median - base.median])


class Remark:
    """In a Measure's place: a text that belongs to the answer, such as why something is left out."""

    rounds = 1

    def __init__(self, key, text):
        self.key = key
        self.text = text

    def run(self, results):
        results.texts[self.key] = self.text
        return True
