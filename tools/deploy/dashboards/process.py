# SPDX-License-Identifier: MIT
"""The process under the metrics: processor time, memory, descriptors, and waiting for locks."""
import thresholds as at
from generator.grafana import Row
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


NOW = [
    stat("Processors", "none", "Processors in use.", f"sum(rate(process_cpu_seconds_total{RATE}))",
         decimals=2),
    stat("Resident", "bytes", "Memory that is resident.", "sum(process_resident_memory_bytes)"),
    stat("Threads", "none", "Threads of all processes.", "sum(process_threads)"),
    stat("Descriptors", "percentunit", "Most of its file descriptors that a process has open.",
         f"max({FD_SHARE})", [(at.FDS_RATIO / 2, WARNING), (at.FDS_RATIO, BAD)]),
    stat("Youngest", "dtdurations", "Since when the process runs that was started last.",
         "min(time() - process_start_time_seconds)"),
    stat("Allocator wait", "s", "Seconds that threads wait for the allocator's mutexes, per second.",
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
    lines("Lost between", "percentunit", "Share of the allocator's resident memory in which nothing "
          "is allocated.", (WASTED, "{{job}} {{instance}}"), max=1),
]

# Waits by the call site of a lock come in here.
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
    Row(8, CONTENTION, "Contention"),
    Row(9, MUTEXES, widths=(16, 8)),
]
