#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""bench_get and bench_ready: beside Python's client, and servers that frame and fail as they can."""
import contextlib
import json
import pathlib
import socket
import subprocess
import sys
import tempfile
import threading
import urllib.request

from programs import Programs, Wrong, ascending, expect, run

BODY = b"a_total 1\n" * 5000
SIZE = len(BODY)


def chunked(body):
    """In chunks of odd sizes, with an extension and a trailer."""
    at, size, parts = 0, 1, []
    while at < len(body):
        part = body[at:at + size]
        parts.append(f"{len(part):X};a=b\r\n".encode() + part + b"\r\n")
        at, size = at + size, size * 3 + 1
    return b"".join(parts) + b"0\r\nTrailer: 1\r\n\r\n"


OK = b"HTTP/1.1 200 OK\r\n"
ANSWERS = {
    "/length": (OK + b"content-length: %d\r\n\r\n" % SIZE + BODY, True),
    "/empty": (OK + b"Content-Length: 0\r\n\r\n", True),
    "/chunked": (OK + b"Transfer-Encoding: chunked\r\n\r\n" + chunked(BODY), True),
    "/closing": (OK + b"Connection: close\r\n\r\n" + BODY, False),
    "/old": (b"HTTP/1.0 200 OK\r\n\r\n" + BODY, False),
    # says nothing of it, and closes all the same
    "/sudden": (OK + b"Content-Length: %d\r\n\r\n" % SIZE + BODY, False),
    "/failing": (b"HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy", True),
    "/torn": (OK + b"Content-Length: %d\r\n\r\n" % (SIZE + 1) + BODY, False),
    "/torn-chunk": (OK + b"Transfer-Encoding: chunked\r\n\r\n" + chunked(BODY)[:-30], False),
    "/long": (OK + b"Content-Length: %d\r\n\r\n" % (SIZE - 1) + BODY, False),
    "/nonsense": (b"SSH-2.0-nonsense\r\n\r\n", False),
}


class Server:
    """Answers as the path says, a thread for each connection; byte by byte at first."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                conn = self.listener.accept()[0]
                conn.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                threading.Thread(target=self.serve, args=[conn], daemon=True).start()

    def serve(self, conn):
        with conn, contextlib.suppress(OSError):
            while request := self.request(conn):
                answer, stays = ANSWERS[request.split()[1].decode()]
                for at in range(60):
                    conn.sendall(answer[at:at + 1])
                conn.sendall(answer[60:])
                if not stays:
                    return

    @staticmethod
    def request(conn):
        request = b""
        while b"\r\n\r\n" not in request:
            more = conn.recv(4096)
            if not more:
                return b""
            request += more
        return request


def framings(programs, server):
    for path in ("/length", "/empty", "/chunked", "/closing", "/old", "/sudden"):
        for how in ("new", "kept"):
            for clients in (1, 5):
                figures = programs.figures("get", server.port, path, clients, 0.05, "identity", how)
                expect(f"{path} {how}: {figures}", figures["failed"] == 0)
                expect(f"{path}: {figures['bytes']} bytes",
                       figures["bytes"] == (0 if path == "/empty" else SIZE))
                expect(f"{path}: {figures}", figures["requests"] >= clients)
                ascending(figures, ["ms_p50", "ms_p90", "ms_max"])
                kept = how == "kept" and ANSWERS[path][1]
                # the first is not counted, and its connection perhaps neither
                expect(f"{path} {how}: {figures}", figures["connections"] <= clients if kept
                       else figures["connections"] >= figures["requests"] - 1)


def failures(programs, server):
    for path in ("/failing", "/torn", "/torn-chunk", "/long", "/nonsense"):
        done = programs.call("get", server.port, path, 2, 0.05)
        expect(f"{path} passes: {done.stdout}", done.returncode == 1 and not done.stdout)
        expect(f"{path}: no reason", str(server.port) in done.stderr)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        closed = listener.getsockname()[1]
    expect("a closed port passes", programs.call("get", closed, "/", 1, 0.05).returncode == 1)


def refusals(programs, server):
    for wrong in ([], [server.port, "/", 1], [0, "/", 1, 1], [65536, "/", 1, 1],
                  [server.port, "/", 0, 1], [server.port, "/", 1, 0],
                  [server.port, "/", 1, 1, "gzip", "old"], [server.port, "/" + "x" * 3000, 1, 1]):
        programs.refused("get", *wrong)
    programs.refused("ready")
    programs.refused("ready", 0)
    if programs.call("ready", "/nowhere").returncode != 1:
        raise Wrong("a file that is not there is served")


@contextlib.contextmanager
def ready(programs, what):
    """Its port; it must end by itself when its standard input does."""
    with subprocess.Popen([programs.path("ready"), str(what)], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, text=True) as server:
        try:
            yield json.loads(server.stdout.readline())["port"]
        finally:
            server.stdin.close()
            try:
                expect("its end", server.wait(60) == 0)
            except subprocess.TimeoutExpired:
                server.kill()
                raise


def whole(port):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=60) as answer:
        return answer.read()


def ready_buffers(programs, _):
    for size in (1, 100000, 10000000):
        with ready(programs, size) as port:
            expect(f"{size} bytes, as Python has it", len(whole(port)) == size)
            for how in ("new", "kept"):
                figures = programs.figures("get", port, "/metrics", 8, 0.1, "identity", how)
                expect(f"{size} bytes: {figures}", figures["bytes"] == size
                       and figures["failed"] == 0 and figures["encoded"] == 0)


def ready_file(programs, _):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "exposition"
        path.write_bytes(BODY)
        with ready(programs, path) as port:
            expect("the file's bytes", whole(port) == BODY)


def main():
    programs, server = Programs(sys.argv[1]), Server()
    failed = run([framings, failures, refusals, ready_buffers, ready_file], programs, server)
    server.listener.close()
    sys.exit(failed > 0)


main()
