#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Attacks on a serving program, and what they must not do to it: siege.py ATTACK BESIEGED

Every attack lasts some seconds (QUIPU_TEST_SCALE makes that longer), between two calm times that
it is measured against. While it lasts, a good scraper is answered, and before it no more of the
others' requests than is fair; who records waits for nobody; the program's memory stays within what
http/README.md states. Afterwards nothing is left open and every total is exact: besieged.c checks
that, and the bracket of every single scrape. Under a sanitizer only the totals are judged.

How long an answer took and what a record cost are printed. They are judged only where the scale is
above 1 (tools/soak): then a person has given the machine for it, and the best of three windows
counts.

Attacks: the functions named attack_… below.
"""
import contextlib
import json
import os
import random
import resource
import selectors
import signal
import socket
import struct
import subprocess
import sys
import threading
import time

BESIEGED = sys.argv[2] if len(sys.argv) > 2 else None
SCALE = float(os.environ.get("QUIPU_TEST_SCALE", "1"))
SANITIZED = len(sys.argv) > 3 and sys.argv[3] == "sanitized"
CALM_S = 1.0
ATTACK_S = 2.0 * max(SCALE, 1)
TIMED = SCALE > 1
WINDOWS = 3 if TIMED else 1
GOOD_SCRAPES = 20  # at least; an attack lasts until they are there
PATIENCE_S = 60
MOST_S = int(WINDOWS * ATTACK_S + PATIENCE_S + 10)  # for the tools, which are interrupted before
P99_MS = 50
FAIR = 2 * 4  # requests of a connection in the turn that a scrape comes into, and the next one
SPARE = 16  # connections more than were open at the moment of the report
BATCHES_A_WAIT = 1000  # a record never waits; the kernel may, for memory of the program
GET = b"GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n"
HEALTH = b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
KIB = 1024
# of http/README.md, "Bounds"
SLOT = KIB // 2
HEAD = 18 * KIB
PAGE = 4 * KIB
WINDOW = 258 * KIB


class Wrong(Exception):
    """A promise is broken."""


def check(condition, text):
    if not condition:
        raise Wrong(text)


# --- the besieged program --------------------------------------------------------------------


class Besieged:
    """The program; report() gives what has happened since the last one."""

    def __init__(self, **options):
        arguments = [f"{name}={value}" for name, value in options.items()]
        self.process = subprocess.Popen([BESIEGED, *arguments], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.address = self.process.stdout.readline().strip()
        check(":" in self.address, "the program did not start")
        host, port = self.address.rsplit(":", 1)
        self.to = (host, int(port))

    def report(self):
        self.process.stdin.write("report\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line.startswith("{"):
            raise Wrong(f"the program ended: {line}{self.process.stdout.read()}")
        return json.loads(line)

    def end(self):
        out, _ = self.process.communicate("end\n", timeout=120)
        print(out, end="")
        check(self.process.returncode == 0, f"the program ended with {self.process.returncode}")

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


# --- clients -----------------------------------------------------------------------------------


def connect(to, receive_buffer=None):
    client = socket.socket()
    if receive_buffer:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    client.settimeout(20)
    client.connect(to)
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return client


def reset(client):
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()


def read_all(client):
    """Until the end of the connection, or its reset."""
    data = b""
    with contextlib.suppress(ConnectionError):
        while piece := client.recv(1 << 16):
            data += piece
    return data


def send(client, data):
    """As much as the server takes."""
    with contextlib.suppress(ConnectionError):
        client.sendall(data)


class Attackers:
    """Threads that attack until told to stop; what they found wrong is raised when they end."""

    def __init__(self):
        self.stopped = threading.Event()
        self.threads, self.tools, self.errors, self.counts = [], [], [], {}
        self.lock = threading.Lock()

    def thread(self, function, *arguments):
        def run():
            try:
                function(self, *arguments)
            except Exception as error:  # for the main thread to tell
                self.errors.append(f"{type(error).__name__}: {error}")
        self.threads.append(threading.Thread(target=run))
        self.threads[-1].start()

    def again_and_again(self, n, function, *arguments):
        def run(_):
            while not self.stopped.is_set():
                function(self, *arguments)
        for _ in range(n):
            self.thread(run)

    def tool(self, *command):
        self.tools.append(subprocess.Popen(command, stdout=subprocess.PIPE,
                                           stderr=subprocess.STDOUT, text=True))

    def count(self, what, n=1):
        with self.lock:
            self.counts[what] = self.counts.get(what, 0) + n

    def stop(self):
        self.stopped.set()
        for thread in self.threads:
            thread.join()
        for tool in self.tools:
            tool.send_signal(signal.SIGINT)
        said = [tool.communicate(timeout=60)[0] for tool in self.tools]
        check(not self.errors, f"attackers: {self.errors[:3]}")
        return said


# --- the siege ---------------------------------------------------------------------------------


def show(what, report):
    print(f"{what:8}" + " ".join(f"{name}={value}" for name, value in report.items()))


def judge_times(calm, windows, recording, p99_ms):
    """Of windows with a scrape: others have no figures."""
    p99 = min(window["p99"] for window in windows)
    before = sum(report["cost"] for report in calm) / len(calm)
    cost = min(window["cost"] for window in windows) / before
    limit = max(p99_ms, 3 * max(report["p99"] for report in calm))
    print(f"good scrapes: p99 {p99:.2f} ms; a record costs {cost:.3f} times what it did")
    if TIMED:
        check(p99 < limit, f"good scrapes' p99 is {p99} ms, more than {limit}")
        check(cost < recording, f"a record costs {cost:.3f} times what it did, not {recording}")


def judge(calm, windows, memory, recording, p99_ms):
    for what, report in ("calm", calm[0]), *(("attack", w) for w in windows), ("calm", calm[1]):
        show(what, report)
    seen = [window for window in windows if window["scrapes"] > 0]
    check(seen, "no good scrape")
    if SANITIZED:
        return  # its allocator keeps what was freed, its checks cost what they like
    scrapes, refused, batches, waits = (sum(window[what] for window in windows) for what in (
        "scrapes", "refused_scrapes", "batches", "waits"))
    turns = min(window["turns"] for window in seen)
    fair = FAIR * (max(window["open"] for window in windows) + SPARE)
    grown = max(window["resident"] for window in windows) - calm[0]["resident"]
    print(f"others served during a good scrape: {turns} of {fair}; {waits} of {batches} batches of "
          f"records waited; memory grew {grown / KIB:.0f} KiB of {memory / KIB:.0f}")
    check(scrapes >= GOOD_SCRAPES, f"only {scrapes} good scrapes in {PATIENCE_S} s")
    check(refused == 0, f"{refused} good scrapes were refused")
    check(turns <= fair, f"{turns} others are served during a good scrape, more than {fair}")
    check(waits * BATCHES_A_WAIT <= batches, f"{waits} of {batches} batches of records waited")
    check(grown <= memory, f"memory grew by {grown}, more than {memory}")
    judge_times(calm, seen, recording, p99_ms)


def watch(besieged):
    """The windows; the last one is as long as it takes to have some good scrapes."""
    windows, until = [], time.monotonic() + WINDOWS * ATTACK_S + PATIENCE_S
    while len(windows) < WINDOWS or (
            sum(window["scrapes"] for window in windows) < GOOD_SCRAPES
            and time.monotonic() < until):
        time.sleep(ATTACK_S)
        windows.append(besieged.report())
    return windows


def siege(attack, memory, recording=1.5, p99_ms=P99_MS, **options):
    """attack(attackers, besieged) begins it. memory: bytes that it may cost."""
    besieged, attackers = Besieged(**options), Attackers()
    try:
        time.sleep(0.3)
        besieged.report()
        time.sleep(CALM_S)
        calm = [besieged.report()]
        attack(attackers, besieged)
        besieged.report()
        windows = watch(besieged)
        said = attackers.stop()
        time.sleep(0.5)
        besieged.report()
        time.sleep(CALM_S)
        calm.append(besieged.report())
        print("attackers:", attackers.counts)
        # twice what is asked for: an allocator keeps and rounds; and its arenas
        judge(calm, windows, 2 * memory + 4096 * KIB, recording, p99_ms)
        besieged.end()
        print("figure connections", calm[1]["connections"])
        print("figure requests", calm[1]["requests"])
    finally:
        attackers.stopped.set()
        for tool in attackers.tools:
            if tool.poll() is None:
                tool.kill()
        besieged.kill()
    return calm, windows[-1], said, attackers.counts


# --- N1: headers that arrive a byte a second -----------------------------------------------------

HEADER_S = 1.0
SLOW = 1000


def trickle(attackers, to):
    """Connections with half a request each, and a byte more a few times a second: the deadline is
    that of the whole head, so each ends when its time is over, not when the bytes stop."""
    waiting, selector = {}, selectors.DefaultSelector()

    def begin():
        client = connect(to)
        client.sendall(b"GET /metrics HTTP/1.1\r\nX: ")
        waiting[client] = time.monotonic()
        selector.register(client, selectors.EVENT_READ)

    def ended(client):
        took = time.monotonic() - waiting.pop(client)
        selector.unregister(client)
        data = read_all(client)
        client.close()
        check(data.startswith(b"HTTP/1.1 408 "), f"a slow head was answered {data[:60]}")
        check(took > 0.9 * HEADER_S, f"a slow head was ended after {took:.2f} s")
        check(took < HEADER_S + 5, f"a slow head was ended only after {took:.2f} s")
        attackers.count("slow heads ended")

    for _ in range(SLOW):
        begin()
    next_bytes = time.monotonic()
    while waiting:
        oldest = next(iter(waiting.values()))
        check(time.monotonic() - oldest < HEADER_S + 10, "a slow head is not ended at all")
        for key, _ in selector.select(0.05):
            ended(key.fileobj)
            if not attackers.stopped.is_set():
                begin()
        if time.monotonic() >= next_bytes:
            next_bytes = time.monotonic() + 0.25
            for client in waiting:
                with contextlib.suppress(ConnectionError):
                    client.send(b"a")


def attack_n1_slow_headers():
    def attack(attackers, besieged):
        attackers.thread(trickle, besieged.to)
        attackers.tool("slowhttptest", "-H", "-c", "300", "-r", "300", "-i", "1", "-x", "24", "-l",
                       str(MOST_S), "-u", f"http://{besieged.address}/metrics")
        time.sleep(0.5)

    _, _, said, counts = siege(attack, (SLOW + 300) * (SLOT + HEAD), connections=2000,
                               header=HEADER_S)
    check(counts["slow heads ended"] >= SLOW, f"of slow heads only {counts} ended")
    check("slow HTTP test status" in said[0], f"slowhttptest said {said[0][-300:]}")


# --- N2: readers that take next to nothing of a big body ------------------------------------------

READERS = 200


def slow_reader(attackers, to):
    """Asks, and takes some bytes now and then."""
    clients = []
    for _ in range(READERS):
        clients.append(connect(to, receive_buffer=1024))
        clients[-1].sendall(GET)
        clients[-1].settimeout(0)
    while not attackers.stopped.is_set():
        for client in clients:
            with contextlib.suppress(BlockingIOError, ConnectionError):
                attackers.count("bytes read slowly", len(client.recv(20)))
        time.sleep(0.25)
    for client in clients:
        client.close()


def attack_n2_slow_readers():
    """Of a body that is made whole before it is sent (256 KiB at most). They come all at once, so
    more may wait for a snapshot than by default."""
    def attack(attackers, besieged):
        attackers.thread(slow_reader, besieged.to)
        attackers.tool("slowhttptest", "-X", "-c", str(READERS), "-r", "200", "-w", "512", "-y",
                       "1024", "-n", "1", "-z", "32", "-k", "1", "-l", str(MOST_S),
                       "-u", f"http://{besieged.address}/metrics")
        time.sleep(0.5)

    _, during, said, counts = siege(attack, 2 * READERS * (SLOT + HEAD + WINDOW), connections=500,
                                    waiting=500, series=2200)
    check(during["open"] >= READERS, f"only {during['open']} connections")
    check(counts["bytes read slowly"] > 0, "nobody read")
    check("slow HTTP test status" in said[0], f"slowhttptest said {said[0][-300:]}")


# --- N3: thousands of idle connections -----------------------------------------------------------


def is_open(client):
    client.settimeout(0)
    try:
        return client.recv(1, socket.MSG_PEEK) != b""
    except BlockingIOError:
        return True
    except ConnectionError:
        return False


def idle_connections(n, most):
    """As many more as there may be connections get nowhere."""
    clients = []

    def hold(attackers):
        attackers.stopped.wait()
        time.sleep(0.5)
        held = [client for client in clients if is_open(client)]
        attackers.count("held", len(held))
        attackers.count("refused", n - len(held))
        for client in random.sample(held, 20):
            client.settimeout(20)
            client.sendall(HEALTH)
            check(client.recv(100).startswith(b"HTTP/1.1 200 "), "an idle connection is dead")
        for client in clients:
            client.close()

    def attack(attackers, besieged):
        clients.extend(connect(besieged.to) for _ in range(n))
        attackers.thread(hold)
        time.sleep(1.5)  # those who were told to come later have a second to go

    _, during, _, counts = siege(attack, n * KIB // 2, p99_ms=20, connections=most, idle=600)
    check(during["open"] <= most + 16, f"{during['open']} are open, of {most} allowed")
    check(counts["held"] in range(min(n, most) - 20, min(n, most) + 1), f"{counts} of {most}")


def attack_n3_idle():
    n = int(2000 * min(SCALE, 1) + 100)
    most, hard = n // 2, resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    idle_connections(n, most)


def attack_n3_idle_10k():
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    check(hard >= 10300, f"the limit of descriptors is {hard}: no room for 10,000 connections")
    idle_connections(10000, 10100)


# --- N5: clients that go away at every point -----------------------------------------------------


def leave(client, how):
    if how == "reset":
        reset(client)
        return
    if how == "half":
        with contextlib.suppress(OSError):
            client.shutdown(socket.SHUT_WR)
        read_all(client)
    client.close()


def leave_everywhere(attackers, to, answer):
    """After each byte of a request, and of its answer's beginning; then here and there."""
    while not attackers.stopped.is_set() or "all points" not in attackers.counts:
        for how in "reset", "close", "half":
            for cut in range(len(GET) + 1):
                client = connect(to)
                send(client, GET[:cut])
                leave(client, how)
                attackers.count("left while asking")
        for cut in [*range(1, 330), *range(330, answer, answer // 50)]:
            client = connect(to, receive_buffer=4096)
            send(client, GET)
            with contextlib.suppress(ConnectionError):
                client.recv(cut, socket.MSG_WAITALL)
            leave(client, ("reset", "close")[cut % 2])
            attackers.count("left while answered")
        attackers.count("all points")


def attack_n5_leaving():
    def attack(attackers, besieged):
        with connect(besieged.to) as client:
            send(client, GET)
            client.shutdown(socket.SHUT_WR)
            answer = len(read_all(client))
        attackers.thread(leave_everywhere, besieged.to, answer)

    siege(attack, 256 * (SLOT + HEAD + WINDOW), series=3000, sandbox=1,
          target="/metrics?name[]=good_total&name[]=good_seconds")


# --- N8: pipelines ---------------------------------------------------------------------------------

PIPELINE = 1000


def pipeline(attackers, to):
    """A thousand requests before the first answer is read: each is answered, in order."""
    with connect(to) as client:
        writer = threading.Thread(target=send, args=(client, (GET + HEALTH) * (PIPELINE // 2)))
        writer.start()
        reader = client.makefile("rb")
        for n in range(PIPELINE):
            status = reader.readline()
            check(status == b"HTTP/1.1 200 OK\r\n", f"answer {n} of a pipeline: {status}")
            length = 0
            while (line := reader.readline()) != b"\r\n":
                if line.startswith(b"Content-Length: "):
                    length = int(line[16:])
            body = reader.read(length)
            check(body.startswith(b"# HELP") if n % 2 == 0 else body == b"OK\n",
                  f"answer {n} of a pipeline: {body[:60]}")
        writer.join()
    attackers.count("pipelined", PIPELINE)


def unread_pipeline(attackers, to):
    """The same, and no answer is ever read."""
    with connect(to, receive_buffer=2048) as client:
        client.settimeout(0)
        with contextlib.suppress(BlockingIOError, ConnectionError):
            client.send(GET * PIPELINE)
        attackers.count("never read")
        attackers.stopped.wait(0.1)


def attack_n8_pipelines():
    def attack(attackers, besieged):
        attackers.again_and_again(2, pipeline, besieged.to)
        attackers.again_and_again(20, unread_pipeline, besieged.to)

    _, _, _, counts = siege(attack, 256 * (SLOT + HEAD + WINDOW), requests=1000000)
    check(counts.get("pipelined", 0) >= PIPELINE, f"not one pipeline was answered: {counts}")


# --- N9: header bombs ------------------------------------------------------------------------------

# what is sent, and what it is answered
BOMBS = [
    (b"GET /" + b"a" * (1 << 20), b"414"),
    (b"GET /" + b"a" * 8193 + b" HTTP/1.1\r\nHost: a\r\n\r\n", b"414"),
    (b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * (1 << 20), b"431"),
    (b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 8192 + b"\r\n\r\n", b"431"),
    (b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: y\r\n" * 10000, b"431"),
    (b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: y\r\n" * 64 + b"\r\n", b"431"),
    (b"a" * (1 << 20), b"414"),
]


def bomb(attackers, to):
    data, status = random.choice(BOMBS)
    with connect(to) as client:
        writer = threading.Thread(target=send, args=(client, data))
        writer.start()
        answer = read_all(client)
        writer.join()
    # the server stops listening to a megabyte at some point: its answer may be lost on the way
    if answer or len(data) < 100000:
        check(answer.startswith(b"HTTP/1.1 " + status),
              f"{data[:30]}… of {len(data)} bytes was answered {answer[:60]}")
        attackers.count("told so")
    attackers.count("bombs")


def attack_n9_header_bombs():
    def attack(attackers, besieged):
        attackers.again_and_again(10, bomb, besieged.to)

    _, _, _, counts = siege(attack, 256 * (SLOT + HEAD + PAGE))
    check(counts["told so"] >= 50, f"too few bombs: {counts}")


# --- N15: a storm of scrapes -----------------------------------------------------------------------


def attack_n15_storm():
    """Other scrapers as many as there may be: answered or told to come later; who records does
    not notice (5 %: by processor time, at the lower quartile of batches, where times are judged)."""
    def attack(attackers, besieged):
        attackers.tool("wrk", "-c", "100", "-t", "2", "-d", f"{MOST_S}s", "--timeout",
                       "20s", f"http://{besieged.address}/metrics")
        time.sleep(0.5)

    calm, during, said, _ = siege(attack, 101 * (SLOT + HEAD + WINDOW), recording=1.05,
                                  requests=1000000000, series=200)
    answered = during["requests"] - calm[0]["requests"]
    print(said[0])
    check("Socket errors" not in said[0], f"wrk said {said[0]}")
    check(answered >= 200, f"wrk got only {answered} answers")


def main():
    names = [name for name in globals() if name.startswith("attack_")]
    if len(sys.argv) < 3 or f"attack_{sys.argv[1]}" not in names:
        sys.exit(f"{__doc__}\n{' '.join(name[7:] for name in names)}")
    try:
        globals()[f"attack_{sys.argv[1]}"]()
    except Wrong as wrong:
        sys.exit(f"{sys.argv[1]}: {wrong}")


main()
