#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compressed answers, as Python's zlib, curl and the zstd program read them.

compressed_test.py SERVE CODING...   (the program made of serve.c; what the library offers)
"""
import contextlib
import http.client
import shutil
import socket
import subprocess
import sys
import time
import unittest
import zlib

SERVE = sys.argv.pop(1)
CODINGS = [sys.argv.pop(1) for _ in sys.argv[1:]]
# series of the large family: less than is worth compressing, one answer, one answer only when
# compressed, a stream either way
SIZES = (0, 100, 5000, 50000)


@contextlib.contextmanager
def serving(series, how="compressed"):
    """The program's address; it ends with its input, whatever happens here."""
    process = subprocess.Popen([SERVE, "127.0.0.1:0", "/metrics", str(series), how],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield process.stdout.readline().strip()
    finally:
        process.stdin.close()
        process.stdout.close()
        ended = process.wait(20)
    assert ended == 0


def unzstd(data):
    done = subprocess.run(["zstd", "-dc"], input=data, capture_output=True, check=False)
    return done.stdout, done.returncode == 0


def gunzip(data):
    reader = zlib.decompressobj(wbits=31)
    text = reader.decompress(data)
    return text, reader.eof and not reader.unused_data


DECODE = {"gzip": gunzip, "zstd": unzstd}


def ask(address, method="GET", encoding=None, version=11, **fields):
    client = http.client.HTTPConnection(address, timeout=60)
    client._http_vsn, client._http_vsn_str = version, f"HTTP/{version / 10}"
    if encoding is not None:
        fields["Accept-Encoding"] = encoding
    client.putrequest(method, "/metrics", skip_accept_encoding=True)
    for name, value in fields.items():
        client.putheader(name.replace("_", "-"), value)
    client.endheaders()
    answer = client.getresponse()
    body = answer.read()
    client.close()
    return answer, body


def fields_of(answer):
    return {name: value for name, value in answer.getheaders() if name != "Date"}


class Compressed(unittest.TestCase):
    def expect(self, coding, address, plain):
        answer, body = ask(address, encoding=coding)
        self.assertEqual(answer.status, 200)
        self.assertEqual(answer.getheader("Vary"), "Accept, Accept-Encoding")
        if len(plain) < 1024:
            self.assertIsNone(answer.getheader("Content-Encoding"))
            self.assertEqual(body, plain)
            return
        self.assertEqual(answer.getheader("Content-Encoding"), coding)
        self.assertEqual(DECODE[coding](body), (plain, True))
        self.assertLess(len(body), len(plain) * 0.7)
        self.assertEqual(len(body) > 256 * 1024,
                         answer.getheader("Transfer-Encoding") == "chunked")

    def test_sizes(self):
        for series in SIZES:
            with serving(series) as address:
                answer, plain = ask(address)
                self.assertIsNone(answer.getheader("Content-Encoding"))
                self.assertEqual(plain.count(b"\n"), series + 5)
                for coding in CODINGS:
                    self.expect(coding, address, plain)
                    _, body = ask(address, encoding=coding, version=10)
                    if len(plain) >= 1024:
                        self.assertEqual(DECODE[coding](body), (plain, True))

    def test_head(self):
        for series in SIZES:
            with serving(series) as address:
                for coding in ["identity", *CODINGS]:
                    got, _ = ask(address, "GET", coding)
                    head, body = ask(address, "HEAD", coding)
                    self.assertEqual(body, b"")
                    self.assertEqual(fields_of(head), fields_of(got))

    def test_choice(self):
        best = CODINGS[0] if CODINGS else None
        gzip = "gzip" if "gzip" in CODINGS else None
        with serving(100) as address:
            for encoding, coding in [(None, None), ("", None), ("identity", None), ("br", None),
                                     ("gzip", gzip), ("GZIP;q=0.1", gzip), ("x-gzip", gzip),
                                     ("notgzip", None), ("gzip;q=0", None), ("*", gzip),
                                     ("gzip, deflate, br, zstd", best),
                                     ("gzip;q=1.0, identity;q=0.5, *;q=0", gzip)]:
                answer, _ = ask(address, encoding=encoding)
                self.assertEqual(answer.getheader("Content-Encoding"), coding, encoding)

    def test_switched_off(self):
        with serving(100, "plain") as address:
            answer, body = ask(address, encoding="gzip, zstd")
            self.assertIsNone(answer.getheader("Content-Encoding"))
            self.assertEqual(answer.getheader("Content-Length"), str(len(body)))

    def test_other_pages(self):
        with serving(0) as address:
            client = http.client.HTTPConnection(address, timeout=60)
            for path in ("/", "/healthz", "/none"):
                client.request("GET", path, headers={"Accept-Encoding": "gzip"})
                answer = client.getresponse()
                answer.read()
                self.assertIsNone(answer.getheader("Content-Encoding"))
                self.assertIsNone(answer.getheader("Vary"))
            client.close()

    @unittest.skipUnless(CODINGS, "the library compresses nothing")
    def test_curl(self):
        with serving(5000) as address:
            _, plain = ask(address)
            done = subprocess.run(["curl", "-sS", "--noproxy", "*", "--max-time", "60",
                                   "--compressed", f"http://{address}/metrics"],
                                  capture_output=True, check=True)
            self.assertEqual(done.stdout, plain)

    def cut_off(self, address, coding, seconds):
        """What comes of the answer; the machine may be too slow to begin it in that time."""
        host, port = address.rsplit(":", 1)
        got = b""
        with socket.socket() as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.settimeout(60)
            connection.connect((host, int(port)))
            connection.sendall(b"GET /metrics HTTP/1.1\r\nHost: a\r\nAccept-Encoding: %s\r\n"
                               b"X-Prometheus-Scrape-Timeout-Seconds: %g\r\n\r\n"
                               % (coding.encode(), seconds))
            while len(got) < 2000:
                if got.startswith(b"HTTP/1.1 503 ") and b"\r\n\r\n" in got:
                    return self.cut_off(address, coding, seconds * 4)
                piece = connection.recv(1000)
                self.assertTrue(piece, got)
                got += piece
            time.sleep(seconds + 0.5)  # until it is too late
            with self.assertRaises(ConnectionResetError):
                while piece := connection.recv(65536):
                    got += piece
        return got

    def test_cut_off(self):
        """What a scraper has of an answer that its timeout ends is seen to be no whole one."""
        with serving(200000) as address:
            for coding in ["identity", *CODINGS]:
                got = self.cut_off(address, coding, 1.5)
                self.assertRegex(got, rb"HTTP/1.1 200 OK\r\n")
                self.assertFalse(got.endswith(b"\r\n0\r\n\r\n"))


if __name__ == "__main__":
    if "zstd" in CODINGS and not shutil.which("zstd"):
        sys.exit("compressed_test.py: the zstd program is needed")
    unittest.main()
