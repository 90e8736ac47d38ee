#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""quipu top --once: one frame after two scrapes. The samples' timestamps are the test's, so that
rates are exact; where there are none, they are within what the server's clock allows."""
import argparse
import gzip
import pathlib
import subprocess
import sys
import time

from target import LIMIT, Failure, Target, check, top

START = 1_700_000_000_000  # milliseconds
SECONDS = 5
OPENMETRICS = "application/openmetrics-text; version=1.0.0"
OPENMETRICS_2 = "application/openmetrics-text; version=2.0.0"
CONTENT_TYPES = {"read_text": "text/plain; version=0.0.4", "read_openmetrics": OPENMETRICS,
                 "read_openmetrics_2": OPENMETRICS_2, "read_json": "application/json",
                 "read_protobuf": "application/vnd.google.protobuf"}
PAIRS = 6  # of each folder of broken expositions


def stamped(lines, number):
    """Each sample with the time of the first or second scrape."""
    at = START + number * SECONDS * 1000
    return "".join(line if line.startswith("#") else f"{line.rstrip()} {at}\n"
                   for line in lines.splitlines(keepends=True))


def frame(quipu, *arguments, **options):
    status, out, err = top(quipu, "--once", "--interval", "0.1", *arguments, **options)
    check(status == 0 and not err, f"{arguments}: status {status}\n{err}")
    return out.decode()


def expect(text, first, *words):
    """A line that begins so has these words, one after the other."""
    lines = [line for line in text.splitlines() if line.startswith(first)]
    check(lines, f"no line begins with {first!r}:\n{text}")
    for line in lines:
        fields, at = line[len(first):].split(), 0
        for word in words:
            at = fields.index(word, at) + 1 if word in fields[at:] else None
            if at is None:
                break
        if at is not None:
            return
    raise Failure(f"{first!r} without {words}:\n{text}")


# --- values and rates ------------------------------------------------------------------------------

def counters(quipu):
    body = "# TYPE jobs_total counter\njobs_total{{k=\"a\"}} {}\njobs_total{{k=\"b\"}} {}\n"
    with Target(stamped(body.format(100, 7), 0), stamped(body.format(160, 8), 1)) as target:
        text = frame(quipu, target.url)
    rate = (160 - 100 + 8 - 7) / SECONDS
    expect(text, "jobs_total", "counter", "2", "168", f"{rate:.1f}")
    check(target.asked[0][1] == "/metrics", f"asked for {target.asked[0][1]}")
    accept = target.asked[0][2]["Accept"]
    check("openmetrics-text;version=2.0.0" in accept and "text/plain" in accept, accept)


def resets(quipu):
    body = "# TYPE jobs_total counter\njobs_total {}\n"
    with Target(stamped(body.format(1000), 0), stamped(body.format(15), 1)) as target:
        expect(frame(quipu, target.url), "jobs_total", "15", f"{15 / SECONDS:.0f}")


def clock(quipu):
    body = "# TYPE jobs_total counter\njobs_total {}\n"
    begun = time.monotonic()
    with Target(body.format(1_000_000), body.format(1_600_000)) as target:
        status, out, _ = top(quipu, "--once", "--interval", "0.5", target.url)
    check(status == 0, "no frame")
    line = next(line for line in out.decode().splitlines() if line.startswith("jobs_total"))
    shown = line.split()[4]
    rate = float(shown.rstrip("kM")) * {"k": 1e3, "M": 1e6}.get(shown[-1], 1)
    most, least = 600_000 / 0.5, 600_000 / (target.asked[1][0] - begun)
    check(least * 0.99 <= rate <= most * 1.01, f"{rate}, not {least} to {most}")


def histograms(quipu):
    def body(counts):
        names = ["0.1", "0.5", "1", "5", "+Inf"]
        return ("# TYPE wait_seconds histogram\n"
                + "".join(f'wait_seconds_bucket{{le="{le}"}} {n}\n'
                          for le, n in zip(names, counts))
                + f"wait_seconds_sum {counts[-1] * 2}\nwait_seconds_count {counts[-1]}\n")

    before, more = [3, 3, 9, 9, 10], [5, 20, 40, 47, 50]
    after = [a + b for a, b in zip(before, more)]
    with Target(stamped(body(before), 0), stamped(body(after), 1)) as target:
        text = frame(quipu, "--open", "wait_seconds", target.url, width=120)
        listed = frame(quipu, target.url, width=120)
    # promtool test rules: histogram_quantile of these increases is 0.625, 5, 5
    expect(text, "per second 10", "625ms", "5s", "5s")
    expect(text, "(no labels)", "60", "10", "2s", "625ms", "5s", "5s")
    expect(listed, "wait_seconds", "histogram", "1", "60")


