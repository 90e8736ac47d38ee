# SPDX-License-Identifier: MIT
"""What changed between two runs, beyond the noise.

A figure has changed when three things hold: its samples differ in rank more than chance would
have it (Mann and Whitney, p < 0.01; of fewer than four, they lie apart by more than either's
spread); its median moved by more than 3 %; and it moved by more than nine in ten of the controls
did, which are what no change of ours can move: the machine's limits and the rivals. What is
counted and not timed is taken at its word. All times are first taken as much slower or faster as
the controls became in the middle.
"""
import math
import statistics

LEAST = 0.03
CHANCE = 0.01
FEW = 4
CONTROLS = ("limits", "prometheus-cpp", "client_golang", "rust-prometheus", "prom-client",
            "empty_loop", "read_values", "read_labels", "thread_local_add", "lock_xadd_own",
            "lock_xadd_shared", "locked_add_own", "mutex_own", "mutex_shared", "read_clock")
COUNTED = ("instructions",)


def is_control(key):
    return any(part in CONTROLS for part in key.split("/"))


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


TIMES = ("ns", "µs", "ms")


def drift(old, new):
    """What the machine did: how much slower the controls became, and by how much nine in ten of
    them stray from that at most."""
    ratios = [1 + change(old.figures[key], figure) for key, figure in new.figures.items()
              if is_control(key) and key in old.figures and figure.unit in TIMES]
    if not ratios:
        return 1.0, 0.0
    slower = statistics.median(ratios)
    strayed = sorted(abs(ratio / slower - 1) for ratio in ratios)
    return slower, strayed[min(len(strayed) - 1, len(strayed) * 9 // 10)]


def expected(old, slower):
    """The old figure as the machine of the new run would have given it."""
    factor = slower if old.unit in TIMES else 1 / slower if old.unit.endswith("/s") else 1
    return old.scaled(factor, old.unit)


def certain(old, new):
    if min(len(old.samples), len(new.samples)) < FEW:
        apart = max(old.low, new.low) - min(old.high, new.high)
        return apart > max(old.high - old.low, new.high - new.low)
    return rank_chance(old.samples, new.samples) < CHANCE


def changed(old, new, floor):
    if new.unit in COUNTED:
        return old.median != new.median
    return abs(change(old, new)) > floor and certain(old, new)


def compare(old, new):
    """(key, old, new, change) of what changed, the largest first; and the least that counts. The
    change is without the machine's."""
    slower, strayed = drift(old, new)
    floor = max(LEAST, strayed)
    rows = []
    for key, figure in new.figures.items():
        before = old.figures.get(key)
        if before is None or is_control(key) or before.unit != figure.unit:
            continue
        base = expected(before, slower)
        if changed(base, figure, floor):
            rows.append((key, before, figure, change(base, figure)))
    return sorted(rows, key=lambda row: -abs(row[3])), floor


def better(unit, moved):
    """Rates want to rise, all else wants to fall."""
    return moved > 0 if unit.endswith("/s") else moved < 0


def print_comparison(old, new):
    rows, floor = compare(old, new)
    common = sum(1 for key in new.figures if key in old.figures and not is_control(key))
    for side, results in (("A", old), ("B", new)):
        machine = results.machine
        print(f"{side}: commit {machine['commit']}, {machine['date']}, {machine['cpu']}, "
              f"{machine['cpus']} processors, {results.settings.get('rounds')} rounds")
    if old.machine["cpu"] != new.machine["cpu"] or old.machine["cpus"] != new.machine["cpus"]:
        print("These are different machines: what changed may be theirs.")
    slower, strayed = drift(old, new)
    print(f"The limits and the rivals, which no change of ours moves, took {slower:.3f} times as long, "
          f"and nine in ten strayed from that by {strayed:.1%} at most. That is taken off; shown is "
          f"what moved by more than {floor:.1%} and by more than chance.\n")
    for key, before, after, moved in rows:
        word = "better" if better(after.unit, moved) else "WORSE"
        print(f"{word:6} {moved:+7.1%}  {key}: {before} → {after} {after.unit}")
    missing = [key for key in old.figures if key not in new.figures]
    added = [key for key in new.figures if key not in old.figures]
    print(f"\n{len(rows)} of {common} figures changed"
          f"{f'; {len(missing)} only in A' if missing else ''}"
          f"{f'; {len(added)} only in B' if added else ''}.")
