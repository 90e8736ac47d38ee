#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The measuring programs but for bench_get: figures that make sense, and what is refused."""
import os
import sys
import time

from exposition import exposition
from programs import Programs, ascending, expect, positive, run

PERCENTILES = ["p50", "p90", "p99", "p999", "p9999", "max"]
CPUS = len(os.sched_getaffinity(0))
MILLISECONDS = ["open_ms", "text_ms", "openmetrics_ms", "protobuf_ms", "json_ms",
                "longest_step_ms", "step_cpu_ms", "first_ms", "first_step_ms", "give_up_ms"]


def free_memory():
    with open("/proc/meminfo", encoding="ascii") as lines:
        return 1024 * next(int(line.split()[1]) for line in lines
                           if line.startswith("MemAvailable:"))


def one_tail(programs, case, series, meanwhile):
    # longer where the machine was too busy to let it run
    for seconds in (0.1, 1, 10):
        began = time.monotonic()
        figures = programs.figures("tail", case, series, 1, seconds, meanwhile)
        elapsed = (time.monotonic() - began) * 1e9
        if figures["samples"] > 100:
            break
    ascending(figures, PERCENTILES)
    ascending(figures, ["control_" + name for name in PERCENTILES])
    positive(figures, "batch", "control_batch", "clock")
    expect(f"{figures['samples']} samples", figures["samples"] > 100)
    expect(f"{figures['scrapes']} scrapes while {meanwhile}",
           (figures["scrapes"] > 0) == (meanwhile == "scraped"))
    # half of the batches took the median or more; half of that is for the width of its cell
    least = figures["samples"] / 4 * (figures["batch"] * figures["p50"]
                                      + figures["control_batch"] * figures["control_p50"])
    expect(f"{figures['samples']} batches of {figures['p50']} ns a {case} and "
           f"{figures['control_p50']} an add are not done in {elapsed} ns", least < elapsed)


def tails(programs):
    if CPUS < 2:
        programs.refused("tail", "counter", 1, 1, 0.1, "quiet", status=3)
        return
    for case in ("counter", "histogram", "lookup"):
        for series in (1, 64, 1000):
            one_tail(programs, case, series, "scraped" if series == 64 else "quiet")


def tail_refuses(programs):
    for wrong in (["gauge", 1, 1, 1, "quiet"], ["counter", 0, 1, 1, "quiet"],
                  ["counter", 1, 0, 1, "quiet"], ["counter", 1, 1, 0, "quiet"],
                  ["counter", 1, 1, "nan", "quiet"], ["counter", 1, 1, 1, "loud"],
                  ["counter", 1, 1, 1], ["counter", "1x", 1, 1, "quiet"], []):
        programs.refused("tail", *wrong)
    if CPUS < 64:
        programs.refused("tail", "counter", 1, CPUS, 0.1, "quiet", status=3)


def lives(programs):
    for records in (1, 1000):
        figures = programs.figures("lives", records, 0.1)
        for suffix in ("", "_64"):
            positive(figures, *(f"{name}{suffix}_{unit}" for name, unit in (
                ("empty", "us"), ("empty_cpu", "us"), ("recording", "us"), ("recording_cpu", "us"),
                ("first_record", "ns"), ("first_lookup", "ns"))))
        # of 64 that live at the same time, who has none made all records in the overflow shard
        without = 64 - figures["shards"]
        expect(f"{figures['shards']} shards, {figures['overflow_records']} records elsewhere",
               0 <= without * records <= figures["overflow_records"])
        expect(f"{figures['lives']} lives", figures["lives"] >= 64)
    programs.refused("lives", 0, 1)
    programs.refused("lives", 1)


def scrapes_have_the_stated_contents(programs):
    for kind in ("counters", "histograms"):
        for series in (1, 7, 1234):
            figures = programs.figures("shards", kind, series, 1)
            positive(figures, *MILLISECONDS)
            true = len(exposition(kind, series))
            expect(f"{series} {kind}: {figures['bytes']} bytes, not {true}",
                   figures["bytes"] == true)
            expect(f"{figures['shards']} shards of one thread", figures["shards"] == 1)


def scrapes_of_many_threads(programs):
    figures = programs.figures("shards", "natives", 100, 8)
    positive(figures, *MILLISECONDS, "bytes", "text_1_bytes", "openmetrics_bytes",
             "openmetrics_2_bytes", "protobuf_bytes", "json_bytes")
    expect(f"{figures['shards']} shards of 8 threads", figures["shards"] == 8)
    # the median over all formats is no more than the greatest of their medians
    expect("opening takes longer than all of it", figures["open_ms"] < max(
        figures[kind + "_ms"] for kind in ("text", "text_1", "openmetrics", "openmetrics_2",
                                           "protobuf", "json")))
    figures = programs.figures("shards", "counters", 1234, 8)
    true = len(exposition("counters", 1234, threads=8))
    expect(f"{figures['bytes']} bytes of 8 threads, not {true}", figures["bytes"] == true)
    one = programs.figures("shards", "counters", 1000, 1, 1)
    many = programs.figures("shards", "counters", 1000, 1, 50, 3600)
    expect("50 families' text is no longer than one's", many["bytes"] > one["bytes"] + 49 * 50)


