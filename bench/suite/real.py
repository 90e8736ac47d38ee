# SPDX-License-Identifier: MIT
"""Programs as Debian has them under load: each is started, asked for a while, and ended.

A workload takes (environment, folder): what the program finds in its environment beside our own,
and a folder of its own. It returns {what: how much a second}.
"""
import contextlib
import csv
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import time

SCRIPTS = pathlib.Path(__file__).resolve().parents[1] / "programs" / "python"
PYTHON = "/usr/bin/python3"
LIMIT = 60     # seconds for a client
PATIENCE = 10  # for a server to end when it is asked to
PATH = os.environ.get("PATH", os.defpath) + ":/usr/sbin:/sbin"

NGINX = """
daemon off;
worker_processes 2;
{user}
pid {folder}/pid;
error_log {folder}/error.log;
events {{ worker_connections 128; }}
http {{
    access_log off;
    client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
    uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
    keepalive_requests 1000000;
    server {{ listen {host}:{port}; root {folder}; aio threads; output_buffers 1 4k; }}
}}
"""

SQL = """
create table calls (id integer primary key, model text, tokens integer);
with recursive n(i) as (select 1 union all select i + 1 from n where i < {rows})
    insert into calls select i, 'model-' || (i % 100), i * 7919 % 1000 from n;
create index by_model on calls (model, tokens);
select model, count(*), sum(tokens) from calls group by model having sum(tokens) < 0;
update calls set tokens = tokens + 1 where id % 3 = 0;
"""
ROWS = 200000


def find(name):
    return shutil.which(name, path=PATH)


def text_of(command, environment=None, text=None):
    try:
        done = subprocess.run(command, input=text or "", capture_output=True, text=True,
                              timeout=LIMIT, env={**os.environ, **(environment or {})}, check=False)
    except subprocess.TimeoutExpired:
        raise RuntimeError(f"{pathlib.Path(command[0]).name} took more than {LIMIT} s") from None
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]}: exit status {done.returncode}: "
                           f"{(done.stderr or done.stdout).strip()[-300:]}")
    return done.stdout


def end(process):
    """With all that it started: it has a session of its own."""
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(PATIENCE)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(10)


@contextlib.contextmanager
def serving(command, environment, folder, address):
    """A server that listens at the address: a path, or a host and a port."""
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                   env={**os.environ, **environment}, start_new_session=True)
        try:
            wait_for(process, address, folder / "log")
            yield process
        finally:
            end(process)


def wait_for(process, address, log):
    over = time.monotonic() + 20
    while time.monotonic() < over and process.poll() is None:
        family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
        with socket.socket(family) as client, contextlib.suppress(OSError):
            client.connect(address)
            return
        time.sleep(0.02)
    raise RuntimeError(f"{process.args[0]} does not listen: {log.read_text()[-300:].strip()}")


def free_address():
    """On a host of this process's own, where nobody else takes the port meanwhile."""
    pid = os.getpid()
    with socket.socket() as listener:
        listener.bind((f"127.{64 + (pid >> 16)}.{pid >> 8 & 255}.{pid & 255}", 0))
        return listener.getsockname()


def io_threads():
    """They spin: with fewer processors than these and the client need they only stand in the way."""
    return "2" if len(os.sched_getaffinity(0)) > 3 else "1"


def redis(environment, folder):
    address = str(folder / "socket")
    server = [find("redis-server"), "--port", "0", "--unixsocket", address, "--save", "",
              "--appendonly", "no", "--io-threads", io_threads(), "--dir", str(folder)]
    client = [find("redis-benchmark"), "-s", address, "-t", "set,get", "-n", "20000", "-c", "20",
              "--csv"]
    with serving(server, environment, folder, address):
        rows = list(csv.DictReader(text_of(client).splitlines()))
    return {row["test"].lower(): float(row["rps"]) for row in rows}


def nginx(environment, folder):
    host, port = free_address()
    user = "user root root;" if os.geteuid() == 0 else ""
    (folder / "conf").write_text(NGINX.format(folder=folder, host=host, port=port,
                                               user=user))
    (folder / "page").write_bytes(b"x" * 16384)
    server = [find("nginx"), "-p", str(folder), "-e", str(folder / "error.log"), "-c",
              str(folder / "conf")]
    client = [find("ab"), "-q", "-k", "-n", "4000", "-c", "16", f"http://{host}:{port}/page"]
    with serving(server, environment, folder, (host, port)):
        said = text_of(client)
    failed = re.search(r"(?:Non-2xx responses|Failed requests):\s+([1-9]\d*)", said)
    if failed:
        raise RuntimeError(f"nginx: {failed[0]}")
    return {"get": float(re.search(r"Requests per second:\s+([\d.]+)", said)[1])}


def sqlite(environment, _):
    began = time.monotonic()
    text_of([find("sqlite3"), ":memory:"], environment, SQL.format(rows=ROWS))
    return {"rows": ROWS / (time.monotonic() - began)}


def python(script):
    def run(environment, _):
        return {"done": float(text_of([PYTHON, str(SCRIPTS / script), "1"], environment))}
    return run


class Program:
    """needs: what has to be installed, and the Debian package that has it."""

    def __init__(self, title, needs, work, figures):
        self.title = title
        self.needs = needs
        self.work = work
        self.figures = figures   # {what: in words}

    def missing(self):
        """Why it is left out, or None."""
        lacking = [package for name, package in self.needs.items() if not find(name)]
        return f"{', '.join(lacking)} not installed (tools/setup contend)" if lacking else None


PROGRAMS = {
    "redis": Program("redis-server", {"redis-server": "redis-server", "redis-benchmark": "redis-tools"}, redis,
                     {"set": "redis-server: SET",
                      "get": "the same: GET"}),
    "nginx": Program("nginx", {"nginx": "nginx-light", "ab": "apache2-utils"}, nginx,
                     {"get": "nginx, 2 workers with thread pools: GET of 16 KiB"}),
    "sqlite": Program("sqlite3", {"sqlite3": "sqlite3"}, sqlite,
                      {"rows": "sqlite3: load, index, group, update; rows"}),
    "python-sqlite": Program("python3 and SQLite", {PYTHON: "python3"}, python("sqlite_threads.py"),
                             {"done": "python3, 4 threads on one SQLite: statements"}),
    "python-queue": Program("python3 and a Queue", {PYTHON: "python3"}, python("queue_threads.py"),
                            {"done": "python3, 4 threads and a Queue: items"}),
}
