# SPDX-License-Identifier: MIT
"""What others say is at an address: addr2line and llvm-symbolizer. Answers are lists of (function,
file, line), the innermost first; file without its folder, line 0 where none is known."""
import pathlib
import shutil
import subprocess

LLVM = shutil.which("llvm-symbolizer")


def pairs(lines):
    """From a line for the function and one for the place."""
    names = []
    for function, place in zip(lines[::2], lines[1::2]):
        file, line = place.split(" (discriminator")[0].split(":")[:2]
        known = line.isdigit()
        names.append((function if function != "??" else "",
                      pathlib.Path(file).name if known and int(line) else "",
                      int(line) if known else 0))
    return names


def ask(command, addresses):
    """Their answers have an address before them, or an empty line behind them."""
    typed = "".join(f"{address:#x}\n" for address in addresses)
    return subprocess.run([str(part) for part in command], input=typed, capture_output=True,
                          text=True, check=True).stdout.splitlines()


def addr2line(path, addresses):
    answers = []
    for line in ask(["addr2line", "-a", "-i", "-f", "-C", "-e", path], addresses):
        if line.startswith("0x"):
            answers.append([])
        else:
            answers[-1].append(line)
    return [pairs(lines) for lines in answers]


def llvm_symbolizer(path, addresses):
    answers, lines = [], []
    for line in ask([LLVM, "--output-style=GNU", "-a", "-i", "-f", "-C", f"--obj={path}"],
                    addresses):
        if line.startswith("0x"):
            answers.append([])
        elif line:
            answers[-1].append(line)
    return [pairs(lines) for lines in answers]
