# SPDX-License-Identifier: MIT
"""What the last published run of tools/soak held and survived (bench/soak.json)."""
import json

TITLE = "Under fire"

ABOUT = """
No speed: what `tools/soak --minutes N` did with commit {commit} on {date}, {minutes:.0f} minutes on
{processors} processors: load, faults of the catalogue (`tests/faults/rows`), hostile clients; every total was compared with
what its writers had published before and after each record.
"""


def write(page, path):
    """Nothing where there is no such run."""
    if not path.exists():
        return
    soak = json.loads(path.read_text(encoding="utf-8"))
    page.heading(TITLE)
    page.text(ABOUT.format(**soak))
    rows = [[words, f"{soak['figures'][what]:,}"] for what, words in soak["words"].items()
            if what in soak["figures"]]
    rows += [["faults provoked and survived", f"{len(soak['rows'])} of {soak['rows_known']}"],
             ["runs of tests", f"{soak['runs']:,}"],
             ["of these not possible on that machine", f"{soak['skipped']:,}"],
             ["parsers fuzzed", f"{soak['harnesses']}" if soak["harnesses"] else None],
             ["failed", ", ".join(soak["failed"]) or "0"]]
    page.table(["", ""], [row for row in rows if row[1]])
    page.text(soak.get("remark", ""))
