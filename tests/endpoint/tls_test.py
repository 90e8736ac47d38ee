#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Encrypted: to whom is trusted, and to nobody else."""
import pathlib
import shutil
import ssl
import subprocess
import sys
import tempfile

import behaviours as b
from mock import Mock
from running import Bench, check, equal, main

KEY = "sk-" + "Zq7xW3" * 8


def make_certificate(folder, name="mock"):
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", f"/CN={name}",
                    "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate],
                   check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return certificate, context


def load(bench, context, *options):
    with Mock(b.streaming(), context) as mock, bench.start(
            mock.url, "--calls", "6", "--retries", "0", *options, OPENAI_API_KEY=KEY) as child:
        metrics = child.loaded()
        equal(child.interrupt(), 0, "status")
    check("Zq7xW3" not in child.text() + metrics.text, "the key was told")
    return metrics, mock


def test_trusted(bench):
    with tempfile.TemporaryDirectory() as folder:
        certificate, context = make_certificate(pathlib.Path(folder))
        metrics, mock = load(bench, context, "--ca-file", str(certificate))
    equal(metrics.by("llm_requests_total", "status"), {"success": 6}, "requests")
    equal({r.fields.get("authorization") for r in mock.requests}, {f"Bearer {KEY}"}, "field")


def test_not_trusted(bench):
    with tempfile.TemporaryDirectory() as folder:
        _, context = make_certificate(pathlib.Path(folder))
        other = pathlib.Path(folder) / "other"
        other.mkdir()
        certificate, _ = make_certificate(other)
        for options in (), ("--ca-file", str(certificate)):
            metrics, mock = load(bench, context, *options)
            equal(metrics.by("llm_errors_total", "type"), {"tls": 6}, "errors")
            equal(len(mock.requests), 0, "requests that came")


def system_trusts(certificate, other, folder):
    """What makes a program start where the first one is among the system's certificates, in their
    directory and not in the file of all; None where that cannot be made."""
    name = subprocess.run(["openssl", "x509", "-hash", "-noout", "-in", certificate], check=True,
                          capture_output=True, text=True).stdout.strip()
    (folder / "ca-certificates.crt").write_bytes(other.read_bytes())
    (folder / f"{name}.0").write_bytes(certificate.read_bytes())
    inside = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c",
              'mount --bind "$0" /etc/ssl/certs && exec "$@"', str(folder)]
    try:
        tried = subprocess.run([*inside, "true"], capture_output=True, timeout=60)
    except FileNotFoundError:
        return None
    return inside if tried.returncode == 0 else None


def test_instead_of_the_systems(bench):
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for name in "trusted", "other", "system":
            (folder / name).mkdir()
        certificate, context = make_certificate(folder / "trusted")
        other, _ = make_certificate(folder / "other", "other")  # the name is what is looked up
        inside = system_trusts(certificate, other, folder / "system")
        if not inside:
            print("no mounts of one's own here: the system's certificates are not looked at")
            return
        within = Bench([*inside, bench.program], 300)
        metrics, _ = load(within, context)
        if not metrics.sum("llm_requests_total", status="success"):
            print("libcurl has the system's certificates elsewhere: they are not looked at")
            return
        metrics, mock = load(within, context, "--ca-file", str(other))
        equal(metrics.by("llm_errors_total", "type"), {"tls": 6}, "errors")
        equal(len(mock.requests), 0, "requests that came")


if __name__ == "__main__":
    if not shutil.which("openssl"):
        print("no openssl here to make a certificate (tools/setup tls)")
        sys.exit(77)
    main([test_trusted, test_not_trusted, test_instead_of_the_systems], 800)
