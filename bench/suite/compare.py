# SPDX-License-Identifier: MIT
"""What changed between two runs, beyond the noise.

A figure has changed when three things hold: its samples differ in rank more than chance would
have it (Mann-Whitney, p < 0.01); its median moved by more than 3 %; and it moved by more than
the machine itself did, which is what the run's limits moved that no code of ours can change.
"""
import math
import statistics

LEAST = 0.03
CHANCE = 0.01
CONTROLS = "/limits/"


def rank_chance(a, b):
    """The two-sided p of Mann and Whitney's test, by the normal approximation with ties."""
    n, m = len(a), len(b)
    ranked = sorted([(value, 0) for value in a] + [(value, 1) for value in b])
    rank_sum, ties, at = 0.0, 0.0, 0
    while at < n + m:
        end = at
        while end < n + m and ranked[end][0] == ranked[at][0]:
            end += 1
        mean_rank = (at + 1 + end) / 2
        rank_sum += mean_rank * sum(1 for _, side in ranked[at:end] if side == 0)
        ties += (end - at)**3 - (end - at)
        at = end
    u = rank_sum - n * (n + 1) / 2
    total = n + m
    variance = n * m / 12 * (total + 1 - ties / (total * (total - 1))) if total > 1 else 0
    if variance <= 0:
        return 1.0
    z = max(abs(u - n * m / 2) - 0.5, 0) / math.sqrt(variance)
    return math.erfc(z / math.sqrt(2))


def change(old, new):
    """Of the medians, as a part of the old one."""
    return new.median / old.median - 1 if old.median else math.inf


def drift(old, new):
    """How much the machine changed: the middle one of the limits' changes, by size; per thread
    count it would be too few."""
    moved = [abs(change(old.figures[key], figure)) for key, figure in new.figures.items()
             if CONTROLS in key and key in old.figures and figure.unit == "ns"]
    return statistics.median(moved) if moved else 0.0


def certain(old, new):
    """What is counted and not timed is what it is; a single sample is taken at its word."""
    if min(len(old.samples), len(new.samples)) < 4:
        return old.high < new.low or new.high < old.low
    return rank_chance(old.samples, new.samples) < CHANCE


def compare(old, new):
    """Lines: key, old, new, change; only of what changed, the largest first."""
    floor = max(LEAST, 1.5 * drift(old, new))
    rows = []
    for key, figure in new.figures.items():
        before = old.figures.get(key)
        if before is None or CONTROLS in key or before.unit != figure.unit:
            continue
        moved = change(before, figure)
        if abs(moved) > floor and certain(before, figure):
            rows.append((key, before, figure, moved))
    return sorted(rows, key=lambda row: -abs(row[3])), floor


def better(unit, moved):
    """Rates want to rise, all else wants to fall."""
    return moved > 0 if unit.endswith("/s") else moved < 0


def print_comparison(old, new):
    rows, floor = compare(old, new)
    common = sum(1 for key in new.figures if key in old.figures and CONTROLS not in key)
    for side, results in (("A", old), ("B", new)):
        machine = results.machine
        print(f"{side}: commit {machine['commit']}, {machine['date']}, {machine['cpu']}, "
              f"{machine['cpus']} processors, {results.settings.get('rounds')} rounds")
    if old.machine["cpu"] != new.machine["cpu"] or old.machine["cpus"] != new.machine["cpus"]:
        print("These are different machines: what changed may be theirs.")
    print(f"The limits, which no change of ours moves, moved by {drift(old, new):.1%}; "
          f"shown is what moved by more than {floor:.1%} and by more than chance.\n")
    for key, before, after, moved in rows:
        word = "better" if better(after.unit, moved) else "WORSE"
        print(f"{word:6} {moved:+7.1%}  {key}: {before} → {after} {after.unit}")
    missing = [key for key in old.figures if key not in new.figures]
    added = [key for key in new.figures if key not in old.figures]
    print(f"\n{len(rows)} of {common} figures changed"
          f"{f'; {len(missing)} only in A' if missing else ''}"
          f"{f'; {len(added)} only in B' if added else ''}.")
