# SPDX-License-Identifier: MIT
"""Builds the programs and the rivals' adapters; tells where they are."""
import json
import pathlib
import subprocess
import sys

from suite import machine

ROOT = pathlib.Path(__file__).resolve().parents[2]
OURS = {"quipu": "bench_quipu", "limits": "bench_limits"}
RIVALS = ("prometheus-cpp", "client_golang", "rust-prometheus", "prom-client")


class BuildFailed(Exception):
    """The last lines of what the failed command printed."""


def call(*command, cwd=None):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, cwd=cwd, check=False)
    if done.returncode != 0:
        tail = "\n".join(done.stdout.splitlines()[-20:])
        raise BuildFailed(f"{' '.join(map(str, command))}: exit status {done.returncode}\n{tail}")
    return done.stdout


def build(folder):
    """Release, as a user gets it; tests left out."""
    print("building", file=sys.stderr)
    call("cmake", "-S", ROOT, "-B", folder, "-DCMAKE_BUILD_TYPE=Release",
         "-DQUIPU_BUILD_TESTS=OFF", "-DQUIPU_BUILD_TOOLS=ON", "-DQUIPU_BUILD_BENCH=ON")
    call("cmake", "--build", folder, "-j2")
    built = {"commit": machine.commit(), "compiler": machine.compiler("cc")}
    (folder / "bench" / "built.json").write_text(json.dumps(built), encoding="utf-8")
    print("building the rivals", file=sys.stderr)
    call(ROOT / "bench" / "peers" / "build", folder / "bench" / "peers")


class Programs:
    """What there is to run, in a build folder."""

    def __init__(self, folder):
        self.bench = pathlib.Path(folder) / "bench"
        self.peers = self.bench / "peers"

    def program(self, name):
        """bench_NAME's path, or None where it was not built."""
        path = self.bench / f"bench_{name}"
        return path if path.exists() else None

    def library(self, name):
        """A shared library of this build, or None."""
        return next(iter(sorted(self.bench.parent.rglob(name))), None)

    def tool(self):
        """The program quipu, or None where it was not built."""
        path = self.bench.parent / "tools" / "quipu" / "quipu"
        return path if path.exists() else None

    def entrant(self, name):
        path = self.bench / OURS[name] if name in OURS else self.peers / name
        return path if path.exists() else None

    def entrants(self):
        """Names, in the report's order."""
        return [name for name in (*OURS, *RIVALS) if self.entrant(name)]

    def built(self):
        """By what and from what; perhaps on another machine than the one that runs it."""
        path = self.bench / "built.json"
        if not path.exists():
            return {"commit": machine.commit(), "compiler": machine.compiler("cc")}
        return json.loads(path.read_text(encoding="utf-8"))

    def about(self):
        """For the results: each entrant's version, or why it is missing."""
        known = self.peers / "peers.json"
        state = json.loads(known.read_text(encoding="utf-8")) if known.exists() else {}
        about = {}
        for name in (*OURS, *RIVALS):
            if self.entrant(name):
                about[name] = json.loads(call(self.entrant(name), "about"))
                if "with" in state.get(name, {}):
                    about[name]["with"] = state[name]["with"]
            else:
                about[name] = {"why": state.get(name, {}).get("why", "it was not built")}
        return about
