#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""quipu contend run: the program stays as it is: streams, exit status, signals, environment; what
its processes wrote is reported and saved; and what cannot be profiled is said to be so."""
import argparse
import json
import os
import pathlib
import pty
import shutil
import signal
import stat
import subprocess
import sys
import tempfile

import runs
from quipu import LIMIT, Failure, check, contend, environment, said
from runs import process, run, site, write

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "e2e"))
from children import Deadline  # noqa: E402

PRETEND = HERE / "pretend.py"
SECONDS = 240


class Tester:
    def __init__(self, arguments, folder):
        self.quipu, self.cc, self.folder = arguments.quipu, arguments.cc, folder
        self.temporary = folder / "tmp"
        self.temporary.mkdir()
        self.variables = {"QUIPU_CONTEND_LIBRARY": arguments.library,
                          "TMPDIR": str(self.temporary)}
        self.deadline = Deadline(SECONDS)
        write(folder / "one.json", run(process([site("mutex", [(0, 5)], [10**9], lock="a")])))
        write(folder / "two.json", run(process([site("mutex", [(0, 5)], [10**9] * 2, lock="a")],
                                               pid=2**22, state="running")))

    def contend(self, *arguments, **variables):
        answer = contend(self.quipu, "run", *arguments, **{**self.variables, **variables})
        check(not list(self.temporary.iterdir()), "something is left in the temporary folder")
        return answer

    def pretend(self, *actions, options=(), **variables):
        return self.contend(*options, "--", PRETEND, self.folder, *actions, **variables)

    def popen(self, *actions, **options):
        return subprocess.Popen(
            [self.quipu, "contend", "run", "--", PRETEND, self.folder, *actions],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=environment(**self.variables), **options)


# --- the program as it is -------------------------------------------------------------------------

def streams(tester):
    status, out, err = tester.pretend("out:said", "err:cried", "give:one.json")
    check(status == 0 and out == "said\n", (status, out, err))
    check(err.startswith("cried\nquipu contend  server --port 0\n"), err)
    check("Threads waited most for locks: 1s, of which 100.0% at server+0x5." in err, err)


def statuses(tester):
    for status in 0, 1, 3, 125, 255:
        got, _, err = tester.pretend("give:one.json", f"exit:{status}")
        check(got == status and "WAITING FOR LOCKS" in err, (got, status, err))
    for number in signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV:
        got, _, err = tester.pretend("give:one.json", f"kill:{int(number)}")
        check(got == 128 + number and "WAITING FOR LOCKS" in err, (got, number, err))
    for name, wanted, words in (("not-there", 127, "not-there: No such file"),
                                ("./not-there", 127, "No such file"),
                                (str(tester.folder / "one.json"), 126, "Permission denied"),
                                (str(tester.folder), 126, "Permission denied")):
        got, out, err = tester.contend("--", name)
        check(got == wanted and words in err and not out, (name, got, err))
    orphan = tester.folder / "orphan"
    orphan.write_text("#!/not/there\n")
    orphan.chmod(0o755)
    got, _, err = tester.contend("--", orphan)
    check(got == 127 and err == f"quipu contend run: {orphan}: No such file or directory\n", err)


def env(tester):
    library = os.path.realpath(tester.variables["QUIPU_CONTEND_LIBRARY"])
    _, out, _ = tester.pretend("env:LD_PRELOAD", "env:QUIPU_CONTEND_STACKS", "give:one.json")
    check(out == f"{library}\nNone\n", out)
    other = shutil.copy(library, tester.folder / "other.so")
    _, out, _ = tester.pretend("env:LD_PRELOAD", "env:QUIPU_CONTEND_STACKS", "env:MINE",
                               "env:QUIPU_CONTEND_LISTEN", "give:one.json", MINE="5",
                               LD_PRELOAD=str(other), ASAN_OPTIONS="verify_asan_link_order=0",
                               options=["--stacks", "--listen", "[::1]:0"])
    check(out == f"{library}:{other}\n1\n5\n[::1]:0\n", out)
    _, out, _ = tester.pretend("env:QUIPU_CONTEND_OFF", "env:QUIPU_CONTEND_LISTEN",
                               "give:one.json", QUIPU_CONTEND_OFF="1", QUIPU_CONTEND_LISTEN="x")
    check(out == "None\nNone\n", out)
    status, _, err = tester.pretend(QUIPU_CONTEND_LIBRARY="/not/there.so")
    check(status == 125 and "QUIPU_CONTEND_LIBRARY: /not/there.so: no such file" in err, err)


# --- signals --------------------------------------------------------------------------------------

def signals(tester):
    """One that the tool is sent reaches the program, once."""
    came = tester.folder / "came"
    came.unlink(missing_ok=True)
    with tester.popen("give:one.json", "signal:came", "exit:9") as tool:
        tester.deadline.until("the program", came.exists)
        for i, name in enumerate(("SIGINT", "SIGHUP", "SIGUSR1", "SIGQUIT", "SIGTERM")):
            tool.send_signal(getattr(signal, name))
            tester.deadline.until(name, lambda: len(came.read_text().split()) == i + 2)
        _, err = tool.communicate(timeout=LIMIT)
        check(tool.returncode == 9 and "WAITING FOR LOCKS" in err, err)
    check(came.read_text().split() == ["ready", "SIGINT", "SIGHUP", "SIGUSR1", "SIGQUIT",
                                       "SIGTERM"], came.read_text())


def state(process):
    return pathlib.Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]


def terminal(tester):
    """The terminal's own interrupt reaches both, and the program hears it once."""
    came = tester.folder / "came"
    came.unlink(missing_ok=True)
    child, ours = pty.fork()
    if child == 0:
        os.execve(tester.quipu, [tester.quipu, "contend", "run", "--", str(PRETEND),
                                 str(tester.folder), "give:one.json", "signal:came"],
                  environment(**tester.variables))
    tester.deadline.until("the program", came.exists)
    os.kill(child, signal.SIGSTOP)  # so that one that it passes on would be a second one
    tester.deadline.until("the stop", lambda: state(child) == "T")
    os.write(ours, b"\x03")
    tester.deadline.until("the interrupt", lambda: "SIGINT" in came.read_text())
    os.kill(child, signal.SIGTERM)
    os.kill(child, signal.SIGCONT)
    text = b""
    try:
        while more := os.read(ours, 65536):
            text += more
    except OSError:
        pass  # the terminal has nobody on it any more
    _, status = os.waitpid(child, 0)
    os.close(ours)
    check(os.waitstatus_to_exitcode(status) == 0 and b"\x1b[0;1mWAITING" in text, text)
    check(came.read_text().split() == ["ready", "SIGINT", "SIGTERM"], came.read_text())


