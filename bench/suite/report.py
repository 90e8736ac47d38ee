# SPDX-License-Identifier: MIT
"""BENCHMARKS.md from results: the machine, the targets, then each question that was asked."""
import questions
from suite import core, glance, machine, soak
from suite.page import Page

METHOD = """
Whatever stands in one table was measured in the same run, in turns: {rounds} rounds, each of which
runs every measurement once, in an order drawn anew, in a process of its own (memory and shards have
two or three rounds, a million series three, rarer circumstances and rivals with many clients two,
counted instructions and sizes one). A figure is the
median over the rounds, with the least and the most in parentheses. Ratios within this page say
something about the libraries, absolute times also about this machine; on a virtual one contended
figures move by a factor of four from minute to minute. Rates are operations a second of all threads
together, a sample {seconds} s long. The same label sets, the same values, the same loops for
everyone: [bench/README.md](bench/README.md), [bench/peers/README.md](bench/peers/README.md).
"""

ANCHORS = """
Three more rivals are not packaged: bvar (brpc 1.17), OpenTelemetry C++ 1.29 (bound handles) and
prometheus-client-c 0.1.3. They were measured once, built from their sources of August 2026, on two
Zen 3 processors at 3 GHz. They are anchors and not part of any comparison here.
"""
ANCHORED = ("bvar", "OpenTelemetry C++", "prometheus-client-c")
ANCHOR = [   # a bvar histogram is a LatencyRecorder; brpc's HTTP server was not built
    ("counter, one thread, ns", "5.3", "13.6", "8.1"),
    ("histogram, one thread, ns", "51", "18.5", "5,172"),
    ("counter by three labels, one thread, ns", "117", "1,003", "754"),
    ("counter, 2 threads together, M/s", "333", "48.1", "25.2"),
    ("histogram, 2 threads together, M/s", "14.1", "40.2", "0.15"),
    ("text of 100,000 counters, ms", "286", "848", "1,217"),
    ("text of 10,000 histograms, ms", None, "314", "202"),
    ("GET of 100,000 counters, ms", None, "456", "1,102"),
    ("memory of a counter series, bytes", "834", "1,008", "464"),
    ("memory of a histogram series, bytes", None, "1,843", "17,026"),
]


TARGETS = """
What the project set itself. Ratios are within this run; nanoseconds and milliseconds were set for a
quiet machine with two Zen 3 processors at 3 GHz.
"""


def entrants_text(results):
    have = [f"{name} {about['version']}" + (f" ({about['with']})" if "with" in about else "")
            for name, about in results.entrants.items()
            if "version" in about and name != "limits"]
    missing = [f"{name} is left out: {about['why']}" for name, about in results.entrants.items()
               if "why" in about]
    return "Entrants, the rivals as Debian and npm have them: " + "; ".join(have) + ". " + "".join(f"{text}. " for text in missing)


def asked(results):
    """The questions that these results have figures for."""
    return {name: module for name, module in questions.all_questions().items()
            if results.under(name + "/")}


def sections(results, page):
    for name, module in asked(results).items():
        seen = results.seen_from(name)
        page.heading(module.TITLE)
        if name in results.apart:
            page.text(machine.apart(seen.machine, results.machine, seen.settings))
        module.report(seen, page)


def other_machine(name, results, plots):
    page = Page(plots, plot_prefix=name + "-", level=3)
    page.lines += [f"## On another machine: {results.machine['cpus']} processors", ""]
    page.text(machine.sentence(results.machine) + f" {results.settings['rounds']} rounds. "
              + entrants_text(results))
    glance.write(results, page)
    page.targets([target for question, module in asked(results).items()
                  for target in module.targets(results.seen_from(question))
                  if target.value is not None and target.relative])
    sections(results, page)
    return page


def write(results, others, plots, soaked=None):
    """soaked: the file of the last published run of tools/soak, for a page that is published."""
    page = Page(plots)
    page.lines += ["# Benchmarks", ""]
    page.text("Written by `tools/bench`; do not edit. Run it to get the same page for your machine.")
    glance.write(results, page)
    page.heading("Machine and method")
    page.text(machine.sentence(results.machine))
    page.text(METHOD.format(**results.settings))
    page.text(core.sentence(results))
    page.text(entrants_text(results))
    page.text(ANCHORS)
    page.table(["anchors", *ANCHORED], ANCHOR)
    for key, why in results.failed.items():
        page.text(f"**Failed, and left out**: {key}: {why}")
    if results.settings.get("quick"):
        page.text("**A quick run: it shows that everything works, and its figures mean little.**")
    page.heading("Targets")
    page.text(TARGETS)
    page.targets([target for name, module in asked(results).items()
                  for target in module.targets(results.seen_from(name))])
    sections(results, page)
    if soaked:
        soak.write(page, soaked)
    for name, other in others.items():
        page.include(other_machine(name, other, plots))
    return str(page)
