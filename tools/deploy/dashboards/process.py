# SPDX-License-Identifier: MIT
"""The process under the metrics: processor time, memory, descriptors, and waiting for locks."""
import thresholds as at
from generator.grafana import Row
from generator.recording import CONTENDED
from generator.panels import BAD, WARNING, column, lines, stat, table

UID = "quipu-process"
TITLE = "Process and contention"
ABOUT = "Processor time, memory, descriptors and threads, and how long threads wait for locks."
VARIABLES = ()
ANCHOR = "process_start_time_seconds"

RATE = "[$__rate_interval]"
FD_SHARE = "process_open_fds / process_max_fds"
WASTED = "1 - jemalloc_allocated_bytes / jemalloc_resident_bytes"


def by_mutex(metric):
    return f"topk(10, sum by (mutex) (rate({metric}{RATE})))"


def by_place(part):
    """Of contention, by the place that waits, the ten longest."""
    return (f"topk(10, sum by (site, kind) "
            f"(rate(quipu_lock_wait_seconds_{part}{{{CONTENDED}}}{RATE})))")


def in_range(part, by="function, site, kind, lock"):
    return f"sum by ({by}) (increase(quipu_lock_wait_seconds_{part}[$__range]))"


NOW = [
    stat("Processors", "none", "Processors in use.", f"sum(rate(process_cpu_seconds_total{RATE}))",
         decimals=2),
    stat("Resident", "bytes", "Memory that is resident.", "sum(process_resident_memory_bytes)"),
    stat("Threads", "none", "Threads of all processes.", "sum(process_threads)"),
    stat("Descriptors", "percentunit", "Most of its file descriptors that a process has open.",
         f"max({FD_SHARE})", [(at.FDS_RATIO / 2, WARNING), (at.FDS_RATIO, BAD)]),
    stat("Youngest", "dtdurations", "Since when the process runs that was started last.",
         "min(time() - process_start_time_seconds)"),
    stat("Allocator wait", "s", "Seconds that threads wait for the allocator, per second.",
         f"sum(rate(jemalloc_mutex_wait_seconds_total{RATE}))",
         [(at.ALLOCATOR_WAIT / 2, WARNING), (at.ALLOCATOR_WAIT, BAD)]),
]

PROCESS = [
    lines("Processors", "none", "Processors in use.",
          (f"rate(process_cpu_seconds_total{RATE})", "{{job}} {{instance}}"), decimals=2),
    lines("Threads", "none", "Threads that the process has.",
          ("process_threads", "{{job}} {{instance}}")),
    lines("Open descriptors", "percentunit", "Of those that it may open.",
          (FD_SHARE, "{{job}} {{instance}}"), limits=[(at.FDS_RATIO, BAD)]),
]

MEMORY = [
    lines("Memory", "bytes", "What the kernel gives to what the program has allocated: the further "
          "apart, the more is kept or wasted between.",
          ("sum(process_resident_memory_bytes)", "resident (kernel)"),
          ("sum(jemalloc_resident_bytes)", "resident (allocator)"),
          ("sum(jemalloc_active_bytes)", "active"),
          ("sum(jemalloc_allocated_bytes)", "allocated"),
          ("sum(jemalloc_metadata_bytes)", "allocator's own")),
    lines("Address space", "bytes", "Mapped by the allocator, kept by it for later, and all of the "
          "process.",
          ("sum(process_virtual_memory_bytes)", "virtual"),
          ("sum(jemalloc_mapped_bytes)", "mapped"),
          ("sum(jemalloc_retained_bytes)", "retained")),
    lines("Lost between", "percentunit", "Share of the allocator's resident memory in which "
          "nothing is allocated.", (WASTED, "{{job}} {{instance}}"), max=1),
]

LOCKS = [
    lines("Waited for locks, by place", "s", "Seconds that threads wait for locks that others "
          "hold, per second, by the line that waits: the ten most.",
          (by_place("sum"), "{{site}} {{kind}}")),
    lines("What threads wait for", "s", "Seconds of waiting per second: for locks, for a free "
          "processor, for the allocator.",
          (f"sum(rate(quipu_lock_wait_seconds_sum{{{CONTENDED}}}{RATE}))", "locks"),
          (f"sum(rate(quipu_run_queue_wait_seconds_total{RATE}))", "a processor"),
          (f"sum(rate(quipu_allocator_lock_wait_seconds_total{RATE}))", "the allocator")),
    lines("Share of time waited for locks", "percentunit", "Of the time in which threads run or "
          "wait for locks.",
          (f"sum by (job, instance) (rate(quipu_lock_wait_seconds_sum{{{CONTENDED}}}{RATE}))"
           f" / (sum by (job, instance) (rate(quipu_lock_wait_seconds_sum{{{CONTENDED}}}{RATE}))"
           f" + sum by (job, instance) (rate(quipu_on_cpu_seconds_total{RATE})))",
           "{{job}} {{instance}}"), limits=[(at.LOCK_WAIT_RATIO, BAD)], max=1),
]

