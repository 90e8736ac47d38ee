#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""quipu top in a real terminal: a tmux server of its own, which dies with this test, is given
keys and asked what it shows."""
import argparse
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile

from target import Target, environment

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
from children import Child, Deadline, Failure, check  # noqa: E402

SECONDS = 240
INTERVAL = "0.2"


def exposition(n):
    """Counters of ten and of one, a histogram of two series, a gauge; n grows."""
    buckets = "".join(f'wait_seconds_bucket{{q="{q}",le="{le}"}} {n * share}\n'
                      for q in "ab" for le, share in (("1", 1), ("2", 2), ("+Inf", 2)))
    sums = "".join(f'wait_seconds_sum{{q="{q}"}} {n}\nwait_seconds_count{{q="{q}"}} {n * 2}\n'
                   for q in "ab")
    return ("# HELP aaa_total Quick.\n# TYPE aaa_total counter\naaa_total 5\n"
            "# TYPE jobs_total counter\n"
            + "".join(f'jobs_total{{kind="k{i}",zone="{i % 2}"}} {n * 100}\n' for i in range(10))
            + "# TYPE wait_seconds histogram\n" + buckets + sums
            + "# TYPE zzz_bytes gauge\nzzz_bytes 2048\n")


GROWING = [exposition(n) for n in range(1, 5000)]


class Tmux(Child):
    """A server in the foreground: it ends when this test ends, however that is."""

    def __init__(self, folder, deadline):
        self.socket = os.path.join(folder, "tmux")
        super().__init__("tmux", ["tmux", "-D", "-u", "-S", self.socket, "-f", "/dev/null"],
                         deadline, env=environment("C.UTF-8", TERM="screen-256color"))
        deadline.until("tmux", lambda: os.path.exists(self.socket)
                       and self.ask("set", "-g", "remain-on-exit", "on") is not None)
        self.ask("set", "-g", "default-terminal", "screen-256color")

    def ask(self, *command):
        """What a command of tmux says, or None where it fails."""
        answer = subprocess.run(["tmux", "-u", "-S", self.socket, *command], capture_output=True,
                                text=True, timeout=60, stdin=subprocess.DEVNULL,
                                env=environment("C.UTF-8", TERM="screen-256color"))
        return answer.stdout if answer.returncode == 0 else None

    def file(self, name):
        """The path of a file that goes with the server."""
        return os.path.join(os.path.dirname(self.socket), name)

    def __exit__(self, *of_what):
        self.ask("kill-server")
        super().__exit__(*of_what)


class Screen:
    """quipu top in a window of its own; status: a file for its exit status, which a shell around it
    writes: tmux itself does not always tell."""

    def __init__(self, tmux, quipu, *arguments, size=(100, 30), locale="C.UTF-8", env=(),
                 status=None, **variables):
        self.tmux, self.deadline, self.status = tmux, tmux.deadline, status
        values = [f"{name}={value}" for name, value in {"LC_ALL": locale, **variables}.items()]
        shell = ["sh", "-c", '"$@"; echo $? >"$0"', status] if status else []
        said = tmux.ask("new-session", "-d", "-P", "-F", "#{session_id}", "-x", str(size[0]), "-y",
                        str(size[1]), *shell, "env", "-u", "NO_COLOR", *env, *values, quipu, "top",
                        "--interval", INTERVAL, *arguments)
        check(said, "tmux has no new session")
        self.name = said.strip()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.tmux.ask("kill-session", "-t", self.name)

    def text(self, *options):
        return self.tmux.ask("capture-pane", "-p", *options, "-t", self.name) or ""

    def says(self, what):
        return (self.tmux.ask("display-message", "-p", "-t", self.name, what) or "").strip()

    def keys(self, *keys):
        self.tmux.ask("send-keys", "-t", self.name, *keys)

    def until(self, *patterns, absent=()):
        """The screen, once all patterns are on it and nothing of what is absent."""
        def ready():
            text = self.text()
            return (all(re.search(pattern, text, re.M) for pattern in patterns)
                    and not any(re.search(pattern, text, re.M) for pattern in absent) and text)
        try:
            return self.deadline.until(f"{patterns} without {absent}", ready, 0.2)
        except Failure as failure:
            raise Failure(f"{failure}:\n{self.text()}") from None

    def ended(self):
        """The exit status."""
        def said():
            status = pathlib.Path(self.status)
            return status.exists() and status.read_text().strip()
        return self.deadline.until("quipu top to end", said)


# --- looking ---------------------------------------------------------------------------------------

def looks(tmux, quipu):
    with Target(*GROWING) as target, \
            Screen(tmux, quipu, target.url, status=tmux.file("looks")) as screen:
        text = screen.until(r"^up  in \S+  14 series  4 families", r"^jobs_total +counter +10 ",
                            r"^wait_seconds +histogram +2 ", r"^zzz_bytes +gauge +1 +2KiB",
                            "▁|█")
        check(text.startswith("quipu top  " + target.url), text)
        check("q quit" in text.splitlines()[29], text)
        search(screen)
        sort(screen)
        cardinality(screen)
        help_and_back(screen)
        resize(tmux, screen)
        screen.keys("q")
        check(screen.ended() == "0", screen.text())
        screen.deadline.until("the terminal to be as it was before",
                              lambda: "jobs_total" not in screen.text())


def search(screen):
    screen.keys("/")
    screen.keys("-l", "wait")
    text = screen.until(r"^/wait█ +1 found", r"^wait_seconds", absent=["^jobs_total"])
    screen.keys("Enter")
    screen.until(r"^/wait +1 found +Enter open")
    screen.keys("Enter")
    text = screen.until(r"^wait_seconds +histogram, 2 series", r"p50 1s +p95 1.90s +p99 1.98s",
                        r'^q="a" .* 1s +1.90s +1.98s', r'^q="b" ', r"<= 2s +.*█")
    check(text.index('q="a"') < text.index('q="b"'), text)
    screen.keys("Escape")
    screen.until(r"^/wait +1 found")
    screen.keys("Escape")
    screen.until("^jobs_total", "^aaa_total", absent=["found"])


def sort(screen):
    text = screen.until("sort:name")
    check(text.index("aaa_total") < text.index("jobs_total"), text)
    screen.keys("s")
    text = screen.until("sort:rate", r"▼RATE/s")
    check(text.index("jobs_total") < text.index("wait_seconds") < text.index("aaa_total"), text)
    screen.keys("r")
    screen.until(r"▲RATE/s", r"(?s)aaa_total.*jobs_total")
    screen.keys("s", "s", "s")
    screen.until("sort:name")


def cardinality(screen):
    screen.keys("c")
    text = screen.until(r"^wait_seconds .* q +2$", r"^jobs_total .* kind +10$")
    check(text.index("jobs_total") < text.index("aaa_total"), text)
    screen.keys("Down", "Up", "Enter")
    screen.until(r"^jobs_total +counter, 10 series", r'^kind +10 +10 +"k0" in 1',
                 r'^zone +2 +10 +"0" in 5, "1" in 5')
    screen.keys("Escape", "Escape")
    screen.until("^FAMILY", r"sort:name")


def help_and_back(screen):
    screen.keys("?")
    screen.until("PgUp PgDn", "histogram_quantile")
    screen.keys("Escape")
    screen.until("^zzz_bytes")


def resize(tmux, screen):
    for width, height in (80, 24), (160, 50), (30, 6), (100, 30):
        tmux.ask("resize-window", "-t", screen.name, "-x", str(width), "-y", str(height))
        screen.deadline.until(f"{width}x{height}", lambda: (
            lambda lines: len(lines) == height and "Enter open" in lines[-1]
            and lines[0].startswith("quipu top"))(screen.text().splitlines()))


# --- the target's ups and downs ------------------------------------------------------------------------

def down_and_up(tmux, quipu):
    with Target(*GROWING) as target, Screen(tmux, quipu, target.url) as screen:
        screen.until("^up ", "^jobs_total .*k ")
        target.down()
        text = screen.until("^DOWN  Connection refused  values are", "^jobs_total")
        screen.keys("?")
        screen.until("PgUp PgDn", "^DOWN")
        screen.keys("Escape")
        target.up()
        screen.until("^up ", "^jobs_total", absent=["DOWN"])
        target.status = 503
        screen.until("^DOWN  status 503")
        target.status = 200
        screen.until("^up ")
        check("jobs_total" in text, text)


def late_start(tmux, quipu):
    with Target(*GROWING) as target:
        target.down()
        with Screen(tmux, quipu, target.url) as screen:
            screen.until("^DOWN  Connection refused", absent=["values"])
            target.up()
            screen.until("^up ", "^jobs_total")


def stuck(tmux, quipu):
    """A server that takes the question and says nothing stops neither the keys nor the end. On a
    busy machine the question may be given up before anybody looks: then once more."""
    with Target(*GROWING) as target, \
            Screen(tmux, quipu, target.url, status=tmux.file("stuck")) as screen:
        text = ""
        while "no answer for" not in text:
            target.stuck.clear()
            screen.until("^up ", "^jobs_total", absent=["no answer for"])
            target.stuck.set()
            text = screen.until("no answer for|^DOWN  Connection timed out")
        screen.keys("?")
        screen.until("PgUp PgDn")
        screen.keys("q")
        check(screen.ended() == "0", screen.text())


# --- terminals -----------------------------------------------------------------------------------------

def colours(tmux, quipu):
    coloured = r"\x1b\[[0-9;]*3[1-7][;m]"
    with Target(*GROWING) as target:
        with Screen(tmux, quipu, target.url) as screen:
            screen.until("^zzz_bytes")
            check(re.search(coloured, screen.text("-e")), screen.text("-e"))
        with Screen(tmux, quipu, target.url, NO_COLOR="1") as screen:
            screen.until("^zzz_bytes")
            text = screen.text("-e")
            check("\x1b[" in text and not re.search(coloured, text), text)
        with Screen(tmux, quipu, target.url, TERM="vt100") as screen:
            screen.until("^zzz_bytes")


def ascii_only(tmux, quipu):
    with Target(*GROWING) as target, Screen(tmux, quipu, target.url, locale="C") as screen:
        text = screen.until("^jobs_total .*[#*]", "FAMILY\\^")
        check(text.isascii(), text)
        screen.keys("Down", "Down", "Enter")
        check(screen.until("^wait_seconds  histogram", "<= 2s .*#").isascii(), screen.text())


def no_terminal(_, quipu):
    """Without tmux, which may lose what a program says that ends at once. ncurses keeps what it had
    begun for such a terminal: no leak of ours."""
    for name in "dumb", "no-such-terminal":
        ours, its = os.openpty()
        answer = subprocess.run([quipu, "top", "http://127.0.0.1:1"], stdin=its, stdout=its,
                                stderr=subprocess.PIPE, text=True, timeout=60,
                                env=environment("C.UTF-8", TERM=name,
                                                LSAN_OPTIONS="detect_leaks=0"))
        os.close(ours)
        os.close(its)
        check(answer.returncode == 1 and "quipu top: TERM names" in answer.stderr, answer)


def hostile(tmux, quipu):
    body = ("# HELP evil \x1b]2;owned\x07\x1b[2J\n# TYPE evil gauge\n"
            "evil{l=\"\x1b[31m\u009b2J\u202ee\u0301漢\"} 1\n")
    with Target(body) as target, Screen(tmux, quipu, target.url, size=(160, 30)) as screen:
        screen.until(r"^evil +gauge .*\\x1b]2;owned\\x07\\x1b\[2J")
        screen.keys("Enter")
        screen.until(r'^l="\\x1b\[31m\\u\{9b\}2J\\u\{202e\}e\\u\{301\}漢" ')
        check(screen.says("#{pane_title}") != "owned", "the title was set")


def terminal_gone(tmux, quipu):
    """Also where the signal that tells so is ignored."""
    for env in [], ["--ignore-signal=HUP"]:
        with Target(*GROWING) as target:
            with Screen(tmux, quipu, target.url, env=env) as screen:
                screen.until("^up ")
                process = int(screen.says("#{pane_pid}"))
                check(alive(process), process)
            try:
                tmux.deadline.until("the end without a terminal", lambda: not alive(process))
            finally:
                if alive(process):
                    os.kill(process, signal.SIGKILL)


def alive(process):
    return os.path.exists(f"/proc/{process}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--quipu", required=True)
    quipu = parser.parse_args().quipu
    if not shutil.which("tmux"):
        print("no tmux (Debian: tmux)")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as folder, Tmux(folder, Deadline(SECONDS)) as tmux:
        for test in (looks, down_and_up, late_start, stuck, colours, ascii_only, no_terminal,
                     hostile, terminal_gone):
            test(tmux, quipu)


try:
    main()
except Failure as failure:
    sys.exit(f"FAILED: {failure}")
