# SPDX-License-Identifier: MIT
"""Saved runs as a test wants them, from waits in nanoseconds."""
import bisect
import json
import math

BOUNDS = [math.isqrt(2 ** (12 + i)) for i in range(60)]
START = 1_700_000_000_000_000_000
SECOND = 1_000_000_000


def bucket(ns):
    """Buckets hold what is at most their bound."""
    return bisect.bisect_left(BOUNDS, ns)


def buckets(waits):
    counts = {}
    for ns in waits:
        counts[bucket(ns)] = counts.get(bucket(ns), 0) + 1
    return sorted([index, count] for index, count in counts.items())


def site(kind, frames, waits, lock=None, busy=0):
    """frames: (object, offset), the innermost first."""
    made = {"kind": kind, "frames": [list(frame) for frame in frames], "waits": len(waits),
            "ns": sum(waits), "max_ns": max(waits, default=0), "busy": busy,
            "buckets": buckets(waits)}
    return {**made, "lock": lock} if lock is not None else made


def outside(**parts):
    return {"switches": None, "scheduling": None, "pressure": None, "allocator": None, **parts}


def mutex(name, ops, waits, ns, max_ns):
    return {"name": name, "ops": ops, "waits": waits, "spins": 0, "ns": ns, "max_ns": max_ns}


ALL_OUTSIDE = outside(
    switches={"voluntary": 12_345, "involuntary": 678},
    scheduling={"threads": 8, "on_cpu_ns": 15 * SECOND, "run_queue_ns": 900_000_000},
    pressure={"scope": "cgroup", "some_ns": 1_500_000_000, "full_ns": 0},
    allocator={"name": "jemalloc", "mutexes": [
        mutex("arena 0 large", 4_500, 12, 1_200_000, 400_000),
        mutex("background_thread", 100, 0, 0, 0), mutex("arena 1 bin 3", 900, 40, 9_000_000,
                                                        2_000_000)]})


def process(sites, objects=("/usr/bin/server", "/usr/lib/libpool.so.1"), **members):
    calls = {kind: 0 for kind in ("mutex", "rdlock", "wrlock", "spin", "cond", "sem", "barrier")}
    for made in sites:
        if made["kind"] in calls:
            calls[made["kind"]] += made["waits"] * 10
    return {"command": ["server", "--port", "0"], "executable": "/usr/bin/server", "pid": 100,
            "parent": 99, "started_unix_ns": START, "elapsed_ns": 10 * SECOND, "state": "ended",
            "processors": 4,
            "objects": [path if isinstance(path, dict) else {"path": path, "build_id": "ab12"}
                        for path in objects],
            "bounds_ns": BOUNDS, "sites": sites,
            "totals": {"calls": calls, "early": 0, "overflowed": 0, "capacity": 1024},
            "outside": ALL_OUTSIDE, **members}


def run(*processes):
    return {"quipu_contend": 1, "version": "0.2.0", "processes": list(processes)}


def write(path, made):
    path.write_text(made if isinstance(made, str) else json.dumps(made, ensure_ascii=False),
                    encoding="utf-8", errors="surrogatepass")
    return path
