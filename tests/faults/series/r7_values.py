#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""r7_values.py PROGRAM: what PROGRAM (r7_values.c) serves, read back by readers that others wrote.

R7, P7: every label value comes back byte for byte, with its own number, through the parsers of
Prometheus' Python client (text and OpenMetrics) and through the API of a real Prometheus; promtool
takes the text. Readers that are not installed are left out, and named."""
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "e2e"))
from children import Child, Deadline, Failure, check  # noqa: E402

ADDRESS = re.compile(r"127\.0\.0\.1:\d+$")
CONFIG = """global: {{scrape_interval: 1s, scrape_timeout: 1s}}
scrape_configs: [{{job_name: values, static_configs: [{{targets: ['{}']}}]}}]
"""
OVERFLOW = "otel_metric_overflow"


def get(address, accept):
    request = urllib.request.Request(f"http://{address}/metrics", headers={"Accept": accept})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.read()


def compare(who, found, values):
    """found: {number: value}; a label without a value is a label that is not there."""
    for number, value in enumerate(values, 1):
        check(number in found, f"{who}: series {number} is missing")
        check(found[number] == value,
              f"{who}: series {number} is {found[number][:80]!r}, not {value[:80]!r}")
    check(len(found) == len(values), f"{who}: {len(found)} series of {len(values)}")
    print(f"{who}: {len(found)} values came back")


def samples(families):
    return {int(sample.value): sample.labels.get("value", "")
            for family in families for sample in family.samples
            if sample.name == "values_total" and OVERFLOW not in sample.labels}


def by_python(address, values):
    try:
        from prometheus_client.openmetrics.parser import text_string_to_metric_families as strict
        from prometheus_client.parser import text_string_to_metric_families as lenient
    except ImportError:
        print("not read by Python's client: it is not installed")
        return
    text = get(address, "application/openmetrics-text; version=1.0.0").decode()
    compare("python, OpenMetrics", samples(strict(text)), values)
    compare("python, text", samples(lenient(get(address, "text/plain").decode())), values)


def by_promtool(address):
    if not shutil.which("promtool"):
        print("not read by promtool: it is not installed")
        return
    done = subprocess.run(["promtool", "check", "metrics"], input=get(address, "text/plain"),
                          capture_output=True, timeout=60, check=False)
    check(done.returncode == 0, f"promtool: {done.returncode}: {done.stderr[:2000]!r}")
    print("promtool: takes it")


def ask(base, query):
    url = f"{base}/api/v1/query?{urllib.parse.urlencode({'query': query})}"
    with urllib.request.urlopen(url, timeout=10) as answer:
        return json.load(answer)["data"]["result"]


def is_up(base):
    try:
        return ask(base, "up{job='values'} == 1")
    except OSError:  # not ready yet
        return None


def by_prometheus(address, values, deadline):
    if not shutil.which("prometheus"):
        print("not read by Prometheus: it is not installed")
        return
    with tempfile.TemporaryDirectory() as folder:
        config = pathlib.Path(folder, "prometheus.yml")
        config.write_text(CONFIG.format(address))
        command = ["prometheus", f"--config.file={config}", f"--storage.tsdb.path={folder}/data",
                   "--web.listen-address=127.0.0.1:0", f"--web.console.templates={folder}",
                   f"--web.console.libraries={folder}"]
        with Child("prometheus", command, deadline, cwd=folder) as server:
            line = server.wait_line(lambda text: 'msg="Listening on"' in text)
            base = "http://" + re.search(r"address=(\S+)", line).group(1)
            deadline.until("the first scrape", lambda: is_up(base))
            result = ask(base, f'values_total{{{OVERFLOW}=""}}')
    found = {int(series["value"][1]): series["metric"].get("value", "") for series in result}
    compare("Prometheus", found, values)


def main():
    deadline = Deadline(90)
    with Child("values", [sys.argv[1]], deadline) as server:
        address = server.wait_line(lambda text: ADDRESS.match(text) is not None)
        lines = server.out[:server.out.index(address)]
        values = [bytes.fromhex(line).decode() for line in lines]
        check(len(values) > 20, f"only {len(values)} values")
        by_python(address, values)
        by_promtool(address)
        by_prometheus(address, values, deadline)


try:
    main()
except Failure as failure:
    print(f"FAIL {failure}")
    sys.exit(1)
