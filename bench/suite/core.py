# SPDX-License-Identifier: MIT
"""Whether the processors were ours: adds in a cycle, seen before and after samples of programs in C
(programs/core_own.h). A core's other hardware thread, where it works for somebody else, takes part of
them, and slows down what consists of many instructions, but not what waits for one."""
import statistics

TEXT = """
Beside {n} samples independent adds were counted: {middle:.1f} a cycle ({low:.1f} in the worst tenth of
them), where a core that is ours alone did {high:.1f}. {verdict}
"""
OURS = "So the machine was quiet."
SHARED = """So for most of the time somebody else ran on the other hardware threads of these cores: what is many
instructions long, as an observation, a look-up or a text, takes up to twice its time then, and what
waits for one word, as a `lock xadd`, takes its usual one."""


def seen(results):
    """All the samples, ascending."""
    return sorted(sample for key, figure in results.figures.items()
                  if key.endswith("/core") for sample in figure.samples)


def sentence(results):
    """For the page; empty where nothing was counted."""
    samples = seen(results)
    if len(samples) < 20:
        return ""
    # of each 50 the best may be a clock read that came late
    high, low = samples[-1 - len(samples) // 50], samples[len(samples) // 10]
    middle = statistics.median(samples)
    return TEXT.format(n=len(samples), middle=middle, low=low, high=high,
                       verdict=OURS if middle >= 0.95 * high else SHARED)
