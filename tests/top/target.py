# SPDX-License-Identifier: MIT
"""A target that says what a test wants, one body after the other, and can be down."""
import http.server
import os
import socket
import subprocess
import threading
import time

TEXT = "text/plain; version=0.0.4"
LIMIT = 60  # seconds that one run of the program may take


class Failure(Exception):
    """What a test says when it fails."""


def check(holds, what):
    if not holds:
        raise Failure(what)


class Answers(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        target = self.server.target
        target.asked.append((time.monotonic(), self.path, self.headers))
        if target.stuck.is_set():
            target.stuck_until.wait(LIMIT)
            return
        body = target.next_body()
        self.send_response(target.status)
        if target.encoding:
            self.send_header("Content-Encoding", target.encoding)
        if target.content_type:
            self.send_header("Content-Type", target.content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def server_bind(self):
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)

    def handle_error(self, *_):
        pass  # a client that goes away


class Target:
    """bodies: what is said to the first, second... question; the last one is said again and
    again. A socket that never listens keeps the port while the target is down."""

    def __init__(self, *bodies, content_type=TEXT):
        self.status, self.content_type, self.encoding = 200, content_type, None
        self.asked, self.lock = [], threading.Lock()
        self.stuck, self.stuck_until = threading.Event(), threading.Event()
        self.say(*bodies)
        self.place = socket.socket()
        self.place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.place.bind(("127.0.0.1", 0))
        self.port = self.place.getsockname()[1]
        self.server = None
        self.up()

    def say(self, *bodies):
        with self.lock:
            self.bodies = [body.encode() if isinstance(body, str) else body for body in bodies]

    def next_body(self):
        with self.lock:
            return self.bodies.pop(0) if len(self.bodies) > 1 else self.bodies[0]

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def up(self):
        self.server = Server(("127.0.0.1", self.port), Answers)
        self.server.target = self
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,))
        self.thread.start()

    def down(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
        self.server = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stuck_until.set()
        if self.server:
            self.down()
        self.place.close()


def environment(locale, **more):
    kept = {name: value for name, value in os.environ.items()
            if name not in ("COLUMNS", "LANG", "NO_COLOR", "TERM") and not name.startswith("LC_")}
    return {**kept, "LC_ALL": locale, "TZ": "UTC", **more}


def top(quipu, *arguments, locale="C.UTF-8", width=100):
    """quipu top as a program: (status, standard output, standard error)."""
    answer = subprocess.run([quipu, "top", *arguments], timeout=LIMIT, stdin=subprocess.DEVNULL,
                            capture_output=True, env=environment(locale, COLUMNS=str(width)))
    return answer.returncode, answer.stdout, answer.stderr.decode(errors="replace")
