# SPDX-License-Identifier: MIT
"""What changed between two runs, beyond the noise.

A figure has changed when three things hold: its samples differ in rank more than chance would
have it (Mann and Whitney, p < 0.01; where they are too few for that, they lie apart by more than
either's spread); its median moved by more than 3 %; and it moved by more than nine in ten of the controls
of the same question did, which are what no change of ours can move: the machine's limits and the
rivals. What is
counted and not timed is taken at its word. All times are first taken as much slower or faster as
the controls became in the middle.
"""
import math
import statistics

LEAST = 0.03
CHANCE = 0.01
CONTROLS = ("limits", "prometheus-cpp", "client_golang", "rust-prometheus", "prom-client",
            "empty_loop", "read_values", "read_labels", "make_indices", "thread_local_add",
            "lock_xadd_own", "lock_xadd_shared", "locked_add_own", "mutex_own", "mutex_shared",
            "read_clock", "libprometheus-cpp-core.so", "process_none_us")
CONTROL_BEGINS = ("control_", "empty_")
COUNTED = ("instructions",)
DERIVED = ("×", "adds")   # of figures that are compared themselves; of the machine (core.py)


def is_control(key):
    return any(part in CONTROLS or part.startswith(CONTROL_BEGINS) for part in key.split("/"))


def is_compared(key, figure):
    return not is_control(key) and figure.unit not in DERIVED


def is_steady(key):
    """A control that others on the machine disturb little: nothing that threads share."""
    parts = key.split("/")
    return is_control(key) and (parts[0] != "contention" or parts[-2] == "1") and "shared" not in key


def exact_chance(n, m, u):
    """The two-sided p of Mann and Whitney's U without ties: how many of all orders are as odd."""
    ways = {(i, 0): [1] for i in range(n + 1)}
    ways.update({(0, j): [1] for j in range(m + 1)})
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            with_a, with_b = ways[i - 1, j], ways[i, j - 1]   # the largest is an a, or a b
            counts = [0] * (i * j + 1)
            for at, count in enumerate(with_a):
                counts[at + j] += count
            for at, count in enumerate(with_b):
                counts[at] += count
            ways[i, j] = counts
    odd = min(u, n * m - u)
    return min(1.0, 2 * sum(ways[n, m][:int(odd) + 1]) / math.comb(n + m, n))


def rank_chance(a, b):
    """How likely samples differ so in rank by chance alone; ties count half."""
    u = sum((x > y) + (x == y) / 2 for x in a for y in b)
    return exact_chance(len(a), len(b), u)


def change(old, new):
    """Of the medians, as a part of the old one."""
    return new.median / old.median - 1 if old.median else math.inf


TIMES = ("ns", "µs", "ms")


ENOUGH = 8  # controls, to say what one question's noise is


def question(key):
    return key.split("/")[0]


def drift(old, new):
    """What the machine did: how much slower the controls became; and by how much nine in ten of
    them stray from that at most, {question: part}, "" for all together."""
    ratios = {key: 1 + change(old.figures[key], figure) for key, figure in new.figures.items()
              if is_steady(key) and key in old.figures and figure.unit in TIMES}
    if not ratios:
        return 1.0, {"": 0.0}
    slower = statistics.median(ratios.values())
    groups = {"": list(ratios.values())}
    for key, ratio in ratios.items():
        groups.setdefault(question(key), []).append(ratio)
    return slower, {name: nine_in_ten(group, slower) for name, group in groups.items()
                    if len(group) >= ENOUGH or not name}


def nine_in_ten(ratios, slower):
    strayed = sorted(abs(ratio / slower - 1) for ratio in ratios)
    return strayed[min(len(strayed) - 1, len(strayed) * 9 // 10)]


def expected(old, slower):
    """The old figure as the machine of the new run would have given it."""
    factor = slower if old.unit in TIMES else 1 / slower if old.unit.endswith("/s") else 1
    return old.scaled(factor, old.unit)


def certain(old, new):
    n, m = len(old.samples), len(new.samples)
    if 2 / math.comb(n + m, n) > CHANCE:   # not even the oddest order would be odd enough
        apart = max(old.low, new.low) - min(old.high, new.high)
        return apart > max(old.high - old.low, new.high - new.low)
    return rank_chance(old.samples, new.samples) < CHANCE


def changed(old, new, floor):
    if new.unit in COUNTED:
        return old.median != new.median
    return abs(change(old, new)) > floor and certain(old, new)


def compare(old, new):
    """(key, old, new, change) of what changed, the largest first, without the machine's change."""
    slower, strayed = drift(old, new)
    rows = []
    for key, figure in new.figures.items():
        before = old.figures.get(key)
        if before is None or not is_compared(key, figure) or before.unit != figure.unit:
            continue
        base = expected(before, slower)
        floor = max(LEAST, strayed.get(question(key), strayed[""]))
        if changed(base, figure, floor):
            rows.append((key, before, figure, change(base, figure)))
    return sorted(rows, key=lambda row: -abs(row[3]))


def better(unit, moved):
    """Rates want to rise, all else wants to fall."""
    return moved > 0 if unit.endswith("/s") else moved < 0


def print_comparison(old, new):
    rows = compare(old, new)
    if min(old.settings.get("rounds", 0), new.settings.get("rounds", 0)) < 5:
        print("With fewer than 5 rounds only large changes are seen.")
    common = sum(1 for key, figure in new.figures.items()
                 if key in old.figures and is_compared(key, figure))
    for side, results in (("A", old), ("B", new)):
        machine = results.machine
        print(f"{side}: commit {machine['commit']}, {machine['date']}, {machine['cpu']}, "
              f"{machine['cpus']} processors, {results.settings.get('rounds')} rounds")
    if old.machine["cpu"] != new.machine["cpu"] or old.machine["cpus"] != new.machine["cpus"]:
        print("These are different machines: what changed may be theirs.")
    slower, strayed = drift(old, new)
    print(f"The limits and the rivals, which no change of ours moves, took {slower:.3f} times as long; "
          "that is taken off. Nine in ten of them strayed from it by at most "
          + ", ".join(f"{part:.1%}{f' ({name})' if name else ''}" for name, part in strayed.items())
          + f". Shown is what moved by more than its question's controls, than {LEAST:.0%} and than "
          "chance would have it.\n")
    for key, before, after, moved in rows:
        word = "better" if better(after.unit, moved) else "WORSE"
        print(f"{word:6} {moved:+7.1%}  {key}: {before} → {after} {after.unit}")
    missing = [key for key in old.figures if key not in new.figures]
    added = [key for key in new.figures if key not in old.figures]
    print(f"\n{len(rows)} of {common} figures changed"
          f"{f'; {len(missing)} only in A' if missing else ''}"
          f"{f'; {len(added)} only in B' if added else ''}.")
