# SPDX-License-Identifier: MIT
"""rate and histogram_quantile from raw samples, by Prometheus' documented rules.

A second opinion on what the server answers: only raw points go in. Points are pairs of
(milliseconds, value), as a range of a series gives them.
"""
import math


def increase(points):
    """What a counter gained from the first to the last point; a fall is a new start."""
    gained = points[-1][1] - points[0][1]
    for (_, before), (_, after) in zip(points, points[1:]):
        if after < before:
            gained += before
    return gained


def rate(points, at, window):
    """Per second over the window that ends at `at` (both in milliseconds), or None."""
    if len(points) < 2:
        return None
    gained = increase(points)
    sampled = (points[-1][0] - points[0][0]) / 1000
    to_start = (points[0][0] - (at - window)) / 1000
    to_end = (at - points[-1][0]) / 1000
    spacing = sampled / (len(points) - 1)
    if gained > 0 and points[0][1] >= 0:
        # no further back than to where the counter was zero
        to_start = min(to_start, sampled * (points[0][1] / gained))
    covered = sampled
    for gap in (to_start, to_end):
        covered += gap if gap < spacing * 1.1 else spacing / 2
    return gained * (covered / sampled) / (window / 1000)


def quantile(q, buckets):
    """From [(upper bound, cumulative count)], ascending and ending at infinity."""
    total = buckets[-1][1]
    if not total:
        return math.nan
    rank = q * total
    index = next(i for i, (_, count) in enumerate(buckets) if count >= rank)
    if index == len(buckets) - 1:
        return buckets[-2][0]
    start, below = buckets[index - 1] if index else (0.0, 0.0)
    bound, count = buckets[index]
    return start + (bound - start) * ((rank - below) / (count - below))


def same(one, other, tolerance=1e-9):
    """Equal up to rounding; NaN is NaN."""
    if math.isnan(one) or math.isnan(other):
        return math.isnan(one) and math.isnan(other)
    return math.isclose(one, other, rel_tol=tolerance, abs_tol=1e-12)
