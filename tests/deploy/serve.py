#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Serves every family that the lists name, with values that move as those of a busy dispatcher:
the whole metric set, without the programs that would have to run for it. On a free port of the
loopback, until it is ended."""
import http.server
import itertools
import math
import pathlib
import sys
import time
import zlib

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools/deploy"))

from generator.lists import families, mutexes  # noqa: E402

ROUTES = [("gpt-4o", "openai"), ("claude-sonnet-4", "anthropic"), ("other", "vllm")]
OPEN = {
    "provider": [provider for _, provider in ROUTES], "queue": ["dispatch"],
    "loop": ["main", "retries"], "agent": ["planner", "coder"],
    "tool": ["search", "python", "files"], "from": ["gpt-4o"], "to": ["claude-sonnet-4", "other"],
    "family": ["llm_requests_total", "llm_tokens_total"], "mutex": list(mutexes()),
    "site": ["pool.c:123", "cache.c:131", "other"], "function": ["pool_take"], "object": ["server"],
    "lock": ["pool"],
}
FIXED = {
    "process_start_time_seconds": time.time() - 3600, "process_max_fds": 1024,
    "quipu_family_max_series": 512, "process_open_fds": 40,
    "quipu_lock_site_capacity": 4096,
}
BEGAN = time.monotonic() - 60


def label_sets(family):
    """All that the family can have; models come with their providers."""
    names = list(family.values)
    if "model" in names:
        names = names[2:]
        heads = [{"model": model, "provider": provider} for model, provider in ROUTES]
    else:
        heads = [{}]
    values = [family.values[name] or OPEN[name] for name in names]
    return [{**head, **dict(zip(names, chosen))}
            for head in heads for chosen in itertools.product(*values)]


def weight(*parts):
    """From 1 to 10, the same for the same parts."""
    return 1 + zlib.crc32(repr(parts).encode()) % 900 / 100


def line(name, labels, value):
    inside = ",".join(f'{key}="{text}"' for key, text in labels.items())
    return f"{name}{{{inside}}} {value:.9g}\n" if inside else f"{name} {value:.9g}\n"


def histogram(family, labels, elapsed):
    """Observations around a bound of its own, fewer the further away."""
    middle = zlib.crc32(repr(labels).encode()) % len(family.bounds)
    count = total = 0
    for at, bound in enumerate(family.bounds):
        here = math.floor(elapsed * weight(family.name, labels) / 2 ** abs(at - middle))
        count, total = count + here, total + here * float(bound)
        yield line(f"{family.name}_bucket", {**labels, "le": bound}, count)
    yield line(f"{family.name}_bucket", {**labels, "le": "+Inf"}, count)
    yield line(f"{family.name}_sum", labels, total)
    yield line(f"{family.name}_count", labels, count)


def simple(family, labels, elapsed):
    scale = weight(family.name, labels)
    if family.kind == "counter":
        value = elapsed * scale
    elif family.kind == "stateset":
        turn = int(elapsed / 5 + scale) % 3
        value = labels[family.name] == family.values[family.name][turn]
    else:
        value = FIXED.get(family.name, scale * (1.5 + math.sin(elapsed / 7 + scale)))
    yield line(family.name, labels, value)


def page():
    elapsed, lines = time.monotonic() - BEGAN, []
    for family in families():
        kind = "gauge" if family.kind == "stateset" else family.kind
        lines += [f"# HELP {family.name} {family.help}\n", f"# TYPE {family.name} {kind}\n"]
        samples = histogram if family.kind == "histogram" else simple
        for labels in label_sets(family):
            lines += samples(family, labels, elapsed)
    return "".join(lines).encode()


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = page()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(f"listening on http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
