# SPDX-License-Identifier: MIT
"""The exposition that bench/README.md prescribes, made from its tables and without quipu."""

BOUNDS = ["0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10"]


def labels(i):
    return f'model="model-{i % 100}",provider="provider-{i // 100 % 10}",status="status-{i // 1000}"'


def number(value):
    """The shortest form that reads back the same, without a needless fraction."""
    return str(int(value)) if value == int(value) else repr(value)


def counters(series, threads):
    yield "# HELP llm_requests_total Requests.\n# TYPE llm_requests_total counter\n"
    for i in range(series):
        # each further thread adds one, and one more to the first, by which it attaches
        added = (threads - 1) * (2 if i == 0 else 1)
        yield f"llm_requests_total{{{labels(i)}}} {1 + 7 * i + added}\n"


def histogram(name, i):
    observed = [0.004 * 2**k * (1 + i % 7 * 0.1) for k in range(12)]
    for bound in BOUNDS + ["+Inf"]:
        count = sum(value <= float(bound) for value in observed)
        yield f'{name}_bucket{{{labels(i)},le="{bound}"}} {count}\n'
    # bucket by bucket from left to right, as the sums are kept
    total, edges = 0.0, [float(bound) for bound in BOUNDS] + [float("inf")]
    for low, high in zip([float("-inf")] + edges, edges):
        cell = 0.0
        for value in observed:
            if low < value <= high:
                cell += value
        total += cell
    yield f"{name}_sum{{{labels(i)}}} {number(total)}\n{name}_count{{{labels(i)}}} 12\n"


def histograms(series):
    name = "llm_request_duration_seconds"
    yield f"# HELP {name} Durations.\n# TYPE {name} histogram\n"
    for i in range(series):
        yield from histogram(name, i)


def exposition(kind, series, threads=1):
    """Of bench_shards; one thread's is what every entrant shows."""
    return "".join(counters(series, threads) if kind == "counters" else histograms(series))