def other_kinds(quipu):
    body = ('# TYPE q_seconds summary\nq_seconds{quantile="0.5"} 0.25\n'
            'q_seconds{quantile="0.99"} 2\nq_seconds_sum 10\nq_seconds_count 5\n'
            "# TYPE temp gauge\ntemp -3.5\nuntyped_thing 42\n")
    with Target(body) as target:
        expect(frame(quipu, target.url), "temp", "gauge", "-3.50")
        expect(frame(quipu, target.url), "untyped_thing", "untyped", "42")
        text = frame(quipu, "--open", "q_seconds", target.url)
        expect(text, "SERIES", "P50", "P99")
        expect(text, "(no labels)", "5", "250ms", "2s")


def many_quantiles(quipu):
    """More than there are columns: the highest, each under its own title."""
    body = "# TYPE q summary\n" + "".join(
        f'q{{quantile="{at}"}} {value}\n' for at, value in
        (("0.1", 1), ("0.25", 2), ("0.5", 3), ("0.9", 4), ("0.95", 5), ("0.99", 6)))
    with Target(body + "q_sum 10\nq_count 5\n") as target:
        text = frame(quipu, "--open", "q", target.url, width=120)
        expect(text, "SERIES", "P50", "P90", "P95", "P99")
        expect(text, "(no labels)", "3", "4", "5", "6")


def openmetrics(quipu):
    body = ('# TYPE build info\nbuild_info{version="1.2"} 1\n# TYPE door stateset\n'
            'door{door="open"} 1\ndoor{door="shut"} 0\n# TYPE jobs counter\njobs_total 5\n# EOF\n')
    with Target(body, content_type=OPENMETRICS) as target:
        text = frame(quipu, target.url)
        expect(text, "jobs_total", "counter", "5")
        expect(text, "build_info", "info", "1")
        expect(frame(quipu, "--open", "door", target.url), "(no labels)", "open")
        expect(frame(quipu, "--open", "build_info", target.url), 'version="1.2"')


def native(quipu):
    body = ("# TYPE h histogram\nh {{count:{},sum:30,schema:0,zero_threshold:0,zero_count:0,"
            "positive_spans:[1:3],positive_buckets:[{},0,{}]}}\n# EOF\n")
    with Target(body.format(3, 2, 1), body.format(11, 6, 5), content_type=OPENMETRICS_2) as target:
        # 4 in (1, 2], 4 in (4, 8]: the median is 2, p95 is 4 * 2 ** 0.9
        text = frame(quipu, "--open", "h", target.url)
        expect(text, "per second", "p50", "2", "p95", f"{4 * 2 ** 0.9:.2f}")


def calls(quipu):
    def body(success, errors, tokens, dollars):
        who = 'model="m-1",provider="p"'
        return (f'# TYPE llm_requests_total counter\nllm_requests_total{{{who},status="success"}} '
                f'{success}\nllm_requests_total{{{who},status="error"}} {errors}\n'
                f'# TYPE llm_tokens_total counter\nllm_tokens_total{{{who},direction="output"}} '
                f"{tokens}\n# TYPE llm_cost_dollars_total counter\n"
                f"llm_cost_dollars_total{{{who}}} {dollars}\n"
                f"# TYPE llm_requests_in_flight gauge\nllm_requests_in_flight{{{who}}} 9\n")

    with Target(stamped(body(100, 1, 0, 1), 0), stamped(body(190, 11, 4000, 1.5), 1)) as target:
        text = frame(quipu, target.url)
    expect(text, "m-1", f"{100 / SECONDS:.0f}", "10", "9", f"{4000 / SECONDS:.0f}",
           f"${0.5 / SECONDS * 3600:.0f}")
    expect(text, "all", f"{100 / SECONDS:.0f}")
    check(text.index("m-1") < text.index("FAMILY"), text)


def choices(quipu):
    body = "".join(f'# TYPE f{i} gauge\n' + "".join(f'f{i}{{id="{j}"}} 1\n' for j in range(i))
                   for i in range(1, 4))
    with Target(body) as target:
        text = frame(quipu, "--sort", "series", target.url)
        check(text.index("f3") < text.index("f2") < text.index("f1"), text)
        check("f2" not in frame(quipu, "--filter", "F3", target.url), "not filtered")
        text = frame(quipu, "--cardinality", target.url)
        expect(text, "f3", "gauge", "3", "3", "50.0%", "id", "3")
        expect(frame(quipu, "--cardinality", "--open", "f2", target.url), "id", "2", "2", '"0"')


# --- what is hostile or broken -----------------------------------------------------------------------

def printable(out, locale):
    if locale == "C":
        return all(32 <= byte < 127 or byte == 10 for byte in out)
    return all(c == "\n" or c.isprintable() for c in out.decode())


def hostile(quipu):
    body = ("# HELP a \x1b[2J\u202e \x07\n# TYPE a gauge\n".encode()
            + "a{l=\"\x1b]0;x\x07\u009b1m e\u0301 漢\"} 1\n".encode() + b"a{l=\"\xff\"} 2\n")
    with Target(body) as target:
        for locale in "C.UTF-8", "C":
            for arguments in [], ["--open", "a"], ["--cardinality", "--open", "a"]:
                status, out, _ = top(quipu, "--once", "--interval", "0.1", *arguments, target.url,
                                     locale=locale, width=200)
                check(status == 0 and printable(out, locale), f"{locale} {arguments}: {out}")
                check(b"\\x1b" in out, f"{out} hides what was there")


