#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Programs of the distribution under the profiler: they work as ever and end as ever, and what is
said of them is what such a program has: its own locks, and its threads' waits for work."""
import argparse
import hashlib
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile

from recorded import Child, Recorder, check, main, plain, saved, total

REAL = pathlib.Path(__file__).resolve().parent / "real"
# not what may come first in the path: a shell script, or built by somebody else
PYTHON = "/usr/bin/python3"
NGINX = """
daemon off; master_process on; worker_processes 2; pid {folder}/pid; error_log {folder}/log;
{user}
thread_pool default threads=4 max_queue=65536;
events {{ worker_connections 256; }}
http {{
    access_log off; sendfile off; aio threads; directio 512; output_buffers 2 4k;
    client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
    uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
    server {{ listen unix:{folder}/http; root {folder}; }}
}}
"""


def needs(*programs):
    missing = [program for program in programs if not shutil.which(program)]
    if missing:
        print(f"skipped: {' and '.join(missing)} not here; tools/setup contend installs it")
    return not missing


def run_tool(*command, **options):
    answer = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False,
                            **options)
    check(answer.returncode == 0, f"{command}: {answer.stdout}{answer.stderr}")
    return answer.stdout


def end(child, number, folder, status=0):
    """Ends a server by a signal; what was saved of it."""
    child.signal(number)
    got = child.wait()
    check(got == status, f"{child.name}: status {got}\n{child.text()}")
    return saved(folder)


def has(processes, part, kind):
    return sum(total(process.in_object(part, kind), "waits") for process in processes)


def says(processes):
    return "\n".join(process.describe() for process in processes) or "nothing was saved"


def test_redis(arguments):
    if not needs("redis-server", "redis-benchmark", "redis-cli"):
        return
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as runs:
        socket = f"{folder}/redis"
        command = ["redis-server", "--port", "0", "--unixsocket", socket, "--io-threads", "3",
                   "--io-threads-do-reads", "yes", "--save", "", "--dir", folder]
        with arguments.recorder.start(command, runs) as server:
            arguments.recorder.deadline.until("redis", lambda: os.path.exists(socket))
            out = run_tool("redis-benchmark", "-s", socket, "-n", "20000", "-c", "20", "-P", "8",
                           "-t", "set,get", "-q")
            check("SET" in out and "GET" in out, out)
            run_tool("redis-cli", "-s", socket, "set", "key", "value")
            check(run_tool("redis-cli", "-s", socket, "get", "key") == "value\n", "another value")
            # the threads that free in the background wait for this
            for _ in range(3):
                run_tool("redis-cli", "-s", socket, "flushall", "async")
            processes = end(server, signal.SIGTERM, runs)
        check([process.state for process in processes] == ["ended"], says(processes))
        check(has(processes, "redis", "cond") > 0, says(processes))
        check(processes[0].totals["calls"]["mutex"] > 1000, f"{processes[0].totals}")
        allocator = processes[0].saved["outside"]["allocator"]
        check(allocator["name"] == "jemalloc" and any(mutex["ops"] for mutex in
                                                      allocator["mutexes"]), f"{allocator}")


def test_nginx(arguments):
    if not needs("nginx"):
        return
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as runs:
        config = pathlib.Path(folder) / "nginx.conf"
        # workers that become somebody else could not write where this user may
        user = "user root;" if os.geteuid() == 0 else ""
        config.write_text(NGINX.format(folder=folder, user=user), encoding="utf-8")
        body = os.urandom(200000)
        pathlib.Path(folder, "file").write_bytes(body)
        with arguments.recorder.start(["nginx", "-p", folder, "-c", str(config), "-e",
                                       f"{folder}/log"], runs) as server:
            arguments.recorder.deadline.until("nginx", lambda: os.path.exists(f"{folder}/http"))
            digest = hashlib.sha256(body).hexdigest()
            for _ in range(3):
                fetch_all(folder, digest)
            processes = end(server, signal.SIGQUIT, runs)
        check({process.state for process in processes} == {"ended"} and len(processes) >= 2,
              says(processes))
        check(has(processes, "nginx", "cond") > 10, says(processes))


def fetch_all(folder, digest):
    """The same file by many connections at once, whole each time."""
    run_tool("curl", "-sS", "--fail", "--unix-socket", f"{folder}/http", "-Z", "--parallel-max",
             "20", "-o", "got_#1", "http://localhost/file?[1-40]", cwd=folder)
    for got in pathlib.Path(folder).glob("got_*"):
        check(hashlib.sha256(got.read_bytes()).hexdigest() == digest, f"{got.name} is not the file")
        got.unlink()


def test_python(arguments):
    """By the command: the interpreter's own lock is a condition, the program's are semaphores."""
    command = [PYTHON, str(REAL / "locks.py")]
    status, out, _ = plain(command, arguments.recorder.deadline)
    run = arguments.recorder.run(command, status=9)
    check(status == 9 and run.out == out, f"{run.out}, not {out}")
    check(has(run.processes, "python3", "cond") > 20, says(run.processes))
    check(run.only().totals["calls"]["sem"] > 1000, f"{run.only().totals}")
    with Child("quipu contend run", [arguments.quipu, "contend", "run", "--", *command],
               arguments.recorder.deadline) as child:
        check(child.wait() == 9, child.text())
        check(any(line == out[0] for line in child.out), child.text())
        check("cond" in child.text(), child.text())


def test_sqlite_threads(arguments):
    with tempfile.TemporaryDirectory() as folder:
        command = [PYTHON, str(REAL / "database.py")]
        status, out, err = plain([*command, f"{folder}/a"], arguments.recorder.deadline)
        check(status == 0, f"{err}")
        run = arguments.recorder.run([*command, f"{folder}/b"])
        check(run.out == out, f"{run.out}, not {out}")
        check(has(run.processes, "sqlite3", "mutex") > 0, says(run.processes))


def test_sqlite_processes(arguments):
    if not needs("sqlite3"):
        return
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as runs:
        file = f"{folder}/database"
        run_tool("sqlite3", file, "CREATE TABLE t (who INTEGER)")
        statements = "".join(f"INSERT INTO t VALUES ({i});" for i in range(30))
        children = [arguments.recorder.start(
            ["sqlite3", "-cmd", ".timeout 60000", file, f"PRAGMA synchronous = OFF; {statements}"],
            runs) for _ in range(4)]
        for child in children:
            with child:
                check(child.wait() == 0, child.text())
        check(run_tool("sqlite3", file, "SELECT count(*), sum(who) FROM t") == "120|1740\n",
              "not all is there")
        check(run_tool("sqlite3", file, "PRAGMA integrity_check") == "ok\n", "broken")


parser = argparse.ArgumentParser()
parser.add_argument("--library", required=True)
parser.add_argument("--quipu", required=True)
parser.add_argument("--only")
arguments = parser.parse_args()
arguments.recorder = Recorder(arguments.library, 60)
os.environ["QUIPU_CONTEND_LIBRARY"] = arguments.recorder.library
sys.stdout.reconfigure(line_buffering=True)
tests = [test_redis, test_nginx, test_python, test_sqlite_threads, test_sqlite_processes]
main([test for test in tests if arguments.only in (None, test.__name__)], arguments,
     arguments.recorder.renew)