# --- what comes out -------------------------------------------------------------------------------

def saves(tester):
    path = tester.folder / "saved.json"
    status, _, err = tester.pretend("give:one.json", "give:two.json", "exit:4",
                                    options=["--save", path])
    made = json.loads(path.read_text())
    check(status == 4 and len(made["processes"]) == 2, (status, err))
    check(made["processes"][0]["sites"] == json.loads(
        (tester.folder / "one.json").read_text())["processes"][0]["sites"], made)
    check([each["state"] for each in made["processes"]] == ["ended", "killed"], made)
    check("1 process was killed" in err and "2 processes" in err, err)
    check(said(tester.quipu, "report", "--no-names", path)
          == err.partition("No lines for some places: ")[0], err)
    status, out, err = tester.pretend("out:no", options=["--save", "/not/there/x.json"])
    check(status == 125 and not out and "--save /not/there/x.json: No such file" in err, err)
    check(not [name for name in tester.folder.iterdir() if name.name.startswith("saved.json.")],
          "a half file is left")


def nobody_listens(tester):
    """Whoever should hear the report may be gone: the run is saved, and nothing is left."""
    path = tester.folder / "unheard.json"
    ours, its = os.pipe()
    os.close(ours)
    answer = subprocess.run([tester.quipu, "contend", "run", "--save", path, "--", PRETEND,
                             tester.folder, "give:one.json"], stdin=subprocess.DEVNULL, stderr=its,
                            env=environment(**tester.variables), timeout=LIMIT)
    os.close(its)
    check(answer.returncode in (125, -signal.SIGPIPE), answer)
    check(len(json.loads(path.read_text())["processes"]) == 1, path.read_text())
    check(not list(tester.temporary.iterdir()), "something is left in the temporary folder")


