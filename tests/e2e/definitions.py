# SPDX-License-Identifier: MIT
"""The kit's families, read from llm.def, and the samples of a scrape, read from its text."""
import collections
import re

from expected import key

Family = collections.namedtuple("Family", "group kind name labels")


def families(path):
    """Every QUIPU_LLM_FAMILY of the list, in its order."""
    with open(path, encoding="utf-8") as file:
        text = re.sub(r"/\*.*?\*/", "", file.read(), flags=re.S)
    found = []
    for entry in re.findall(r"^QUIPU_LLM_FAMILY\((.*?)\)$", text, re.M | re.S):
        group, kind = re.match(r"\w+,\s*(\w+),\s*(\w+)", entry).groups()
        strings = re.findall(r'"((?:[^"\\]|\\.)*)"', entry)
        # name, unit, the parts of the help text up to its last, labels
        labels = re.search(r'"\s*,\s*(("\w+"[,\s]*)+)$', entry).group(1)
        found.append(Family(group, kind, strings[0], re.findall(r'"(\w+)"', labels)))
    return found


def closed_set(path, name):
    """The label values of QUIPU_LLM_<name>_MAP in llm.h."""
    with open(path, encoding="utf-8") as file:
        entries = re.search(rf"#define QUIPU_LLM_{name}_MAP\(X\)(.*?[^\\])\n", file.read(), re.S)
    return re.findall(r'X\(\w+,\s*"(\w*)"', entries.group(1))


def samples(page):
    """{(name, labels): value} of text 0.0.4."""
    found = {}
    for name, labels, value in re.findall(r"^(\w+)(?:{(.*)})? (\S+)$", page, re.M):
        pairs = dict(re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', labels))
        found[key(name, pairs)] = float(value)
    return found


def total(found, name, by=(), where=lambda labels: True):
    """{values of the labels in `by`: sum} over the series of that name."""
    sums = {}
    for (sample, labels), value in found.items():
        labels = dict(labels)
        if sample == name and where(labels):
            place = tuple(labels.get(label, "") for label in by)
            sums[place] = sums.get(place, 0) + value
    return sums
