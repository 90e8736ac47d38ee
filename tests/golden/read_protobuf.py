#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""read_protobuf.py PROTOC PROGRAM FOLDER: what PROGRAM --print protobuf CASE writes, as protoc reads it,
must be what FOLDER/CASE.txt says."""
import pathlib
import subprocess
import sys

PROTO = pathlib.Path(__file__).with_name("metrics.proto")


def varint_end(data, at):
    while data[at] & 0x80:
        at += 1
    return at + 1


def with_tags(data):
    """A stream of delimited messages as one message, in which each is field 1."""
    result, at = b"", 0
    while at < len(data):
        begin = varint_end(data, at)
        end = begin + sum((byte & 0x7f) << 7 * i for i, byte in enumerate(data[at:begin]))
        result += b"\x0a" + data[at:end]
        at = end
    return result


def normal(line):
    """protoc spells doubles with 15 digits where those are enough."""
    name, colon, value = line.partition(": ")
    try:
        if not colon or value.startswith('"'):
            return line
        return name + colon + (value if value.lstrip("-").isdigit() and len(value) < 17 else repr(float(value)))
    except ValueError:
        return line


def check(protoc, program, path):
    data = subprocess.run([program, "--print", "protobuf", path.stem], check=True,
                          stdout=subprocess.PIPE).stdout
    text = subprocess.run([protoc, f"--proto_path={PROTO.parent}", "--decode=quipu.Families", PROTO.name],
                          input=with_tags(data), check=True, stdout=subprocess.PIPE).stdout
    got = [normal(line) for line in text.decode().splitlines()]
    want = [normal(line) for line in path.read_text().splitlines()]
    for number, (a, b) in enumerate(zip(got, want), 1):
        if a != b:
            print(f"FAIL {path.name}:{number}: expected {b!r}, protoc has {a!r}")
            return False
    if len(got) != len(want):
        print(f"FAIL {path.name}: {len(got)} lines for {len(want)}")
    return len(got) == len(want)


def main():
    protoc, program, folder = sys.argv[1:]
    paths = sorted(pathlib.Path(folder).glob("*.txt"))
    good = sum([check(protoc, program, path) for path in paths])
    print(f"{good} of {len(paths)} files pass")
    return 0 if paths and good == len(paths) else 1


sys.exit(main())
