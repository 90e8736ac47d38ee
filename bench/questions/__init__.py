# SPDX-License-Identifier: MIT
"""The questions, in the report's order. Each module has

    TITLE                        the question
    measures(kit)                what to run: Measures (suite/rounds.py)
    targets(results)             Targets (suite/page.py)
    report(results, page)        its section: method, tables, plots, what limits it

kit has programs (suite/build.py), threads (what to try), seconds (of one sample) and few (rounds of
what matters less).
"""
import importlib

NAMES = ("record", "contention", "circumstances", "tail", "lives", "scrape", "http", "memory",
         "start", "instructions", "locks", "demo_locks")


def all_questions():
    return {name: importlib.import_module(f"questions.{name}") for name in NAMES}
