# SPDX-License-Identifier: MIT
"""quipu contend, run for a test."""
import os
import subprocess

LIMIT = 120  # seconds that one run of the program may take


class Failure(Exception):
    """What a test says when it fails."""


def check(holds, what):
    if not holds:
        raise Failure(what)


def environment(**more):
    """Nothing of the caller's that changes what is said."""
    kept = {name: value for name, value in os.environ.items()
            if name not in ("COLUMNS", "LD_PRELOAD", "NO_COLOR", "TMPDIR")
            and not name.startswith("QUIPU_")}
    return {**kept, "LC_ALL": "C.UTF-8", "TERM": "xterm", **more}


def contend(quipu, *arguments, stdin=None, **variables):
    """Status, standard output, standard error."""
    answer = subprocess.run([quipu, "contend", *map(str, arguments)], input=stdin,
                            capture_output=True, timeout=LIMIT, env=environment(**variables),
                            encoding="utf-8", errors="surrogateescape",
                            **({} if stdin is not None else {"stdin": subprocess.DEVNULL}))
    return answer.returncode, answer.stdout, answer.stderr


def said(quipu, *arguments, **variables):
    """Standard output of what must go well and say nothing else."""
    status, out, err = contend(quipu, *arguments, **variables)
    check(status == 0 and not err, f"{arguments}: status {status}\n{out}{err}")
    return out
