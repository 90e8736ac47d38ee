# SPDX-License-Identifier: MIT
"""Every metric there is, with its labels, read from the lists that the library is compiled from:
llm.def and the closed sets of llm.h, self.h, the tables of the collectors, and series.def of the
contention profiler."""
import pathlib
import re
from typing import NamedTuple

ROOT = pathlib.Path(__file__).resolve().parents[3]
CORE = ROOT / "core"
CONTENTION = "../tools/contention"

# Which closed set of llm.h a label has. One that means two things is told by its family too.
SETS = {
    "status": "STATUS", "direction": "DIRECTION", "type": "ERROR", "reason": "ERROR",
    "result": "HEDGE", "side": "SIDE", "outcome": "OUTCOME", "stage": "STAGE",
    "decision": "DECISION", "llm_circuit_state": "CIRCUIT",
    "gen_ai_operation_name": "OPERATION", "error_type": "ERROR", "gen_ai_token_type": "DIRECTION",
    ("llm_circuit_transitions_total", "to"): "CIRCUIT",
    ("llm_rate_limit_events_total", "kind"): "RATE_LIMIT",
    ("llm_misuse_total", "kind"): "MISUSE",
}

TARGET = ("job", "instance")


class ListError(Exception):
    """A list that cannot be read, or a name that is in none."""


class Family(NamedTuple):
    """kind: counter, gauge, histogram or stateset. values: {label: its closed set, or None}."""
    name: str
    kind: str
    help: str
    values: dict
    bounds: tuple = ()

    def samples(self):
        """{name of a sample: its labels}, without those of the target."""
        labels = tuple(self.values)
        if self.kind != "histogram":
            return {self.name: labels}
        return {f"{self.name}_bucket": (*labels, "le"), f"{self.name}_sum": labels,
                f"{self.name}_count": labels}


# --- C ---------------------------------------------------------------------------------------

TOKEN = re.compile(r'\s+|/\*.*?\*/|"(?P<text>(?:\\.|[^"\\])*)"|(?P<word>[\w.+-]+)|(?P<mark>.)',
                   re.S)


def arguments(text, at):
    """The arguments of the macro whose parenthesis opens before `at`; adjacent strings are one."""
    out, depth = [None], 1
    for token in TOKEN.finditer(text, at):
        if token["text"] is not None:
            out[-1] = (out[-1] or "") + token["text"]
        elif token["word"]:
            out[-1] = token["word"]
        elif token["mark"] == "," and depth == 1:
            out.append(None)
        elif token["mark"] in ("(", ")"):
            depth += 1 if token["mark"] == "(" else -1
            if not depth:
                return out
    raise ListError(f"a macro does not end: {text[at:at + 60]}")


def calls(text, macro):
    """The arguments of each call of a macro that begins a line or stands in a list."""
    return [arguments(text, match.end())
            for match in re.finditer(rf"^[ \t]*{macro}\(", text, re.M)]


def read(path):
    return (CORE / path).read_text(encoding="utf-8")


def closed_sets():
    """{set: (value, ...)} of llm.h, without the value of what is none."""
    found = {}
    for name, body in re.findall(r"#define QUIPU_LLM_(\w+)_MAP\(X\)((?:.*\\\n)*.*\n)",
                                 read("include/quipu/llm.h")):
        values = (call[1] for call in calls(body.replace("\\\n", "\n"), "X"))
        found[name] = tuple(value for value in values if value)
    return found


# --- the lists -------------------------------------------------------------------------------

KINDS = {"COUNTER": "counter", "COST": "counter", "FLOAT_COUNTER": "counter", "GAUGE": "gauge",
         "UPDOWN": "gauge", "HISTOGRAM": "histogram", "STATESET": "stateset"}


def values_of(family, labels, sets):
    closed = {label: SETS.get((family, label), SETS.get(label)) for label in labels}
    return {label: sets[name] if name else None for label, name in closed.items()}


def llm_families():
    """Those of llm.def under their short names."""
    text, sets = read("include/quipu/llm.def"), closed_sets()
    bounds = {call[0]: tuple(call[1:]) for call in calls(text, "QUIPU_LLM_BUCKETS")}
    for _, _, kind, name, _, buckets, about, *labels in calls(text, "QUIPU_LLM_FAMILY"):
        if kind == "STATESET":
            labels.append(name)
        yield Family(name, KINDS[kind], about, values_of(name, labels, sets),
                     bounds.get(buckets, ()))


