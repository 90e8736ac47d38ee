# SPDX-License-Identifier: MIT
"""Start-up and size."""
import pathlib
import textwrap

from suite.rounds import Measure

TITLE = "What does it cost to have it?"
TIMES = {"process_none_us": "a process without it", "process_static_us": "with it, static",
         "process_shared_us": "with it, shared", "first_metric_us": "the first metric",
         "first_1000_series_us": "1,000 series", "http_start_us": "starting the server"}
PARTS = ("text", "data", "bss")


def parse_size(text):
    """What `size` prints under its head: text, data, bss."""
    numbers = text.splitlines()[1].split()[:3]
    return {f"/{part}": ("bytes", [int(number)]) for part, number in zip(PARTS, numbers)}


def libraries(kit):
    root = pathlib.Path(kit.programs.bench).parent
    found = {"libquipu.so": next(iter(sorted(root.glob("libquipu.so"))), None)}
    for name in ("libprometheus-cpp-core.so",):
        found[name] = next(iter(sorted(pathlib.Path("/usr/lib").glob(f"*/{name}"))), None)
    return {name: path.resolve() for name, path in found.items() if path}


def measures(kit):
    program = kit.programs.program("start")
    if program:
        yield kit.measure("start/quipu", [program], {name: "µs" for name in TIMES})
    for name, path in libraries(kit).items():
        yield Measure(f"start/size/{name}", ["size", path], rounds=1, parse=parse_size)


def targets(results):
    return []


def report(results, page):
    page.text("""**Method.** A process that does nothing is started and awaited, without quipu and with it;
        then, inside a process, from nothing to the first metric, to a thousand series, to a server
        that listens.""")
    rows = [[word, results.get(f"start/quipu/{name}")] for name, word in TIMES.items()
            if results.get(f"start/quipu/{name}")]
    page.table(["µs", ""], rows)
    if rows:
        from suite import plot
        page.plot("start", "Time until something is there", plot.bars, log=False, ylabel="µs",
                  groups={textwrap.fill(word, 12): {"quipu": figure} for word, figure in rows})
    names = sorted({key.split("/")[0] for key in results.under("start/size/")})
    page.table(["bytes", "text", "data", "bss"],
               [[name, *(results.get(f"start/size/{name}/{part}") for part in PARTS)] for name in names])
    page.text("""**What limits it.** The dynamic linker, for the shared library; mapping the first shard and
        reading a random seed, for the first metric; a thread, a socket and an epoll set for the
        server.""")
