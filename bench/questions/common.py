# SPDX-License-Identifier: MIT
"""What several questions share: who takes part, and how figures are looked up."""

RIVALS = ("prometheus-cpp", "client_golang", "rust-prometheus", "prom-client")
ENTRANTS = ("quipu",) + RIVALS


def record(kit, key, entrant, case, series, threads, *more, rounds=None, longer=1):
    """One sample of an entrant's record operation; none where it was not built."""
    path = kit.programs.entrant(entrant)
    if not path:
        return []
    return [kit.measure(key, [path, "record", case, series, threads, kit.seconds * longer, *more],
                        {"rate": "1/s", "cpu_ns": "ns", "core": "adds"}, rounds=rounds)]


def present(results, names, key):
    """Of the names, those that key.format(name) has a figure for."""
    return [name for name in names if results.get(key.format(name))]


def times(value):
    """A ratio as one reads it."""
    if value is None:
        return None
    return f"{value:.0f} ×" if value >= 10 else f"{value:.1f} ×"


def best(results, names, key, least=True):
    """(name, median) of the best of those that have a figure, or (None, None)."""
    have = [(results.median(key.format(name)), name) for name in present(results, names, key)]
    if not have:
        return None, None
    value, name = min(have) if least else max(have)
    return name, value


def divide(a, b):
    return a / b if a is not None and b else None


def minus(a, b):
    return a - b if a is not None and b is not None else None
