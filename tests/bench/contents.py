# SPDX-License-Identifier: MIT
"""What an entrant has to show, computed from the tables of bench/README.md."""
import bisect

BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, float("inf")]
OBSERVATIONS = 12

# Family: its type and help, as the parser names them (without a counter's _total).
FAMILIES = {
    "counters": {"llm_requests": ("counter", "Requests.")},
    "histograms": {"llm_request_duration_seconds": ("histogram", "Durations.")},
}


def labels(i):
    return {"model": f"model-{i % 100}", "provider": f"provider-{i // 100 % 10}",
            "status": f"status-{i // 1000}"}


def key(name, pairs):
    """A sample's identity; a bucket's bound is a number, however it is written."""
    pairs = {label: float(value) if label == "le" else value for label, value in pairs.items()}
    return name, tuple(sorted(pairs.items()))


def counters(series):
    return {key("llm_requests_total", labels(i)): 1 + 7 * i for i in range(series)}


def histogram(i):
    name = "llm_request_duration_seconds"
    observed = sorted(0.004 * 2 ** k * (1 + i % 7 * 0.1) for k in range(OBSERVATIONS))
    samples = {key(f"{name}_bucket", {**labels(i), "le": bound}):
               bisect.bisect_right(observed, bound) for bound in BOUNDS}
    samples[key(f"{name}_sum", labels(i))] = sum(observed)
    samples[key(f"{name}_count", labels(i))] = OBSERVATIONS
    return samples


def histograms(series):
    return {name: value for i in range(series) for name, value in histogram(i).items()}


def expected(kind, series):
    return {"counters": counters, "histograms": histograms}[kind](series)