PLACES = [
    table("Places that wait", "Over the time shown. Waits of the kinds cond, sem and barrier are "
          "for work or for the others: no contention.",
          {"function": "Function", "site": "Site", "kind": "Kind", "lock": "Lock"},
          column("Waited", "s", in_range("sum")),
          column("Waits", "short", in_range("count")),
          column("Mean", "s", f"{in_range('sum')} / ({in_range('count')} > 0)"),
          column("p99", "s", "histogram_quantile(0.99, "
                 f"{in_range('bucket', 'function, site, kind, lock, le')})"),
          sort="Waited"),
    lines("Wait p99, by place", "s", "Within which 99 % of the waits end, by the line that waits: "
          "the ten longest.",
          ("topk(10, histogram_quantile(0.99, sum by (site, kind, le) "
           f"(rate(quipu_lock_wait_seconds_bucket{{{CONTENDED}}}{RATE}))))", "{{site}} {{kind}}")),
]

PROCESSORS = [
    lines("Processors short", "percentunit", "Share of the time in which some task, or all of "
          "them, had no processor: of the control group or of the system.",
          (f"max by (scope, kind) (rate(quipu_cpu_pressure_seconds_total{RATE}))",
           "{{scope}} {{kind}}"), max=1),
    lines("Context switches", "ops", "Times a second that threads gave up a processor to wait, or "
          "lost it to another.",
          (f"sum by (type) (rate(quipu_context_switches_total{RATE}))", "{{type}}")),
    lines("Places in the profile", "none", "Places where threads have waited, and how many there is "
          "room for.", ("sum(quipu_lock_sites)", "places"),
          ("sum(quipu_lock_site_capacity)", "room")),
]

CONTENTION = [
    lines("Allocator: time waited", "s", "Seconds of waiting per second, by mutex, the ten most.",
          (by_mutex("jemalloc_mutex_wait_seconds_total"), "{{mutex}}"),
          limits=[(at.ALLOCATOR_WAIT, BAD)]),
    lines("Allocator: waits", "ops", "Times a second that somebody had to wait, by mutex, the ten "
          "most.", (by_mutex("jemalloc_mutex_waits_total"), "{{mutex}}")),
    lines("Allocator: taken", "ops", "Times a second that a mutex was taken, the ten most.",
          (by_mutex("jemalloc_mutex_operations_total"), "{{mutex}}")),
]

MUTEXES = [
    table("Allocator: mutexes", "Over the time shown; the longest wait and the most waiting are "
          "since the start.", {"mutex": "Mutex"},
          column("Waited", "s", "sum by (mutex) "
                 "(increase(jemalloc_mutex_wait_seconds_total[$__range]))"),
          column("Waits", "short", "sum by (mutex) "
                 "(increase(jemalloc_mutex_waits_total[$__range]))"),
          column("Spun only", "short", "sum by (mutex) "
                 "(increase(jemalloc_mutex_spin_acquisitions_total[$__range]))"),
          column("New owners", "short", "sum by (mutex) "
                 "(increase(jemalloc_mutex_owner_switches_total[$__range]))"),
          column("Longest wait", "s", "max by (mutex) (jemalloc_mutex_max_wait_seconds)"),
          column("Most waiting", "short",
                 "max by (mutex) (jemalloc_mutex_max_waiting_threads)"),
          sort="Waited"),
    lines("Arenas", "none", "Arenas that the allocator has.",
          ("jemalloc_arenas", "{{job}} {{instance}}")),
]

ROWS = [
    Row(4, NOW),
    Row(8, PROCESS, "Process"),
    Row(9, MEMORY, "Memory (programs on jemalloc)"),
    Row(9, LOCKS, "Waits for locks (programs with the contention profiler)"),
    Row(10, PLACES, widths=(15, 9)),
    Row(8, PROCESSORS),
    Row(8, CONTENTION, "Waits for the allocator"),
    Row(9, MUTEXES, widths=(16, 8)),
]
