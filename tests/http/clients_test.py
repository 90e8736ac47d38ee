#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""curl and Python's client against the responder: independent readers of its answers.

clients_test.py SERVE   (the program made of serve.c)
"""
import http.client
import os
import subprocess
import sys
import tempfile
import unittest

SERVE = sys.argv.pop(1)
TEXT = b"# HELP served_total Served.\n# TYPE served_total counter\nserved_total 42\n"


class Server:
    """The program; ends when its input does."""

    def __init__(self, listen="127.0.0.1:0", path="/metrics"):
        self.process = subprocess.Popen([SERVE, listen, path], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.address = self.process.stdout.readline().strip()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.stdout.close()
        assert self.process.wait(20) == 0


def curl(*arguments):
    done = subprocess.run(["curl", "-sS", "--noproxy", "*", "--max-time", "20", *arguments],
                          capture_output=True, check=False)
    return done.returncode, done.stdout


class Curl(unittest.TestCase):
    def test_get(self):
        with Server() as server:
            self.assertEqual(curl(f"http://{server.address}/metrics"), (0, TEXT))
            self.assertEqual(curl("--http1.0", f"http://{server.address}/metrics"), (0, TEXT))
            self.assertEqual(curl(f"http://{server.address}/healthz"), (0, b"OK\n"))
            self.assertEqual(curl("-f", f"http://{server.address}/none")[0], 22)

    def test_head(self):
        with Server() as server:
            code, head = curl("-I", f"http://{server.address}/metrics")
            self.assertEqual(code, 0)
            self.assertIn(b"Content-Length: %d\r\n" % len(TEXT), head)
            self.assertTrue(head.endswith(b"\r\n\r\n"))

    def test_one_connection(self):
        with Server() as server:
            url = f"http://{server.address}/metrics"
            code, out = curl("-w", "%{num_connects}\n", url, url, url)
            self.assertEqual((code, out), (0, TEXT + b"1\n" + (TEXT + b"0\n") * 2))

    def test_status(self):
        with Server() as server:
            url = f"http://{server.address}/metrics"
            large = "a" * 9000
            for arguments, status in [
                    (["-X", "POST"], b"405"), (["-d", "a=b"], b"405"),
                    (["-X", "BREW"], b"501"), (["-X", "GET", "-d", "a=b"], b"413"),
                    (["-T", SERVE], b"405"), (["-H", f"X: {large}"], b"431"),
                    (["-H", "Host:"], b"400"), (["-H", "Connection: close"], b"200"),
                    (["--compressed", "-H", "Range: bytes=0-1"], b"200"),
                    (["-H", "Expect: 100-continue"], b"200"),
                    (["-H", "Upgrade: h2c"], b"200")]:
                code, out = curl("-o", os.devnull, "-w", "%{http_code}", *arguments, url)
                self.assertEqual((code, out), (0, status), arguments)
            code, out = curl("-o", os.devnull, "-w", "%{http_code}", f"{url}/{large}")
            self.assertEqual((code, out), (0, b"414"))
            code, out = curl("-o", os.devnull, "-w", "%{http_code}", f"{url}?a=%zz")
            self.assertEqual((code, out), (0, b"400"))

    def test_proxy_form(self):
        with Server() as server:
            done = subprocess.run(["curl", "-sS", "--max-time", "20", "-x",
                                   f"http://{server.address}", "http://else.where/metrics"],
                                  capture_output=True, check=False,
                                  env={**os.environ, "no_proxy": "", "NO_PROXY": ""})
            self.assertEqual((done.returncode, done.stdout), (0, TEXT))

    def test_unix_socket(self):
        with tempfile.TemporaryDirectory() as directory:
            with Server(f"unix:{directory}/s") as server:
                self.assertEqual(server.address, f"unix:{directory}/s")
                self.assertEqual(curl("--unix-socket", f"{directory}/s", "http://a/metrics"),
                                 (0, TEXT))
            self.assertEqual(os.listdir(directory), [])

    def test_ipv6_and_path(self):
        with Server("[::1]:0", "/quipu") as server:
            self.assertEqual(curl("-g", f"http://{server.address}/quipu"), (0, TEXT))
            self.assertEqual(curl("-f", "-g", f"http://{server.address}/metrics")[0], 22)


class Python(unittest.TestCase):
    def test_keep_alive(self):
        with Server() as server:
            client = http.client.HTTPConnection(server.address, timeout=20)
            for method, path, status in [("GET", "/metrics", 200), ("HEAD", "/metrics", 200),
                                         ("GET", "/none", 404), ("PUT", "/metrics", 405),
                                         ("GET", "/metrics", 200)] * 20:
                client.request(method, path)
                answer = client.getresponse()
                body = answer.read()
                self.assertEqual(answer.status, status)
                self.assertFalse(answer.will_close)
                self.assertEqual(body, b"" if method == "HEAD" else TEXT if status == 200
                                 else body)
            client.close()

    def test_close(self):
        with Server() as server:
            client = http.client.HTTPConnection(server.address, timeout=20)
            client.request("GET", "/metrics", headers={"Connection": "close"})
            answer = client.getresponse()
            self.assertTrue(answer.will_close)
            self.assertEqual(answer.read(), TEXT)
            client.close()


class Failures(unittest.TestCase):
    def test_busy_port(self):
        with Server() as server:
            done = subprocess.run([SERVE, server.address], capture_output=True, check=False,
                                  stdin=subprocess.DEVNULL, text=True)
            self.assertEqual(done.returncode, 1)
            self.assertIn(server.address, done.stderr)
            self.assertIn("Address already in use", done.stderr)

    def test_environment(self):
        environment = {**os.environ, "QUIPU_HTTP_LISTEN": "127.0.0.1:0",
                       "QUIPU_HTTP_PATH": "/here"}
        process = subprocess.Popen([SERVE], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   text=True, env=environment)
        address = process.stdout.readline().strip()
        self.assertEqual(curl(f"http://{address}/here"), (0, TEXT))
        process.stdin.close()
        process.stdout.close()
        self.assertEqual(process.wait(20), 0)


if __name__ == "__main__":
    unittest.main()
