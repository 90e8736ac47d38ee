#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Our request parser beside h11: h11_test.py PARSE_REPORT FOLDER...

The same bytes go to both, to ours at once and byte by byte: inputs of the folders, and requests put
together from parts, both changed by a seeded chance (QUIPU_TEST_SEED; QUIPU_TEST_SCALE times as many).

- What we accept h11 accepts: the same method, target, version, fields, body, end, and the same
  view of whether the connection stays open. Where h11 is stricter it has a name: STRICTER_THERE.
- What h11 accepts and we refuse has a reason, and the status that goes with it: STRICTER_HERE.
"""
import collections
import os
import pathlib
import random
import re
import subprocess
import sys

import h11

INPUTS = 3000
NO_BODY, SIZED_BODY, CHUNKED_BODY = range(3)
METHODS = [b"GET", b"HEAD", b"POST", b"PUT", b"DELETE", b"CONNECT", b"OPTIONS", b"TRACE", b"PATCH"]
TRIPLET = rb"%(?!00)[0-9A-Fa-f]{2}"
NAME = rb"(?:[A-Za-z0-9._~!$&'()*+;=-]|" + TRIPLET + rb")"
LITERAL = rb"\[[A-Za-z0-9._~!$&'()*+;=:-]+\]"
AUTHORITY = re.compile(rb"(?:" + LITERAL + rb"|" + NAME + rb"*)(?::[0-9]*)?")
REST = rb"(?:[!-\"$&-~]|" + TRIPLET + rb")*"
ORIGIN = re.compile(rb"/" + REST)
ABSOLUTE = re.compile(rb"https?://((?:" + LITERAL + rb"|" + NAME + rb"*)(?::[0-9]*)?)(?:[/?]" + REST
                      + rb")?", re.IGNORECASE)

Ours = collections.namedtuple(
    "Ours", "status at minor method body keep n_fields query_at query_len path values")


# --- the two parsers -----------------------------------------------------------------------------

class OurParser:
    """The program, asked one question after the other."""

    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, data, step, names=()):
        question = b"%d %d %d\n%s" % (len(data), step, len(names), data)
        self.process.stdin.write(question + b"".join(name + b"\n" for name in names))
        self.process.stdin.flush()
        numbers = self.line().split(b" ")
        values = [[bytes.fromhex(value[1:].decode()) for value in self.line().split()]
                  for _ in names]
        return Ours(*map(int, numbers[:9]), bytes.fromhex(numbers[9].decode()), values)

    def line(self):
        line = self.process.stdout.readline()
        if not line.endswith(b"\n"):
            raise RuntimeError(f"our parser ended: {self.process.wait()}")
        return line[:-1]

    def end(self):
        self.process.stdin.close()
        return self.process.wait()


class Theirs:
    """One request as h11 sees it, or why it does not."""

    def __init__(self, connection, total):
        self.error = self.request = None
        try:
            event = connection.next_event()
        except h11.RemoteProtocolError as error:
            self.error = str(error)
            return
        if not isinstance(event, h11.Request):
            return
        self.request = event
        self.end = total - len(connection.trailing_data[0])
        self.minor = int(event.http_version.split(b".")[1])
        fields = [(bytes(name), bytes(value)) for name, value in event.headers]
        self.fields = fields
        self.body = NO_BODY
        for name, value in fields:
            if name == b"transfer-encoding":
                self.body = CHUNKED_BODY
            elif name == b"content-length" and int(value) > 0 and self.body == NO_BODY:
                self.body = SIZED_BODY

    def answer(self, connection):
        """As a server does; does the connection stay open?"""
        assert isinstance(connection.next_event(), h11.EndOfMessage)
        status = 405 if self.request.method == b"CONNECT" else 200
        connection.send(h11.Response(status_code=status, headers=[("content-length", "0")]))
        connection.send(h11.EndOfMessage())
        if connection.our_state is h11.DONE:
            connection.start_next_cycle()
            return True
        return False

    def values(self, name):
        return [value for other, value in self.fields if other == name]


# --- what may differ, by name --------------------------------------------------------------------

def words(values):
    return [word.strip(b" \t").lower() for value in values for word in value.split(b",")]


STRICTER_THERE = {
    "a blank line before the request": lambda raw: raw.startswith((b"\n", b"\r\n")),
}


def bad_target(method, target):
    if method == b"CONNECT":
        return not target or not AUTHORITY.fullmatch(target)
    if target == b"*":
        return method != b"OPTIONS"
    absolute = ABSOLUTE.fullmatch(target)
    return not ORIGIN.fullmatch(target) and not (absolute and absolute[1])


def bad_host(theirs):
    hosts = theirs.values(b"host")
    return len(hosts) > 1 or (not hosts and theirs.minor > 0) or (
        len(hosts) == 1 and not AUTHORITY.fullmatch(hosts[0]))


def two_framings(theirs):
    return theirs.values(b"transfer-encoding") and (
        theirs.minor == 0 or bool(theirs.values(b"content-length")))


def bad_length(raw):
    """h11 shows one of several that are equal, so it is the bytes that tell."""
    lengths = re.findall(rb"(?im)^content-length:[ \t]*([^\n]*?)[ \t]*\r?$", raw)
    return len(lengths) > 1 or (len(lengths) == 1 and (
        not re.fullmatch(rb"[0-9]+", lengths[0]) or int(lengths[0]) >= 2 ** 64))


def head_lines(raw):
    return raw.split(b"\n", 1)


STRICTER_HERE = [
    ("the version is not 1.x", 505, lambda t, raw: not t.request.http_version.startswith(b"1.")),
    ("the request line is too long", 414,
     lambda t, raw: len(head_lines(raw)[0].removesuffix(b"\r")) > 8192),
    ("the fields are too long or too many", 431,
     lambda t, raw: len(head_lines(raw)[1]) > 8192 or raw.count(b"\n") > 64 + 2),
    ("the method is not known", 501, lambda t, raw: t.request.method not in METHODS),
    ("something else than 100-continue is expected", 417, lambda t, raw: t.minor > 0 and any(
        value.lower() != b"100-continue" for value in t.values(b"expect"))),
    ("Host is missing, there twice or no host", 400, lambda t, raw: bad_host(t)),
    ("the target has none of its forms", 400,
     lambda t, raw: bad_target(t.request.method, t.request.target)),
    ("control characters", 400, lambda t, raw: re.search(rb"[\x00-\x08\x0b-\x1f\x7f]",
                                                         raw.replace(b"\r\n", b"\n"))),
    ("folded lines", 400, lambda t, raw: re.search(rb"\n[ \t]", raw)),
    ("framed in two ways", 400, lambda t, raw: two_framings(t)),
    ("Content-Length is no number or there twice", 400, lambda t, raw: bad_length(raw)),
]


# --- comparing -----------------------------------------------------------------------------------

class Comparison:
    def __init__(self, ours):
        self.ours = ours
        self.seen = collections.Counter()
        self.failed = 0

    def fail(self, what, data, at, detail=""):
        self.failed += 1
        print(f"FAIL {what} {detail}\n  at {at} of {data!r}")
        return 0

    def stream(self, data):
        """Request after request, as far as both go on."""
        connection = h11.Connection(h11.SERVER, max_incomplete_event_size=1 << 20)
        connection.receive_data(data)
        at = 0
        while at < len(data):
            end = self.one(connection, data, at)
            if not end:
                break
            at = end

    def one(self, connection, data, at):
        theirs = Theirs(connection, len(data))
        names = sorted({name for name, _ in theirs.fields}) if theirs.request else []
        ours = self.ours.ask(data[at:], 0, names)
        if len(data) - at <= 2000 and self.ours.ask(data[at:], 1, names) != ours:
            return self.fail("byte by byte it is another", data, at)
        if ours.status == 0:
            if theirs.request:
                return self.fail("h11 needs no more", data, at)
            self.seen["both wait, or h11 refuses sooner"] += 1
        elif ours.status != 200:
            self.refused(ours, theirs, data, at)
        elif theirs.error is not None:
            self.accepted_here(theirs.error, data, at, ours)
        elif not theirs.request:
            return self.fail("h11 needs more", data, at)
        else:
            return self.both(ours, theirs, connection, data, at, names)
        return 0

    def refused(self, ours, theirs, data, at):
        if not theirs.request:
            self.seen["both refuse, or h11 waits"] += 1
            return
        raw = data[at:theirs.end]
        for name, status, holds in STRICTER_HERE:
            if status == ours.status and holds(theirs, raw):
                self.seen[f"stricter here: {name}"] += 1
                return
        self.fail(f"refused with {ours.status} without a reason", data, at)

    def accepted_here(self, error, data, at, ours):
        raw = data[at:at + ours.at]
        for name, holds in STRICTER_THERE.items():
            if holds(raw):
                self.seen[f"stricter there: {name}"] += 1
                return
        self.fail("h11 refuses it", data, at, error)

    def both(self, ours, theirs, connection, data, at, names):
        wrong = self.difference(ours, theirs, data, at, names)
        if wrong:
            return self.fail(wrong, data, at)
        self.seen["both accept"] += 1
        if ours.body != NO_BODY:
            return 0 if not ours.keep else self.fail("keeps although a body follows", data, at)
        keeps = theirs.answer(connection)
        if ours.keep and not keeps and theirs.minor == 0 and b"keep-alive" in words(
                theirs.values(b"connection")):
            self.seen["stricter there: 1.0 never stays open"] += 1
            return 0
        if keeps != ours.keep:
            return self.fail("keep-alive", data, at, f"{ours.keep} {keeps}")
        return at + ours.at if keeps else 0

    @staticmethod
    def difference(ours, theirs, data, at, names):
        request = theirs.request
        known = {b"GET": 1, b"HEAD": 2}.get(request.method, 3)
        query = request.target.partition(b"?")[2]
        if ours.at + at != theirs.end:
            return f"the end: {ours.at + at} and {theirs.end}"
        if ours.method != known:
            return "the method"
        if ours.minor != min(theirs.minor, 1):
            return "the version"
        if ours.body != theirs.body:
            return "the body"
        if data[at + ours.query_at:][:ours.query_len] != query:
            return "the query"
        path = request.target.partition(b"?")[0]
        if path.startswith(b"/") and len(path) <= 256 and b"%" not in path and ours.path != path:
            return "the path"
        if ours.n_fields != len(theirs.fields):
            return "the number of fields"
        if not same_values(ours, theirs, names):
            return "the fields"
        return None


def same_values(ours, theirs, names):
    """h11 shows Transfer-Encoding in lower case."""
    for name, values in zip(names, ours.values):
        lower = [value.lower() for value in values] if name == b"transfer-encoding" else values
        if lower != theirs.values(name):
            return False
    return True


# --- inputs --------------------------------------------------------------------------------------

METHOD_PARTS = [*METHODS, b"GET", b"GET", b"GET", b"HEAD", b"get", b"M-SEARCH", b"G\x00T", b""]
TARGET_PARTS = [b"/", b"/metrics", b"/metrics?name[]=up", b"/a%20b?c=%41", b"/%00", b"/%zz", b"*",
                b"http://h/x", b"HTTPS://[::1]:80?q", b"h:443", b"/a#b", b"//x", b"ftp://h/", b"",
                b"/" + b"p" * 300, b"/" + b"p" * 8200]
VERSION_PARTS = [b"HTTP/1.1"] * 8 + [b"HTTP/1.0"] * 4 + [b"HTTP/1.2", b"HTTP/2.0", b"HTTP/0.9",
                                                         b"http/1.1", b"HTTP/1.1 ", b"HTTP/11"]
FIELD_PARTS = [
    b"Host: h", b"Host: h", b"Host: h", b"host:[::1]:80", b"HOST:\t", b"Host: a b", b"Host: a,b",
    b"Connection: close", b"Connection: keep-alive", b"connection:Keep-Alive , x",
    b"Connection: closed", b"Connection: x, close\t", b"Connection: keep-alive, close",
    b"Content-Length: 0", b"Content-Length: 5", b"content-length:5", b"Content-Length: +5",
    b"Content-Length: 5, 5", b"Content-Length: 0x5", b"Content-Length:", b"Content-Length : 5",
    b"Content-Length: 18446744073709551616", b"Content-Length: 18446744073709551615",
    b"Content-Length: 00", b"Transfer-Encoding: chunked", b"transfer-encoding:CHUNKED",
    b"Transfer-Encoding: ,chunked ,", b"Transfer-Encoding: gzip, chunked",
    b"Transfer-Encoding: chunked, identity", b"Transfer-Encoding: identity",
    b"Transfer-Encoding:\x0bchunked", b"Transfer-Encoding: chunked;x", b"Transfer-Encoding:",
    b"Expect: 100-continue", b"Expect: else", b"A: b\r", b"A: b\rB: c", b"A: b\x00", b"A: \x01",
    b"A: \xff\xfe", b" folded", b"\tfolded", b"A:", b"A", b": a", b"A:b:c", b"A: b   ",
    b"X-Prometheus-Scrape-Timeout-Seconds: 9.5", b"Accept: text/plain;q=0.5", b"Upgrade: h2c",
    b"Connection: Upgrade", b"A: " + b"v" * 8200]
LINE_ENDS = [b"\r\n"] * 12 + [b"\n"] * 3 + [b"\r", b"\r\r\n", b"\n\r", b" \r\n"]


def put_together(chance):
    end = chance.choice(LINE_ENDS)
    line = b" ".join([chance.choice(METHOD_PARTS), chance.choice(TARGET_PARTS),
                      chance.choice(VERSION_PARTS)])
    fields = [chance.choice(FIELD_PARTS) for _ in range(chance.choice([0, 1, 1, 2, 3, 4, 70]))]
    if chance.random() < 0.7:
        fields.insert(0, b"Host: h")
    head = end.join([line, *fields, b"", b""])
    if chance.random() < 0.1:
        head = chance.choice([b"\r\n", b"\n", b"\r\n\r\n", b" "]) + head
    return head


def simple(chance):
    """One that both should take."""
    method = chance.choice([b"GET", b"HEAD", b"POST", b"OPTIONS"])
    fields = chance.sample([part for part in FIELD_PARTS[7:15]] + [b"A: b", b"Accept: */*"],
                           chance.randrange(3))
    return b"\r\n".join([method + b" /m?" + b"x" * chance.randrange(3) + b" HTTP/1."
                         + chance.choice([b"0", b"1"]), b"Host: h", *fields, b"", b""])


def mutate(chance, data):
    telling = b"\r\n \t:,;%?#/\\\"*@[]\x00\x7f\xff09afAFxX"
    data = bytearray(data)
    for _ in range(chance.randrange(1, 4)):
        if not data:
            break
        at = chance.randrange(len(data))
        kind = chance.randrange(4)
        if kind == 0:
            data[at] = chance.choice(telling)
        elif kind == 1:
            data[at:at] = bytes([chance.choice(telling)])
        elif kind == 2:
            del data[at:at + chance.randrange(1, 8)]
        else:
            other = chance.randrange(len(data))
            data[at:at] = data[other:other + chance.randrange(1, 40)]
    return bytes(data)


def inputs(files, chance, n):
    yield from files
    for _ in range(n):
        kind = chance.randrange(4)
        if kind == 0:
            yield mutate(chance, chance.choice(files))
        elif kind == 1:
            yield put_together(chance)
        elif kind == 2:
            yield b"".join(simple(chance) for _ in range(chance.randrange(1, 4)))
        else:
            yield mutate(chance, simple(chance) + put_together(chance))


def main():
    program, *folders = sys.argv[1:]
    seed = int(os.environ.get("QUIPU_TEST_SEED", "1"))
    n = max(1, int(INPUTS * float(os.environ.get("QUIPU_TEST_SCALE", "1"))))
    files = [path.read_bytes() for folder in folders
             for path in sorted(pathlib.Path(folder).iterdir())]
    ours = OurParser(program)
    comparison = Comparison(ours)
    tried = 0
    for data in inputs(files, random.Random(seed), n):
        comparison.stream(data)
        tried += 1
        if comparison.failed > 20:
            break
    status = ours.end()
    for what, times in sorted(comparison.seen.items()):
        print(f"{times:>7} {what}")
    print(f"QUIPU_TEST_SEED={seed}\nfigure inputs {tried}")
    accepted = comparison.seen["both accept"]
    stricter = sum(times for what, times in comparison.seen.items() if what.startswith("stricter"))
    if comparison.failed or status != 0:
        sys.exit(f"{comparison.failed} differences, our parser's exit status {status}")
    if accepted * 10 < tried or stricter == 0:
        sys.exit("too few that both accept, or none that they differ about: it compared nothing")


if __name__ == "__main__":
    main()
