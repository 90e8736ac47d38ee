# SPDX-License-Identifier: MIT
"""YAML and JSON as they are committed: the same bytes from the same description, everywhere."""
import json
import re
import textwrap

PLAIN = re.compile(r"[A-Za-z_/.][\w./-]*\Z")
WORDS = {"true", "false", "yes", "no", "on", "off", "null", "y", "n"}
WIDTH = 96


def scalar(value, indent):
    if not isinstance(value, str):
        return json.dumps(value)
    if "\n" in value:
        return "|-\n" + textwrap.indent(value, indent)
    if PLAIN.match(value) and value.lower() not in WORDS:
        return value
    quoted = json.dumps(value, ensure_ascii=False)
    if len(indent) + len(quoted) < WIDTH:
        return quoted
    lines = textwrap.wrap(value, WIDTH - len(indent), break_long_words=False,
                          break_on_hyphens=False)
    return ">-\n" + textwrap.indent("\n".join(lines), indent)


def entry(head, value, indent):
    if value and isinstance(value, (dict, list)):
        return [indent + head, *block(value, indent + "  ")]
    return [f"{indent}{head} {scalar(value, indent + '  ')}"]


def block(value, indent):
    if isinstance(value, dict):
        return [line for key, inner in value.items()
                for line in entry(scalar(key, "") + ":", inner, indent)]
    lines = []
    for item in value:
        if isinstance(item, (dict, list)) and item:
            first, *rest = block(item, indent + "  ")
            lines += [f"{indent}- {first.lstrip()}", *rest]
        else:
            lines += [f"{indent}- {scalar(item, indent + '  ')}"]
    return lines


def yaml(value, comment):
    head = [f"# {line}".rstrip() for line in comment.splitlines()]
    return "\n".join([*head, *block(value, "")]) + "\n"


def as_json(value):
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