ATTACK = "x\x1b]0;owned\x07\x1b[2J\x9b31m"


def hostile_fields(quipu):
    """What a terminal would obey does not come through in the words of an error either."""
    with Target("a 1\n", content_type=ATTACK) as target:
        attack(quipu, target, "Content-Type")
        target.content_type, target.encoding = "text/plain; \tversion=0.0.4", None
        status, _, err = top(quipu, "--once", "--interval", "0.1", target.url)
        check(status == 0 and not err, f"a tab in Content-Type: {status}\n{err}")
        target.encoding = ATTACK
        attack(quipu, target, "Content-Encoding")


def attack(quipu, target, field):
    for command in ["top", "--once", "--interval", "0.1"], ["check"]:
        run = subprocess.run([quipu, *command, target.url], timeout=LIMIT, capture_output=True)
        check(run.returncode == 1 and field.encode() in run.stderr and b"owned" in run.stderr
              and printable(run.stdout + run.stderr, "C"), f"{command}: {run.stderr}")


def large(quipu):
    """More than 64 MiB, as it comes or unpacked; many families are bounded in number."""
    most = 64 << 20
    with Target(b"#" * (most + 1)) as target:
        refused(quipu, target)
        target.say(gzip.compress(b"#" * (most + 1), 1))
        target.encoding = "gzip"
        if "gzip" in target.asked[0][2].get("Accept-Encoding", ""):
            refused(quipu, target)
    with Target("".join(f"a{i} 1\n" for i in range(50000))) as target:
        text = frame(quipu, target.url, width=1000)
        check("30000 families not kept" in text.splitlines()[1], text[:2000])
        check(len(text.splitlines()) > 20000, "fewer lines than families")


def refused(quipu, target):
    status, out, err = top(quipu, "--once", target.url)
    check(status == 1 and "an answer of more than 64 MiB" in err and not out, f"not refused: {status} {err}")


def broken(quipu, corpus):
    """Whatever is said: a frame of printable characters, or an error; never a crash."""
    for folder, content_type in CONTENT_TYPES.items():
        files = sorted((corpus / folder).iterdir())
        step = max(1, len(files) // PAIRS)
        for one, other in zip(files[::step], files[step - 1::step]):
            with Target(one.read_bytes(), other.read_bytes(), content_type=content_type) as target:
                for arguments in [], ["--cardinality"]:
                    status, out, err = top(quipu, "--once", "--interval", "0.1", *arguments,
                                           target.url)
                    check(status == 0 and printable(out, "C.UTF-8"),
                          f"{one} {other}: {status}\n{err}\n{out}")


# --- refusals ------------------------------------------------------------------------------------------

def refusals(quipu):
    for status, said, arguments in [
            (2, "--nonsense", ["--nonsense"]), (2, "--interval", ["--interval"]),
            (2, "abc", ["--interval", "abc"]), (2, "0.01", ["--interval", "0.01"]),
            (2, "nan", ["--interval", "nan"]), (2, "upside", ["--sort", "upside"]),
            (2, "ftp://x", ["ftp://x"]), (2, "nowhere", ["nowhere"]),
            (2, "b", ["http://a", "http://b"]), (2, "a port", ["http://a:99999"]),
            (1, "no terminal", ["http://127.0.0.1:1"])]:
        found, out, err = top(quipu, *arguments)
        check(found == status and said in err and not out, f"{arguments}: {found}\n{err}")
    found, out, err = top(quipu, "--help")
    check(found == 0 and out.startswith(b"usage: quipu top") and not err, "no help")


def absent(quipu):
    with Target("a 1\n") as target:
        status, out, err = top(quipu, "--once", "--interval", "0.1", "--open", "b", target.url)
        check(status == 1 and "b: no such family" in err and not out, err)
        target.content_type = "text/html"
        status, _, err = top(quipu, "--once", "--interval", "0.1", target.url)
        check(status == 1 and "text/html" in err, err)
        target.content_type, target.status = None, 503
        status, _, err = top(quipu, "--once", "--interval", "0.1", target.url)
        check(status == 1 and "503" in err, err)
        target.down()
        status, out, err = top(quipu, "--once", "--interval", "0.1", target.url)
        check(status == 1 and "refused" in err and target.url in err and not out, err)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--quipu", required=True)
    parser.add_argument("--corpus", required=True, type=pathlib.Path)
    arguments = parser.parse_args()
    for test in (counters, resets, clock, histograms, other_kinds, many_quantiles, openmetrics, native, calls,
                 choices, hostile, hostile_fields, large, refusals, absent):
        test(arguments.quipu)
    broken(arguments.quipu, arguments.corpus)


try:
    main()
except Failure as failure:
    sys.exit(f"FAILED: {failure}")
