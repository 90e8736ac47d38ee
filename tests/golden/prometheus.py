#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""prometheus.py PROGRAM FOLDER: a real Prometheus scrapes what PROGRAM --print FORMAT CASE writes,
each case of FOLDER in each format, as a target of its own: all must be up, with as many samples
as there are lines, and what native buckets hold must have arrived."""
import functools
import http.server
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import threading
import urllib.parse
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "e2e"))
from children import Child, Deadline, Failure, check  # noqa: E402

TYPES = {
    "text-0.0.4": "text/plain; version=0.0.4; charset=utf-8",
    "openmetrics-1.0.0": "application/openmetrics-text; version=1.0.0; charset=utf-8",
    "openmetrics-0.0.1": "application/openmetrics-text; version=0.0.1; charset=utf-8",
    "protobuf": "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; "
                "encoding=delimited",
}
JOB = "- {{job_name: '{0}', metrics_path: '/{0}', static_configs: [{{targets: ['{1}']}}]}}\n"

# What series of cases_rich.c have in their buckets, from the lowest up.
NATIVE = {
    ("token_delay_seconds", "large"): ["2", "3", "5", "1", "3", "2"],
    ("token_delay_seconds", "small"): ["2", "1", "1", "3"],
    ("token_delay_seconds", "empty"): [],
    ("token_delay_seconds", "zeros"): ["4"],
    ("exemplary_seconds", None): ["3"],
}


class Handler(http.server.BaseHTTPRequestHandler):
    def __init__(self, program, *arguments):
        self.program = program
        super().__init__(*arguments)

    @staticmethod
    @functools.cache
    def body(program, kind, case):
        return subprocess.run([program, "--print", kind, case], check=True,
                              stdout=subprocess.PIPE).stdout

    def do_GET(self):
        _, kind, case = self.path.split("/")
        body = self.body(self.program, kind, case)
        self.send_response(200)
        self.send_header("Content-Type", TYPES[kind])
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 128  # of five, others wait until they try again


def serve(program):
    server = Server(("127.0.0.1", 0), functools.partial(Handler, program))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"127.0.0.1:{server.server_port}"


def start(folder, jobs, target, deadline):
    config = pathlib.Path(folder, "prometheus.yml")
    config.write_text("global: {scrape_interval: 2s, scrape_timeout: 2s}\nscrape_configs:\n" +
                      "".join(JOB.format(job, target) for job in jobs))
    return Child("prometheus", [
        "prometheus", f"--config.file={config}", f"--storage.tsdb.path={folder}/data",
        "--web.listen-address=127.0.0.1:0", f"--web.console.templates={folder}",
        f"--web.console.libraries={folder}",
        "--enable-feature=native-histograms,exemplar-storage"], deadline, cwd=folder)


def ask(base, path, **parameters):
    url = f"{base}/api/v1/{path}?{urllib.parse.urlencode(parameters)}"
    with urllib.request.urlopen(url, timeout=60) as answer:
        return json.load(answer)["data"]


def scraped(base, jobs):
    """Whether each has been up, once: a scrape for which there was no time is made again."""
    try:
        targets = ask(base, "targets", state="active")["activeTargets"]
    except OSError:
        return False
    down = sorted(f"{target['labels']['job']}: {target['lastError']}" for target in targets
                  if target["health"] == "down"
                  and not re.search("deadline|timeout", target["lastError"]))
    check(not down, "not up:\n" + "\n".join(down))
    return len(ask(base, "query", query="max_over_time(up[1h]) == 1")["result"]) == len(jobs)


def check_lines(program, base, jobs):
    # the one for which there was no time has none
    got = {sample["metric"]["job"]: int(sample["value"][1])
           for sample in ask(base, "query",
                             query="max_over_time(scrape_samples_scraped[1h])")["result"]}
    for job in jobs:
        kind, case = job.split("/")
        if kind == "protobuf":
            continue
        lines = Handler.body(program, kind, case).decode().rstrip("\n").split("\n")
        want = sum(not line.startswith("#") for line in lines)
        check(got.get(job) == want, f"{job}: {want} lines, {got.get(job)} samples")


def check_native(base):
    for (name, model), want in NATIVE.items():
        labels = f',model="{model}"' if model else ""
        result = ask(base, "query", query=f'{name}{{job="protobuf/native"{labels}}}[1h]')["result"]
        check(len(result) == 1 and "histograms" in result[0], f"{name} {model}: {result}")
        buckets = result[0]["histograms"][-1][1].get("buckets", [])
        got = [bucket[3] for bucket in buckets]
        check(got == want, f"{name} {model}: {got} instead of {want}")


def run(program, cases):
    jobs = [f"{kind}/{case}" for kind in TYPES for case in cases]
    deadline = Deadline(500)
    for job in jobs:
        Handler.body(program, *job.split("/"))
    with tempfile.TemporaryDirectory() as folder, \
            start(folder, jobs, serve(program), deadline) as server:
        line = server.wait_line(lambda text: 'msg="Listening on"' in text)
        base = "http://" + re.search(r"address=(\S+)", line).group(1)
        deadline.until("all targets to be scraped", lambda: scraped(base, jobs))
        check_lines(program, base, jobs)
        check_native(base)
    print(f"{len(jobs)} targets are up")


def main():
    program, folder = sys.argv[1:]
    cases = sorted(path.stem for path in pathlib.Path(folder).glob("*.txt"))
    try:
        check(cases, "no cases")
        run(program, cases)
    except Failure as failure:
        print(f"FAIL {failure}")
        return 1
    return 0


sys.exit(main())
