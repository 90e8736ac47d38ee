#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""quipu check as a program: where it reads from, how it finds the format, how it refuses."""
import argparse
import gzip
import http.server
import os
import sys
import tempfile
import threading

import cases_protobuf
from table import run

TEXT = b"# HELP a A.\n# TYPE a gauge\na 1\n"
OPENMETRICS = b"# TYPE a gauge\n# HELP a A.\na 1\n# EOF\n"
TWO = b"# TYPE h histogram\n# HELP h H.\nh {count:0,sum:0,bucket:[+Inf:0]}\n# EOF\n"
JSON = b'{"families":[{"name":"a","help":"A.","type":"gauge","series":[]}]}\n'
PROTOBUF = cases_protobuf.family("a", cases_protobuf.GAUGE, cases_protobuf.gauge(1))

TEXT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
OPENMETRICS_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8"
PROTOBUF_TYPE = ("application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; "
                 "encoding=delimited")


def check(holds, what):
    if not holds:
        sys.exit(f"FAILED: {what}")


class Answers(http.server.BaseHTTPRequestHandler):
    """One fixed answer for each path; remembers what was asked for."""

    protocol_version = "HTTP/1.1"
    asked = {}
    plain = {"/text": (TEXT_TYPE, TEXT), "/openmetrics": (OPENMETRICS_TYPE, OPENMETRICS),
             "/two": ("application/openmetrics-text;VERSION=\"2.0.0\"", TWO),
             "/as-text": (TEXT_TYPE, OPENMETRICS), "/protobuf": (PROTOBUF_TYPE, PROTOBUF),
             "/json": ("application/json", JSON), "/html": ("text/html", TEXT),
             "/untyped": (None, TEXT), "/empty": (TEXT_TYPE, b""),
             "/bad": (TEXT_TYPE, b"a 1\na 1\n")}

    def log_message(self, *_):
        pass

    def head(self, status, content_type, **fields):
        self.send_response(status)
        if content_type:
            self.send_header("Content-Type", content_type)
        for name, value in fields.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def do_GET(self):
        Answers.asked[self.path] = self.headers
        if self.path in self.plain:
            content_type, body = self.plain[self.path]
            self.head(200, content_type, Content_Length=len(body))
            self.wfile.write(body)
        else:
            getattr(self, "get_" + self.path[1:], self.get_nothing)()

    def get_nothing(self):
        self.head(404, TEXT_TYPE, Content_Length=0)

    def get_chunked(self):
        self.head(200, TEXT_TYPE, Transfer_Encoding="chunked")
        for at in range(0, len(TEXT), 7):
            piece = TEXT[at:at + 7]
            self.wfile.write(b"%X;x=y\r\n%s\r\n" % (len(piece), piece))
            self.wfile.flush()
        self.wfile.write(b"0\r\nTrailer: x\r\n\r\n" if len(TEXT) % 2 else b"0\r\n\r\n")

    def get_gzip(self):
        self.gzip(gzip.compress(TEXT[:10]) + gzip.compress(TEXT[10:]))

    def get_gzip_cut(self):
        self.gzip(gzip.compress(TEXT)[:-3])

    def gzip(self, body):
        self.head(200, TEXT_TYPE, Content_Length=len(body), Content_Encoding="gzip")
        self.wfile.write(body)

    def get_brotli(self):
        self.head(200, TEXT_TYPE, Content_Length=1, Content_Encoding="br")
        self.wfile.write(b"x")

    def get_cut(self):
        self.head(200, TEXT_TYPE, Content_Length=len(TEXT) + 1)
        self.wfile.write(TEXT)
        self.close_connection = True

    def get_until_close(self):
        self.head(200, TEXT_TYPE)
        self.wfile.write(TEXT)
        self.close_connection = True

    def get_chunk_cut(self):
        self.head(200, TEXT_TYPE, Transfer_Encoding="chunked")
        self.wfile.write(b"5\r\nabc")
        self.close_connection = True

    def get_long_head(self):
        self.wfile.write(b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 20000)
        self.close_connection = True

    def get_garbage(self):
        self.wfile.write(b"garbage\r\n\r\n")
        self.close_connection = True


class Program:
    def __init__(self, quipu):
        self.quipu = quipu

    def expect(self, status, said, *arguments, data=b""):
        answer = run(self.quipu, *arguments, data=data)
        check(answer.status == status and said in answer.err,
              f"{arguments}: status {answer.status}, not {status}, or not {said!r}:\n"
              f"{answer.out}{answer.err}")
        return answer


def test_help(program):
    check("check" in program.expect(0, "", "--help").out, "quipu --help lists check")
    check("Exit status: 0 clean, 1 errors" in program.expect(0, "", "check", "--help").out,
          "the statuses are explained")
    check(program.expect(0, "", "--version").out.startswith("quipu "), "version")


def test_bad_usage(program):
    program.expect(2, "usage: quipu")
    program.expect(2, "quipu: chekc: no such command", "chekc")
    program.expect(2, "--formt: no such option", "check", "--formt", "x")
    program.expect(2, "--format wants".replace(" ", ": "), "check", "--format")
    program.expect(2, "--format txt: no such format; there are text-0.0.4, ", "check",
                   "--format", "txt")
    program.expect(2, "--lint: it is yes or no", "check", "--lint=maybe")
    program.expect(2, "b: one URL or file is enough", "check", "a", "b")


