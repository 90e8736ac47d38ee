#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Our reader of streams beside one of a few lines, with Python's json: reference_test.py PROGRAM

Streams are put together from parts by a seeded chance (QUIPU_TEST_SEED; QUIPU_TEST_SCALE times as
many), some with bytes changed, and read in steps of any size.
"""
import json
import os
import random
import re
import subprocess
import sys

STREAMS = 6000
USAGE = ("prompt_tokens", "completion_tokens", ("prompt_tokens_details", "cached_tokens"),
         ("prompt_tokens_details", "cache_write_tokens"),
         ("completion_tokens_details", "reasoning_tokens"))
PIECES = ("content", "reasoning_content", "reasoning", "refusal", "tool_calls", "function_call")


# --- the reference -------------------------------------------------------------------------------

def read_events(stream):
    """The data of each event, as the HTML standard tells (server-sent events, 9.2.6)."""
    text = stream.removeprefix(b"\xef\xbb\xbf")
    data = []
    for line in re.findall(rb"([^\r\n]*)(?:\r\n|\n|\r)", text):
        name, _, value = line.partition(b":")
        if not line:
            if data:
                yield b"\n".join(data)
            data = []
        elif name == b"data":
            data.append(value[1:] if value.startswith(b" ") else value)


class Wrong(Exception):
    """Not in the shape of an answer."""


def demand(condition):
    if not condition:
        raise Wrong


def maybe(value, kind):
    """What may be null, or of another kind that is none of ours."""
    return value if isinstance(value, kind) else kind()


def refuse(_):
    raise Wrong


def read_json(data):
    # each byte as a character, as ours does not look at the encoding of strings
    value = json.loads(data.decode("latin-1"), parse_constant=refuse)
    demand(isinstance(value, dict) and value.keys() & {"choices", "usage", "error"})
    return value


class Reply:
    def __init__(self):
        self.done = self.malformed = self.has_usage = self.has_error = self.filtered = False
        self.pieces = 0
        self.usage = [0] * len(USAGE)

    def event(self, data):
        if self.done or self.malformed or not data:
            return
        if data == b"[DONE]":
            self.done = True
            return
        try:
            self._chunk(read_json(data))
        except (Wrong, ValueError, RecursionError):
            self.malformed = True

    def _chunk(self, chunk):
        usage = self._usage(chunk)
        pieces, filtered = self._choices(maybe(chunk.get("choices"), list))
        self.pieces += pieces
        self.filtered |= filtered
        if usage:
            self.has_usage = True
            self.usage = usage
        self.has_error |= chunk.get("error") is not None

    def _usage(self, chunk):
        given = chunk.get("usage")
        if not isinstance(given, dict):
            return None
        counts = list(self.usage)
        for at, name in enumerate(USAGE):
            path = name if isinstance(name, tuple) else (name,)
            value = given
            for step in path[:-1]:
                value = maybe(value.get(step), dict)
            value = value.get(path[-1])
            if value is not None:
                demand(type(value) is int and 0 <= value <= 1 << 32)
                counts[at] = value
        return counts

    @staticmethod
    def _choices(choices):
        piece = filtered = False
        for choice in choices:
            demand(isinstance(choice, dict))
            filtered |= choice.get("finish_reason") == "content_filter"
            for part in maybe(choice.get("delta"), dict), maybe(choice.get("message"), dict):
                piece |= any(part.get(name) not in (None, "", [], {}) for name in PIECES)
        return piece, filtered

    def line(self):
        flags = (self.done, self.malformed, self.has_usage, self.has_error, self.filtered)
        return " ".join(str(int(value)) for value in (*flags, self.pieces, *self.usage))


# --- streams -------------------------------------------------------------------------------------

def make_usage(chance):
    number = lambda: chance.choice(
        [0, 1, 17, 1 << 32, (1 << 32) + 1, 1 << 53, None, -3, 1.5, "7", 10 ** 30])
    some = lambda *names: {name: number() if chance.random() < .3 else chance.randrange(9999)
                           for name in names if chance.random() < .8}
    usage = some("prompt_tokens", "completion_tokens", "total")
    if chance.random() < .5:
        usage["prompt_tokens_details"] = chance.choice(
            [None, 5, some("cached_tokens", "cache_write_tokens", "audio")])
    if chance.random() < .5:
        usage["completion_tokens_details"] = some("reasoning_tokens")
    return usage


def make_choice(chance):
    value = lambda: chance.choice(["x", "", None, 'q"\\\n\u00e9', "\U0001f600", [{"index": 0}], 5.25])
    part = {name: value() for name in chance.sample(PIECES + ("role",), chance.randrange(3))}
    return chance.choice([{"delta": part}, {"delta": part, "finish_reason": None}, {"message": part},
                          {"delta": {}, "finish_reason": chance.choice(
                              ["stop", "content_filter", None])}, {"delta": None, "index": 1}])


def make_chunk(chance):
    chunk = {}
    if chance.random() < .9:
        chunk["choices"] = [make_choice(chance) for _ in range(chance.randrange(3))]
    if chance.random() < .3:
        chunk["usage"] = chance.choice([None, make_usage(chance), make_usage(chance)])
    if chance.random() < .05:
        chunk["error"] = chance.choice([None, "text", {"message": "m", "code": 5}])
    if chance.random() < .2:
        chunk["other"] = chance.choice([[1, -2.5e7, True, False, None], {"a": {"b": []}}])
    text = json.dumps(chunk, ensure_ascii=chance.random() < .5,
                      indent=chance.choice([None, None, None, 1]))
    return "[DONE]" if chance.random() < .05 else text


def make_stream(chance):
    end = chance.choice(["\n", "\r\n", "\r"])
    out = [chance.choice(["", "", "", "\ufeff"])]
    for _ in range(chance.randrange(6)):
        out.append(chance.choice(["", "", ": a comment\n", "event: x\nid: 7\n", "retry: 5\n", "\n"]))
        out += [f"data:{chance.choice(['', ' '])}{line}\n" for line in make_chunk(chance).split("\n")]
        out.append("\n" if chance.random() < .95 else "")
    stream = bytearray("".join(out).replace("\n", end).encode())
    for _ in range(chance.randrange(1, 4) if chance.random() < .3 else 0):
        if stream:
            at = chance.randrange(len(stream))
            stream[at:at + chance.randrange(3)] = chance.choice(
                [b"", b"\n", b"\r", b":", b'"', b"}", b"\0", b"1", b"\\", b"data", b"\xff"])
    return bytes(stream)


def report(program, streams):
    """What the program says of each (stream, step): lines of events, and of the whole."""
    asked = b"".join(b"%d %d\n%s" % (len(stream), step, stream) for stream, step in streams)
    done = subprocess.run([program], input=asked, capture_output=True, check=True)
    events = []
    for line in done.stdout.decode().splitlines():
        if line.startswith("="):
            events.append(bytes.fromhex(line[1:]))
        else:
            yield events, line
            events = []


def main():
    seed = int(os.environ.get("QUIPU_TEST_SEED", "1"))
    n = int(STREAMS * float(os.environ.get("QUIPU_TEST_SCALE", "1")))
    chance = random.Random(seed)
    streams = [(stream, chance.randrange(1, max(2, len(stream) + 1)))
               for stream in (make_stream(chance) for _ in range(n))]
    seen = {}
    answers = list(report(sys.argv[1], streams))
    if len(answers) != n:
        sys.exit(f"FAILED: {len(answers)} answers to {n} streams")
    for (stream, step), (events, line) in zip(streams, answers):
        wanted, reply = list(read_events(stream)), Reply()
        for data in wanted:
            reply.event(data)
        if events != wanted or line != reply.line():
            sys.exit(f"FAILED: seed {seed}, in steps of {step}:\n{stream!r}\nevents {events}\n"
                     f"and not {wanted}\n{line}\nand not {reply.line()}")
        for name in "done", "malformed", "has_usage", "has_error", "filtered", "pieces":
            seen[name] = seen.get(name, 0) + bool(getattr(reply, name))
    print(f"seed {seed}: {n} streams, {seen}")
    if min(seen.values()) < n // 200:
        sys.exit("FAILED: a kind of stream is hardly there")


if __name__ == "__main__":
    main()