def scrapes_refuse(programs):
    for wrong in (["gauges", 1, 1], ["counters", 0, 1], ["counters", 1, 0], ["counters", 1],
                  ["counters", 10, 1, 11], ["counters", "-1", 1]):
        programs.refused("shards", *wrong)
    # this fits into no shard, and that into no memory
    programs.refused("shards", "natives", 100000, 1, status=3)
    slots = 192 * 300000 * 4096
    if free_memory() < slots:
        programs.refused("memory", "histogram", 300000, 4096, status=3)


def memory(programs):
    for kind, slot, least, most in (("counter", 8, 60, 700), ("histogram", 192, 60, 700),
                                    ("native", None, 60, 6000)):
        figures = programs.figures("memory", kind, 10000 if slot else 200, 2)
        formula, each = figures["formula_series_and_thread"], figures["bytes_per_series_and_thread"]
        expect(f"{kind}: {formula} bytes of slots", slot is None or slot <= formula < slot + 1)
        # touched in whole pages, of a native histogram perhaps not every one
        expect(f"{kind}: {each} bytes for each thread, slots of {formula}",
               (formula if slot else 16) * 0.99 <= each <= formula * 1.05 + 4096 * 2 / 200)
        expect(f"{kind}: {figures['bytes_per_series']} bytes a series",
               least <= figures["bytes_per_series"] <= most)
        values = figures["bytes_made_per_series"] - figures["bytes_per_series"]
        expect(f"{kind}: {values} bytes of values, not {formula}", abs(values - formula) < 0.01)
        expect("a thread's first page", 4096 <= figures["bytes_per_thread"] <= 65536)
    programs.refused("memory", "counters", 10000, 2)
    programs.refused("memory", "counter", 10000)


def memory_of_connections(programs):
    figures = programs.figures("memory", "connection", 20)
    expect(f"an idle one takes {figures['bytes_per_idle_connection']} bytes",
           0 <= figures["bytes_per_idle_connection"] < 16384)
    # the snapshot of 100,000 counters, and less than 1 MiB
    one, every = figures["bytes_per_scrape"], figures["bytes_of_all_scrapes"]
    expect(f"a scrape takes {one} bytes", 800000 <= one < 800000 + 2**20)
    # no more than two snapshots, however many ask
    expect(f"20 scrapes take {every} bytes", one < every < 2 * (800000 + 2**20) + 20 * 65536)
    programs.refused("memory", "connection")
    programs.refused("memory", "connection", 1)


def start(programs):
    figures = programs.figures("start", 5)
    positive(figures, "process_none_us", "process_shared_us", "process_static_us",
             "first_metric_us", "first_1000_series_us", "http_start_us")
    programs.refused("start", 0)
    programs.refused("start", 1, 2)


def locks(programs):
    for kind in ("mutex", "recursive", "rdlock", "wrlock", "spin", "sem", "alone"):
        figures = programs.figures("locks", "pair", kind, 0.05)
        expect(f"a {kind} pair takes {figures['cpu_ns']} ns", 0.5 < figures["cpu_ns"] < 1e4)
    for what in ("one", "few", "many", "queue", "cache"):
        positive(programs.figures("locks", "load", what, 4, 0.05), "rate", "cpu_ns")
    for kind in ("mutex", "spin"):
        figures = programs.figures("locks", "contended", kind, 0.05)
        positive(figures, "rate", "section_ns")
        expect(f"{figures}", figures["handovers"] == 0 or figures["handover_ns"] > 0)
    figures = programs.figures("locks", "memory", 3, 5)
    expect(f"{figures['bytes']} bytes", 4096 < figures["bytes"] < 2**28)


def locks_refuse(programs):
    for wrong in (["pair", "mutex"], ["pair", "fence", 1], ["pair", "mutex", 0], ["hold", "mutex", 1],
                  ["load", "one", 4], ["load", "one", 1, 1], ["load", "none", 4, 1],
                  ["memory", 0, 1], ["memory", 1, "x"], []):
        programs.refused("locks", *wrong)


def main():
    tests = [locks, locks_refuse, tails, tail_refuses, lives, scrapes_have_the_stated_contents, scrapes_of_many_threads,
             scrapes_refuse, memory, memory_of_connections, start]
    sys.exit(run(tests, Programs(sys.argv[1])) > 0)


main()
