#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What the server's thread asks of the kernel is what its sandbox allows, by strace.

sandbox_calls_test.py SERVE SANDBOX_DEF [LIBRARY]   (the program made of serve.c; http/sandbox.def;
an allocator to preload)

Under every kind of client, without the sandbox: each call is on the list. In the sandbox: none
was refused.
"""
import os
import pathlib
import re
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

SERVE, RULES = sys.argv[1], pathlib.Path(sys.argv[2]).read_text()
PRELOAD = {"LD_PRELOAD": sys.argv[3]} if len(sys.argv) > 3 else {}
ALLOWED = set(re.findall(r"^(?:CALL|WITH|WITHOUT|ON_SELF)\((\w+)", RULES, re.M))
# what the clients below must have led to, or they were not all there
EXPECTED = {"accept4", "recvfrom", "sendto", "shutdown", "setsockopt", "ioctl", "close", "epoll_ctl",
            "timerfd_settime", "read", "mmap", "munmap", "futex"}
# glibc's allocator looks once whether memory is overcommitted before it gives some back, and goes on
# without an answer
REFUSED = re.compile(r"openat\(AT_FDCWD, \"/proc/sys/vm/overcommit_memory\", O_RDONLY")
ACCEPTS = ["*/*", "text/plain;version=1.0.0", "application/openmetrics-text;version=1.0.0",
           "application/openmetrics-text;version=2.0.0", "application/json",
           "application/vnd.google.protobuf;encoding=delimited;"
           "proto=io.prometheus.client.MetricFamily"]
GET = b"GET /metrics HTTP/1.1\r\nHost: a\r\n"


def connect(address, narrow=False):
    client = socket.socket()
    if narrow:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
    client.settimeout(30)
    host, port = address.rsplit(":", 1)
    client.connect((host, int(port)))
    return client


def ask(address, request):
    with connect(address) as client:
        client.sendall(request)
        client.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := client.recv(1 << 20):
            answer += piece
    return answer


def reset(client):
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()


def good_clients(address):
    for accept in ACCEPTS:
        for coding in "identity", "gzip", "zstd":
            answer = ask(address, GET + f"Accept: {accept}\r\nAccept-Encoding: {coding}\r\n\r\n"
                         .encode())
            assert answer.startswith(b"HTTP/1.1 200 "), (accept, coding, answer[:100])
    for path in "/", "/healthz", "/readyz", "/none", "/metrics?name[]=served_total", "/%zz":
        assert ask(address, f"GET {path} HTTP/1.0\r\n\r\n".encode()).startswith(b"HTTP/1.1 ")
    assert ask(address, GET + b"\r\n" + GET + b"\r\n").count(b"HTTP/1.1 200 ") == 2


def bad_clients(address):
    """Too slow, too long, gone: 503s, resets, deadlines, drained bodies."""
    stuck = [connect(address, narrow=True) for _ in range(6)]
    for client in stuck:
        client.sendall(GET + b"\r\n")
    half = connect(address)
    half.sendall(b"GET /met")
    ask(address, GET + b"Content-Length: 100000\r\n\r\n" + b"a" * 50000)
    ask(address, b"GET /" + b"a" * 100000)
    ask(address, GET + b"X-Prometheus-Scrape-Timeout-Seconds: 0.01\r\n\r\n")
    for data in b"", b"G", GET, GET + b"\r\n":
        client = connect(address)
        client.sendall(data)
        reset(client)
    time.sleep(2.5)  # the deadline of heads, and of who holds a snapshot that others wait for
    assert half.recv(100).startswith(b"HTTP/1.1 408 ")
    half.close()
    for client in stuck:
        client.close()


def crowd(address):
    threads = [threading.Thread(target=ask, args=(address, GET + b"\r\n")) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def trace(how, directory):
    """The lines of the server's thread, from where it is at work."""
    log = os.path.join(directory, how)
    command = ["strace", "-f", "-qq", "-o", log]
    command += [f"-E{name}={value}" for name, value in PRELOAD.items()]
    server = subprocess.Popen(command + [SERVE, "127.0.0.1:0", "/metrics", "60000", how],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    address = server.stdout.readline().strip()
    try:
        good_clients(address)
        bad_clients(address)
        crowd(address)
    finally:
        server.stdin.close()
        server.stdout.close()
        code = server.wait(60)
    assert code == 0, f"{how}: the server ended with {code}"
    lines = pathlib.Path(log).read_text(errors="replace").splitlines()
    named = next(n for n, line in enumerate(lines) if 'PR_SET_NAME, "quipu-http"' in line)
    thread = lines[named].split()[0]
    mine = [line for line in lines[named + 1:] if line.split()[0] == thread]
    if how == "sandbox":
        on = next(n for n, line in enumerate(mine) if "seccomp(SECCOMP_SET_MODE_FILTER" in line)
        mine = mine[on + 1:]
    return mine


def without_refused(lines):
    """Without that call; strace may show its end on a line of its own, the thread's next."""
    resumed = False
    for line in lines:
        if REFUSED.search(line):
            resumed = line.endswith("<unfinished ...>")
        elif resumed and "openat resumed" in line:
            resumed = False
        else:
            yield line


def check(how, directory):
    lines = list(without_refused(trace(how, directory)))
    calls = {match[1] for line in lines if (match := re.match(r"\d+\s+(\w+)\(", line))}
    refused = [line for line in lines if " = -1 EPERM" in line]
    print(f"{how}: {len(lines)} lines, {len(calls)} calls: {' '.join(sorted(calls))}")
    assert calls <= ALLOWED, f"{how}: not on the list: {sorted(calls - ALLOWED)}"
    assert EXPECTED <= calls, f"{how}: not seen: {sorted(EXPECTED - calls)}"
    assert not refused, f"{how}: refused: {refused[:5]}"
    return calls


def main():
    with tempfile.TemporaryDirectory() as directory:
        seen = check("quick", directory) | check("sandbox", directory)
    print("on the list, not seen here:", " ".join(sorted(ALLOWED - seen)))


main()
