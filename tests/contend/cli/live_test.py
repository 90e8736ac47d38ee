#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""quipu contend run --live in a real terminal: a tmux server of its own."""
import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from quipu import Failure, check, environment
from runs import SECOND, process, run, site, write

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "e2e"))
import children  # noqa: E402
from children import Child, Deadline  # noqa: E402

PRETEND = HERE / "pretend.py"
SECONDS = 240


class Tmux(Child):
    """A server in the foreground: it ends when this test ends, however that is."""

    def __init__(self, folder, deadline):
        self.socket = os.path.join(folder, "tmux")
        super().__init__("tmux", ["tmux", "-D", "-u", "-S", self.socket, "-f", "/dev/null"],
                         deadline, env=environment(TERM="screen-256color"))
        deadline.until("tmux", lambda: os.path.exists(self.socket)
                       and self.ask("set", "-g", "remain-on-exit", "on") is not None)
        self.ask("set", "-g", "default-terminal", "screen-256color")

    def ask(self, *command):
        """What a command of tmux says, or None where it fails."""
        answer = subprocess.run(["tmux", "-u", "-S", self.socket, *command], capture_output=True,
                                text=True, timeout=60, stdin=subprocess.DEVNULL,
                                env=environment(TERM="screen-256color"))
        return answer.stdout if answer.returncode == 0 else None

    def __exit__(self, *of_what):
        self.ask("kill-server")
        super().__exit__(*of_what)


class Live:
    """A run in a window of its own; a shell around it writes its exit status."""

    def __init__(self, tmux, arguments, folder, *actions, size=(110, 30)):
        self.tmux, self.folder, self.status = tmux, folder, folder / "status"
        for name in "status", "go", "came":
            (folder / name).unlink(missing_ok=True)
        values = [f"QUIPU_CONTEND_LIBRARY={arguments.library}", f"TMPDIR={folder / 'tmp'}"]
        said = tmux.ask("new-session", "-d", "-P", "-F", "#{session_id}", "-x", str(size[0]), "-y",
                        str(size[1]), "sh", "-c", 'trap : INT; "$@"; echo $? >"$0"',
                        str(self.status), "env", "-u", "NO_COLOR", "LC_ALL=C.UTF-8", *values, arguments.quipu, "contend",
                        "run", "--live", "--", str(PRETEND), str(folder), *actions)
        check(said, "tmux has no new session")
        self.name = said.strip()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        (self.folder / "go").touch()
        self.tmux.ask("kill-session", "-t", self.name)

    def text(self, *options):
        return self.tmux.ask("capture-pane", "-p", *options, "-t", self.name) or ""

    def keys(self, *keys):
        self.tmux.ask("send-keys", "-t", self.name, *keys)

    def until(self, *patterns, absent=()):
        """The screen, once all patterns are on it and nothing of what is absent."""
        def ready():
            text = self.text()
            return (all(re.search(pattern, text, re.M) for pattern in patterns)
                    and not any(re.search(pattern, text, re.M) for pattern in absent) and text)
        try:
            return self.tmux.deadline.until(f"{patterns} without {absent}", ready, 0.2)
        except children.Failure as failure:
            raise Failure(f"{failure}:\n{self.text()}") from None

    def ended(self):
        """The exit status, and all that is on the screen and above it."""
        def said():
            return self.status.exists() and self.status.read_text().strip()
        try:
            status = self.tmux.deadline.until("the run to end", said, 0.2)
        except children.Failure as failure:
            raise Failure(f"{failure}:\n{self.text()}") from None
        return status, self.text("-S", "-200")


def saved(folder):
    ms = 10**6
    locks = [site("mutex", [(0, 0x10 * i + 1)], [i * ms], lock=f"lock {i:02}")
             for i in range(1, 41)]
    locks.append(site("mutex", [(0, 0x1001)], [ms] * 15, lock="often"))
    idle = [site("cond", [(0, 0x5000)], [5 * SECOND])]
    write(folder / "one.json", run(process(locks[:2] + idle)))
    write(folder / "many.json", run(process(locks + idle)))


