#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The real responder, asked by quipu check for every format: 2000 series, clean in all of them."""
import argparse
import subprocess
import sys

from table import LIMIT, run

PROTOBUF = ("application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;"
            "encoding=delimited")
OPENMETRICS = "application/openmetrics-text;version="
ACCEPTS = ["text/plain;version=0.0.4", "text/plain;version=1.0.0;escaping=allow-utf-8", PROTOBUF,
           "application/json", OPENMETRICS + "0.0.1", OPENMETRICS + "1.0.0", OPENMETRICS + "2.0.0"]


def wrong(quipu, url, accept):
    """What is not as it should be; what is not OpenMetrics must not pass for it."""
    answer = run(quipu, "check", "--accept", accept, url)
    if answer.status != 0 or answer.err:
        return f"status {answer.status}\n{answer.err}"
    answer = run(quipu, "check", "--format", "openmetrics", "--accept", accept, url)
    if answer.status == 0 and not accept.startswith(OPENMETRICS):
        return "an answer in OpenMetrics"
    return ""


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--quipu", required=True)
    parser.add_argument("--serve", required=True)
    arguments = parser.parse_args()
    failed = 0
    server = subprocess.Popen([arguments.serve, "127.0.0.1:0", "/metrics", "2000"],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        url = f"http://{server.stdout.readline().strip()}/metrics"
        for accept in ACCEPTS:
            what = wrong(arguments.quipu, url, accept)
            failed += bool(what)
            print(f"{'FAIL' if what else 'clean'} {accept} {what}")
    finally:
        server.stdin.close()
        server.wait(LIMIT)
        server.stdout.close()
    sys.exit(failed > 0)


main()