def test_files(program):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "exposition.txt")
        with open(path, "wb") as file:
            file.write(TEXT + b"a 2\nb 1\n")
        program.expect(1, f"{path}:4:1: error: a: duplicate series\nb no help text\n", "check",
                       path)
        check("no help" not in program.expect(1, "", "check", "--lint=no", path).err, "no lint")
        program.expect(1, f"{path}.not: No such file", "check", path + ".not")
        program.expect(1, "Is a directory", "check", folder)


def test_standard_input(program):
    for arguments in (["check"], ["check", "-"], ["check", "--lint=yes"]):
        program.expect(0, "", *arguments, data=TEXT)
        program.expect(3, "b no help text", *arguments, data=b"b 1\n")
        program.expect(1, "stdin:1:2: error: no value", *arguments, data=b"b\n")
    program.expect(0, "", "check", "--lint=no", data=b"b 1\n")


def test_limit(program):
    answer = program.expect(1, "and 1900 more errors", "check", data=b"a{\n" * 2000)
    check(len(answer.errors) == 100, "100 are shown")
    answer = program.expect(3, "and 50 more pieces of advice", "check",
                            data=b"".join(b"a%d 1\n" % n for n in range(150)))
    check(len(answer.advice) == 101, "100 are shown")


def test_messages_are_harmless(program):
    answer = program.expect(1, "invalid metric name \"?[31ma\"", "check", data=b"\x1b[31ma 1\n")
    check("\x1b" not in answer.err, "no escape goes to the terminal")


def test_guesses(program):
    """Each is clean in its own format and an error in the others."""
    for data in (TEXT, OPENMETRICS, TWO, JSON, PROTOBUF, b"", b"# EOF", b"\n\n" + TEXT):
        program.expect(0, "", "check", data=data)
    program.expect(1, "quoted name", "check", data=b'{"a"} 1\n')
    program.expect(0, "", "check", "--format", "text-1.0.0", "--lint=no", data=b'{"a"} 1\n')
    program.expect(1, "no # EOF", "check", "--format", "openmetrics", data=TEXT)
    program.expect(1, "no object", "check", "--format", "json", data=TEXT)


def test_urls(program, base):
    for path in ("text", "openmetrics", "two", "protobuf", "json", "empty", "chunked",
                 "until_close"):
        program.expect(0, "", "check", f"{base}/{path}")
    fields = Answers.asked["/text"]
    check(fields["Accept"] == "text/plain;version=0.0.4", "Accept asks for text")
    check(fields["Host"] == base.removeprefix("http://"), "Host names the server")
    if fields["Accept-Encoding"] == "gzip":
        program.expect(0, "", "check", f"{base}/gzip")
        program.expect(1, "/gzip_cut: the body is not whole gzip", "check", f"{base}/gzip_cut")
    program.expect(0, "", "check", "--accept", "application/json", f"{base}/text")
    check(Answers.asked["/text"]["Accept"] == "application/json", "--accept sends another")


def test_types_of_urls(program, base):
    """The Content-Type decides, not the content."""
    program.expect(0, "", "check", f"{base}/as-text")
    program.expect(1, f"{base}/bad:2:1: error: a: duplicate series", "check", f"{base}/bad")
    for path in ("html", "untyped"):
        program.expect(1, "is not that of an exposition", "check", f"{base}/{path}")
        program.expect(0, "", "check", "--format", "text", f"{base}/{path}")
    program.expect(1, "no # EOF", "check", "--format", "openmetrics", f"{base}/text")


def test_broken_answers(program, base):
    program.expect(1, "/none: status 404", "check", f"{base}/none")
    program.expect(1, "Content-Encoding br", "check", f"{base}/brotli")
    program.expect(1, "shorter than its Content-Length", "check", f"{base}/cut")
    program.expect(1, "the last chunk is missing", "check", f"{base}/chunk_cut")
    program.expect(1, "no HTTP answer", "check", f"{base}/garbage")
    program.expect(1, "no HTTP answer", "check", f"{base}/long_head")


def test_bad_urls(program):
    program.expect(1, "only http:// is supported", "check", "https://127.0.0.1/metrics")
    for url, reason in (("http://", "host is missing"), ("http://:80/", "host is missing"),
                        ("http://a:b/", "a port is a number"), ("http://a:0/", "1 to 65535"),
                        ("http://a:65536/", "1 to 65535"), ("http://[::1/", "bracket"),
                        ("http://x@a/", "names and passwords"), ("http://a/#b", "do not belong")):
        program.expect(1, reason, "check", url)


def test_nobody_listens(program):
    with http.server.HTTPServer(("127.0.0.1", 0), Answers) as server:
        url = "http://%s:%d/" % server.server_address
    program.expect(1, "Connection refused", "check", url)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--quipu", required=True)
    program = Program(parser.parse_args().quipu)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            for name, test in list(globals().items()):
                if not name.startswith("test_"):
                    continue
                if "base" in test.__code__.co_varnames[:test.__code__.co_argcount]:
                    test(program, "http://%s:%d" % server.server_address)
                else:
                    test(program)
                print(f"{name} passed")
        finally:
            server.shutdown()
            thread.join()


main()