def forms(tester):
    status, out, err = tester.pretend("out:mine", "give:one.json", options=["--json"])
    check(json.loads(err)["totals"]["locks_ns"] == 10**9 and out == "mine\n", err)
    target = tester.folder / "report"
    status, out, err = tester.pretend("give:one.json", "give:two.json", "exit:2",
                                      options=["--folded", "--output", target])
    check(status == 2 and not out and not err, err)
    check(target.read_text() == "server;server+0x5;[mutex a] 3000000\n", target.read_text())


def listens(tester):
    """Where, as soon as the program says so; or why not."""
    write(tester.folder / "listening.json", run(process([site("mutex", [(0, 5)], [5])],
                                                        listen="127.0.0.1:49999")))
    command = [tester.quipu, "contend", "run", "--listen", "127.0.0.1:0", "--", PRETEND,
               tester.folder, "give:listening.json", "wait:go"]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                          env=environment(**tester.variables)) as tool:
        line = tool.stderr.readline()
        check(line == "quipu contend run: live page http://127.0.0.1:49999/, metrics "
              "http://127.0.0.1:49999/metrics\n", line)
        (tester.folder / "go").touch()
        check("WAITING FOR LOCKS" in tool.stderr.read(), "no report")
    check(tool.returncode == 0, tool.returncode)
    write(tester.folder / "deaf.json", run(process([site("mutex", [(0, 5)], [5])],
                                                   listen_error="port 1: Permission denied")))
    _, _, err = tester.pretend("give:deaf.json", options=["--listen", "127.0.0.1:1"])
    check("--listen: port 1: Permission denied" in err, err)


def broken_file(tester):
    """A process that wrote nonsense does not take the others' reports away."""
    write(tester.folder / "bad.json", '{"quipu_contend": 1, "processes": [5]}')
    status, _, err = tester.pretend("give:bad.json", "give:one.json", "exit:3")
    check(status == 3 and "bad-0.json:1:36: no object" in err and "WAITING FOR LOCKS" in err, err)


# --- what cannot be profiled ----------------------------------------------------------------------

def compiled(tester, name, *flags):
    """A program of one line; None where this compiler cannot make such a one."""
    source, program = tester.folder / f"{name}.c", tester.folder / name
    source.write_text("int main(void) { return 3; }\n")
    made = subprocess.run([tester.cc, *flags, "-o", program, source], capture_output=True)
    return program if made.returncode == 0 else None


def unseen(tester, program, words, *options):
    status, out, err = tester.contend(*options, "--", program)
    check(status == 125 and not out, (program, status, out, err))
    check(f"{program}: it cannot be profiled: " in err and words in err, (words, err))


def blind(tester):
    static = compiled(tester, "static", "-static")
    if static:
        unseen(tester, static, "it is linked statically")
        status, _, err = tester.contend("--anyway", "--", static)
        check(status == 125 and "NOTHING WAS SEEN" in err and "linked statically" in err, err)
        script = tester.folder / "script"
        script.write_text(f"#!{static} -x\n")
        script.chmod(0o755)
        unseen(tester, script, f"{static}: it is linked statically")
        unseen(tester, script, "--wrap")
    for name in "address", "thread":
        program = compiled(tester, name, f"-fsanitize={name}")
        if program:
            unseen(tester, program, f"{name.title()}Sanitizer")
    shared = compiled(tester, "plain")
    if os.getuid() == 0 and shared:
        os.chown(shared, 65534, 65534)
        shared.chmod(0o4755)
        unseen(tester, shared, "setuid")
        shared.chmod(0o755)


