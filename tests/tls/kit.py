# SPDX-License-Identifier: MIT
"""What the tests of quipu-tls share: certificates made on the spot, the server, its clients."""
import base64
import json
import os
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import time
import unittest

HOST = "127.0.0.1"
NAME = "quipu.example"
# of cost 4, so that the tests are not about waiting: htpasswd -nbBC 4
ALICE = ("alice", "wonderland", "$2y$04$JmZ0tvpYKcXpftn4/p1rFO6lf7ov0QASM1gLbpc.Rm6rg3mu/.vrW")


def scale(n):
    """How much of it, as tests/support/scale.h has it."""
    return max(1, int(n * float(os.environ.get("QUIPU_TEST_SCALE") or 1)))


def wait_until(condition, what, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"waited in vain for {what}")
        time.sleep(0.05)


def openssl(*arguments, **more):
    return subprocess.run(["openssl", *arguments], check=True, capture_output=True, timeout=60,
                          **more).stdout


class Folder:
    """A temporary directory with an authority, and what it signed."""

    def __init__(self):
        self.held = tempfile.TemporaryDirectory(prefix="quipu-tls-")
        self.path = self.held.name

    def close(self):
        self.held.cleanup()

    def at(self, name):
        return os.path.join(self.path, name)

    def write(self, name, text):
        """Replaces the file in one step, as those who rotate certificates do."""
        with open(self.at(name + ".new"), "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(self.at(name + ".new"), self.at(name))
        return self.at(name)

    def authority(self, name):
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-keyout", self.at(f"{name}.key"), "-out", self.at(f"{name}.crt"), "-days", "2",
                "-subj", f"/CN={name}", "-addext", "basicConstraints=critical,CA:TRUE")

    def certificate(self, name, authority, alt_names, usage="serverAuth", days="2"):
        """name.crt and name.key; days: may be negative, for one that is over."""
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-keyout", self.at(f"{name}.key"), "-out", self.at(f"{name}.csr"), "-subj",
                f"/CN={name}")
        self.write(f"{name}.ext", f"subjectAltName={alt_names}\nextendedKeyUsage={usage}\n")
        openssl("x509", "-req", "-in", self.at(f"{name}.csr"), "-CA", self.at(f"{authority}.crt"),
                "-CAkey", self.at(f"{authority}.key"), "-set_serial",
                str(int.from_bytes(os.urandom(8), "big")), "-days", days, "-extfile",
                self.at(f"{name}.ext"), "-out", self.at(f"{name}.crt"))

    def move(self, old, new):
        for kind in ("crt", "key"):
            os.replace(self.at(f"{old}.{kind}"), self.at(f"{new}.{kind}"))


def basic(name, password):
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


class Server:
    """The program; ends when its input does, and must end well."""

    program = None

    def __init__(self, config, *arguments):
        self.process = subprocess.Popen([Server.program, config, *map(str, arguments)],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        address = self.process.stdout.readline().strip()
        if not address:
            raise AssertionError(f"the server did not start: {self.process.wait(20)}")
        self.port = int(address.rsplit(":", 1)[1])

    def say(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().rstrip("\n")

    def stats(self):
        figures, self.reload_error = self.say("stats").split("\t", 1)
        return json.loads(figures)

    def end(self):
        self.process.stdin.close()
        status = self.process.wait(60)
        self.process.stdout.close()
        return status

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        status = self.end()
        if kind is None and status != 0:
            raise AssertionError(f"the server ended with {status}")


def client_context(authority, certificate=None, key=None, most=None, least=None):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(authority)
    if certificate:
        context.load_cert_chain(certificate, key)
    if most:
        context.maximum_version = most
    if least:
        context.minimum_version = least
    return context


def connect(port, host=None):
    """From another host, as far as the server can tell, where one of 127.0.0.0/8 is given."""
    return socket.create_connection((HOST, port), timeout=60,
                                    source_address=(host, 0) if host else None)


class Answer:
    def __init__(self, status, fields, body):
        self.status, self.fields, self.body = status, fields, body


def read_answer(stream):
    """One answer off a stream (makefile), as HTTP frames it."""
    line = stream.readline().decode("latin-1")
    if not line:
        raise EOFError("no answer")
    status = int(line.split()[1])
    fields = {}
    while (line := stream.readline().decode("latin-1").strip()):
        name, value = line.split(":", 1)
        fields[name.lower()] = value.strip()
    if fields.get("transfer-encoding") == "chunked":
        body = b""
        while (size := int(stream.readline(), 16)):
            body += stream.read(size)
            stream.read(2)
        stream.read(2)
    else:
        body = stream.read(int(fields["content-length"]))
    return Answer(status, fields, body)


class Client:
    """A connection on which requests are made one after the other; context None: plain."""

    def __init__(self, port, context=None, host=None):
        raw = connect(port, host)
        try:
            self.socket = context.wrap_socket(raw, server_hostname=NAME) if context else raw
        except BaseException:
            raw.close()
            raise
        self.stream = self.socket.makefile("rb")

    def send(self, path="/metrics", authorization=None, fields=""):
        if authorization is not None:
            fields += f"Authorization: {authorization}\r\n"
        self.socket.sendall(f"GET {path} HTTP/1.1\r\nHost: a\r\n{fields}\r\n".encode("latin-1"))

    def get(self, path="/metrics", authorization=None, fields=""):
        self.send(path, authorization, fields)
        return read_answer(self.stream)

    def close(self):
        self.stream.close()
        self.socket.close()

    def reset(self):
        """Goes without a word."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def get(port, context=None, host=None, **more):
    with Client(port, context, host) as client:
        return client.get(**more)


def main():
    """test.py SERVER [unittest's arguments]"""
    Server.program = sys.argv.pop(1)
    unittest.main(verbosity=1)