def looks(tmux, arguments, folder):
    with Live(tmux, arguments, folder, "out:its word", "err:its cry", "give:one.json",
              "wait:more", "give:many.json", "wait:go", "exit:6") as live:
        text = live.until("^quipu contend  server", "lock 02", "lock 01", "q close this view",
                          absent=["its word", "its cry", "lock 03"])
        check(text.index("lock 02") < text.index("lock 01"), text)
        (folder / "more").touch()
        live.until("lock 40", "▼TOTAL")
        keys(live)
        colours(live)
        resize(tmux, live)
        (folder / "go").touch()
        status, text = live.ended()
        check(status == "6", text)
        check(text.index("its word") < text.index("its cry") < text.index("WAITING FOR LOCKS"),
              text)
        check("and 43 more" not in text and "lock 40" in text, text)
    check(not list((folder / "tmp").iterdir()), "something is left in the temporary folder")


def keys(live):
    live.keys("s")
    text = live.until("▼WAITS", "sort:waits")
    check(text.index("often") < text.index("lock 40"), text)
    live.keys("s", "s", "s")
    live.until("▼TOTAL", "sort:total")
    live.keys("Down", "Down")
    live.until("lock 38", absent=["lock 40"])
    live.keys("PageDown", "PageDown", "PageDown", "PageDown")
    live.until("lock 01", absent=["lock 30"])
    live.keys("Home")
    live.until("lock 40")
    live.keys("i")
    live.until("WAITING FOR WORK", r"cond +server\+0x5000", absent=["lock 40"])
    live.keys("o")
    live.until("SEEN FROM OUTSIDE", "24.7k voluntary", absent=["WAITING FOR WORK"])
    live.keys("Tab")
    live.until("lock 40", "WAITING FOR LOCKS")


def colours(live):
    text = live.text("-e")
    check(re.search(r"\x1b\[[0-9;]*3[1-7][;m]", text), text)


def resize(tmux, live):
    for width, height in (80, 24), (160, 50), (30, 6), (110, 30):
        tmux.ask("resize-window", "-t", live.name, "-x", str(width), "-y", str(height))
        tmux.deadline.until(f"{width}x{height}", lambda: (
            lambda lines: len(lines) == height and "l locks" in lines[-1]
            and lines[0].startswith("quipu contend"))(live.text().splitlines()))


def closed(tmux, arguments, folder):
    """q ends the view and not the program, whose words come when it is over."""
    with Live(tmux, arguments, folder, "give:one.json", "out:begun", "wait:go", "out:over",
              "touch:came", "exit:3") as live:
        live.until("lock 02")
        live.keys("q")
        live.until("^$", absent=["lock 02", "l locks"])
        check(not (folder / "status").exists(), "it is over")
        (folder / "go").touch()
        status, text = live.ended()
        check(status == "3" and (folder / "came").exists(), text)
        check(text.index("begun") < text.index("over") < text.index("WAITING FOR LOCKS"), text)


def interrupted(tmux, arguments, folder):
    """The terminal's interrupt is the program's, once, and the report comes."""
    with Live(tmux, arguments, folder, "give:one.json", "signal:came", "exit:2") as live:
        live.until("lock 02")
        tmux.deadline.until("the program", (folder / "came").exists)
        live.keys("C-c")
        tmux.deadline.until("the interrupt", lambda: "SIGINT" in (folder / "came").read_text())
        live.until("lock 02", "l locks")
        pane = int((tmux.ask("display-message", "-p", "-t", live.name, "#{pane_pid}")).strip())
        tool = int(pathlib.Path(f"/proc/{pane}/task/{pane}/children").read_text().split()[0])
        os.kill(tool, 15)
        status, text = live.ended()
        check(status == "2" and "WAITING FOR LOCKS" in text, text)
        check((folder / "came").read_text().split() == ["ready", "SIGINT", "SIGTERM"], text)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--quipu", required=True)
    parser.add_argument("--library", required=True)
    arguments = parser.parse_args()
    if not shutil.which("tmux"):
        print("no tmux (Debian: tmux)")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as name, Tmux(name, Deadline(SECONDS)) as tmux:
        folder = pathlib.Path(name) / "run"
        (folder / "tmp").mkdir(parents=True)
        saved(folder)
        for test in looks, closed, interrupted:
            test(tmux, arguments, folder)


try:
    main()
except (Failure, children.Failure) as failure:
    sys.exit(f"FAILED: {failure}")
