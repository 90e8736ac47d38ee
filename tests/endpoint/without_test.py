#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A build without libcurl says so, and what to do about it."""
from running import main


def test_refused(bench):
    options = ["--endpoint", "http://127.0.0.1:1", "--model", "m"]
    bench.refused("this build has no libcurl", *options, OPENAI_API_KEY="sk-1")
    bench.refused("libcurl4-openssl-dev", *options)


if __name__ == "__main__":
    main([test_refused], 60)
