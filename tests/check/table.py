# SPDX-License-Identifier: MIT
"""What the tables of expositions are made of, and how quipu check is run on one of them."""
import random
import re
import subprocess

LIMIT = 30  # seconds that any program here may take


class Case:
    """One exposition and what must be said about it.

    found: one "LINE:COLUMN text" for each error, in order ("+OFFSET text" in protobuf); the text
    is a part of the message. advice: the lint lines, all of them, where there are no errors.
    other: what the reader compared with says, where that differs from us, and why: a pair.
    """

    def __init__(self, name, data, *found, advice=(), other=None):
        self.name = name
        self.data = data.encode() if isinstance(data, str) else data
        self.found = found
        self.advice = list(advice)
        self.other = other
        self.status = 1 if found else 3 if advice else 0


class Answer:
    def __init__(self, completed):
        self.status = completed.returncode
        self.out = completed.stdout.decode(errors="replace")
        self.err = completed.stderr.decode(errors="replace")
        lines = self.err.splitlines()
        self.errors = [line for line in lines if ": error: " in line]
        self.advice = [line for line in lines if ": error: " not in line]


def run(program, *arguments, data=b""):
    return Answer(subprocess.run([program, *arguments], input=data, timeout=LIMIT,
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE))


TELLING = b' \t\n\r{}=,"\\#0123456789.-+eE_:abNIxle\0\xff'


def change_bytes(source, data):
    at = source.randrange(len(data))
    what = source.random()
    if what < 0.4:
        data[at] = source.choice(TELLING)
    elif what < 0.7:
        data[at:at] = bytes([source.choice(TELLING)])
    else:
        del data[at:at + source.randint(1, 4)]


def change_lines(source, data):
    lines = bytes(data).split(b"\n")
    one, other = source.randrange(len(lines)), source.randrange(len(lines))
    what = source.random()
    if what < 0.4:
        lines[one], lines[other] = lines[other], lines[one]
    elif what < 0.7:
        lines.insert(other, lines[one])
    else:
        del lines[one]
    data[:] = b"\n".join(lines)


def changed(seed, cases, count):
    """Expositions of the cases that have one thing to three changed in them, by chance."""
    source = random.Random(seed)
    for _ in range(count):
        data = bytearray(source.choice(cases).data)
        for _ in range(source.randint(1, 3)):
            if data:
                source.choice([change_bytes, change_lines])(source, data)
        yield bytes(data)


def place_and_text(line):
    return re.fullmatch(r"stdin:(\d+:\d+|\+\d+): error: (.*)", line).groups()


def mistakes(case, answer):
    """Where the answer is not what the case says."""
    if answer.status != case.status:
        yield f"status {answer.status}, not {case.status}"
    if len(answer.errors) != len(case.found):
        yield f"{len(answer.errors)} errors, not {len(case.found)}"
    for line, wanted in zip(answer.errors, case.found):
        place, text = place_and_text(line)
        wanted_place, _, wanted_text = wanted.partition(" ")
        if place != wanted_place or wanted_text not in text:
            yield f"not {wanted!r}"
    if not case.found and answer.advice != case.advice:
        yield f"advice {answer.advice}, not {case.advice}"


def failures(program, table, file_format):
    """Runs all of a table; how many cases fail."""
    failed = 0
    for case in table:
        answer = run(program, "check", "--format", file_format, "-", data=case.data)
        wrong = list(mistakes(case, answer))
        if wrong:
            failed += 1
            print(f"FAIL {file_format} {case.name}: {'; '.join(wrong)}\n{answer.err}")
    print(f"{len(table) - failed} of {len(table)} {file_format} expositions as expected")
    return failed + (not table)
