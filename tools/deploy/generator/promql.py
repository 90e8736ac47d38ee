# SPDX-License-Identifier: MIT
"""Reads PromQL as far as names go: which series an expression asks for, by which labels it
groups; and narrows what it asks for to what a dashboard's variables have chosen."""
import re

from generator.lists import ListError

TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|\$\{?\w+\}?|[a-zA-Z_:][\w:]*|\d[\w.]*|\s+|[=!<>]=|[=!]~|.',
                   re.S)
GROUPING = {"by", "without", "on", "ignoring", "group_left", "group_right"}
WORDS = GROUPING | {"bool", "offset", "and", "or", "unless", "inf", "nan"}
BEFORE_OPERAND = ("(", "by", "without")  # what comes after a function or an aggregation
NAME = re.compile(r"[a-zA-Z_:][\w:]*\Z")


class Selector:
    """A name with its matchers, [(label, operator, quoted value)]."""

    def __init__(self, name):
        self.name, self.matchers = name, []

    def __str__(self):
        inside = ",".join("".join(matcher) for matcher in self.matchers)
        return f"{self.name}{{{inside}}}" if inside else self.name


class Expression:
    """pieces: text and selectors, in their order."""

    def __init__(self, text, where):
        self.where, self.pieces, self.grouped = where, [], set()
        self._tokens = TOKEN.findall(text)
        while self._tokens:
            self._take()

    def _take(self):
        token = self._tokens.pop(0)
        if token in GROUPING:
            self._take_labels(token)
        elif not NAME.match(token) or token in WORDS or self._next() in BEFORE_OPERAND:
            self.pieces.append(token)
        else:
            self._take_selector(Selector(token))

    def _next(self):
        return next((token for token in self._tokens if not token.isspace()), "")

    def _take_labels(self, word):
        self.pieces.append(word)
        if self._next() != "(":
            return
        end = self._tokens.index(")") + 1
        labels, self._tokens = self._tokens[:end], self._tokens[end:]
        self.grouped.update(label for label in labels if NAME.match(label))
        self.pieces.extend(labels)

    def _take_selector(self, selector):
        if self._next() == "{":
            end = self._tokens.index("}") + 1
            inside = [token for token in self._tokens[:end] if not token.isspace()][1:-1]
            self._tokens = self._tokens[end:]
            while inside:
                selector.matchers.append(tuple(inside[:3]))
                inside = inside[4:]
        self.pieces.append(selector)

    def selectors(self):
        return [piece for piece in self.pieces if isinstance(piece, Selector)]

    def labels(self, names):
        """Those that the series it asks for have."""
        return set().union(*(names.labels_of(selector.name, self.where)
                             for selector in self.selectors()))

    def check(self, names):
        for selector in self.selectors():
            names.labels_of(selector.name, self.where)
            for label, operator, value in selector.matchers:
                plain = value[1:-1] if operator in ("=", "!=") else None
                names.check_label(selector.name, label, plain, self.where)
        for label in self.grouped - self.labels(names):
            raise ListError(f"{self.where}: groups by {label}, which nothing in it has")
        return self

    def narrow(self, names, variables):
        """Adds label=~"$label" for each of the variables that a series has as a label."""
        for selector in self.selectors():
            has = names.labels_of(selector.name, self.where)
            taken = {label for label, _, _ in selector.matchers}
            selector.matchers = [(label, "=~", f'"${label}"') for label in variables
                                 if label in has - taken] + selector.matchers
        return self

    def __str__(self):
        return "".join(map(str, self.pieces))
