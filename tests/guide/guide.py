# SPDX-License-Identifier: MIT
"""guide.py: what the tests of the guide share: an installed tree, a page's blocks, programs that serve."""
import difflib
import os
import pathlib
import re
import select
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
GUIDE = ROOT / "tools/guide"
SECONDS = 60  # for what takes a moment
LICENCE = "/* SPDX-License-Identifier: MIT */\n"


def fail(message):
    sys.exit(f"{pathlib.Path(sys.argv[0]).name}: {message}")


def install(build, prefix):
    """Installs a build and gives the environment of somebody who uses it."""
    done = subprocess.run(["cmake", "--install", build, "--prefix", prefix], text=True,
                          capture_output=True)
    if done.returncode:
        fail(f"the build cannot be installed:\n{done.stdout}{done.stderr}")
    libraries = next(pathlib.Path(prefix).rglob("libquipu.so")).parent
    return dict(os.environ, PKG_CONFIG_PATH=str(libraries / "pkgconfig"),
                LD_LIBRARY_PATH=str(libraries), LC_ALL="C.UTF-8",
                QUIPU_HTTP_LISTEN="127.0.0.1:0",
                PATH=f"{prefix}/bin:{os.environ['PATH']}")


def blocks(page):
    """[(words after the fence, text)]"""
    found = re.findall(r"^```([^\n]+)\n(.*?)^```$", (GUIDE / page).read_text(), re.M | re.S)
    return [(words.split(), text) for words, text in found]


def source(name):
    """A file of the guide as its page shows it: without the licence."""
    return (GUIDE / name).read_text().replace(LICENCE, "", 1)


def difference(before, after):
    lines = difflib.unified_diff(source(before).splitlines(), source(after).splitlines(), before,
                                 after, lineterm="", n=2)
    return "\n".join(lines) + "\n"


def write_files(page, folder):
    """Checks each block that is a file's text, or what changes in one, and writes the files as the
    page shows them."""
    for words, text in blocks(page):
        if words[0] == "diff":
            if text != difference(*words[1:]):
                fail(f"{page}: this is not the difference of {words[1]} and {words[2]}:\n{text}\n"
                     f"but\n{difference(*words[1:])}")
            text, words = source(words[2]), words[1:]
        elif len(words) != 2 or words[0] == "console":
            continue
        elif text != source(words[1]):
            fail(f"{page}: {words[1]} is not the file {GUIDE / words[1]}")
        target = folder / words[1]
        target.parent.mkdir(exist_ok=True)
        target.write_text(text)


def lines_of(stream, count):
    """The first lines that a program writes."""
    said = b""
    while said.count(b"\n") < count:
        if not select.select([stream], [], [], SECONDS)[0]:
            fail(f"not {count} lines after {SECONDS} s, only {said!r}")
        piece = os.read(stream.fileno(), 1)
        if not piece:
            fail(f"the program ended; it had said {said!r}")
        said += piece
    return said.decode()