def self_families():
    for name, kind, about in calls(read("include/quipu/self.h"), "X"):
        suffix = "_total" if kind == "COUNTER" else ""
        yield Family(f"quipu_{name}{suffix}", KINDS[kind], about, {})
    (bounds,) = re.findall(r"qp_self_bounds\[QP_SELF_N_BOUNDS\] = \{(.*?)\}", read("self.c"))
    yield Family("quipu_scrape_duration_seconds", "histogram",
                 "How long scrapes took from opening to closing.", {},
                 tuple(bounds.replace(" ", "").split(",")))


def collector_families(path, label_of):
    """The families that a collector names, each beside its help."""
    named = re.compile(r'"((?:process|jemalloc|quipu)_[a-z_]+)",\s*(?:NULL,\s*|"\w+",\s*)?'
                       r'(?:\.help = )?((?:"[^"]*"\s*)+)')
    for name, about in named.findall(read(path)):
        if name != "quipu_scrape_duration_seconds":
            about = "".join(re.findall(r'"([^"]*)"', about))
            kind = "counter" if name.endswith("_total") else "gauge"
            yield Family(name, kind, about, {label: None for label in label_of(name)})


def mutexes():
    text = read("collect/jemalloc.c")
    arenas = [f"arena_{name}" for name in re.findall(r"^\tARENAS\((\w+)\)", text, re.M)]
    return tuple(re.findall(r"^\tGLOBAL\((\w+)\)", text, re.M) + arenas + ["arena_bins"])


def library_families():
    yield from self_families()
    yield from collector_families("collect/process.c", lambda name: ())
    yield from collector_families("collect/fill.c", lambda name: ("family",))
    yield from collector_families(
        "collect/jemalloc.c", lambda name: ("mutex",) if "_mutex_" in name else ())


# --- the contention profiler -----------------------------------------------------------------

def wait_kinds():
    """{kind: whether it is contention, not waiting for work or for the others}."""
    listed = calls(read(f"{CONTENTION}/kind.def"), "X")
    return {label: idle == "0" for _, label, idle in listed}


def wait_bounds():
    """counts.h: some of the recorder's own, in seconds."""
    (steps,) = re.findall(r"#define QC_N_STEPS (\d+)", read(f"{CONTENTION}/serve/counts.h"))
    return tuple(f"{(1 << (10 + 2 * step)) / 1e9:.17g}" for step in range(int(steps)))


def contention_families():
    closed = {"kind": tuple(wait_kinds()), "type": ("voluntary", "involuntary"),
              "scope": ("system", "cgroup")}
    for _, kind, name, _, about, *labels in calls(read(f"{CONTENTION}/serve/series.def"), "X"):
        values = {label: closed.get(label) for label in labels if label != "NULL"}
        if "scope" in values:
            values["kind"] = ("some", "full")
        yield Family(name, KINDS[kind], about, values,
                     wait_bounds() if kind == "HISTOGRAM" else ())


def families():
    return [*llm_families(), *library_families(), *contention_families()]


# What Prometheus itself knows of each target, and of its alerts.
OF_PROMETHEUS = {
    "up": TARGET, "scrape_duration_seconds": TARGET, "scrape_samples_scraped": TARGET,
    "scrape_series_added": TARGET, "ALERTS": ("job", "alertname", "alertstate", "severity"),
}


class Names:
    """The samples that expressions may name, with the labels they have."""

    def __init__(self):
        self.labels, self.values = {}, {}
        for family in families():
            # whole numbers are written in two ways (le="1", le="1.0"): no query may name one
            bounds = tuple(bound for bound in family.bounds if "." in bound)
            for sample, labels in family.samples().items():
                self.add(sample, (*labels, *TARGET), {**family.values, "le": bounds})
        for sample, labels in OF_PROMETHEUS.items():
            self.add(sample, labels, {})

    def add(self, sample, labels, values):
        if sample in self.labels:
            raise ListError(f"{sample}: there are two of this name")
        self.labels[sample], self.values[sample] = frozenset(labels), values

    def labels_of(self, sample, where):
        if sample not in self.labels:
            raise ListError(f"{where}: {sample} is in no list")
        return self.labels[sample]

    def check_label(self, sample, label, value, where):
        """value: what the label is compared with, or None where it is not a plain one."""
        if label not in self.labels_of(sample, where):
            raise ListError(f"{where}: {sample} has no label {label}")
        closed = self.values[sample].get(label)
        if closed and value is not None and value not in closed:
            raise ListError(f'{where}: {sample} has no {label}="{value}"')
