# SPDX-License-Identifier: MIT
"""About the machine and the build, for the head of the report."""
import datetime
import os
import pathlib
import platform
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]


def output(*command):
    """What a command prints, or "" where it cannot be run."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def lscpu():
    lines = output("env", "LC_ALL=C", "lscpu").splitlines()
    return {name.strip(): value.strip()
            for name, _, value in (line.partition(":") for line in lines)}


def memory_gib():
    with open("/proc/meminfo", encoding="ascii") as file:
        return round(int(re.search(r"MemTotal:\s+(\d+)", file.read()).group(1)) / 2**20)


def commit():
    """The commit, and whether what is measured differs from it."""
    name = output("git", "-C", str(ROOT), "rev-parse", "--short", "HEAD") or "unknown"
    changed = output("git", "-C", str(ROOT), "status", "--porcelain", "--", "core", "http",
                     "bench/programs", "bench/peers", "tools/contention")
    return name + (" with changes" if changed else "")


def compiler(name):
    return (output(name, "--version").splitlines() or ["unknown"])[0]


def describe(built):
    """built: the commit and the compiler."""
    cpu = lscpu()
    return {
        "cpu": cpu.get("Model name", platform.machine()),
        "model": f"family {cpu.get('CPU family', '?')} model {cpu.get('Model', '?')} "
                 f"stepping {cpu.get('Stepping', '?')}",
        "hypervisor": cpu.get("Hypervisor vendor", ""),
        "cpus": len(os.sched_getaffinity(0)),
        "threads_per_core": cpu.get("Thread(s) per core", "?"),
        "l2": cpu.get("L2 cache", "?"),
        "l3": cpu.get("L3 cache", "?"),
        "memory_gib": memory_gib(),
        "kernel": f"{platform.system()} {platform.release()}",
        "compiler": built["compiler"],
        "libc": output("getconf", "GNU_LIBC_VERSION"),
        "commit": built["commit"],
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d"),
        "load": round(os.getloadavg()[0], 2),
    }


def apart(own, page, settings):
    """What a question says of itself that another run answered than the page's; "" for the same."""
    same = [name for name in ("cpu", "cpus", "commit", "date") if own[name] == page[name]]
    if len(same) == 4:
        return ""
    where = ("the same machine" if {"cpu", "cpus"} <= set(same)
             else f"another machine ({own['cpu']}, {own['cpus']} processors)")
    return (f"*Measured apart from the rest of this page: commit {own['commit']}, {own['date']}, "
            f"{settings['rounds']} rounds on {where}; load average before the run {own['load']}.*")


def sentence(machine):
    virtual = (f"a virtual machine under {machine['hypervisor']}" if machine["hypervisor"]
               else "not virtual")
    return (f"{machine['cpu']} ({machine['model']}), {machine['cpus']} processors "
            f"({machine['threads_per_core']} thread a core; L2 {machine['l2']}, L3 {machine['l3']}), "
            f"{machine['memory_gib']} GiB, {virtual}; {machine['kernel']}; {machine['compiler']}, "
            f"`-O2`; {machine['libc']}. Commit {machine['commit']}, {machine['date']}; load average "
            f"before the run {machine['load']}.")