def patched(tester, name, offset, data):
    """The program with other bytes in its header."""
    image = bytearray((tester.folder / "plain").read_bytes())
    image[offset:offset + len(data)] = data
    path = tester.folder / name
    path.write_bytes(image)
    path.chmod(0o755)
    return path


def foreign(tester):
    """Files of other machines and C libraries, and broken ones, which the system refuses itself."""
    program = compiled(tester, "plain")
    image = program.read_bytes()
    unseen(tester, patched(tester, "sparc", 18, (43).to_bytes(2, sys.byteorder)),
           "it is a program for another machine")
    loader = image.find(b"/ld-linux")
    if loader > 0:
        unseen(tester, patched(tester, "musl", loader, b"/ld-musl-x\0"), "ld-musl-x")
    for offset, data in (32, b"\xff" * 8), (54, b"\0\0"), (56, b"\xff\xff"):
        status, _, err = tester.contend("--anyway", "--", patched(tester, "odd", offset, data))
        check(status in (125, 126, 128 + signal.SIGSEGV), (offset, status, err))
    short = tester.folder / "short"
    for length in 1, 5, 63, 64, 100, 700:
        short.write_bytes(image[:length])
        short.chmod(0o755)
        check(tester.contend("--anyway", "--", short)[0] in (125, 126, 127), length)


def not_seen(tester):
    """The program went well, and nothing came of it: said aloud, and told by the status."""
    status, out, err = tester.pretend("out:fine")
    check(status == 125 and out == "fine\n" and "NOTHING WAS SEEN" in err, err)
    check("The library was not loaded, or could not save" in err, err)
    early = {"calls": {"mutex": 0}, "early": 5, "overflowed": 0, "capacity": 1024}
    write(tester.folder / "none.json", run(process([], outside=runs.outside(), totals=early)))
    status, _, err = tester.pretend("give:none.json")
    check(status == 125 and "not one call came to it" in err, err)
    status, _, err = tester.pretend(f"kill:{int(signal.SIGKILL)}")
    check(status == 125 and "It was killed before it could save" in err, err)


def scripts(tester):
    """What runs a script is what is looked at."""
    for line in "#!/usr/bin/env python3", "#!/usr/bin/env -S python3 -u", "#! /bin/sh\nexit 5 #":
        script = tester.folder / "script"
        script.write_text(f"{line}\nraise SystemExit(5)\n")
        script.chmod(0o755)
        status, _, err = tester.contend("--", script)
        check(status == 125 and "NOTHING WAS SEEN" in err and "cannot be" not in err, err)
    loop = tester.folder / "loop"
    loop.write_text(f"#!{loop}\n")
    loop.chmod(0o755)
    check(tester.contend("--", loop)[0] in (125, 126), "a script that is run by itself")
    status, _, err = tester.contend("--", "true", PATH="/not/there:/usr/bin:/bin")
    check(status == 125 and "NOTHING WAS SEEN" in err, err)


def usage(tester):
    for arguments, words in (((), "which one?"), (("--bogus", "true"), "--bogus: no such option"),
                             (("--live", "--", PRETEND, tester.folder), "no terminal")):
        status, _, err = tester.contend(*arguments)
        check(status == 125 and words in err, (arguments, err))
    status, out, _ = tester.pretend("out:--json", "give:one.json")
    check(status == 0 and out == "--json\n", "options after the program are its own")
    status, _, err = tester.pretend(TMPDIR="/not/there")
    check(status == 125 and "the temporary folder: No such file" in err, err)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--quipu", required=True)
    parser.add_argument("--library", required=True)
    parser.add_argument("--cc", default=shutil.which("cc"))
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        tester = Tester(arguments, pathlib.Path(folder))
        os.chmod(folder, stat.S_IRWXU | stat.S_IRGRP | stat.S_IXGRP | stat.S_IROTH | stat.S_IXOTH)
        for test in (streams, statuses, env, signals, terminal, saves,
                     nobody_listens, forms, listens, broken_file, blind, foreign, not_seen,
                     scripts, usage):
            test(tester)


try:
    main()
except Failure as failure:
    sys.exit(f"FAILED: {failure}")
