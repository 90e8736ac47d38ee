# SPDX-License-Identifier: MIT
"""What a run must come to, from dispatch_expect, and the samples that say so."""
import json
import subprocess

from children import Failure, check

STATUSES = ("success", "error", "rate_limited", "cancelled")
DIRECTIONS = ("input", "output", "cache_read", "cache_write", "reasoning")


class Expected:
    """The totals of one run, and the exposition they must lead to."""

    def __init__(self, program, options):
        run = subprocess.run([program, *options], capture_output=True, text=True, timeout=20)
        if run.returncode:
            raise Failure(f"dispatch_expect: {run.stderr}")
        data = json.loads(run.stdout)
        self.bounds, self.routes = data["bounds"], data["routes"]

    def total(self, key):
        return sum(route[key] for route in self.routes)

    def requests(self):
        return sum(self.total(status) for status in STATUSES)

    def buckets(self, route):
        """[(upper bound, cumulative count)] of one route, the last bound infinite."""
        count, cumulative = 0, []
        for bound, n in zip(self.bounds + [float("inf")], route["buckets"]):
            count += n
            cumulative.append((bound, count))
        return cumulative

    def counters(self):
        """{(name, labels): value} of every series that only rises and ends exactly there."""
        samples = {}
        for route in self.routes:
            at = {"model": route["model"], "provider": route["provider"]}
            for status in STATUSES:
                samples[key("llm_requests_total", at, status=status)] = route[status]
            for direction in DIRECTIONS:
                samples[key("llm_tokens_total", at, direction=direction)] = route[direction]
            for bound, count in self.buckets(route):
                samples[key("llm_request_duration_seconds_bucket", at, le=bound)] = count
            samples[key("llm_request_duration_seconds_count", at)] = route["count"]
        return samples

    def sums(self):
        """Those that are not exact to the last digit: added up in another order."""
        sums = {}
        for route in self.routes:
            at = route_labels(route)
            sums[key("llm_request_duration_seconds_sum", at)] = route["sum"]
            sums[key("llm_cost_dollars_total", at)] = route["microdollars"] / 1e6
        return sums


def route_labels(route):
    return {"model": route["model"], "provider": route["provider"]}


def key(name, labels, **more):
    """A series as something to compare: le as a number, however it was written."""
    labels = {**labels, **more}
    if "le" in labels:
        labels["le"] = float(labels["le"])
    return name, tuple(sorted(labels.items()))


def check_table(expected, lines):
    """The table at the end says the same: every route's row, and the total's."""
    rows = {}
    for line in lines:
        fields = line.replace(",", "").split()
        if fields and fields[0] == "total":
            fields.insert(1, "")
        if len(fields) >= 7 and fields[2].isdigit():
            rows[fields[0], fields[1]] = [int(field) for field in fields[2:7]]
    for route in expected.routes:
        wanted = [sum(route[status] for status in STATUSES), route["error"],
                  route["rate_limited"], route["input"], route["output"]]
        got = rows.get((route["model"], route["provider"]))
        check(got == wanted, f"table row of {route_labels(route)}: {got}, expected {wanted}")
    wanted = [expected.requests(), expected.total("error"), expected.total("rate_limited"),
              expected.total("input"), expected.total("output")]
    check(rows.get(("total", "")) == wanted,
          f"table's total: {rows.get(('total', ''))}, expected {wanted}")
